//! Cells that a lenient field takes for none because they can't be read.

use leadglass_scoring::{Field, Timestamp, ViolationCode, validation::validate_field};

use crate::outcome::is_word_for_nothing;

/// The longest cell that is told as it is, in characters.
const SHOWN: usize = 40;

/// Says what is wrong with the answers to a field that takes what it gets.
#[derive(Debug)]
pub struct Unread {
    strict: Field,
}

impl Unread {
    /// For a lenient field; any other rejects what it can't read by itself.
    #[must_use]
    pub fn of(field: &Field) -> Option<Self> {
        (field.lenient == Some(true))
            .then(|| Self { strict: Field { lenient: None, required: false, ..field.clone() } })
    }

    /// Why nothing was read of a cell; `None` where it is empty or says in a word that it is.
    #[must_use]
    pub fn why(&self, cell: &str, at: Timestamp) -> Option<String> {
        let cell = cell.trim();
        if is_word_for_nothing(cell) {
            return None;
        }
        let violation = validate_field(&self.strict, &[cell], at).err()?;
        let limit = violation.limit.as_deref().unwrap_or_default();
        let what = match violation.code {
            ViolationCode::NumberMalformed => format!("{} is no number", shown(cell)),
            ViolationCode::TextTooLong => {
                format!("a text of {} characters, and {limit} are read", cell.chars().count())
            }
            ViolationCode::TextControlCharacter => {
                let control = cell.chars().find(|letter| letter.is_control()).map_or(0, u32::from);
                format!("{} has the control character U+{control:04X}", shown(cell))
            }
            code => format!("{} can't be read ({})", shown(cell), code.as_str()),
        };
        Some(format!("{what}; it counts as missing"))
    }
}

/// A cell between back-ticks, none of which can end the line.
fn shown(cell: &str) -> String {
    let length = cell.chars().count();
    let start: String = cell.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if length > SHOWN { format!("`{start}…` ({length} characters)") } else { format!("`{start}`") }
}

#[cfg(test)]
mod tests {
    use leadglass_scoring::{
        Field, FieldKind, LocalText, Timestamp,
        field::{NumberLimits, TextLimits},
    };

    use super::Unread;

    #[test]
    fn what_a_lenient_field_takes_for_none_is_told_and_what_says_nothing_is_not() {
        let field = |kind, lenient| Field {
            id: "it".into(),
            step: 0,
            kind,
            required: false,
            label: LocalText::new(vec!["it".into()]),
            help: None,
            autocomplete: None,
            messages: Vec::new(),
            half_width: false,
            lenient,
        };
        let number = field(FieldKind::Number(NumberLimits { decimals: 2, min: None, max: None }), Some(true));
        let text = field(FieldKind::ShortText(TextLimits { min_length: 0, max_length: 5 }), Some(true));
        let why = |field: &Field, cell: &str| Unread::of(field).unwrap().why(cell, Timestamp::from_millis(0));
        for (field, cell, told) in [
            (&number, "abc", Some("`abc` is no number; it counts as missing".to_owned())),
            (&number, " 12 ", None),
            (&number, "n/a", None),
            (&number, "", None),
            (&text, "too long", Some("a text of 8 characters, and 5 are read; it counts as missing".to_owned())),
            (&text, "c\0k", Some("`c\\0k` has the control character U+0000; it counts as missing".to_owned())),
        ] {
            assert_eq!(why(field, cell), told, "{cell:?}");
        }
        let long = why(&number, &"x".repeat(1_000_000)).unwrap();
        assert!(long.ends_with("xxx…` (1000000 characters) is no number; it counts as missing") && long.len() < 120);
        assert!(Unread::of(&Field { lenient: None, ..number }).is_none());
    }
}
