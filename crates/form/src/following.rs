//! A form follows its visitor: it asks what their moment asks for, and what can still change the decision.

use leadglass_scoring::{FieldKind, Moment, Timestamp, matters::matters};

use crate::form_state::FormState;

impl FormState {
    /// Makes another form of it, calmly: nothing above the focus appears or vanishes, nor anything in a part that was come
    /// to, and no question goes whose answer was begun or refused.
    pub(crate) fn adapt(&mut self, moment: Option<Moment>, focused: Option<&str>, at: Timestamp) {
        self.moment = moment.or(self.moment);
        let place = focused.and_then(|focused| self.slot(focused));
        let form = self.form.clone();
        let matters = matters(&form.0, &self.answers, at);
        let mut left = 0;
        for (slot, (field, matters)) in form.fields.iter().zip(matters).enumerate() {
            let page = self.page_of(slot);
            let is_passed = self.page.is_some_and(|shown| page < shown || (page == shown && place.is_none()));
            let has_answer = self.has_answer(field);
            if !is_passed && place.is_none_or(|place| slot > place) {
                let is_asked = matters && self.moment_form().is_none_or(|form| form.asks_for(field));
                let is_begun = has_answer || self.messages.get(slot).is_some_and(Option::is_some);
                if let Some(hidden) = self.hidden.get_mut(slot) {
                    *hidden = !is_asked && !is_begun;
                }
            }
            let is_question = !matches!(field.kind, FieldKind::Consent(_) | FieldKind::Hidden(_));
            left += usize::from(is_question && !has_answer && self.is_asked(slot));
        }
        self.left = (form.asks_what_matters() && self.page.is_none()).then_some(left);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use leadglass_scoring::{Answers, Form, Language, form_file};

    use super::*;
    use crate::form_state::{FormAction, Refusal, SharedForm};

    const NOW: Timestamp = Timestamp::from_millis(0);

    fn edit(state: FormState, field: &str, value: &str) -> FormState {
        let mut answers = state.answers.clone();
        answers.set(field, vec![value.to_owned()]);
        state.after(FormAction::Edit { field: field.to_owned(), answers, at: NOW })
    }

    fn with_moments() -> FormState {
        let source = include_str!("../../../www/forms/demo.toml").replace(
            "[scorecard]",
            "[moment.know]\nheading = \"Ask us\"\nasks = [\"name\", \"email\", \"message\", \"agree\"]\n[scorecard]",
        );
        let form = SharedForm(Arc::new(form_file::parse(&source).unwrap().form));
        FormState::new(form, Language::En, Answers::new())
    }

    fn adapt(moment: Option<Moment>, focused: Option<&str>) -> FormAction {
        FormAction::Adapt { moment, focused: focused.map(str::to_owned), at: NOW }
    }

    fn hidden(state: &FormState) -> Vec<&str> {
        let fields = state.form.fields.iter().zip(&state.hidden);
        fields.filter(|(_, hidden)| **hidden).map(|(field, _)| field.id.as_str()).collect()
    }

    #[test]
    fn a_moment_hides_what_it_does_without_and_another_brings_it_back() {
        let state = with_moments().after(adapt(Some(Moment::Know), None));
        assert_eq!(hidden(&state), ["phone", "company", "budget"]);
        let mut answers = state.answers.clone();
        answers.set("budget", vec![String::new(), "EUR".into()]);
        let state = state.after(FormAction::Read(answers));
        let state = state.after(adapt(Some(Moment::Know), None));
        assert_eq!(hidden(&state), ["phone", "company", "budget"]);
        let state = state.after(adapt(Some(Moment::Buy), None));
        assert!(hidden(&state).is_empty());
    }

    #[test]
    fn nothing_that_was_begun_or_stands_above_the_focus_is_hidden() {
        let state = edit(with_moments(), "budget", "5000");
        let state = state.after(adapt(Some(Moment::Know), Some("phone")));
        assert_eq!(hidden(&state), ["company"]);
    }

    fn with_what_matters(layout: &str) -> FormState {
        let source = include_str!("../../../tests/forms/matters.toml");
        let file = form_file::parse(&format!("layout = \"{layout}\"\n{source}")).unwrap();
        let form = Form::new(file.form.definition().public()).unwrap();
        FormState::new(SharedForm(Arc::new(form)), Language::En, Answers::new()).folded(None)
    }

    #[test]
    fn what_matters_no_more_goes_and_comes_back_and_how_much_is_left_is_said() {
        let state = with_what_matters("whole");
        assert_eq!(state.left, None);
        let state = state.after(adapt(None, None));
        assert_eq!((state.left, hidden(&state)), (Some(5), vec![]));
        let state = edit(state, "region", "far").after(adapt(None, Some("region")));
        assert_eq!((state.left, hidden(&state)), (Some(2), vec!["rooms", "budget"]));
        let state = edit(state, "region", "near").after(adapt(None, Some("region")));
        assert_eq!((state.left, hidden(&state)), (Some(4), vec![]));
        // Nothing above the focus moves, and what was begun stays.
        let state = edit(edit(state, "budget", "500"), "region", "far");
        let state = state.after(adapt(None, Some("budget")));
        assert_eq!((state.left, hidden(&state)), (Some(3), vec![]));
        let state = state.after(adapt(None, None));
        assert_eq!((state.left, hidden(&state)), (Some(2), vec!["rooms"]));
        let refusal = Refusal { field: "rooms".into(), message: "No.".into() };
        assert!(hidden(&state.after(FormAction::Refuse(vec![refusal]))).is_empty());
    }

    #[test]
    fn of_questions_one_by_one_those_that_matter_no_more_are_passed_over() {
        let next = |state: FormState| state.after(FormAction::Next { at: NOW });
        let place = |state: &FormState| state.place().map(|place| (place.at, place.of)).unwrap();
        let state = next(edit(with_what_matters("questions"), "email", "ana@example.com"));
        let state = next(edit(state, "region", "near")).after(adapt(None, Some("rooms")));
        assert_eq!((place(&state), state.left), ((3, 5), None));
        // The question that is shown stays, wherever the focus is.
        let state = edit(state, "region", "far").after(adapt(None, None));
        assert_eq!((place(&state), hidden(&state)), ((3, 4), vec!["budget"]));
        assert_eq!(place(&next(state)), (4, 4));
    }

    #[test]
    fn a_hidden_field_that_is_refused_is_shown() {
        let state = with_moments().after(adapt(Some(Moment::Know), None));
        let refusal = Refusal { field: "budget".into(), message: "No.".into() };
        assert_eq!(hidden(&state.after(FormAction::Refuse(vec![refusal]))), ["phone", "company"]);
    }
}
