//! The words of one language. A page carries those of its own alone: they come beside the form, as lines in the order
//! of [`Word`] and the violations' codes.

use std::sync::LazyLock;

use leadglass_scoring::{Field, FieldKind, Language, Violation, ViolationCode, validation::number::digits};
use yew::AttrValue;

use super::{
    limit,
    plural::{PluralForm, plural_form},
};

/// What languages are written in: a line a text, under the name that it has in every language.
const FILES: [&str; 3] = [include_str!("en.toml"), include_str!("ru.toml"), include_str!("ro.toml")];

macro_rules! texts {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)+) => {
        /// A text of ours that stands in a form.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Word {
            $($(#[$doc])* $variant,)+
        }

        impl Word {
            /// The names in a language's file.
            pub(super) const NAMES: &[&str] = &[$($name,)+];
        }
    };
}

texts! {
    /// The answers are on their way.
    Sending = "sending",
    /// They did not arrive.
    Failed = "failed",
    /// The visitor has no connection; we send once there is one.
    Offline = "offline",
    /// The server asks to wait.
    Busy = "busy",
    /// A link to the form on a page of its own.
    OpenHosted = "open_hosted",
    /// The first line of a list, before anything is chosen.
    Choose = "choose",
    /// Yes
    Yes = "yes",
    /// No
    No = "no",
    /// Beside a question that need not be answered.
    Optional = "optional",
    /// What a list of currencies is for.
    Currency = "currency",
    /// What a list of countries beside a phone number is for.
    Country = "country",
    /// A country that is not in the list: the number says which.
    Elsewhere = "elsewhere",
    /// The button to the next part of a form.
    Next = "next",
    /// The button to the part before.
    Back = "back",
    /// The button that closes a form over the page.
    Close = "close",
    /// What a screen reader is told when the form became another.
    Adapted = "adapted",
    /// Which part of a form that is shown part by part.
    Step = "step",
    /// The same, where a part is a question.
    Question = "question",
    /// How many questions are left, where not all are asked.
    Left = "left",
    /// Beside an e-mail address that looks mistyped.
    Suggestion = "suggestion",
    /// Above the list of violations.
    Summary = "summary",
    /// The months, where dates are written with their names.
    Months = "months",
    /// What stands before decimals.
    DecimalSign = "decimal_sign",
    /// Decimals where none are taken.
    WholeNumber = "whole_number",
    /// No e-mail address.
    MissingEmail = "missing.email",
    /// No phone number.
    MissingPhone = "missing.phone",
    /// No number.
    MissingNumber = "missing.number",
    /// No amount.
    MissingMoney = "missing.money",
    /// No date.
    MissingDate = "missing.date",
    /// None chosen of which one is to be.
    MissingSelect = "missing.select",
    /// None chosen of which several may be.
    MissingMultiSelect = "missing.multi_select",
    /// No mark.
    MissingRating = "missing.rating",
    /// Neither yes nor no.
    MissingYesNo = "missing.yes_no",
    /// No web address.
    MissingWebsite = "missing.website",
    /// Nothing from the page.
    MissingHidden = "missing.hidden",
}

/// The words of one language.
#[derive(Clone, Debug, PartialEq)]
pub struct Words {
    language: Language,
    lines: AttrValue,
}

impl Words {
    /// Those of a language, from its file. A page is [given](Self::read) them.
    #[must_use]
    pub fn of(language: Language) -> Self {
        static LINES: LazyLock<[String; 3]> = LazyLock::new(|| FILES.map(lines));
        Self { language, lines: AttrValue::Static(&LINES[language as usize]) }
    }

    /// Those that a page was given; nothing where they are not as many as they have to be.
    #[must_use]
    pub fn read(language: Language, lines: String) -> Option<Self> {
        let words = Self { language, lines: lines.into() };
        (words.lines.split('\n').count() == Word::NAMES.len() + ViolationCode::ALL.len()).then_some(words)
    }

    /// What a page is given.
    #[must_use]
    pub fn lines(&self) -> &str {
        &self.lines
    }

    /// Their language.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// A text.
    #[must_use]
    pub fn get(&self, word: Word) -> &str {
        self.line(word as usize)
    }

    /// What stands above the list of violations.
    #[must_use]
    pub fn summary_heading(&self, violations: usize) -> String {
        let form = plural_form(self.language, violations);
        fill(self.get(Word::Summary), form, &[("count", &count(violations))])
    }

    /// How many questions are left; nothing where none is.
    #[must_use]
    pub fn left(&self, questions: usize) -> String {
        if questions == 0 {
            return String::new();
        }
        fill(self.get(Word::Left), plural_form(self.language, questions), &[("count", &count(questions))])
    }

    /// What a screen reader is told when the form became another: its new heading, and what it asks for now.
    #[must_use]
    pub fn adapted(&self, heading: &str, fields: &[&str]) -> String {
        let places = [("heading", heading), ("fields", &fields.join(", "))];
        fill(self.get(Word::Adapted), PluralForm::Many, &places)
    }

    /// Which part of a form that is shown part by part this is, and of how many.
    #[must_use]
    pub fn part_of(&self, is_question: bool, at: usize, of: usize) -> String {
        let word = if is_question { Word::Question } else { Word::Step };
        fill(self.get(word), PluralForm::Many, &[("at", &count(at)), ("of", &count(of))])
    }

    /// What is said of an e-mail address that looks mistyped: before and after the address that may have been meant.
    #[must_use]
    pub fn suggestion(&self) -> (&str, &str) {
        let mut around = self.get(Word::Suggestion).split(['{', '}']);
        (around.next().unwrap_or_default(), around.nth(1).unwrap_or_default())
    }

