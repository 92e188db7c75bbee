//! Other answers to one field, as the tests of a card tell them apart: the nearest of each kind.

use super::NewAnswer;
use crate::{
    bounds::{
        texts::plain,
        values::{Line, representatives},
    },
    condition::{Facts, Test},
    field::{Field, FieldKind, MultiSelectOptions},
    lead::Value,
    letters::fold,
    validation::validate_field,
};

/// Most options of a multi-select whose every choice is tried.
const MAX_OPTIONS: usize = 8;

/// Another answer.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) value: Option<Value>,
    /// How far it is from the answer that was given; comparable within one field.
    pub(super) effort: u64,
    pub(super) to: NewAnswer,
}

/// Other answers to a field, nearest first.
pub(super) struct Candidates {
    pub(super) all: Vec<Candidate>,
    /// Whether every answer that a test tells from the given one is like one of these, or further from it.
    pub(super) complete: bool,
}

pub(super) fn candidates(field: &Field, given: Option<&Value>, tests: &[&Test], facts: &Facts) -> Candidates {
    let mut found = Candidates { all: Vec::new(), complete: true };
    if tests.is_empty() {
        return found;
    }
    match &field.kind {
        FieldKind::Number(_) | FieldKind::Money(_) | FieldKind::Date(_) | FieldKind::Rating(_) => {
            found.on_a_line(field, given, tests, facts);
        }
        FieldKind::MultiSelect(select) => found.choices(field, select, given, tests, facts),
        FieldKind::Select(_) | FieldKind::YesNo | FieldKind::Consent(_) => {
            for value in representatives(field, tests, facts).into_iter().flatten().flatten() {
                let to = match &value {
                    Value::Choice(number) => NewAnswer::Option(option_id(field, *number)),
                    Value::Consent(given) | Value::YesNo(given) => NewAnswer::YesNo(*given),
                    _ => continue,
                };
                found.push(given, value, 1, to);
            }
        }
        _ => found.texts(field, given, tests, facts),
    }
    let is_consent = matches!(field.kind, FieldKind::Consent(_));
    if given.is_some() && !field.needs_answer() && !is_consent {
        found.all.push(Candidate { value: None, effort: u64::MAX, to: NewAnswer::NotGiven });
    }
    found.all.sort_by_key(|candidate| candidate.effort);
    found
}

pub(super) fn option_id(field: &Field, number: u16) -> String {
    field.kind.options().get(usize::from(number)).map(|option| option.id.clone()).unwrap_or_default()
}

/// The line an answer is on, or else the first one of its field.
pub(super) fn line(field: &Field, given: Option<&Value>, facts: &Facts) -> Option<(Line, Option<i64>)> {
    let lines = Line::of(field, facts);
    let own = lines.iter().find_map(|line| Some((*line, Some(line.place(given?)?))));
    own.or_else(|| lines.first().map(|line| (*line, None)))
}

impl Candidates {
    fn push(&mut self, given: Option<&Value>, value: Value, effort: u64, to: NewAnswer) {
        if given != Some(&value) && !self.all.iter().any(|known| known.value.as_ref() == Some(&value)) {
            self.all.push(Candidate { value: Some(value), effort, to });
        }
    }

    /// The nearest place of each stretch. Another currency is never proposed.
    fn on_a_line(&mut self, field: &Field, given: Option<&Value>, tests: &[&Test], facts: &Facts) {
        let Some((line, place)) = line(field, given, facts) else { return };
        for (first, last) in line.stretches(tests, facts) {
            let nearest = match place {
                Some(place) if place < first => first,
                Some(place) if place > last => last,
                Some(_) => continue,
                None if first > i64::MIN => first,
                None => last,
            };
            let effort = place.map_or(1, |place| place.abs_diff(nearest));
            self.push(given, line.value(nearest), effort, NewAnswer::Given);
        }
    }

    fn choices(
        &mut self,
        field: &Field,
        select: &MultiSelectOptions,
        given: Option<&Value>,
        tests: &[&Test],
        facts: &Facts,
    ) {
        let now: &[u16] = if let Some(Value::Choices(chosen)) = given { chosen } else { &[] };
        let count = u32::try_from(select.options.len()).unwrap_or(u32::MAX);
        let mut sets: Vec<Vec<u16>> = Vec::new();
        if select.options.len() <= MAX_OPTIONS {
            for set in 1_u32..1_u32.wrapping_shl(count) {
                let is_in = |number: &u16| set.wrapping_shr(u32::from(*number)) & 1 == 1;
                sets.push((0_u16..).zip(&select.options).map(|(number, _)| number).filter(is_in).collect());
            }
        } else {
            self.complete = false;
            let all = representatives(field, tests, facts).into_iter().flatten().flatten();
            sets.extend(all.filter_map(|value| if let Value::Choices(set) = value { Some(set) } else { None }));
            for (number, _) in (0_u16..).zip(&select.options) {
                let mut set: Vec<u16> = now.iter().copied().filter(|chosen| *chosen != number).collect();
                if !now.contains(&number) {
                    set.push(number);
                }
                set.sort_unstable();
                sets.push(set);
            }
        }
        let takes = usize::from(select.min.max(1))..=usize::from(select.max);
        for set in sets.into_iter().filter(|set| takes.contains(&set.len())) {
            let id = |number: &u16| option_id(field, *number);
            let added: Vec<String> = set.iter().filter(|number| !now.contains(number)).map(id).collect();
            let dropped: Vec<String> = now.iter().filter(|number| !set.contains(number)).map(id).collect();
            let effort = u64::try_from(added.len().saturating_add(dropped.len())).unwrap_or(u64::MAX);
            self.push(given, Value::Choices(set), effort, NewAnswer::Options { added, dropped });
        }
    }

