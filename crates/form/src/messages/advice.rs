//! Sentences to argue about a decision with: what would change it, and what was missing. Pages say none of them.

use leadglass_scoring::{
    Decision, Field, FieldKind, FormDefinition, Language,
    change::{Change, ChangedAnswer, NewAnswer},
    missing::Missing,
};

use super::{Word, Words, fill, limit};

/// The words of one language. In a clause the first `{}` is the question, and what follows the answer.
struct AdviceWords {
    quotes: (&'static str, &'static str),
    and: &'static str,
    /// By decision, best first.
    sentences: [&'static str; 3],
    given: &'static str,
    not_given: &'static str,
    is: &'static str,
    is_not: &'static str,
    added: &'static str,
    dropped: &'static str,
    at_least: &'static str,
    at_most: &'static str,
    between: &'static str,
    mentions: &'static str,
    mentions_not: &'static str,
    domain: &'static str,
    not_domain: &'static str,
    no_answer: &'static str,
    not_seen: &'static str,
}

static EN: AdviceWords = AdviceWords {
    quotes: ("“", "”"),
    and: " and ",
    sentences: [
        "With {}, this would be an accept.",
        "With {}, this would be a nurture.",
        "With {}, this would be a decline.",
    ],
    given: "an answer to {}",
    not_given: "no answer to {}",
    is: "{1} as the answer to {0}",
    is_not: "another answer to {0} than {1}",
    added: "{1} chosen too in {0}",
    dropped: "{1} not chosen in {0}",
    at_least: "at least {1} in {0}",
    at_most: "at most {1} in {0}",
    between: "from {1} to {2} in {0}",
    mentions: "a mention of {1} in {0}",
    mentions_not: "no mention of {1} in {0}",
    domain: "an address at {1} in {0}",
    not_domain: "an address elsewhere than at {1} in {0}",
    no_answer: "no answer to {}",
    not_seen: "not seen often enough: {}",
};

static RU: AdviceWords = AdviceWords {
    quotes: ("«", "»"),
    and: " и ",
    sentences: [
        "Если {}, решение было бы «принять».",
        "Если {}, решение было бы «поддерживать связь».",
        "Если {}, решение было бы «отказать».",
    ],
    given: "на вопрос {} есть ответ",
    not_given: "на вопрос {} нет ответа",
    is: "на вопрос {0} ответ {1}",
    is_not: "на вопрос {0} ответ не {1}",
    added: "на вопрос {0} выбрано ещё {1}",
    dropped: "на вопрос {0} не выбрано {1}",
    at_least: "на вопрос {0} ответ не меньше {1}",
    at_most: "на вопрос {0} ответ не больше {1}",
    between: "на вопрос {0} ответ от {1} до {2}",
    mentions: "в ответе на вопрос {0} есть {1}",
    mentions_not: "в ответе на вопрос {0} нет {1}",
    domain: "на вопрос {0} указан адрес на {1}",
    not_domain: "на вопрос {0} указан адрес не на {1}",
    no_answer: "нет ответа на вопрос {}",
    not_seen: "замечено недостаточно раз: {}",
};

static RO: AdviceWords = AdviceWords {
    quotes: ("„", "”"),
    and: " și ",
    sentences: [
        "Dacă {}, decizia ar fi „acceptare”.",
        "Dacă {}, decizia ar fi „păstrarea legăturii”.",
        "Dacă {}, decizia ar fi „refuz”.",
    ],
    given: "la {} ar exista un răspuns",
    not_given: "la {} nu ar exista un răspuns",
    is: "răspunsul la {0} ar fi {1}",
    is_not: "răspunsul la {0} nu ar fi {1}",
    added: "la {0} s-ar alege și {1}",
    dropped: "la {0} nu s-ar alege {1}",
    at_least: "răspunsul la {0} ar fi cel puțin {1}",
    at_most: "răspunsul la {0} ar fi cel mult {1}",
    between: "răspunsul la {0} ar fi între {1} și {2}",
    mentions: "răspunsul la {0} ar conține {1}",
    mentions_not: "răspunsul la {0} nu ar conține {1}",
    domain: "la {0} ar fi o adresă la {1}",
    not_domain: "la {0} ar fi o adresă în altă parte decât la {1}",
    no_answer: "fără răspuns la {}",
    not_seen: "observat de prea puține ori: {}",
};

const fn advice(language: Language) -> &'static AdviceWords {
    match language {
        Language::En => &EN,
        Language::Ru => &RU,
        Language::Ro => &RO,
    }
}

