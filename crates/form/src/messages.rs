//! Everything a form says of itself, in each language: what is wrong and how to mend it, what is going on.

mod advice;
mod en;
mod limit;
mod plural;
mod ro;
mod ru;
mod sales;

use leadglass_scoring::{Field, FieldKind, Language, Violation, ViolationCode};

use self::plural::{Plural, PluralForm, plural_form};
pub use self::{
    advice::{change_sentence, missing_sentence},
    sales::{
        approach_sentence, held_back_sentence, offer_sentence, owner_sentence, readiness_sentence, segment_sentence,
    },
};

/// The words of one language.
struct Words {
    sending: &'static str,
    failed: &'static str,
    offline: &'static str,
    busy: &'static str,
    open_hosted: &'static str,
    close: &'static str,
    summary: Plural,
    adapted: &'static str,
    choose: &'static str,
    yes: &'static str,
    no: &'static str,
    optional: &'static str,
    currency: &'static str,
    next: &'static str,
    back: &'static str,
    step: &'static str,
    question: &'static str,
    suggestion: &'static str,
    violation: fn(ViolationCode) -> Text,
    required: fn(&FieldKind) -> &'static str,
}

/// A text in which `{}` stands for the limit.
enum Text {
    Plain(&'static str),
    /// By the number that the limit is; the first where it is 0.
    Counted(&'static str, Plural),
}

const fn words(language: Language) -> &'static Words {
    match language {
        Language::En => &en::WORDS,
        Language::Ru => &ru::WORDS,
        Language::Ro => &ro::WORDS,
    }
}

/// A word of ours that stands in a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// The answers are on their way.
    Sending,
    /// They did not arrive.
    Failed,
    /// The visitor has no connection; we send once there is one.
    Offline,
    /// The server asks to wait.
    Busy,
    /// A link to the form on a page of its own.
    OpenHosted,
    /// The first line of a list, before anything is chosen.
    Choose,
    /// Yes
    Yes,
    /// No
    No,
    /// Beside a question that need not be answered.
    Optional,
    /// What a list of currencies is for.
    Currency,
    /// The button to the next part of a form.
    Next,
    /// The button to the part before.
    Back,
}

/// A word of ours.
#[must_use]
pub const fn word(language: Language, word: Word) -> &'static str {
    let words = words(language);
    match word {
        Word::Sending => words.sending,
        Word::Failed => words.failed,
        Word::Offline => words.offline,
        Word::Busy => words.busy,
        Word::OpenHosted => words.open_hosted,
        Word::Choose => words.choose,
        Word::Yes => words.yes,
        Word::No => words.no,
        Word::Optional => words.optional,
        Word::Currency => words.currency,
        Word::Next => words.next,
        Word::Back => words.back,
    }
}

/// What stands above the list of violations.
#[must_use]
pub fn summary_heading(language: Language, violations: usize) -> String {
    let form = words(language).summary.get(plural_form(language, violations));
    fill(form, &violations.to_string())
}

/// What a screen reader is told when the form became another: its new heading, and what it asks for now.
#[must_use]
pub fn adapted(language: Language, heading: &str, fields: &[&str]) -> String {
    fill(words(language).adapted, heading).replace("[]", &fields.join(", "))
}

/// Which part of a form that is shown part by part this is, and of how many.
#[must_use]
pub fn part_of(language: Language, is_question: bool, at: usize, of: usize) -> String {
    let words = words(language);
    let text = if is_question { words.question } else { words.step };
    fill(text, &at.to_string()).replace("[]", &of.to_string())
}

/// What is said of an e-mail address that looks mistyped: before and after the address that may have been meant.
#[must_use]
pub fn suggestion(language: Language) -> (&'static str, &'static str) {
    words(language).suggestion.split_once("{}").unwrap_or_default()
}

/// What is wrong with an answer and how to mend it: in the form's own words where it has some.
#[must_use]
pub fn violation_message(language: Language, field: &Field, violation: &Violation, language_number: usize) -> String {
    if let Some(message) = field.messages.iter().find(|message| message.code == violation.code) {
        return message.text.get(language_number).to_owned();
    }
    let words = words(language);
    if violation.code == ViolationCode::Required {
        return (words.required)(&field.kind).to_owned();
    }
    let limit = violation.limit.as_deref().unwrap_or_default();
    match (words.violation)(violation.code) {
        Text::Plain(text) => fill(text, &limit::for_people(language, violation.code, limit)),
        Text::Counted(none, forms) => match limit.parse() {
            Ok(0) => none.to_owned(),
            Ok(count) => fill(forms.get(plural_form(language, count)), limit),
            Err(_) => fill(forms.get(PluralForm::Many), limit),
        },
    }
}