    /// What is wrong with an answer and how to mend it: in the form's own words where it has some.
    #[must_use]
    pub fn violation(&self, field: &Field, violation: &Violation, language_number: usize) -> String {
        if let Some(message) = field.messages.iter().find(|message| message.code == violation.code) {
            return message.text.get(language_number).to_owned();
        }
        let limit = violation.limit.as_deref().unwrap_or_default();
        let text = match violation.code {
            ViolationCode::Required => self.missing(&field.kind),
            ViolationCode::NumberTooPrecise if limit == "0" => self.get(Word::WholeNumber),
            code => self.line(Word::NAMES.len() + code as usize),
        };
        let form = limit.parse().map_or(PluralForm::Many, |count| plural_form(self.language, count));
        fill(text, form, &[("limit", &limit::for_people(self, violation.code, limit))])
    }

    fn missing(&self, kind: &FieldKind) -> &str {
        self.get(match kind {
            FieldKind::Email => Word::MissingEmail,
            FieldKind::Phone(_) => Word::MissingPhone,
            FieldKind::Number(_) => Word::MissingNumber,
            FieldKind::Money(_) => Word::MissingMoney,
            FieldKind::Date(_) => Word::MissingDate,
            FieldKind::Select(_) => Word::MissingSelect,
            FieldKind::MultiSelect(_) => Word::MissingMultiSelect,
            FieldKind::Rating(_) => Word::MissingRating,
            FieldKind::YesNo => Word::MissingYesNo,
            FieldKind::Website => Word::MissingWebsite,
            FieldKind::Hidden(_) => Word::MissingHidden,
            _ => return self.line(Word::NAMES.len() + ViolationCode::Required as usize),
        })
    }

    fn line(&self, number: usize) -> &str {
        self.lines.split('\n').nth(number).unwrap_or_default()
    }
}

/// A number of things, in digits.
pub(crate) fn count(number: usize) -> String {
    digits(number.try_into().unwrap_or(u64::MAX), 1)
}

/// A text with its values: what stands in braces is the name of one, or what there is to choose from by a number.
pub(super) fn fill(text: &str, form: PluralForm, places: &[(&str, &str)]) -> String {
    let mut filled = String::new();
    for (number, part) in text.split(['{', '}']).enumerate() {
        // What stands in braces is every second.
        filled.push_str(if number % 2 == 0 {
            part
        } else if let Some((_, value)) = places.iter().find(|(name, _)| *name == part) {
            value
        } else {
            part.split('|').take(form as usize + 1).last().unwrap_or_default()
        });
    }
    filled
}

/// The lines of a language's file, in the order that pages know. That none is missing is tested.
fn lines(file: &str) -> String {
    let codes = ViolationCode::ALL.iter().map(|code| code.as_str());
    let text = |name: &str| {
        let lines = file.lines().filter_map(|line| line.strip_suffix('"')?.split_once(" = \""));
        lines.filter(|(given, _)| *given == name).map(|(_, text)| text).next().unwrap_or_default()
    };
    Word::NAMES.iter().copied().chain(codes).map(text).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The names in braces.
    fn places(text: &str) -> BTreeSet<&str> {
        text.split(['{', '}']).skip(1).step_by(2).filter(|part| !part.contains('|')).collect()
    }

    #[test]
    fn every_language_has_every_text_with_the_same_places() {
        let names: Vec<&str> =
            Word::NAMES.iter().copied().chain(ViolationCode::ALL.iter().map(|code| code.as_str())).collect();
        let english = Words::of(Language::En);
        for language in Language::ALL {
            let file: Vec<&str> = FILES[language as usize].lines().filter(|line| line.contains('=')).collect();
            let given: Vec<&str> = file.iter().map(|line| line.split(" = ").next().unwrap()).collect();
            assert_eq!(given, names, "{language:?}");
            let words = Words::of(language);
            for (number, name) in names.iter().enumerate() {
                // Only English writes months.
                let may_be_empty = *name == "months";
                assert!(may_be_empty || !words.line(number).is_empty(), "{language:?} {name}");
                assert_eq!(places(words.line(number)), places(english.line(number)), "{language:?} {name}");
            }
        }
    }

    #[test]
    fn a_language_is_a_toml_file_of_plain_texts() {
        for file in FILES {
            let table: toml::Table = file.parse().unwrap();
            assert_eq!(
                table["text"]["too_long"].as_str().map(str::len),
                file_text(file, "text.too_long").map(str::len)
            );
            assert!(!file.contains('\\'));
        }
    }

    fn file_text<'a>(file: &'a str, name: &str) -> Option<&'a str> {
        file.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = \"")?.strip_suffix('"'))
    }

    #[test]
    fn a_page_says_the_same_by_the_lines_it_was_given() {
        for language in Language::ALL {
            let words = Words::of(language);
            let given = Words::read(language, words.lines().to_owned()).unwrap();
            assert_eq!(given, words);
            assert_eq!(Words::read(language, [words.lines(), "\n"].concat()), None);
            assert_eq!(Words::read(language, String::new()), None);
        }
    }

    #[test]
    fn a_text_takes_its_values_where_they_stand_and_the_word_that_agrees() {
        let text = "{b}, {a}: {one|few|many} {single|rest}.";
        assert_eq!(fill(text, PluralForm::Few, &[("a", "{x}"), ("b", "|")]), "|, {x}: few rest.");
        assert_eq!(fill(text, PluralForm::One, &[]), "b, a: one single.");
    }
}