impl AdviceWords {
    fn quoted(&self, text: &str) -> String {
        [self.quotes.0, text, self.quotes.1].concat()
    }

    fn all(&self, texts: &[String]) -> String {
        texts.iter().map(|text| self.quoted(text)).collect::<Vec<_>>().join(", ")
    }
}

/// What would change the decision: "With at least 12 000 EUR in “Budget”, this would be an accept."
#[must_use]
pub fn change_sentence(language: Language, definition: &FormDefinition, change: &Change) -> String {
    let words = advice(language);
    let clauses: Vec<String> = change.answers.iter().flat_map(|answer| clauses(language, definition, answer)).collect();
    let number = Decision::ALL.iter().position(|decision| *decision == change.decision).unwrap_or(0);
    fill(words.sentences[number], &clauses.join(words.and))
}

/// Why a criterion gave less than it could have: "Phone number given: no answer to “Phone”".
#[must_use]
pub fn missing_sentence(language: Language, definition: &FormDefinition, missing: &Missing) -> String {
    let (words, number) = (advice(language), definition.language_number(language).unwrap_or(0));
    let mut parts: Vec<String> = Vec::new();
    if !missing.fields.is_empty() {
        let labels: Vec<String> = missing.fields.iter().map(|field| label(definition, field, number)).collect();
        parts.push(fill(words.no_answer, &words.all(&labels)));
    }
    if !missing.signals.is_empty() {
        parts.push(fill(words.not_seen, &missing.signals.join(", ")));
    }
    [definition.missing_reason(missing, number), ": ", &parts.join("; ")].concat()
}

fn field<'a>(definition: &'a FormDefinition, id: &str) -> Option<&'a Field> {
    definition.fields.iter().find(|field| field.id == id)
}

fn label(definition: &FormDefinition, id: &str, language: usize) -> String {
    let label = field(definition, id).map_or("", |field| field.label.get(language));
    if label.is_empty() { id.to_owned() } else { label.to_owned() }
}

