//! How a form is gone through: all at once or part by part, what is asked under which condition, and what of a visit
//! that was broken off is kept in the visitor's browser.

use super::{FieldIndex, WhatMatters};
use crate::{
    answers::Answers,
    condition::{self, BindError, Bound, Condition, Facts},
    field::{Field, FieldKind},
    form::Form,
    lead::Value,
    timestamp::Timestamp,
    validation::validate_field,
};

/// How a form is gone through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// What is shown at a time.
    pub layout: Layout,
    /// What is asked only under a condition. What is not mentioned is always asked.
    pub asked: Vec<AskedIf>,
    /// What is kept of answers that were not sent; nothing where it is left out.
    pub drafts: Option<Drafts>,
    /// Whether the page is told what the public card makes of the answers, as they are sent.
    pub tells_score: Option<bool>,
    /// That only what can still change the decision is asked; everything is where it is left out.
    pub what_matters: Option<WhatMatters>,
}

canonical!(struct Flow { layout, asked, drafts, tells_score, what_matters });

/// What of a form is shown at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// All of it.
    #[default]
    Whole,
    /// One step.
    Steps,
    /// One question; permissions stand beside the question before them.
    Questions,
}

canonical!(choice Layout { Whole, Steps, Questions });

/// A step or a field that is asked where a condition holds. The condition asks for answers to fields before it alone,
/// so it is the same in the page and on the server, and none depends on itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedIf {
    /// The number of the step, where it is one.
    pub step: Option<u16>,
    /// The number of the field, where it is one.
    pub field: Option<u16>,
    /// When.
    pub when: Condition,
}

canonical!(struct AskedIf { step, field, when });

impl AskedIf {
    pub(super) fn is_of(&self, slot: usize, field: &Field) -> bool {
        self.step == Some(field.step) || self.field.is_some_and(|number| usize::from(number) == slot)
    }
}

/// What is kept of answers until they are sent, and erased then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drafts {
    /// For how many days they are kept in the browser for the next visit, once the visitor allowed it; 0 to keep them in
    /// the tab alone, for a reload.
    pub days: u16,
    /// The field by which a visitor allows days: a consent or a yes/no question.
    pub consent: Option<String>,
    /// Whether answers that tell who someone is are kept too.
    pub personal: bool,
}

canonical!(struct Drafts { days, consent, personal });

impl Drafts {
    /// The longest that answers may be kept.
    pub const MAX_DAYS: u16 = 30;

    /// Whether answers to this field are kept. A permission is given anew each time, but for that to keep them.
    #[must_use]
    pub fn keeps(&self, field: &Field) -> bool {
        match field.kind {
            _ if self.consent.as_ref() == Some(&field.id) => true,
            FieldKind::Consent(_) | FieldKind::Hidden(_) => false,
            FieldKind::Number(_)
            | FieldKind::Money(_)
            | FieldKind::Select(_)
            | FieldKind::MultiSelect(_)
            | FieldKind::Rating(_)
            | FieldKind::YesNo => true,
            // Free text, too, can tell who someone is.
            _ => self.personal,
        }
    }
}

/// For each field that is asked under conditions: its place, and all that must hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct BoundFlow(Vec<(usize, Vec<Bound>)>);

impl BoundFlow {
    pub(super) fn bind(flow: Option<&Flow>, fields: &[Field], index: &FieldIndex) -> Result<Self, BindError> {
        let mut bound = Vec::new();
        for (slot, field) in fields.iter().enumerate() {
            let mut conditions = Vec::new();
            for asked in flow.iter().flat_map(|flow| &flow.asked).filter(|asked| asked.is_of(slot, field)) {
                conditions.push(condition::bind(&asked.when, index, 1)?);
            }
            if !conditions.is_empty() {
                bound.push((slot, conditions));
            }
        }
        Ok(Self(bound))
    }

    /// Whether the field at this place may be left out whatever is required of it.
    pub(crate) fn has(&self, slot: usize) -> bool {
        self.0.iter().any(|(of, _)| *of == slot)
    }

    /// What must hold for the field at this place to be asked; nothing where it always is.
    pub(crate) fn conditions(&self, slot: usize) -> &[Bound] {
        self.0.iter().find(|(of, _)| *of == slot).map_or(&[], |(_, conditions)| conditions)
    }

    fn tests(&self, slot: usize) -> bool {
        let mut tests = Vec::new();
        for condition in self.0.iter().flat_map(|(_, conditions)| conditions) {
            condition.tests_of(slot, &mut tests);
        }
        !tests.is_empty()
    }
}

impl Form {
    /// Whether a lead may lack an answer to this field, however it was required.
    #[must_use]
    pub fn is_conditional(&self, slot: usize) -> bool {
        self.flow().has(slot)
    }

    /// Whether the field at this place is asked, given the answers to those before it.
    pub(crate) fn asks(&self, slot: usize, before: &[Option<Value>], at: Timestamp) -> bool {
        let conditions = self.flow().conditions(slot);
        if conditions.is_empty() {
            return true;
        }
        let card = &self.definition().scorecard;
        let facts = Facts {
            values: before,
            signals: &[],
            at,
            channel: None,
            first_touch: None,
            last_touch: None,
            moment: None,
            mail: None,
            exchange: card.exchange.as_ref(),
            utc_offset_minutes: card.utc_offset_minutes.unwrap_or(0),
        };
        conditions.iter().all(|condition| condition.holds(&facts))
    }

    /// For each field, whether it is asked of someone who gave these answers so far.
    #[must_use]
    pub fn asked(&self, answers: &Answers, at: Timestamp) -> Vec<bool> {
        let mut values = Vec::new();
        let mut all = Vec::new();
        for (slot, field) in self.definition().fields.iter().enumerate() {
            let is_asked = self.asks(slot, &values, at);
            let is_read = is_asked && self.flow().tests(slot);
            values.push(is_read.then(|| validate_field(field, answers.get(&field.id), at).ok()).flatten().flatten());
            all.push(is_asked);
        }
        all
    }
}

