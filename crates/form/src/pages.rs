//! A form that is shown part by part: which part is shown, which come before and after it, and how much is left.

use leadglass_scoring::{Field, FieldKind, LocalText, Timestamp, form::Layout, validation::validate_field};

use crate::form_state::FormState;

/// Where a visitor is in a form that is shown part by part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The number of the part, from 1, of those that are asked.
    pub at: usize,
    /// How many parts are asked, after the answers so far.
    pub of: usize,
    /// What stands above the part.
    pub title: Option<&'a LocalText>,
}

impl Place<'_> {
    /// Whether nothing comes after it.
    #[must_use]
    pub const fn is_last(&self) -> bool {
        self.at == self.of
    }
}

impl FormState {
    /// How much of the form is shown at a time.
    #[must_use]
    pub fn layout(&self) -> Layout {
        self.form.flow.as_ref().map_or(Layout::Whole, |flow| flow.layout)
    }

    /// The form with only one part shown, where it is one that is shown part by part: this one where it is asked, else
    /// the first.
    #[must_use]
    pub fn folded(mut self, page: Option<usize>) -> Self {
        if self.layout() != Layout::Whole {
            let pages = self.pages();
            self.page = page.filter(|page| pages.contains(page)).or(pages.first().copied());
        }
        self
    }

    /// The form as it stands where there are no scripts: all parts at once, and what is asked under a condition is
    /// asked of everyone and required of none.
    #[must_use]
    pub fn still(mut self) -> Self {
        self.is_still = true;
        self.page = None;
        self.asked.fill(true);
        self
    }

    /// Where the visitor is; nothing where all of the form is shown.
    #[must_use]
    pub fn place(&self) -> Option<Place<'_>> {
        let page = self.page?;
        let pages = self.pages();
        // What was shown may since have become something that is not asked.
        let before = pages.iter().filter(|number| **number < page).count();
        let title = match self.layout() {
            Layout::Steps => self.form.steps.get(page).and_then(|step| step.title.as_ref()),
            _ => None,
        };
        Some(Place { at: (before + 1).min(pages.len()), of: pages.len(), title })
    }

    /// Whether the question at this place of the form is shown.
    #[must_use]
    pub fn is_shown(&self, slot: usize) -> bool {
        self.is_asked(slot) && self.page.is_none_or(|page| self.page_of(slot) == page)
    }

    /// Whether an answer to the question at this place must be given.
    #[must_use]
    pub fn is_required(&self, slot: usize, field: &Field) -> bool {
        field.required && !(self.is_still && self.form.0.is_conditional(slot))
    }

    /// Whether the question at this place is asked at all.
    pub(crate) fn is_asked(&self, slot: usize) -> bool {
        let is = |all: &[bool]| all.get(slot).copied().unwrap_or_default();
        is(&self.asked) && !is(&self.hidden)
    }

    /// The number of the part that the question at this place is in.
    pub(crate) fn page_of(&self, slot: usize) -> usize {
        let fields = self.form.fields.get(..=slot).unwrap_or_default();
        match self.layout() {
            Layout::Questions => fields.iter().filter(|field| opens_page(field)).count().saturating_sub(1),
            _ => fields.last().map_or(0, |field| field.step.into()),
        }
    }

    /// The numbers of the parts that are asked, in order.
    fn pages(&self) -> Vec<usize> {
        let mut pages: Vec<usize> = Vec::new();
        for (slot, field) in self.form.fields.iter().enumerate() {
            let page = self.page_of(slot);
            if self.is_asked(slot) && !matches!(field.kind, FieldKind::Hidden(_)) && !pages.contains(&page) {
                let place = pages.partition_point(|before| *before < page);
                pages.insert(place, page);
            }
        }
        pages
    }

    /// Goes on to the next part, or says what is wrong in this one.
    pub(crate) fn turn(&mut self, at: Timestamp) {
        let Some(page) = self.page else { return };
        let shown = self.form.fields.iter().enumerate().filter(|(slot, _)| self.is_shown(*slot));
        let violations: Vec<_> =
            shown.filter_map(|(_, field)| validate_field(field, self.answers.get(&field.id), at).err()).collect();
        if !violations.is_empty() {
            self.refuse(self.words_for(&violations));
        } else if let Some(next) = self.pages().into_iter().find(|number| *number > page) {
            self.open(next);
        }
    }

    /// Goes back to the part before.
    pub(crate) fn turn_back(&mut self) {
        let Some(page) = self.page else { return };
        if let Some(before) = self.pages().into_iter().rev().find(|number| *number < page) {
            self.open(before);
        }
    }

    /// Goes to the part that a question is in.
    pub(crate) fn turn_to(&mut self, slot: usize) {
        if self.page.is_some() {
            self.page = Some(self.page_of(slot));
        }
    }

    fn open(&mut self, page: usize) {
        self.page = Some(page);
        self.refused.clear();
    }
}

