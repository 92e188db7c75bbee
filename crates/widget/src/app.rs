//! The form's view, wired to the page.

use std::{cell::Cell, ops::Deref, rc::Rc};

use leadglass_form::{FormAction, FormState, FormViewProps, Phase, SharedForm, form_view};
use leadglass_scoring::{form::Layout, validate};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlFormElement, Window};
use yew::prelude::*;

use crate::{
    drafts::Drafts,
    events,
    moments::Moments,
    page,
    presses::Presses,
    send::{Fate, Sender},
    take_over::Standing,
};

/// What is around a mounted form, the same for all its life.
#[derive(Clone)]
pub(crate) struct Surroundings(pub Rc<Around>);

/// The page, the element the form is mounted in, and the way to the endpoint.
pub(crate) struct Around {
    pub window: Window,
    pub element: Element,
    pub sender: Sender,
    pub presses: Rc<Presses>,
    pub moments: Rc<Moments>,
    pub drafts: Drafts,
    pub has_begun: Cell<bool>,
    /// What the visitor asked for on another part of the form, to be given the focus once it is shown.
    pub wanted: Cell<Option<String>>,
    /// What had the focus when the form changed, and where it stood.
    pub anchor: Cell<Option<(Element, f64)>>,
}

impl PartialEq for Surroundings {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Deref for Surroundings {
    type Target = Around;

    fn deref(&self) -> &Around {
        &self.0
    }
}

/// What a mounted form begins with.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct AppProps {
    pub initial: FormState,
    pub standing: Option<Standing>,
    pub around: Surroundings,
    pub hosted: AttrValue,
}

/// A mounted form.
#[component]
pub(crate) fn App(props: &AppProps) -> Html {
    let AppProps { initial, standing, around, hosted } = props.clone();
    let begun_with = initial.refusals;
    let state = use_reducer_eq(move || initial);

    use_effect_with((), {
        let (around, begun, dispatcher) = (around.clone(), (*state).clone(), state.dispatcher());
        move |()| {
            if let Some(standing) = standing {
                let answers = standing.answers(&begun.form);
                if answers != begun.answers {
                    dispatcher.dispatch(FormAction::Read(answers));
                }
                standing.hand_over(&around.element);
            }
            around.sender.tell(events::READY);
            if begun.form.has_moments() {
                follow_moments(&around, begun.form.clone(), dispatcher);
            }
            let listeners = around.presses.watch(&around.window);
            move || drop(listeners)
        }
    });
    use_effect_with(state.page, {
        let (around, state) = (around.clone(), (*state).clone());
        move |_| {
            // The first time the form only begins.
            if around.has_begun.replace(true) {
                turned(&around, &state);
            }
        }
    });
    use_effect_with((state.answers.clone(), state.page), {
        let (around, form) = (around.clone(), state.form.clone());
        move |(answers, page)| around.drafts.keep(&form, answers, *page)
    });
    use_effect_with(state.refusals, {
        let around = around.clone();
        move |refusals| {
            if *refusals > begun_with {
                page::focus(&around.element, "#lg-summary", false);
            }
        }
    });
    use_effect_with(matches!(state.phase, Phase::Sent(_)), {
        let around = around.clone();
        move |sent| {
            if *sent {
                around.drafts.erase();
                page::focus(&around.element, "#lg-follow-up", false);
            }
        }
    });

    use_effect_with(state.moment, {
        let around = around.clone();
        move |_| {
            // What the visitor is at stays under their eyes, whatever became of what stands above it.
            if let Some((element, before)) = around.anchor.take() {
                around.window.scroll_by_with_x_and_y(0.0, page::top(&element) - before);
            }
        }
    });

    let oninput = {
        let (dispatcher, definition, around) = (state.dispatcher(), state.form.clone(), around.clone());
        move |event: InputEvent| {
            let Some((control, field)) = page::control_name(event.target()) else { return };
            let Some(form) = page::form_of(&control) else { return };
            let answers = page::answers(&form, &definition);
            dispatcher.dispatch(FormAction::Edit { field, answers, at: page::now() });
            around.moments.read_soon();
        }
    };
    let onfocusout = {
        let (dispatcher, definition, around) = (state.dispatcher(), state.form.clone(), around.clone());
        move |event: FocusEvent| {
            let Some((control, field)) = page::control_name(event.target()) else { return };
            let Some(form) = page::form_of(&control) else { return };
            let next = page::control_name(event.related_target());
            if next.is_some_and(|(_, next)| next == field) {
                return;
            }
            let (dispatcher, definition) = (dispatcher.clone(), definition.clone());
            let moments = Rc::clone(&around.moments);
            around.presses.when_released(move || {
                // What was filled in without an event would be overwritten by the next view.
                dispatcher.dispatch(FormAction::Read(page::answers(&form, &definition)));
                dispatcher.dispatch(FormAction::Leave { field, at: page::now() });
                moments.read();
            });
        }
    };
    let onclick = {
        let (state, around) = (state.clone(), around.clone());
        move |event: MouseEvent| {
            if let Some(pressed) = event.target_dyn_into::<Element>() {
                clicked(&around, &state, &event, &pressed);
            }
        }
    };
    let onsubmit = {
        let (state, around) = (state.clone(), around.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(form) = event.target().and_then(|target| target.dyn_into().ok()) {
                submit(&around, &state, &form);
            }
        }
    };
    form_view(&FormViewProps {
        state: (*state).clone(),
        action: hosted,
        hidden: Vec::new(),
        alone: false,
        oninput: oninput.into(),
        onfocusout: onfocusout.into(),
        onclick: onclick.into(),
        onsubmit: onsubmit.into(),
    })
}

