//! What a form holds while it is filled in, and the actions that change it. Plain data: no clock, no page.

use std::{ops::Deref, rc::Rc, sync::Arc};

use leadglass_scoring::{
    Answers, Field, FieldKind, Form, FormDefinition, Language, Moment, Timestamp, Violation, form::MomentForm,
    validation::validate_field,
};
use yew::{AttrValue, Reducible};

use crate::{messages::Words, typos::meant};

/// A checked form that many views share. Two are equal where they are one.
#[derive(Clone, Debug)]
pub struct SharedForm(pub Arc<Form>);

impl PartialEq for SharedForm {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Deref for SharedForm {
    type Target = FormDefinition;

    fn deref(&self) -> &FormDefinition {
        self.0.definition()
    }
}

/// Where a form is on its way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// It is being filled in.
    #[default]
    Filling,
    /// Its answers are on their way.
    Sending,
    /// They may not have arrived.
    Failed(Failure),
    /// They arrived, and this follows.
    Sent(FollowUpText),
}

/// Why answers may not have arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Nothing came back, or nothing that makes sense.
    Unreachable,
    /// The visitor has no connection.
    Offline,
    /// The server asked to wait.
    Busy,
}

/// What follows, in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FollowUpText {
    /// One line.
    pub heading: String,
    /// What happens now.
    pub text: String,
    /// Why it can't be otherwise, where that is no secret.
    pub because: Option<String>,
    /// Where to go on: what the link says, and where it leads.
    pub link: Option<(String, String)>,
    /// What serves the visitor beside it.
    pub serves: Vec<ServedText>,
}

/// An answer, steps, a place, or a way to an offer, in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServedText {
    /// One line.
    pub heading: String,
    /// The answer itself.
    pub text: Option<String>,
    /// What to do, step by step.
    pub steps: Vec<String>,
    /// Where to come.
    pub address: Option<String>,
    /// When it is open there.
    pub hours: Vec<String>,
    /// Where to go on: what each link says, and where it leads.
    pub links: Vec<(String, String)>,
}

/// An answer that was not taken, and the words for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The field's id.
    pub field: String,
    /// What is wrong and how to mend it.
    pub message: String,
}

/// What can happen to a form.
#[derive(Clone, Debug, PartialEq)]
pub enum FormAction {
    /// The visitor changed an answer.
    Edit {
        /// The field's id.
        field: String,
        /// All answers as they stand, so that what a browser filled in elsewhere is not overlooked.
        answers: Answers,
        /// When.
        at: Timestamp,
    },
    /// The visitor went on to another field.
    Leave {
        /// The field's id.
        field: String,
        /// When.
        at: Timestamp,
    },
    /// All answers as they stand, however they came there.
    Read(Answers),
    /// The visitor paused: the form asks what is to be asked now.
    Adapt {
        /// The moment that the visitor turned out to be in, where it is another than before.
        moment: Option<Moment>,
        /// The field that has the focus: what stands above it stays where it is.
        focused: Option<String>,
        /// When.
        at: Timestamp,
    },
    /// Answers were not taken.
    Refuse(Vec<Refusal>),
    /// The visitor goes on to the next part of a form that is shown part by part, unless something is wrong in this one.
    Next {
        /// When.
        at: Timestamp,
    },
    /// The visitor goes back to the part before.
    Back,
    /// The visitor goes to where this question is.
    Show {
        /// The field's id.
        field: String,
    },
    /// The answers are on their way.
    Send,
    /// They may not have arrived.
    Fail(Failure),
    /// They arrived.
    Follow(FollowUpText),
    /// The form goes back to what it was.
    Restore(Box<FormState>),
}

/// A form while it is filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct FormState {
    /// What is asked.
    pub form: SharedForm,
    /// The words around it, in the language it is asked in.
    pub words: Words,
    /// What was answered so far.
    pub answers: Answers,
    /// Where the form is on its way.
    pub phase: Phase,
    /// For each field, what is wrong with its answer, once that may be said.
    pub messages: Vec<Option<AttrValue>>,
    /// For each field, the answer that may have been meant by one that looks mistyped.
    pub hints: Vec<Option<AttrValue>>,
    /// The numbers of the fields that the last attempt to send was refused for.
    pub refused: Vec<usize>,
    /// How often sending was refused.
    pub refusals: u32,
    /// The moment that the form was adapted to.
    pub moment: Option<Moment>,
    /// For each field, whether the moment or the decision does without it.
    pub hidden: Vec<bool>,
    /// How many questions are left of a form that stands there whole and asks only what matters, once that is known.
    pub left: Option<usize>,
    /// For each field, whether the answers so far lead to it.
    pub asked: Vec<bool>,
    /// The part that is shown, where one is shown at a time.
    pub page: Option<usize>,
    /// Whether no script follows what is answered.
    pub is_still: bool,
    /// When the form was last looked at, for conditions that ask for dates.
    now: Timestamp,
    /// For each field, whether it was once shown to be wrong, so that it is watched while it is mended.
    watched: Vec<bool>,
}

