//! Taking over the form that already stands in the page, without losing a character, the focus or the caret.
//!
//! It happens between two events of the page, so nothing can be typed meanwhile. `embed.js` chooses a moment when no
//! key, pointer or input method is in the midst of something.

use leadglass_form::{FormAction, FormState, SharedForm};
use leadglass_scoring::{Language, validation::validate_field};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlFormElement, HtmlInputElement, HtmlTextAreaElement};

use crate::page;

/// The form as it was rendered, with what the visitor did to it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Standing {
    view: Element,
    focus: Option<Focus>,
}

#[derive(Clone, Debug, PartialEq)]
struct Focus {
    id: String,
    selection: Option<(u32, u32, String)>,
    scroll: (i32, i32),
}

impl Standing {
    /// Looks for a rendered form in `root`.
    pub(crate) fn find(root: &Element) -> Option<Self> {
        let view = root.query_selector(".leadglass").ok().flatten()?;
        let focus = page::focused(&view).filter(|element| view.contains(Some(element))).map(|element| Focus {
            id: element.id(),
            selection: selection(&element),
            scroll: (element.scroll_left(), element.scroll_top()),
        });
        Some(Self { view, focus })
    }

    /// The state that the form is in.
    pub(crate) fn state(&self, form: SharedForm, language: Language) -> FormState {
        let Some(element) = self.part("form").and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) else {
            return FormState::new(form, language, leadglass_scoring::Answers::new());
        };
        let answers = page::answers(&element, &form);
        let mut state = FormState::new(form, language, answers);
        if self.part("#lg-summary:not([hidden])").is_some() {
            let is_invalid =
                |id: &str| self.part(&format!("[name={id}][aria-invalid],fieldset[aria-invalid] [name={id}]"));
            let fields = state.form.fields.iter().filter(|field| is_invalid(&field.id).is_some());
            let violations: Vec<_> = fields
                .filter_map(|field| validate_field(field, state.answers.get(&field.id), page::now()).err())
                .collect();
            let refusals = state.words_for(&violations);
            state = state.after(FormAction::Refuse(refusals));
        }
        state
    }

    /// Puts focus, selection and scroll position into the new view and takes the old one away.
    pub(crate) fn hand_over(&self, view: &Element) {
        let focus = self.focus.as_ref().filter(|focus| !focus.id.is_empty());
        if let Some(focus) = focus
            && let Some(element) = page::focus(view, &format!("#{}", focus.id), true)
        {
            if let Some((start, end, direction)) = &focus.selection {
                select(&element, *start, *end, direction);
            }
            element.set_scroll_left(focus.scroll.0);
            element.set_scroll_top(focus.scroll.1);
        }
        self.view.remove();
    }

    fn part(&self, selector: &str) -> Option<Element> {
        self.view.query_selector(selector).ok().flatten()
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
