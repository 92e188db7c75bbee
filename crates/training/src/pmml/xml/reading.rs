//! Reading XML that anybody may have written: no document type, no entities, and nothing too long or too deep.

use leadglass_scoring::form_file::Mistake;
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{Element, Spot, is_allowed};

/// The longest document.
const MAX_BYTES: usize = 64 << 20;
/// The most elements of a document.
const MAX_ELEMENTS: usize = 1_000_000;
/// How deep elements may be nested: derived fields of ours nest two for each condition.
const MAX_DEPTH: usize = 256;
/// The most attributes of one element; the standard's richest has 20.
const MAX_ATTRIBUTES: usize = 64;
/// The longest value of an attribute.
const MAX_VALUE: usize = 32_768;
/// The longest text of an element; a card file is such a text.
const MAX_TEXT: usize = 8 << 20;

/// Reads a document into its root element.
///
/// # Errors
/// The first mistake, with its line and column.
pub fn parse(bytes: &[u8]) -> Result<Element, Mistake> {
    let at_start = Spot { line: 1, column: 1 };
    if bytes.len() > MAX_BYTES {
        let what = format!("the document has {} bytes", bytes.len());
        return Err(mistake(at_start, what, format!("at most {MAX_BYTES} are read")));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(mistake(at_start, "the document is in UTF-16", "save it as UTF-8"));
    }
    let source = str::from_utf8(bytes).map_err(|error| {
        let valid = bytes.get(..error.valid_up_to()).and_then(|valid| str::from_utf8(valid).ok()).unwrap_or_default();
        mistake(Places::new(valid).spot(valid.len()), "the document is not UTF-8 from here on", "save it as UTF-8")
    })?;
    Tree::new(source.strip_prefix('\u{feff}').unwrap_or(source)).read()
}

fn mistake(spot: Spot, what: impl Into<String>, mend: impl Into<String>) -> Mistake {
    Mistake { line: spot.line, column: spot.column, what: what.into(), mend: mend.into() }
}

/// Lines and columns of offsets that only grow, so that a long document is gone through once.
struct Places<'s> {
    source: &'s str,
    offset: usize,
    spot: Spot,
}

impl<'s> Places<'s> {
    const fn new(source: &'s str) -> Self {
        Self { source, offset: 0, spot: Spot { line: 1, column: 1 } }
    }

    fn spot(&mut self, offset: usize) -> Spot {
        for letter in self.source.get(self.offset..offset).unwrap_or_default().chars() {
            if letter == '\n' {
                self.spot = Spot { line: self.spot.line + 1, column: 1 };
            } else {
                self.spot.column += 1;
            }
        }
        self.offset = self.offset.max(offset);
        self.spot
    }
}

struct Tree<'s> {
    reader: Reader<&'s [u8]>,
    places: Places<'s>,
    open: Vec<Element>,
    root: Option<Element>,
    elements: usize,
    /// Where the event that is being looked at begins.
    spot: Spot,
}

impl<'s> Tree<'s> {
    fn new(source: &'s str) -> Self {
        let mut reader = Reader::from_str(source);
        reader.config_mut().check_end_names = true;
        let spot = Spot { line: 1, column: 1 };
        Self { reader, places: Places::new(source), open: Vec::new(), root: None, elements: 0, spot }
    }

    fn read(mut self) -> Result<Element, Mistake> {
        loop {
            let start = offset(self.reader.buffer_position());
            self.spot = self.places.spot(start);
            let event = self.reader.read_event().map_err(|error| {
                let spot = self.places.spot(offset(self.reader.error_position()));
                mistake(spot, format!("this is no XML: {error}"), "mend or export the document again")
            })?;
            match event {
                Event::Eof => break,
                Event::Start(tag) => {
                    let element = self.element(&tag)?;
                    self.open.push(element);
                    if self.open.len() > MAX_DEPTH {
                        return Err(self.mistake(
                            format!("elements are nested more than {MAX_DEPTH} deep"),
                            "no scorecard needs that; export it again",
                        ));
                    }
                }
                Event::Empty(tag) => {
                    let element = self.element(&tag)?;
                    self.close(element)?;
                }
                Event::End(_) => {
                    let Some(element) = self.open.pop() else {
                        return Err(self.mistake("nothing is open that this could end", "remove it"));
                    };
                    self.close(element)?;
                }
                Event::Text(text) => {
                    let text = text.xml10_content().map_err(|error| self.mistake(error.to_string(), "use UTF-8"))?;
                    self.text(&text)?;
                }
                Event::CData(text) => {
                    let text = text.xml10_content().map_err(|error| self.mistake(error.to_string(), "use UTF-8"))?;
                    self.text(&text)?;
                }
                Event::GeneralRef(reference) => {
                    let name = reference.decode().unwrap_or_default().into_owned();
                    let letter = self.referred(&name)?;
                    self.text(letter.encode_utf8(&mut [0; 4]))?;
                }
                Event::DocType(_) => {
                    return Err(self.mistake(
                        "the document has a document type (`<!DOCTYPE`)",
                        "remove it; entities and outside files are not read",
                    ));
                }
                Event::Decl(declaration) => self.declaration(declaration.encoding().and_then(Result::ok).as_deref())?,
                Event::Comment(_) | Event::PI(_) => {}
            }
        }
        if let Some(element) = self.open.pop() {
            let what = format!("`<{}>` is not ended", element.name);
            return Err(mistake(element.spot, what, "the document is cut off; export it again"));
        }
        let nothing = self.mistake("there is no element", "name a PMML file");
        self.root.ok_or(nothing)
    }