impl FormState {
    /// A form with these answers, all of it shown, in our words for this language.
    #[must_use]
    pub fn new(form: SharedForm, language: Language, answers: Answers) -> Self {
        Self::at(form, Words::of(language), answers, Timestamp::default())
    }

    /// A form with these answers at this time, in these words.
    #[must_use]
    pub fn at(form: SharedForm, words: Words, answers: Answers, now: Timestamp) -> Self {
        let count = form.fields.len();
        let asked = form.0.asked(&answers, now);
        Self {
            form,
            words,
            answers,
            phase: Phase::Filling,
            messages: vec![None; count],
            hints: vec![None; count],
            refused: Vec::new(),
            refusals: 0,
            moment: None,
            hidden: vec![false; count],
            left: None,
            asked,
            page: None,
            is_still: false,
            now,
            watched: vec![false; count],
        }
    }

    /// The number of its language among the form's.
    #[must_use]
    pub fn language_number(&self) -> usize {
        self.form.language_number(self.words.language()).unwrap_or(0)
    }

    /// What the form became for the moment.
    #[must_use]
    pub fn moment_form(&self) -> Option<&MomentForm> {
        self.form.moment_form(self.moment?)
    }

    /// The words for broken rules.
    #[must_use]
    pub fn words_for(&self, violations: &[Violation]) -> Vec<Refusal> {
        let words = |violation: &Violation| {
            let field = self.form.fields.iter().find(|field| field.id == violation.field)?;
            let message = self.words.violation(field, violation, self.language_number());
            Some(Refusal { field: violation.field.clone(), message })
        };
        violations.iter().filter_map(words).collect()
    }

    /// The state that an action leads to.
    #[must_use]
    pub fn after(self, action: FormAction) -> Self {
        Rc::unwrap_or_clone(Rc::new(self).reduce(action))
    }

    /// The place of a field in the form.
    #[must_use]
    pub fn slot(&self, id: &str) -> Option<usize> {
        self.form.0.fields().get(id).map(|(slot, _)| slot)
    }

    fn check(&mut self, slot: usize, at: Timestamp) {
        let Some(field) = self.form.fields.get(slot) else { return };
        let violation = validate_field(field, self.answers.get(&field.id), at).err();
        let number = self.language_number();
        let message = violation.map(|violation| self.words.violation(field, &violation, number).into());
        if message.is_some() {
            self.watched[slot] = true;
        }
        self.hints[slot] = match field.kind {
            FieldKind::Email => meant(self.answers.first(&field.id)).map(Into::into),
            _ => None,
        };
        self.messages[slot] = message;
    }

    pub(crate) fn has_answer(&self, field: &Field) -> bool {
        let mut values = self.answers.get(&field.id).iter();
        match field.kind {
            // An empty amount still has a currency beside it, and a number a country.
            FieldKind::Money(_) | FieldKind::Phone(_) => values.next().is_some_and(|amount| !amount.trim().is_empty()),
            _ => values.any(|value| !value.trim().is_empty()),
        }
    }

    fn take(&mut self, answers: Answers) {
        self.answers = answers;
        if !self.is_still {
            self.asked = self.form.0.asked(&self.answers, self.now);
        }
    }

    pub(crate) fn refuse(&mut self, refusals: Vec<Refusal>) {
        self.phase = Phase::Filling;
        self.messages.fill(None);
        for refusal in refusals {
            let Some(slot) = self.slot(&refusal.field) else { continue };
            self.watched[slot] = true;
            self.messages[slot] = Some(refusal.message.into());
            self.hidden[slot] = false;
        }
        self.refused = (0..self.messages.len()).filter(|slot| self.messages[*slot].is_some()).collect();
        if let Some(first) = self.refused.first() {
            self.turn_to(*first);
        }
        self.refusals = self.refusals.saturating_add(1);
    }
}

impl Reducible for FormState {
    type Action = FormAction;