fn clauses(language: Language, definition: &FormDefinition, answer: &ChangedAnswer) -> Vec<String> {
    let (ours, number) = (advice(language), definition.language_number(language).unwrap_or(0));
    let words = Words::of(language);
    let question = ours.quoted(&label(definition, &answer.field, number));
    let field = field(definition, &answer.field);
    let clause = |text: &str, first: &str, second: &str| {
        text.replace("{0}", "{}").replacen("{}", &question, 1).replace("{1}", first).replace("{2}", second)
    };
    let option = |id: &String| {
        let options = field.map_or(&[][..], |field| field.kind.options());
        let found = options.iter().find(|option| option.id == *id).map(|option| option.label.get(number));
        found.filter(|label| !label.is_empty()).unwrap_or(id).to_owned()
    };
    let options = |ids: &[String]| ours.all(&ids.iter().map(option).collect::<Vec<_>>());
    let value = |canonical: &str| match field.map(|field| &field.kind) {
        Some(FieldKind::Date(_)) => limit::date(&words, canonical),
        _ => limit::number(&words, canonical),
    };
    let one = |text: &str, first: &str| vec![clause(text, first, "")];
    match &answer.to {
        NewAnswer::Given => one(ours.given, ""),
        NewAnswer::NotGiven => one(ours.not_given, ""),
        NewAnswer::Option(id) => one(ours.is, &ours.quoted(&option(id))),
        NewAnswer::Options { added, dropped } => {
            let lists = [(ours.added, added), (ours.dropped, dropped)];
            lists.iter().filter(|(_, ids)| !ids.is_empty()).map(|(text, ids)| clause(text, &options(ids), "")).collect()
        }
        NewAnswer::YesNo(yes) => one(ours.is, &ours.quoted(words.get(if *yes { Word::Yes } else { Word::No }))),
        NewAnswer::AtLeast(least) => one(ours.at_least, &value(least)),
        NewAnswer::AtMost(most) => one(ours.at_most, &value(most)),
        NewAnswer::Between(least, most) if least == most => one(ours.is, &value(least)),
        NewAnswer::Between(least, most) => vec![clause(ours.between, &value(least), &value(most))],
        NewAnswer::Mentions(word) => one(ours.mentions, &ours.quoted(word)),
        NewAnswer::MentionsNot(words) => one(ours.mentions_not, &ours.all(words)),
        NewAnswer::Text(text) => one(ours.is, &ours.quoted(text)),
        NewAnswer::NotText(text) => one(ours.is_not, &ours.quoted(text)),
        NewAnswer::Domain(domain) => one(ours.domain, domain),
        NewAnswer::NotDomain(domain) => one(ours.not_domain, domain),
    }
}

#[cfg(test)]
mod tests {
    use leadglass_scoring::{Answers, Circumstances, Form, Timestamp, change::changes, form_file, missing, validate};

    use super::*;

    fn demo() -> Form {
        form_file::parse(include_str!("../../../../www/forms/demo.toml")).expect("the demo form is right").form
    }

    fn family() -> Answers {
        let message = "We would like a new kitchen for our house in Orhei.";
        let answers = [("name", "Ana"), ("email", "ana@gmail.com"), ("message", message), ("agree", "yes")];
        answers.into_iter().collect()
    }

    #[test]
    fn what_would_change_a_decision_is_said_in_each_language() {
        let form = demo();
        let at = Circumstances::at(Timestamp::from_millis(1_795_262_400_000));
        let lead = validate(&form, &family(), at.at).expect("a lead");
        let changes = changes(&form, &lead, &at);
        let budget = changes.changes.iter().find(|change| change.answers[0].field == "budget").expect("a budget helps");
        let said = |language| change_sentence(language, form.definition(), budget);
        assert_eq!(said(Language::En), "With at least 4500\u{a0}EUR in “Budget”, this would be an accept.");
        assert_eq!(
            said(Language::Ru),
            "Если на вопрос «Бюджет» ответ не меньше 4500\u{a0}EUR, решение было бы «принять»."
        );
        assert_eq!(
            said(Language::Ro),
            "Dacă răspunsul la „Buget” ar fi cel puțin 4500\u{a0}EUR, decizia ar fi „acceptare”."
        );
    }

    #[test]
    fn what_was_missing_is_said_in_each_language() {
        let form = demo();
        let at = Circumstances::at(Timestamp::from_millis(1_795_262_400_000));
        let lead = validate(&form, &family(), at.at).expect("a lead");
        let missing = missing::missing(&form, &lead, &at);
        let said = |language| -> Vec<String> {
            missing.iter().map(|missing| missing_sentence(language, form.definition(), missing)).collect()
        };
        assert!(
            said(Language::En).contains(&"Phone number given: no answer to “Phone”".to_owned()),
            "{:?}",
            said(Language::En)
        );
        assert!(said(Language::Ru).contains(&"Указан телефон: нет ответа на вопрос «Телефон»".to_owned()));
        assert!(said(Language::Ro).contains(
            &"S-au uitat la prețuri de mai multe ori: observat de prea puține ori: pricing_viewed".to_owned()
        ));
    }
}
