//! `[confirmation]`: whoever sends the form is asked to confirm their address.

use super::{
    conditions::Kinds,
    reader::{Reader, Section},
};
use crate::{field::FieldKind, form::Confirmation};

/// The longest that a link works: 30 days.
const HOURS: u16 = 720;

pub(super) fn read(reader: &mut Reader, root: &mut Section, kinds: &Kinds) -> Option<Confirmation> {
    let mut section = reader.section(root, "confirmation")?;
    let subject = reader.local(&mut section, "subject");
    let text = reader.local(&mut section, "text");
    let hours = section.value_span("valid_hours");
    let valid_hours = reader.whole::<u16>(&mut section, "valid_hours");
    if valid_hours.is_some_and(|hours| !(1..=HOURS).contains(&hours)) {
        reader.mistake(hours, "a link can't work that long", format!("`valid_hours` is from 1 to {HOURS}"));
    }
    if !kinds.values().any(|kind| *kind == FieldKind::Email) {
        reader.mistake(
            section.span(),
            "nobody's address is asked for",
            "add a field of the kind `email`, or leave `[confirmation]` out",
        );
    }
    reader.finish(&section);
    Some(Confirmation { subject, text, valid_hours })
}

#[cfg(test)]
mod tests {
    use crate::{encoding::encode, form_file};

    const ASK: &str = include_str!("../../../../www/forms/ask.toml");

    #[test]
    fn who_asks_for_confirmation_is_another_version_and_who_does_not_is_the_same() {
        let plain = form_file::parse(ASK).unwrap().form;
        let words = "\n[confirmation]\nsubject = \"Is it you?\"\nvalid_hours = 24\n";
        let asking = form_file::parse(&format!("{ASK}{words}")).unwrap().form;
        let confirmation = asking.definition().confirmation.clone().unwrap();
        assert_eq!((confirmation.valid_hours, confirmation.text), (Some(24), None));
        assert_eq!(confirmation.subject.map(|subject| subject.get(0).to_owned()).as_deref(), Some("Is it you?"));
        assert_ne!(asking.definition().version(), plain.definition().version());
        // Pages need not know it.
        assert_eq!(encode(&asking.definition().public()), encode(&plain.definition().public()));
        let back: crate::FormDefinition = crate::encoding::decode(&encode(asking.definition())).unwrap();
        assert_eq!(back, *asking.definition());
    }

    #[test]
    fn what_can_not_be_asked_is_told() {
        let told = |source: &str| {
            let mistakes = form_file::parse(source).err().unwrap_or_default();
            mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        };
        let long = told(&format!("{ASK}\n[confirmation]\nvalid_hours = 721\n"));
        assert!(long.contains("`valid_hours` is from 1 to 720"), "{long}");
        let nobody = told(&format!("{}\n[confirmation]\n", ASK.replace("kind = \"email\"", "kind = \"short_text\"")));
        assert!(nobody.contains("nobody's address is asked for"), "{nobody}");
    }
}