#[cfg(all(test, feature = "form-file"))]
mod tests {
    use super::*;
    use crate::{ViolationCode, form_file, validate};

    const NOW: Timestamp = Timestamp::from_millis(0);

    fn file(more: &str) -> String {
        let head = r#"
            id = "f"
            languages = ["en"]
            heading = "H"
            button = "B"
            layout = "steps"
            [[step]]
            id = "what"
            [[step]]
            id = "kitchen"
            when = { field = "topic", is = ["kitchen"] }
            [[field]]
            id = "topic"
            step = "what"
            kind = "select"
            required = true
            options = [{ id = "kitchen", label = "K" }, { id = "other", label = "O" }]
            label = "T"
            [[field]]
            id = "rooms"
            step = "kitchen"
            kind = "number"
            required = true
            label = "R"
            [[field]]
            id = "wall"
            step = "kitchen"
            kind = "short_text"
            required = true
            label = "W"
            when = { field = "rooms", at_least = 2 }
            [follow_up.accept]
            heading = "A"
            text = "A"
            [follow_up.nurture]
            heading = "N"
            text = "N"
            [follow_up.decline]
            heading = "D"
            text = "D"
            [bands]
            fit = { a = 40, b = 15 }
            engagement = { 1 = 20, 2 = 5 }
            accept = 40
            nurture = 5
            score = { 0 = -20, 100 = 100 }
        "#;
        format!("{}\n{more}", head.replace("            ", ""))
    }

    fn form() -> Form {
        form_file::parse(&file("")).unwrap().form
    }

    fn violated(pairs: &[(&str, &str)]) -> Vec<(String, ViolationCode)> {
        let answers: Answers = pairs.iter().copied().collect();
        let violations = validate(&form(), &answers, NOW).err().unwrap_or_default();
        violations.into_iter().map(|violation| (violation.field, violation.code)).collect()
    }

    #[test]
    fn what_is_not_asked_is_not_required_and_its_answer_is_none() {
        assert_eq!(violated(&[("topic", "other")]), []);
        assert_eq!(violated(&[("topic", "kitchen")]), [("rooms".into(), ViolationCode::Required)]);
        assert_eq!(violated(&[("topic", "kitchen"), ("rooms", "1")]), []);
        let wall = [("wall".into(), ViolationCode::Required)];
        assert_eq!(violated(&[("topic", "kitchen"), ("rooms", "2")]), wall);
        // An answer from before the visitor changed their mind counts no more, nor does what hung on it.
        let answers: Answers = [("topic", "other"), ("rooms", "x"), ("wall", "North")].into_iter().collect();
        let lead = validate(&form(), &answers, NOW).unwrap();
        assert_eq!(lead.values().iter().filter(|value| value.is_some()).count(), 1);
    }

    #[test]
    fn the_page_asks_what_the_server_asks() {
        let asked = |pairs: &[(&str, &str)]| form().asked(&pairs.iter().copied().collect(), NOW);
        assert_eq!(asked(&[]), [true, false, false]);
        assert_eq!(asked(&[("topic", "kitchen"), ("rooms", "3")]), [true, true, true]);
        assert_eq!(asked(&[("topic", "other"), ("rooms", "3")]), [true, false, false]);
    }

    #[test]
    fn a_condition_asks_for_earlier_answers_alone() {
        let mistakes = |from: &str, to: &str| form_file::parse(&file("").replacen(from, to, 1)).unwrap_err();
        let later = mistakes(r#"field = "topic", is = ["kitchen"]"#, r#"field = "wall", present = true"#);
        assert!(later[0].what.contains("does not come before it"), "{later:?}");
        let own = mistakes(r#"field = "rooms", at_least = 2"#, r#"field = "wall", present = true"#);
        assert!(own[0].what.contains("does not come before it"), "{own:?}");
        let hour = mistakes(r#"field = "rooms", at_least = 2"#, "hour = 9");
        assert!(!hour.is_empty());
    }

    #[test]
    fn pages_are_told_a_score_where_the_file_says_so_alone() {
        let flow = |line: &str| {
            let source = file("").replacen("layout = \"steps\"", line, 1);
            form_file::parse(&source).unwrap().form.definition().public().flow.unwrap()
        };
        assert_eq!(flow("score_event = true").tells_score, Some(true));
        for unsaid in ["", "score_event = false"] {
            assert_eq!(flow(unsaid), Flow { layout: Layout::Whole, ..form().definition().flow.clone().unwrap() });
        }
    }

    #[test]
    fn a_file_says_what_is_asked() {
        let read = |line: &str| form_file::parse(&file("").replacen("layout = \"steps\"", line, 1));
        let asks = |line: &str| read(line).unwrap().form.definition().asks_what_matters();
        assert_eq!([asks("asks = \"what_matters\""), asks("asks = \"everything\""), asks("")], [true, false, false]);
        assert_eq!(read("asks = \"much\"").unwrap_err()[0].what, "there is no `much` to ask");
    }

    #[test]
    fn drafts_for_days_need_a_consent() {
        let first = |more: &str| form_file::parse(&file(more)).map_err(|mistakes| mistakes[0].what.clone());
        assert!(first("[drafts]\n").is_ok());
        assert!(first("[drafts]\ndays = 7\n").unwrap_err().contains("there is no `consent`"));
        assert!(first("[drafts]\ndays = 7\nconsent = \"rooms\"\n").unwrap_err().contains("can't be put to"));
        assert!(first("[drafts]\ndays = 31\n").is_err());
    }
}
