//! The form's view, wired to the page.

use std::{
    cell::{Cell, RefCell},
    ops::Deref,
    rc::Rc,
};

use gloo::events::{EventListener, EventListenerOptions};
use leadglass_form::{FormAction, FormState, FormViewProps, Phase, form_view, with_country};
use leadglass_scoring::{Answers, form::Layout, validate};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, FocusEvent, HtmlFormElement, Window};
use yew::prelude::*;

use crate::{
    drafts::Drafts,
    events,
    moments::Moments,
    page,
    presses::Presses,
    read::list,
    send::{Fate, Sender},
    take_over::Standing,
};

/// The latest state, and the way to the next.
pub(crate) type Handle = UseReducerHandle<FormState>;

/// What is around a mounted form, the same for all its life.
#[derive(Clone)]
pub(crate) struct Surroundings(pub Rc<Around>);

/// The page, the element the form is mounted in, and the way to the endpoint.
pub(crate) struct Around {
    pub window: Window,
    pub element: Element,
    /// The state to begin with.
    pub initial: FormState,
    /// The form that is taken over.
    pub standing: Option<Standing>,
    /// Where the form stands on a page of its own.
    pub hosted: AttrValue,
    pub sender: Sender,
    pub presses: Rc<Presses>,
    pub moments: Rc<Moments>,
    pub drafts: Drafts,
    /// The way to the next state, once one was shown.
    pub handle: RefCell<Option<Handle>>,
    /// The state that is shown.
    pub shown: RefCell<Option<FormState>>,
    /// Whether visitors see what is shown.
    pub has_begun: Cell<bool>,
    /// What listens until the form is taken out.
    pub listeners: RefCell<Vec<EventListener>>,
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
    pub around: Surroundings,
}

/// A mounted form.
#[component]
pub(crate) fn App(props: &AppProps) -> Html {
    let around = props.around.clone();
    let state = use_reducer(move || around.initial.clone());
    // One effect for all that follows a change: each of its own would cost the page 1 KB.
    use_effect({
        let (around, state, now) = (props.around.clone(), state.clone(), (*state).clone());
        move || {
            around.handle.replace(Some(state));
            let before = around.shown.replace(Some(now.clone()));
            if let Some(before) = before.filter(|_| around.has_begun.get()) {
                follow(&around, &before, &now);
            }
        }
    });
    form_view(&FormViewProps {
        state: (*state).clone(),
        action: props.around.hosted.clone(),
        hidden: Vec::new(),
        alone: false,
    })
}

/// What the page does once a state is shown, by what was shown before.
fn follow(around: &Surroundings, before: &FormState, state: &FormState) {
    if before.page != state.page {
        turned(around, state);
    }
    if (&before.answers, before.page) != (&state.answers, state.page) {
        around.drafts.keep(&state.form, &state.answers, state.page);
    }
    if state.refusals > before.refusals {
        page::focus(&around.element, "#lg-summary", false);
    }
    let is_sent = |state: &FormState| matches!(state.phase, Phase::Sent(_));
    if is_sent(state) && !is_sent(before) {
        around.drafts.erase();
        page::focus(&around.element, "#lg-follow-up", false);
    }
    // What the visitor is at stays under their eyes, whatever became of what stands above it.
    if let Some((element, top)) = around.anchor.take()
        && (before.moment, &before.hidden) != (state.moment, &state.hidden)
    {
        around.window.scroll_by_with_x_and_y(0.0, page::top(&element) - top);
    }
}

/// Once the form is rendered, lets it be as if it was sent empty, unseen: browsers compile what is run for the first time, and
/// whoever sends would wait for that. Gives whether it does.
pub(crate) fn rehearse(around: &Surroundings) -> bool {
    let handle = around.handle.borrow();
    let Some(handle) = handle.as_ref() else { return false };
    let violations = validate(&handle.form.0, &Answers::new(), page::now()).err().unwrap_or_default();
    handle.dispatch(FormAction::Refuse(handle.words_for(&violations)));
    true
}

/// Brings the form back to what it was, once it was rehearsed; gives whether it does.
pub(crate) fn restore(around: &Surroundings) -> bool {
    let handle = around.handle.borrow();
    let Some(handle) = handle.as_ref().filter(|state| state.refusals > around.initial.refusals) else { return false };
    handle.dispatch(FormAction::Restore(Box::new(around.initial.clone())));
    true
}