    fn mistake(&self, what: impl Into<String>, mend: impl Into<String>) -> Mistake {
        mistake(self.spot, what, mend)
    }

    fn declaration(&self, encoding: Option<&[u8]>) -> Result<(), Mistake> {
        let is_utf8 = |name: &[u8]| name.eq_ignore_ascii_case(b"utf-8") || name.eq_ignore_ascii_case(b"us-ascii");
        if encoding.is_none_or(is_utf8) {
            return Ok(());
        }
        let name = String::from_utf8_lossy(encoding.unwrap_or_default()).into_owned();
        Err(self.mistake(format!("the document is in `{name}`"), "save it as UTF-8 and say so in its first line"))
    }

    fn element(&mut self, tag: &BytesStart) -> Result<Element, Mistake> {
        self.elements += 1;
        if self.elements > MAX_ELEMENTS {
            return Err(self.mistake(format!("there are more than {MAX_ELEMENTS} elements"), "split the document"));
        }
        let name = self.utf8(tag.local_name().as_ref())?;
        let mut element = Element { name, spot: self.spot, ..Element::default() };
        // Checks of ours, because theirs compare each name with all before it.
        for attribute in tag.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| {
                self.mistake(format!("an attribute of `<{}>` is malformed: {error}", element.name), "put it in quotes")
            })?;
            if element.attributes.len() == MAX_ATTRIBUTES {
                let what = format!("`<{}>` has more than {MAX_ATTRIBUTES} attributes", element.name);
                return Err(self.mistake(what, "no scorecard needs that"));
            }
            let name = self.utf8(attribute.key.as_ref())?;
            if attribute.value.len() > MAX_VALUE {
                let what = format!("`{name}` of `<{}>` has {} bytes", element.name, attribute.value.len());
                return Err(self.mistake(what, format!("at most {MAX_VALUE} are read")));
            }
            let raw = self.utf8(&attribute.value)?;
            let value = self.unescaped(&raw)?;
            if element.get(&name).is_some() {
                return Err(self.mistake(format!("`<{}>` has two `{name}`", element.name), "remove one"));
            }
            element.attributes.push((name, value));
        }
        Ok(element)
    }

    fn utf8(&self, bytes: &[u8]) -> Result<String, Mistake> {
        String::from_utf8(bytes.to_vec()).map_err(|_| self.mistake("this is not UTF-8", "save the document as UTF-8"))
    }

    /// An attribute's value: line breaks and tabs are spaces (XML 1.0, 3.3.3), references the letters they stand for.
    fn unescaped(&self, raw: &str) -> Result<String, Mistake> {
        let mut value = String::with_capacity(raw.len());
        let mut rest = raw;
        while let Some((before, after)) = rest.split_once('&') {
            value.extend(before.chars().map(space));
            let Some((name, after)) = after.split_once(';') else {
                return Err(self.mistake("an `&` in an attribute stands for nothing", "write `&amp;`"));
            };
            value.push(self.referred(name)?);
            rest = after;
        }
        value.extend(rest.chars().map(space));
        match value.chars().find(|letter| !is_allowed(*letter)) {
            Some(letter) => Err(self.mistake(format!("{letter:?} is no character of XML"), "remove it")),
            None => Ok(value),
        }
    }

    /// What `&name;` stands for: one of the five letters of XML itself, or one by its number.
    fn referred(&self, name: &str) -> Result<char, Mistake> {
        let number = name.strip_prefix('#').and_then(|digits| match digits.strip_prefix('x') {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => digits.parse().ok(),
        });
        let letter = match name {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => number.and_then(char::from_u32).filter(|letter| is_allowed(*letter)),
        };
        let shown: String = name.chars().take(40).collect();
        letter.ok_or_else(|| self.mistake(format!("`&{shown};` stands for nothing"), "write the letter itself"))
    }

    fn text(&mut self, text: &str) -> Result<(), Mistake> {
        if let Some(letter) = text.chars().find(|letter| !is_allowed(*letter)) {
            return Err(self.mistake(format!("{letter:?} is no character of XML"), "remove it"));
        }
        let Some(element) = self.open.last_mut() else {
            return if text.trim().is_empty() {
                Ok(())
            } else {
                Err(self.mistake("there is text outside of every element", "name a PMML file"))
            };
        };
        if element.text.len() + text.len() > MAX_TEXT {
            let what = format!("the text of `<{}>` has more than {MAX_TEXT} bytes", element.name);
            return Err(self.mistake(what, "shorten it"));
        }
        element.text.push_str(text);
        Ok(())
    }

    fn close(&mut self, mut element: Element) -> Result<(), Mistake> {
        if !element.children.is_empty() || element.text.trim().is_empty() {
            // The white space that sets elements apart
            element.text = element.text.split_off(element.text.len() - element.text.trim_start().len());
            element.text.truncate(element.text.trim_end().len());
        }
        if let Some(parent) = self.open.last_mut() {
            parent.children.push(element);
            return Ok(());
        }
        if self.root.is_some() {
            return Err(self.mistake("there is a second root element", "a document has one"));
        }
        self.root = Some(element);
        Ok(())
    }
}

