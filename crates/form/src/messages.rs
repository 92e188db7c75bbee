//! Everything a form says of itself, in each language: what is wrong and how to mend it, what is going on.

mod advice;
mod limit;
mod plural;
mod sales;
mod words;

use leadglass_scoring::{Field, Language, Violation};

use self::plural::PluralForm;
pub(crate) use self::words::count;
pub use self::{
    advice::{change_sentence, missing_sentence},
    sales::{
        approach_sentence, held_back_sentence, offer_sentence, owner_sentence, readiness_sentence, segment_sentence,
    },
    words::{Word, Words},
};

/// What is wrong with an answer and how to mend it: in the form's own words where it has some.
#[must_use]
pub fn violation_message(language: Language, field: &Field, violation: &Violation, language_number: usize) -> String {
    Words::of(language).violation(field, violation, language_number)
}

/// What the page says while there is no wasm. Names of plural forms are those of `Intl.PluralRules`.
#[must_use]
pub fn embed_texts(language: Language) -> Vec<(&'static str, String)> {
    let words = Words::of(language);
    let summary = |form| words::fill(words.get(Word::Summary), form, &[("count", "{}")]);
    let mut texts = vec![
        ("sending", words.get(Word::Sending).to_owned()),
        ("failed", words.get(Word::Failed).to_owned()),
        ("offline", words.get(Word::Offline).to_owned()),
        ("close", words.get(Word::Close).to_owned()),
        ("busy", words.get(Word::Busy).to_owned()),
        ("open", words.get(Word::OpenHosted).to_owned()),
        ("summary_one", summary(PluralForm::One)),
        ("summary_other", summary(PluralForm::Many)),
    ];
    if summary(PluralForm::Few) != summary(PluralForm::Many) {
        texts.push(("summary_few", summary(PluralForm::Few)));
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
    use leadglass_scoring::{
        FieldKind, LocalText, ViolationCode,
        field::{Message, TextLimits},
    };

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
                assert!(!message.contains(['{', '|', '}']), "{language:?} {code:?}: {message}");
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
        let summary_heading = |language, count| Words::of(language).summary_heading(count);
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
    fn how_much_is_left_is_said_in_every_language() {
        let left = |language, count| Words::of(language).left(count);
        assert_eq!([0, 1, 2].map(|count| left(Language::En, count)), ["", "1 question left", "2 questions left"]);
        let russian = ["Остался 1 вопрос", "Осталось 3 вопроса", "Осталось 5 вопросов"];
        assert_eq!([1, 3, 5].map(|count| left(Language::Ru, count)), russian);
        let romanian = ["A mai rămas 1 întrebare", "Au mai rămas 3 întrebări", "Au mai rămas 20 de întrebări"];
        assert_eq!([1, 3, 20].map(|count| left(Language::Ro, count)), romanian);
    }

    #[test]
    fn no_decimal_places_means_a_whole_number() {
        let field = field(FieldKind::YesNo);
        let violation = broken(ViolationCode::NumberTooPrecise, Some("0"));
        let message = violation_message(Language::En, &field, &violation, 0);
        assert_eq!(message, "This has decimals. Write a whole number.");
    }
}