/// Takes the standing form over, once the form is rendered; gives whether it is.
pub(crate) fn begin(around: &Surroundings) -> bool {
    let state = around.handle.borrow().clone().filter(|state| state.refusals == around.initial.refusals);
    let Some(state) = state else { return false };
    around.has_begun.set(true);
    if let Some(standing) = &around.standing {
        let answers = standing.answers(&state.form);
        if answers != state.answers {
            state.dispatch(FormAction::Read(answers));
        }
        standing.hand_over(&around.element);
    }
    around.drafts.keep(&state.form, &state.answers, state.page);
    if state.form.has_moments() || state.form.asks_what_matters() {
        follow_visit(around);
    }
    true
}

/// What follows an event.
type Hear = fn(&Surroundings, &Handle, &Event);

/// Hears what the visitor does, until the listeners are dropped.
pub(crate) fn listen(around: &Surroundings) {
    let all: [(_, Hear); 4] = [("input", edited), ("focusout", left), ("click", clicked), ("submit", sent)];
    let listeners = all.map(|(name, hear)| {
        let here = around.clone();
        let options = EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(&around.element, name, options, move |event| {
            let handle = here.handle.borrow().clone();
            if let Some(state) = handle {
                hear(&here, &state, event);
            }
        })
    });
    around.listeners.borrow_mut().extend(listeners);
}

fn edited(around: &Surroundings, state: &Handle, event: &Event) {
    let Some((control, field)) = page::control_name(event.target()) else { return };
    let Some(form) = page::form_of(&control) else { return };
    let mut answers = page::answers(&form, &state.form);
    if let Some(values) = with_country(&state.form, &field, &answers) {
        page::fill(&form, &field, &list(values.iter().map(String::as_str)).into());
        answers.set(field.clone(), values);
    }
    state.dispatch(FormAction::Edit { field, answers, at: page::now() });
    around.moments.read_soon();
}

fn left(around: &Surroundings, state: &Handle, event: &Event) {
    let Some((control, field)) = page::control_name(event.target()) else { return };
    let Some(form) = page::form_of(&control) else { return };
    let to = event.dyn_ref::<FocusEvent>().and_then(FocusEvent::related_target);
    if page::control_name(to).is_some_and(|(_, next)| next == field) {
        return;
    }
    let (state, moments) = (state.clone(), Rc::clone(&around.moments));
    around.presses.when_released(move || {
        // What was filled in without an event would be overwritten by the next view.
        state.dispatch(FormAction::Read(page::answers(&form, &state.form)));
        state.dispatch(FormAction::Leave { field, at: page::now() });
        moments.read();
    });
}

/// Reads the moment of what stands in the form, and lets the form follow where it is another, or where what is asked hangs
/// on what was answered.
fn follow_visit(around: &Surroundings) {
    let here = Rc::downgrade(&around.0);
    around.moments.read_by(move || {
        let Some(around) = here.upgrade() else { return };
        let handle = around.handle.borrow().clone();
        let Some((state, form)) = handle.zip(page::form_in(&around.element)) else { return };
        let at = page::now();
        let answers = page::answers(&form, &state.form);
        let moment = around.moments.moment(&state.form, &answers).filter(|moment| around.moments.begin(*moment, at));
        if moment.is_none() && !state.form.asks_what_matters() {
            return;
        }
        let focused = page::focused(&around.element).filter(|element| around.element.contains(Some(element)));
        around.anchor.set(focused.clone().map(|element| (element.clone(), page::top(&element))));
        let focused = focused.and_then(|element| element.get_attribute("name"));
        state.dispatch(FormAction::Adapt { moment, focused, at });
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

fn clicked(around: &Surroundings, state: &Handle, event: &Event) {
    let pressed = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(pressed) = pressed else { return };
    let within = |selector| pressed.closest(selector).ok().flatten();
    if within("#lg-back").is_some() {
        state.dispatch(FormAction::Back);
    } else if let Some(target) = within("a[href^='#lg-']").and_then(|link| link.get_attribute("href")) {
        // Addresses within the page do not lead into a shadow root.
        event.prevent_default();
        let field = target.strip_prefix("#lg-").unwrap_or_default().to_owned();
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

fn sent(around: &Surroundings, state: &Handle, event: &Event) {
    event.prevent_default();
    let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
    let Some(form) = form else { return };
    if around.sender.busy.replace(true) {
        return;
    }
    let at = page::now();
    let dispatcher = state.dispatcher();
    let now = (**state).clone().after(FormAction::Read(page::answers(&form, &state.form)));
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