fn space(letter: char) -> char {
    if matches!(letter, '\n' | '\r' | '\t') { ' ' } else { letter }
}

fn offset(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn told(document: &[u8]) -> String {
        parse(document).map_or_else(|mistake| mistake.to_string(), |root| format!("<{}>", root.name))
    }

    #[test]
    fn places_are_counted_in_characters() {
        let root = parse("<a>\n  <b x='дом'/><c/>\n</a>".as_bytes()).unwrap();
        let spots: Vec<_> = root.children.iter().map(|child| (child.spot.line, child.spot.column)).collect();
        assert_eq!(spots, [(2, 3), (2, 15)]);
    }

    #[test]
    fn hostile_documents_are_refused_with_their_place() {
        let laughs = b"<?xml version=\"1.0\"?>\n<!DOCTYPE a [<!ENTITY b \"ha\"><!ENTITY c \"&b;&b;\">]>\n<a>&c;</a>";
        assert!(told(laughs).starts_with("2:1: the document has a document type"), "{}", told(laughs));
        assert!(told(b"<a>&c;</a>").starts_with("1:4: `&c;` stands for nothing"));
        assert!(told(b"<a x='&file;'/>").starts_with("1:1: `&file;` stands for nothing"));
        assert!(told(b"<a>&#0;</a>").contains("stands for nothing"));
        let deep = "<a>".repeat(100_000);
        assert!(told(deep.as_bytes()).starts_with("1:769: elements are nested more than 256 deep"));
        let long = format!("<a>\n<b x=\"{}\"/></a>", "y".repeat(1_000_000));
        assert!(told(long.as_bytes()).starts_with("2:1: `x` of `<b>` has 1000000 bytes"), "{}", told(long.as_bytes()));
        let wide = (0..1_000_000).map(|number| format!("a{number}='1'")).collect::<Vec<_>>().join(" ");
        assert!(told(format!("<a {wide}/>").as_bytes()).contains("more than 64 attributes"));
        let text = format!("<a>{}</a>", "y".repeat(9 << 20));
        assert!(told(text.as_bytes()).contains("the text of `<a>` has more than"));
    }

    #[test]
    fn broken_documents_are_told_with_their_place() {
        for (document, told_first) in [
            (&b""[..], "1:1: there is no element"),
            (b"hello", "1:1: there is text outside"),
            (b"<a>\n<b></a>", "2:4: this is no XML"),
            (b"<a>\n<b>", "2:1: `<b>` is not ended"),
            (b"<a/><b/>", "1:5: there is a second root"),
            (b"<a x='1' x='2'/>", "1:1: `<a>` has two `x`"),
            (b"<a x=1/>", "1:1: an attribute of `<a>` is malformed"),
            (b"<a>\n\xff</a>", "2:1: the document is not UTF-8"),
            (b"\xff\xfe<\0", "1:1: the document is in UTF-16"),
            (b"<?xml version='1.0' encoding='windows-1251'?><a/>", "1:1: the document is in `windows-1251`"),
            (b"<a>\x01</a>", "1:4: '\\u{1}' is no character"),
        ] {
            assert!(
                told(document).starts_with(told_first),
                "{:?}: {}",
                String::from_utf8_lossy(document),
                told(document)
            );
        }
        assert_eq!(told(b"\xef\xbb\xbf<?xml version='1.0' encoding='UTF-8'?>\n<!-- x --><p:a xmlns:p='u'/>"), "<a>");
    }

    #[test]
    fn a_long_document_is_read_in_time_that_grows_with_it() {
        let document = format!("<a>{}</a>", "\n<b x='1'/>".repeat(200_000));
        let started = Instant::now();
        assert_eq!(parse(document.as_bytes()).unwrap().children.len(), 200_000);
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }
}