/// Whether a question begins a part of its own, where each is shown alone. Permissions stand by what comes before.
const fn opens_page(field: &Field) -> bool {
    !matches!(field.kind, FieldKind::Consent(_) | FieldKind::Hidden(_))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use leadglass_scoring::{Answers, Language, form_file};

    use super::*;
    use crate::form_state::{FormAction, SharedForm};

    const NOW: Timestamp = Timestamp::from_millis(0);
    const STEPS: &str = include_str!("../../../tests/forms/steps.toml");
    const QUESTIONS: &str = include_str!("../../../tests/forms/questions.toml");

    fn state(source: &str) -> FormState {
        let form = SharedForm(Arc::new(form_file::parse(source).unwrap().form));
        FormState::new(form, Language::En, Answers::new()).folded(None)
    }

    fn answer(state: FormState, field: &str, value: &str) -> FormState {
        let mut answers = state.answers.clone();
        answers.set(field, vec![value.to_owned()]);
        state.after(FormAction::Edit { field: field.to_owned(), answers, at: NOW })
    }

    fn next(state: FormState) -> FormState {
        state.after(FormAction::Next { at: NOW })
    }

    fn shown(state: &FormState) -> Vec<&str> {
        let fields = state.form.fields.iter().enumerate();
        fields.filter(|(slot, _)| state.is_shown(*slot)).map(|(_, field)| field.id.as_str()).collect()
    }

    fn place(state: &FormState) -> (usize, usize) {
        state.place().map(|place| (place.at, place.of)).unwrap()
    }

    #[test]
    fn a_step_is_left_once_it_is_right() {
        let state = next(state(STEPS));
        assert_eq!((place(&state), state.refusals, shown(&state)), ((1, 2), 1, vec!["topic"]));
        let state = answer(state, "topic", "kitchen");
        assert_eq!(place(&state), (1, 3));
        let state = next(state);
        assert_eq!((place(&state), shown(&state)), ((2, 3), vec!["rooms", "mood"]));
        assert_eq!(state.place().unwrap().title.unwrap().get(0), "Your kitchen");
        assert!(state.refused.is_empty());
    }

    #[test]
    fn what_an_answer_leads_to_is_asked_and_what_it_does_not_is_skipped() {
        let state = answer(state(STEPS), "topic", "other");
        assert_eq!(shown(&state), ["topic", "other"]);
        let state = next(answer(state, "other", "A table"));
        assert_eq!((place(&state), shown(&state)), ((2, 2), vec!["email", "agree"]));
        assert!(state.place().unwrap().is_last());
    }

    #[test]
    fn going_back_loses_nothing() {
        let state = next(answer(state(STEPS), "topic", "kitchen"));
        let state = answer(state, "rooms", "4").after(FormAction::Back);
        assert_eq!(shown(&state), ["topic"]);
        let state = state.after(FormAction::Back);
        assert_eq!(place(&state), (1, 3));
        assert_eq!(next(state).answers.first("rooms"), "4");
    }

    #[test]
    fn a_refusal_leads_to_the_part_it_is_of() {
        let state = next(answer(state(STEPS), "topic", "kitchen"));
        let state = next(answer(state, "rooms", "4"));
        assert_eq!(place(&state), (3, 3));
        let refusal = crate::Refusal { field: "rooms".into(), message: "No.".into() };
        assert_eq!(place(&state.after(FormAction::Refuse(vec![refusal]))), (2, 3));
    }

    #[test]
    fn questions_come_one_by_one_with_permissions_beside_the_last() {
        let state = next(answer(state(QUESTIONS), "topic", "kitchen"));
        assert_eq!((place(&state), shown(&state)), ((2, 4), vec!["rooms"]));
        let state = next(next(answer(state, "rooms", "2")));
        assert_eq!((place(&state), shown(&state)), ((4, 4), vec!["email", "keep", "agree"]));
    }

    #[test]
    fn without_scripts_all_stands_there_and_nothing_under_a_condition_is_required() {
        let state = state(STEPS).still();
        assert_eq!((shown(&state).len(), state.place()), (6, None));
        let required = |id: &str| {
            let slot = state.slot(id).unwrap();
            state.is_required(slot, &state.form.fields[slot])
        };
        assert_eq!([required("topic"), required("rooms"), required("other")], [true, false, false]);
    }
}
