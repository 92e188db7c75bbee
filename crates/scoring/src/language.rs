//! Languages a form speaks, and texts that exist in each of them.

/// A language the form's own messages exist in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English
    En,
    /// Russian
    Ru,
    /// Romanian
    Ro,
}

canonical!(choice Language { En, Ru, Ro });

impl Language {
    /// All supported languages, in the order of their codes' numbers in the encoding.
    pub const ALL: [Self; 3] = [Self::En, Self::Ru, Self::Ro];

    /// The ISO 639-1 code, as in the `lang` attribute.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ru => "ru",
            Self::Ro => "ro",
        }
    }

    /// Reads a BCP 47 tag by its primary subtag: `ru-MD` is Russian. `mo`, the withdrawn code of Moldovan, is Romanian.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().trim();
        if primary.eq_ignore_ascii_case("mo") {
            return Some(Self::Ro);
        }
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(primary))
    }
}

/// One text in each language of a form, in the order of the form's `languages`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalText(Vec<String>);

canonical!(transparent LocalText);

impl LocalText {
    /// Texts in the order of the form's languages.
    #[must_use]
    pub fn new(texts: Vec<String>) -> Self {
        Self(texts)
    }

    /// The text in the form's language number `language`, the first language's where there is none.
    #[must_use]
    pub fn get(&self, language: usize) -> &str {
        self.0.get(language).or_else(|| self.0.first()).map_or("", String::as_str)
    }

    /// How many languages it has.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_read_by_its_primary_subtag() {
        assert_eq!(Language::from_tag("RU-md"), Some(Language::Ru));
        assert_eq!(Language::from_tag("mo"), Some(Language::Ro));
        assert_eq!(Language::from_tag("rom"), None);
        assert_eq!(Language::from_tag(""), None);
    }

    #[test]
    fn a_missing_translation_falls_back_to_the_first_language() {
        let text = LocalText::new(vec!["Send".into()]);
        assert_eq!(text.get(2), "Send");
        assert_eq!(LocalText::default().get(0), "");
    }
}