    fn reduce(self: Rc<Self>, action: FormAction) -> Rc<Self> {
        let mut next = Rc::unwrap_or_clone(self);
        match action {
            FormAction::Edit { field, answers, at } => {
                let slot = next.slot(&field);
                next.now = at;
                next.take(answers);
                if let Some(slot) = slot {
                    if next.watched[slot] {
                        next.check(slot, at);
                    }
                    // A hint is for who is done with the field.
                    next.hints[slot] = None;
                }
                // What was promised for when there is a connection holds.
                if matches!(next.phase, Phase::Failed(Failure::Unreachable | Failure::Busy)) {
                    next.phase = Phase::Filling;
                }
            }
            FormAction::Leave { field, at } => {
                // A field that is passed by is not yet wrong: there is no telling someone off for using the Tab key.
                if let Some(slot) = next.slot(&field)
                    && (next.watched[slot] || next.form.fields.get(slot).is_some_and(|field| next.has_answer(field)))
                {
                    next.check(slot, at);
                }
            }
            FormAction::Read(answers) => next.take(answers),
            FormAction::Adapt { moment, focused, at } => next.adapt(moment, focused.as_deref(), at),
            FormAction::Refuse(refusals) => next.refuse(refusals),
            FormAction::Next { at } => next.turn(at),
            FormAction::Back => next.turn_back(),
            FormAction::Show { field } => {
                if let Some(slot) = next.slot(&field) {
                    next.turn_to(slot);
                }
            }
            FormAction::Send => {
                next.phase = Phase::Sending;
                next.messages.fill(None);
                next.refused.clear();
            }
            FormAction::Fail(failure) => next.phase = Phase::Failed(failure),
            FormAction::Follow(follow_up) => next.phase = Phase::Sent(follow_up),
            FormAction::Restore(before) => next = *before,
        }
        Rc::new(next)
    }
}

#[cfg(test)]
mod tests {
    use leadglass_scoring::form_file;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(0);

    fn state() -> FormState {
        let file = form_file::parse(include_str!("../../../www/forms/demo.toml")).unwrap();
        let form = SharedForm(Arc::new(file.form));
        FormState::new(form, Language::En, Answers::new())
    }

    fn edit(state: FormState, field: &str, value: &str) -> FormState {
        let mut answers = state.answers.clone();
        answers.set(field, vec![value.to_owned()]);
        state.after(FormAction::Edit { field: field.to_owned(), answers, at: NOW })
    }

    fn leave(state: FormState, field: &str) -> FormState {
        state.after(FormAction::Leave { field: field.to_owned(), at: NOW })
    }

    fn message(state: &FormState, field: &str) -> Option<String> {
        state.messages[state.slot(field).unwrap()].as_ref().map(ToString::to_string)
    }

    #[test]
    fn a_field_is_left_in_peace_until_it_is_left() {
        let state = edit(state(), "email", "ana");
        assert_eq!(message(&state, "email"), None);
        let state = leave(state, "email");
        assert_eq!(message(&state, "email").unwrap(), "The @ is missing. Write the address like name@example.com.");
    }

    #[test]
    fn a_mistyped_address_is_hinted_at_once_the_field_is_left() {
        let hint = |state: &FormState| state.hints[state.slot("email").unwrap()].as_ref().map(ToString::to_string);
        let state = edit(state(), "email", "ana@gmial.com");
        assert_eq!(hint(&state), None);
        let state = leave(state, "email");
        assert_eq!((hint(&state).as_deref(), message(&state, "email")), (Some("ana@gmail.com"), None));
        assert_eq!(hint(&edit(state, "email", "ana@gmail.com")), None);
    }

    #[test]
    fn a_field_shown_wrong_is_watched_while_it_is_mended() {
        let state = leave(edit(state(), "email", "ana"), "email");
        let state = edit(state, "email", "ana@");
        assert!(message(&state, "email").unwrap().starts_with("This address is not complete"));
        let state = edit(state, "email", "ana@example.com");
        assert_eq!(message(&state, "email"), None);
        assert!(message(&edit(state, "email", "ana@example"), "email").is_some());
    }

    #[test]
    fn an_empty_field_that_is_passed_by_is_not_wrong_yet() {
        assert_eq!(message(&leave(state(), "name"), "name"), None);
    }

    #[test]
    fn a_refusal_is_shown_whole_and_stays_in_the_list_when_mended() {
        let state = state();
        let violations = leadglass_scoring::validate(&state.form.0, &state.answers, NOW).unwrap_err();
        let refusals = state.words_for(&violations);
        assert_eq!(refusals.len(), violations.len());
        let state = state.after(FormAction::Send).after(FormAction::Refuse(refusals));
        assert_eq!((state.refused.len(), state.refusals), (violations.len(), 1));
        assert_eq!(state.phase, Phase::Filling);
        let state = edit(state, "name", "Ana");
        assert_eq!(message(&state, "name"), None);
        assert_eq!(state.refused.len(), violations.len());
    }

    #[test]
    fn an_edit_takes_back_what_was_said_of_a_failure() {
        let state = state().after(FormAction::Send).after(FormAction::Fail(Failure::Unreachable));
        assert_eq!(edit(state, "name", "Ana").phase, Phase::Filling);
    }

    #[test]
    fn an_edit_leaves_the_promise_to_send_once_there_is_a_connection() {
        let state = state().after(FormAction::Send).after(FormAction::Fail(Failure::Offline));
        assert_eq!(edit(state, "name", "Ana").phase, Phase::Failed(Failure::Offline));
    }

    #[test]
    fn a_refusal_of_a_field_that_is_not_there_is_no_harm() {
        let refusal = Refusal { field: "gone".into(), message: "No.".into() };
        let state = state().after(FormAction::Refuse(vec![refusal]));
        assert!(state.refused.is_empty());
    }
}
