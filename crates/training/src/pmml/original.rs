//! The card's own file within a document of ours, for as long as nobody changed the model around it.

use leadglass_scoring::encoding::VersionId;

use super::xml::Element;

/// Who wrote an extension.
const EXTENDER: &str = "leadglass";
/// The extension with the card's file, and its value: the card's id.
const CARD: &str = "card";
/// The extension with the digest of all that other evaluators see.
const DIGEST: &str = "digest";

/// The card's file that was found in a document.
pub(super) struct Original {
    /// The file.
    pub source: String,
    /// The card's id, as the document says.
    pub card: Option<VersionId>,
    /// Whether the rest of the document is as it was written.
    pub is_untouched: bool,
}

/// Adds the file to the document.
pub(super) fn embed(root: &mut Element, source: &str, card: VersionId) {
    let digest = digest(root);
    let extension = |name: &str, value: String| {
        Element::new("Extension").with("extender", EXTENDER).with("name", name).with("value", value)
    };
    if let Some(model) = root.children.iter_mut().find(|child| child.name == "Scorecard") {
        model.children.push(extension(DIGEST, digest));
        model.children.push(extension(CARD, card.to_string()).text(source));
    }
}

/// Finds the file in a document.
pub(super) fn find(root: &Element, model: &Element) -> Option<Original> {
    let ours = |name: &str| {
        let mut extensions = model.all("Extension");
        extensions.find(|it| it.get("extender") == Some(EXTENDER) && it.get("name") == Some(name))
    };
    let card = ours(CARD)?;
    let is_untouched = ours(DIGEST).and_then(|it| it.get("value")) == Some(&digest(root));
    Some(Original { source: card.text.clone(), card: card.get("value").and_then(VersionId::parse), is_untouched })
}

/// A digest of the document without its header and our extensions, however it is laid out.
fn digest(root: &Element) -> String {
    let mut bytes = Vec::new();
    write(root, &mut bytes);
    VersionId::of(&bytes).to_string()
}

fn write(element: &Element, bytes: &mut Vec<u8>) {
    let is_ours = element.name == "Extension" && element.get("extender") == Some(EXTENDER);
    if is_ours || element.name == "Header" {
        return;
    }
    let part = |text: &str, bytes: &mut Vec<u8>| {
        bytes.extend((text.len() as u64).to_be_bytes());
        bytes.extend(text.as_bytes());
    };
    part(&element.name, bytes);
    let is_of_model = |name: &str| name != "xmlns" && !name.contains(':');
    let mut attributes: Vec<_> = element.attributes.iter().filter(|(name, _)| is_of_model(name)).collect();
    attributes.sort();
    for (name, value) in attributes {
        part(name, bytes);
        part(value, bytes);
    }
    bytes.push(b'>');
    part(element.text.trim(), bytes);
    element.children.iter().for_each(|child| write(child, bytes));
    bytes.push(b'/');
}
