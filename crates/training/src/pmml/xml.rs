//! XML as a small tree with places: read within limits, and written.

mod reading;

use std::fmt::Write as _;

pub use self::reading::parse;

/// A line and a column, both from 1; the column is counted in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// An element with what is in it. Where it stands among the text is not kept: in PMML either is alone.
#[derive(Clone, Debug, Default)]
pub struct Element {
    /// The name without its namespace's prefix.
    pub name: String,
    /// Names and values, in the order written.
    pub attributes: Vec<(String, String)>,
    /// The elements in it.
    pub children: Vec<Element>,
    /// The text in it, without that of its children.
    pub text: String,
    /// Where it begins.
    pub spot: Spot,
}

impl Element {
    /// An element with nothing in it.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// With this attribute.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.attributes.push((name.to_owned(), value.into()));
        self
    }

    /// With this text.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }

    /// With this element in it.
    #[must_use]
    pub fn child(mut self, child: Self) -> Self {
        self.children.push(child);
        self
    }

    /// With these elements in it.
    #[must_use]
    pub fn children(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children);
        self
    }

    /// The value of an attribute.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The first element of this name in it.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The elements of this name in it.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The document with this element as its root.
    #[must_use]
    pub fn to_document(&self) -> String {
        let mut document = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
        self.write(0, &mut document);
        document
    }

    fn write(&self, depth: usize, out: &mut String) {
        // Writing to a string cannot fail, here and below.
        let _ = write!(out, "{:width$}<{}", "", self.name, width = depth * 2);
        for (name, value) in &self.attributes {
            let _ = write!(out, " {name}=\"");
            escape(value, true, out);
            out.push('"');
        }
        if self.children.is_empty() && self.text.is_empty() {
            out.push_str("/>\n");
            return;
        }
        out.push('>');
        escape(&self.text, false, out);
        if !self.children.is_empty() {
            out.push('\n');
            self.children.iter().for_each(|child| child.write(depth + 1, out));
            let _ = write!(out, "{:width$}", "", width = depth * 2);
        }
        let _ = writeln!(out, "</{}>", self.name);
    }
}

/// Escapes what would be read as something else. Readers turn line breaks in an attribute into spaces, and CR
/// everywhere into LF, so these are written by number.
fn escape(text: &str, in_attribute: bool, out: &mut String) {
    for letter in text.chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' if in_attribute => out.push_str("&quot;"),
            '\n' | '\t' if in_attribute => {
                let _ = write!(out, "&#{};", u32::from(letter));
            }
            '\r' => out.push_str("&#13;"),
            letter => out.push(letter),
        }
    }
}

/// The first character that no XML 1.0 document can hold, not even by its number.
#[must_use]
pub fn forbidden(text: &str) -> Option<char> {
    text.chars().find(|letter| !is_allowed(*letter))
}

/// XML 1.0, production 2.
fn is_allowed(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let tricky = "a<b> & \"c\"\r\n\tд 'e' ]]>";
        let root =
            Element::new("PMML").with("x", tricky).child(Element::new("T").text(tricky)).child(Element::new("U"));
        let read = parse(root.to_document().as_bytes()).unwrap();
        assert_eq!(read.get("x"), Some(tricky));
        assert_eq!(read.find("T").map(|it| it.text.as_str()), Some(tricky));
        assert!(read.find("U").is_some_and(|it| it.children.is_empty() && it.text.is_empty()));
        assert_eq!(read.to_document(), root.to_document());
    }

    #[test]
    fn what_xml_cannot_hold_is_found() {
        assert_eq!(forbidden("a\u{fffe}"), Some('\u{fffe}'));
        assert_eq!(forbidden("\u{1}"), Some('\u{1}'));
        assert_eq!(forbidden("a\tб\n😀"), None);
    }
}
