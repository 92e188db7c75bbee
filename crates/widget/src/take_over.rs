//! Taking over the form that already stands in the page, without losing a character, the focus or the caret.
//!
//! `www/embed` chooses a moment when no key, pointer or input method is in the midst of something. Between the first
//! render and its effects Yew may still wait for a turn of the page, in which the visitor goes on typing into the old
//! form: so the new one is hidden until the hand-over, which moves what stands in the old one at that very moment.

use js_sys::{Array, Reflect};
use leadglass_form::{FormAction, FormState, SharedForm, messages::Words};
use leadglass_scoring::{Answers, validation::validate_field};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlFormElement, HtmlInputElement, HtmlTextAreaElement};

use crate::page;

/// The form as it was rendered, with what the visitor did to it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Standing {
    view: Element,
}

impl Standing {
    /// Looks for a rendered form in `root`.
    pub(crate) fn find(root: &Element) -> Option<Self> {
        Some(Self { view: root.query_selector(".leadglass").ok().flatten()? })
    }

    /// The state that the form is in, with this part of it shown where it was not unfolded.
    pub(crate) fn state(&self, form: SharedForm, words: Words, page: Option<usize>) -> FormState {
        let answers = self.answers(&form);
        let mut state = FormState::at(form, words, answers, page::now());
        if self.part(".stepwise:not([hidden])").is_some() {
            state = state.folded(page);
        }
        if self.part("#lg-summary:not([hidden])").is_some() {
            let is_invalid = |id: &str| {
                self.part(&["[name=", id, "][aria-invalid],fieldset[aria-invalid] [name=", id, "]"].concat())
            };
            let fields = state.form.fields.iter().filter(|field| is_invalid(&field.id).is_some());
            let violations: Vec<_> = fields
                .filter_map(|field| validate_field(field, state.answers.get(&field.id), page::now()).err())
                .collect();
            let refusals = state.words_for(&violations);
            state = state.after(FormAction::Refuse(refusals));
        }
        state
    }

    /// Its form.
    pub(crate) fn form(&self) -> Option<HtmlFormElement> {
        self.part("form")?.dyn_into().ok()
    }

    /// What is answered in it.
    pub(crate) fn answers(&self, form: &SharedForm) -> Answers {
        self.form().map_or_else(Answers::new, |element| page::answers(&element, form))
    }

    /// Moves what stands in the controls, focus, selection and scroll position into the new view, and takes the old
    /// one away.
    pub(crate) fn hand_over(&self, view: &Element) {
        copy_controls(&self.view, view);
        let focused = page::focused(&self.view).filter(|element| self.view.contains(Some(element)));
        // What is hidden takes no focus; a part of our own has the attribute
        let _ = view.remove_attribute("hidden");
        if let Some(old) = focused.filter(|old| !old.id().is_empty())
            && let Some(new) = page::focus(view, &["#", &old.id()].concat(), true)
        {
            if let Some((start, end, direction)) = selection(&old) {
                select(&new, start, end, &direction);
            }
            new.set_scroll_left(old.scroll_left());
            new.set_scroll_top(old.scroll_top());
        }
        self.view.remove();
    }

    fn part(&self, selector: &str) -> Option<Element> {
        self.view.query_selector(selector).ok().flatten()
    }
}

/// One view renders both, so their controls come in the same order.
fn copy_controls(from: &Element, to: &Element) {
    let controls =
        |view: &Element| view.query_selector_all("form :is(input,select,textarea)").map(|all| Array::from(&all));
    let (Ok(from), Ok(to)) = (controls(from), controls(to)) else { return };
    for (from, to) in from.iter().zip(to.iter()) {
        for property in ["value", "checked"] {
            let property = property.into();
            let (Ok(old), Ok(new)) = (Reflect::get(&from, &property), Reflect::get(&to, &property)) else { continue };
            if old != new {
                // A control of the page takes what another of its kind had
                let _ = Reflect::set(&to, &property, &old);
            }
        }
    }
}

/// Start, end and direction of the selection, where the control has one that scripts may see.
fn selection(element: &Element) -> Option<(u32, u32, String)> {
    if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
        let (start, end) = (input.selection_start().ok()??, input.selection_end().ok()??);
        return Some((start, end, input.selection_direction().ok().flatten().unwrap_or_default()));
    }
    let area = element.dyn_ref::<HtmlTextAreaElement>()?;
    let (start, end) = (area.selection_start().ok()??, area.selection_end().ok()??);
    Some((start, end, area.selection_direction().ok().flatten().unwrap_or_default()))
}

fn select(element: &Element, start: u32, end: u32, direction: &str) {
    // Refused only by controls without a selection, which gave none.
    if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
        let _ = input.set_selection_range_with_direction(start, end, direction);
    } else if let Some(area) = element.dyn_ref::<HtmlTextAreaElement>() {
        let _ = area.set_selection_range_with_direction(start, end, direction);
    }
}