/// What the page says while there is no wasm. Names of plural forms are those of `Intl.PluralRules`.
#[must_use]
pub fn embed_texts(language: Language) -> Vec<(&'static str, &'static str)> {
    let words = words(language);
    let mut texts = vec![
        ("sending", words.sending),
        ("failed", words.failed),
        ("offline", words.offline),
        ("close", words.close),
        ("busy", words.busy),
        ("open", words.open_hosted),
        ("summary_one", words.summary.get(PluralForm::One)),
        ("summary_other", words.summary.get(PluralForm::Many)),
    ];
    if words.summary.get(PluralForm::Few) != words.summary.get(PluralForm::Many) {
        texts.push(("summary_few", words.summary.get(PluralForm::Few)));
    }
    texts
}

fn fill(text: &str, value: &str) -> String {
    match text.split_once("{}") {
        Some((before, after)) => [before, value, after].concat(),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use leadglass_scoring::{LocalText, field::Message, field::TextLimits};

    use super::*;

    fn field(kind: FieldKind) -> Field {
        Field {
            id: "note".into(),
            step: 0,
            kind,
            required: true,
            label: LocalText::new(vec!["Note".into()]),
            help: None,
            autocomplete: None,
            messages: Vec::new(),
            half_width: false,
            lenient: None,
        }
    }

    fn broken(code: ViolationCode, limit: Option<&str>) -> Violation {
        Violation { field: "note".into(), code, limit: limit.map(str::to_owned) }
    }

    #[test]
    fn every_violation_has_a_message_of_its_own_in_every_language() {
        let field = field(FieldKind::Email);
        for language in Language::ALL {
            let mut seen = std::collections::BTreeMap::new();
            for code in ViolationCode::ALL {
                let message = violation_message(language, &field, &broken(*code, Some("3")), 0);
                assert!(message.ends_with('.'), "{language:?} {code:?}: {message}");
                assert!(!message.contains("{}"), "{language:?} {code:?}: {message}");
                if let Some(other) = seen.insert(message, code) {
                    panic!("{language:?}: {other:?} and {code:?} say the same");
                }
            }
        }
    }

    #[test]
    fn the_forms_own_words_come_first() {
        let mut field = field(FieldKind::LongText(TextLimits { min_length: 10, max_length: 20 }));
        field.messages.push(Message {
            code: ViolationCode::TextTooShort,
            text: LocalText::new(vec!["A sentence, please.".into(), "Одно предложение.".into()]),
        });
        let violation = broken(ViolationCode::TextTooShort, Some("10"));
        assert_eq!(violation_message(Language::Ru, &field, &violation, 1), "Одно предложение.");
    }

    #[test]
    fn counted_messages_agree_with_their_number() {
        let field = field(FieldKind::LongText(TextLimits { min_length: 1, max_length: 20 }));
        let short =
            |language, limit| violation_message(language, &field, &broken(ViolationCode::TextTooShort, Some(limit)), 0);
        assert_eq!(short(Language::En, "1"), "This is too short. Write at least 1 character.");
        assert_eq!(short(Language::En, "2"), "This is too short. Write at least 2 characters.");
        assert_eq!(short(Language::Ru, "21"), "Слишком коротко. Напишите не меньше 21 символа.");
        assert_eq!(short(Language::Ru, "22"), "Слишком коротко. Напишите не меньше 22 символов.");
        assert_eq!(short(Language::Ro, "1"), "Prea scurt. Scrieți cel puțin 1 caracter.");
        assert_eq!(short(Language::Ro, "19"), "Prea scurt. Scrieți cel puțin 19 caractere.");
        assert_eq!(short(Language::Ro, "20"), "Prea scurt. Scrieți cel puțin 20 de caractere.");
    }

    #[test]
    fn the_summary_counts_in_every_language() {
        assert_eq!(summary_heading(Language::En, 1), "1 answer needs another look");
        assert_eq!(summary_heading(Language::En, 3), "3 answers need another look");
        assert_eq!(summary_heading(Language::Ru, 1), "Проверьте 1 ответ");
        assert_eq!(summary_heading(Language::Ru, 3), "Проверьте 3 ответа");
        assert_eq!(summary_heading(Language::Ru, 5), "Проверьте 5 ответов");
        assert_eq!(summary_heading(Language::Ro, 1), "Verificați 1 răspuns");
        assert_eq!(summary_heading(Language::Ro, 3), "Verificați 3 răspunsuri");
        assert_eq!(summary_heading(Language::Ro, 20), "Verificați 20 de răspunsuri");
    }

    #[test]
    fn no_decimal_places_means_a_whole_number() {
        let field = field(FieldKind::YesNo);
        let violation = broken(ViolationCode::NumberTooPrecise, Some("0"));
        let message = violation_message(Language::En, &field, &violation, 0);
        assert_eq!(message, "This has decimals. Write a whole number.");
    }
}