    /// For each test of a text, an answer that passes it where the given one does not, and the other way round.
    fn texts(&mut self, field: &Field, given: Option<&Value>, tests: &[&Test], facts: &Facts) {
        let read = |text: &String| validate_field(field, &[text], facts.at).ok().flatten();
        let now = given.and_then(Value::as_text);
        let others: Vec<Value> = plain(field).iter().filter_map(read).collect();
        for test in tests {
            let holds = given.is_some_and(|value| test.passes(value, facts));
            let passes = |value: &Value| test.passes(value, facts) != holds;
            let mut tried: Vec<(String, NewAnswer)> = Vec::new();
            match (test, holds) {
                (Test::Present, _) => {}
                (Test::Contains(words), false) => {
                    for word in words {
                        let to = NewAnswer::Mentions(word.clone());
                        tried.extend(with_word(field, now, word).into_iter().map(|text| (text, to.clone())));
                    }
                }
                (Test::Contains(words), true) => {
                    let (text, found) = without_words(now.unwrap_or_default(), words);
                    let to = NewAnswer::MentionsNot(found);
                    let filled = [text.clone(), format!("{text} …"), format!("{text}{}", ".".repeat(40))];
                    tried.extend(filled.into_iter().map(|text| (text, to.clone())));
                    tried.extend(plain(field).into_iter().map(|text| (text, to.clone())));
                }
                (Test::Texts(wanted), false) => {
                    tried.extend(wanted.iter().map(|text| (text.clone(), NewAnswer::Text(text.clone()))));
                }
                (Test::Texts(_), true) => {
                    let to = NewAnswer::NotText(now.unwrap_or_default().to_owned());
                    tried.extend(plain(field).into_iter().map(|text| (text, to.clone())));
                }
                (Test::Domain(domains), false) => {
                    for domain in domains {
                        let to = NewAnswer::Domain(domain.clone());
                        tried.extend(at_domain(field, now, domain).into_iter().map(|text| (text, to.clone())));
                    }
                }
                (Test::Domain(domains), true) => {
                    let is_own = |domain: &&String| {
                        given.is_some_and(|value| Test::Domain(vec![(*domain).clone()]).passes(value, facts))
                    };
                    let to = NewAnswer::NotDomain(domains.iter().find(is_own).cloned().unwrap_or_default());
                    let elsewhere = ["example.org", "q.example", "x.invalid"];
                    let addresses = elsewhere.iter().flat_map(|domain| at_domain(field, now, domain));
                    tried.extend(addresses.map(|text| (text, to.clone())));
                }
                // Such a test is put to no text.
                _ => continue,
            }
            let found = tried.into_iter().find_map(|(text, to)| Some((read(&text).filter(passes)?, to)));
            match found {
                Some((value, to)) => self.push(given, value, 1, to),
                None => self.complete &= matches!(test, Test::Present),
            }
        }
        let is_plain =
            |value: &&Value| !tests.iter().any(|test| !matches!(test, Test::Present) && test.passes(value, facts));
        if given.is_none() {
            match others.iter().find(is_plain) {
                Some(value) => self.push(given, value.clone(), 1, NewAnswer::Given),
                None => self.complete = false,
            }
        }
        // Two tests of one text are not answered anew together.
        self.complete &= tests.iter().filter(|test| !matches!(test, Test::Present)).count() <= 1;
    }
}

/// Texts with a word added, or with nothing but the word.
fn with_word(field: &Field, now: Option<&str>, word: &str) -> Vec<String> {
    let long = [word, &" .".repeat(30)].concat();
    let mut texts = Vec::new();
    match (&field.kind, now) {
        (FieldKind::Phone(_), _) => {
            let digits = word.trim_start_matches('+');
            let tail = "0".repeat(11_usize.saturating_sub(digits.len()));
            texts.extend([format!("+{digits}{tail}"), format!("+1{digits}{tail}")]);
        }
        (FieldKind::Email, _) => {
            texts.extend([
                format!("{word}@example.org"),
                format!("a@{word}"),
                format!("a@{word}.org"),
                word.to_owned(),
            ]);
        }
        (FieldKind::Website, _) => {
            texts.extend([word.to_owned(), format!("{word}.example.org"), format!("example.org/{word}")]);
        }
        (_, Some(now)) => texts.extend([format!("{now} {word}"), format!("{now} {word} …")]),
        (_, None) => {}
    }
    texts.extend([word.to_owned(), format!("… {word} …"), long]);
    texts
}

/// A text without any of the words, and which of them were in it.
fn without_words(text: &str, words: &[String]) -> (String, Vec<String>) {
    let mut left: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    // Folding keeps every letter one letter, so places in the folded text are places in the text.
    while let Some((at, word)) = words.iter().find_map(|word| {
        let folded: String = fold(&left.iter().collect::<String>());
        let at = folded.find(word.as_str()).filter(|_| !word.is_empty())?;
        Some((folded.get(..at)?.chars().count(), word))
    }) {
        left.drain(at..at.saturating_add(word.chars().count()).min(left.len()));
        if !found.contains(word) {
            found.push(word.clone());
        }
    }
    (left.into_iter().collect(), found)
}

fn at_domain(field: &Field, now: Option<&str>, domain: &str) -> Vec<String> {
    let hosts = [domain.to_owned(), format!("www.{domain}")];
    if field.kind == FieldKind::Email {
        let own = now.and_then(|address| address.rsplit_once('@')).map_or("a", |(own, _)| own);
        return hosts.iter().map(|host| format!("{own}@{host}")).collect();
    }
    hosts.to_vec()
}
