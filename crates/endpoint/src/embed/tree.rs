//! Rendered markup as a tree in JSON, which a page builds by `createElement`: Trusted Types forbid `innerHTML`.
//!
//! A node is a text or `[tag, {attribute: value}, child, …]`. The tokens are those of the HTML standard; the tree is
//! the one they spell out, since the renderer closes every element that it opens.

use std::cell::RefCell;

use html5ever::{
    tendril::StrTendril,
    tokenizer::{
        BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts, states::RawKind,
    },
};
use serde_json::{Map, Value};

/// Elements without an end tag (HTML standard, "Void elements").
const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// The nodes of a piece of markup.
pub(super) fn parse(html: &str) -> Vec<Value> {
    let tokenizer = Tokenizer::new(Builder::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    // Nothing in the markup stops the tokenizer: it has no script, and its encoding is known.
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let mut open = tokenizer.sink.open.into_inner();
    while open.len() > 1 {
        close(&mut open);
    }
    open.pop().map(|element| element.nodes).unwrap_or_default()
}

struct Element {
    tag: String,
    /// Tag, attributes and children; children alone for the outermost.
    nodes: Vec<Value>,
}

struct Builder {
    open: RefCell<Vec<Element>>,
}

impl Default for Builder {
    fn default() -> Self {
        Self { open: RefCell::new(vec![Element { tag: String::new(), nodes: Vec::new() }]) }
    }
}

impl TokenSink for Builder {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut open = self.open.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => return start(&mut open, &tag),
            Token::TagToken(tag) if open.last().is_some_and(|element| *element.tag == *tag.name) => close(&mut open),
            Token::CharacterTokens(text) => push_text(&mut open, &text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn start(open: &mut Vec<Element>, tag: &Tag) -> TokenSinkResult<()> {
    let attributes = tag
        .attrs
        .iter()
        .map(|attribute| (attribute.name.local.to_string(), Value::String(attribute.value.to_string())));
    let attributes: Map<String, Value> = attributes.collect();
    let name = tag.name.to_string();
    let is_void = VOID.contains(&name.as_str());
    let is_raw = name == "textarea";
    open.push(Element { nodes: vec![Value::String(name.clone()), Value::Object(attributes)], tag: name });
    if is_void {
        close(open);
    }
    if is_raw { TokenSinkResult::RawData(RawKind::Rcdata) } else { TokenSinkResult::Continue }
}

fn close(open: &mut Vec<Element>) {
    let Some(element) = open.pop() else { return };
    if let Some(parent) = open.last_mut() {
        parent.nodes.push(Value::Array(element.nodes));
    }
}

/// Texts side by side are one text, however the tokenizer cut them.
fn push_text(open: &mut [Element], text: &str) {
    let Some(parent) = open.last_mut() else { return };
    let first_child = if parent.tag.is_empty() { 0 } else { 2 };
    match parent.nodes.get_mut(first_child..).and_then(<[Value]>::last_mut) {
        Some(Value::String(before)) => before.push_str(text),
        _ => parent.nodes.push(Value::String(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_the_tree_it_spells() {
        let html = "<form action=\"/f/a?b=1&amp;lang=ru\" novalidate><label for=x>A &lt;b&gt; &amp; c</label>\
                    <input id=\"x\" required=\"\"/><br><textarea>\n</form> &amp;</textarea><!-- no --></form>end";
        insta::assert_snapshot!(Value::Array(parse(html)), @r#"[["form",{"action":"/f/a?b=1&lang=ru","novalidate":""},["label",{"for":"x"},"A <b> & c"],["input",{"id":"x","required":""}],["br",{}],["textarea",{},"\n</form> &"]],"end"]"#);
    }

    #[test]
    fn what_is_not_closed_ends_with_the_markup() {
        insta::assert_snapshot!(Value::Array(parse("<p>a<b>c</i>")), @r#"[["p",{},"a",["b",{},"c"]]]"#);
    }
}