/// Reads the moment of what stands in the form, and lets the form follow where it is another.
fn follow_moments(around: &Surroundings, form: SharedForm, dispatcher: UseReducerDispatcher<FormState>) {
    let here = Rc::downgrade(&around.0);
    around.moments.read_by(move || {
        let Some(around) = here.upgrade() else { return };
        let Some(answers) = page::form_in(&around.element).map(|element| page::answers(&element, &form)) else {
            return;
        };
        let Some(moment) = around.moments.moment(&form, &answers) else { return };
        if !around.moments.begin(moment, page::now()) {
            return;
        }
        let focused = page::focused(&around.element).filter(|element| around.element.contains(Some(element)));
        around.anchor.set(focused.clone().map(|element| (element.clone(), page::top(&element))));
        let focused = focused.and_then(|element| element.get_attribute("name"));
        dispatcher.dispatch(FormAction::Adapt { moment, focused });
    });
}

/// The focus goes to what is shown now: where one question is asked at a time, to its control, else to what says where
/// the visitor is.
fn turned(around: &Surroundings, state: &FormState) {
    let Some(place) = state.place() else { return };
    let wanted = around.wanted.take().or_else(|| {
        let shown = state.form.fields.iter().enumerate().find(|(slot, _)| state.is_shown(*slot));
        shown.filter(|_| state.layout() == Layout::Questions).map(|(_, field)| ["#lg-", &field.id].concat())
    });
    page::focus(&around.element, wanted.as_deref().unwrap_or("#lg-place"), false);
    around.sender.tell_step(place.at, place.of);
}

fn clicked(around: &Surroundings, state: &UseReducerHandle<FormState>, event: &MouseEvent, pressed: &Element) {
    let within = |selector| pressed.closest(selector).ok().flatten();
    if within("#lg-back").is_some() {
        state.dispatch(FormAction::Back);
    } else if let Some(target) = within("a[href^='#lg-']").and_then(|link| link.get_attribute("href")) {
        // Addresses within the page do not lead into a shadow root.
        event.prevent_default();
        let field = target.trim_start_matches("#lg-").to_owned();
        if state.slot(&field).is_some_and(|slot| !state.is_shown(slot)) {
            around.wanted.set(Some(target));
            state.dispatch(FormAction::Show { field });
        } else {
            page::focus(&around.element, &target, false);
        }
    } else if let Some(meant) = within("[data-meant]") {
        let control = meant.parent_element().and_then(|hint| hint.id().strip_suffix("-hint").map(str::to_owned));
        let Some(field) = control.as_deref().and_then(|id| id.strip_prefix("lg-")) else { return };
        let mut answers = state.answers.clone();
        answers.set(field, vec![meant.get_attribute("data-meant").unwrap_or_default()]);
        state.dispatch(FormAction::Edit { field: field.to_owned(), answers, at: page::now() });
        page::focus(&around.element, &["#lg-", field].concat(), false);
    }
}

fn submit(around: &Surroundings, state: &UseReducerHandle<FormState>, form: &HtmlFormElement) {
    if around.sender.busy.replace(true) {
        return;
    }
    let at = page::now();
    let dispatcher = state.dispatcher();
    let now = (**state).clone().after(FormAction::Read(page::answers(form, &state.form)));
    dispatcher.dispatch(FormAction::Read(now.answers.clone()));
    if now.place().is_some_and(|place| !place.is_last()) {
        around.sender.busy.set(false);
        dispatcher.dispatch(FormAction::Next { at });
        return;
    }
    let lead = match validate(&now.form.0, &now.answers, at) {
        Ok(lead) => lead,
        Err(violations) => {
            around.sender.busy.set(false);
            dispatcher.dispatch(FormAction::Refuse(now.words_for(&violations)));
            around.sender.tell(events::ERROR);
            return;
        }
    };
    dispatcher.dispatch(FormAction::Send);
    around.sender.tell(events::SUBMIT);
    let around = around.clone();
    spawn_local(async move {
        let fate = around.sender.send(&now, &lead, &around.moments, at).await;
        around.sender.busy.set(false);
        let (action, event) = match fate {
            Fate::Taken(follow_up) => (FormAction::Follow(follow_up), events::SUCCESS),
            Fate::Refused(refusals) => (FormAction::Refuse(refusals), events::ERROR),
            Fate::Unknown(failure) => (FormAction::Fail(failure), events::ERROR),
        };
        dispatcher.dispatch(action);
        around.sender.tell(event);
    });
}
