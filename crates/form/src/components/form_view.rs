//! The whole form.

use leadglass_scoring::{FieldKind, LocalText};
use yew::prelude::*;

use super::{
    control::Part,
    error_summary::error_summary,
    field_view::field_view,
    follow_up::follow_up,
    progress::{back, progress},
    status_line::status_line,
    tag::{all, element, tag, text},
};
use crate::{
    form_state::{FormState, Phase},
    messages::Word,
};

/// What a form's view needs.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct FormViewProps {
    /// What it shows.
    pub state: FormState,
    /// Where the browser itself would send it, and where it stands on a page of its own.
    pub action: AttrValue,
    /// Names and values that are sent along.
    #[prop_or_default]
    pub hidden: Vec<(String, String)>,
    /// Whether the form is all there is on its page, so that its heading is the page's.
    #[prop_or_default]
    pub alone: bool,
}

/// A form, or what follows it.
#[component]
pub fn FormView(props: &FormViewProps) -> Html {
    form_view(props)
}

/// A form, or what follows it, within a component of the caller's.
pub fn form_view(props: &FormViewProps) -> Html {
    let state = &props.state;
    let sent = match &state.phase {
        Phase::Sent(sent) => Some(sent),
        _ => None,
    };
    let form = if sent.is_none() { form(props) } else { Html::default() };
    tag!(
        "div", "part" = "frame", "lang" = state.words.language().code(), "class" = "leadglass";
        form, follow_up(sent, props.alone),
    )
}

fn form(props: &FormViewProps) -> Html {
    let state = &props.state;
    let form = &state.form;
    let number = state.language_number();
    let sending = state.phase == Phase::Sending;
    let moment = state.moment_form();
    let heading = heading(state);
    let button = moment.and_then(|moment| moment.button.as_ref()).unwrap_or(&form.button);
    let is_more = state.place().is_some_and(|place| !place.is_last());
    let words = if is_more { state.words.get(Word::Next) } else { button.get(number) };
    let send = tag!(
        "button", "type" = "submit", "id" = "lg-send", "part" = "button", "aria-disabled" = sending.then_some("true"),
        "data-send" = is_more.then(|| AttrValue::from(button.get(number).to_owned()));
        text(words),
    );
    let mut parts = vec![header(state, number, props.alone)];
    if form.has_moments() {
        let adapted = text(&adapted_to(state, heading.get(number)));
        parts.push(tag!("p", "role" = "status", "class" = "unseen"; adapted));
    }
    parts.extend([progress(state), error_summary(state, props.alone)]);
    parts.extend(props.hidden.iter().map(|(name, value)| hidden(name, value)));
    parts.extend((0..form.steps.len()).map(|step| section(state, step, number)));
    parts.push(trap(props.alone));
    parts.push(tag!("div", "class" = "actions"; back(state), send, status_line(state, &props.action)));
    tag!(
        "form", "method" = "post", "action" = &props.action, "aria-labelledby" = "lg-heading",
        "novalidate" = "novalidate"; all(parts),
    )
}

/// What the form is called for the moment.
fn heading(state: &FormState) -> &LocalText {
    state.moment_form().and_then(|moment| moment.heading.as_ref()).unwrap_or(&state.form.heading)
}

fn header(state: &FormState, number: usize, alone: bool) -> Html {
    let moment = state.moment_form();
    let heading = text(heading(state).get(number));
    let intro = moment.and_then(|moment| moment.help.as_ref()).or(state.form.intro.as_ref());
    let intro = intro.filter(|_| state.place().is_none_or(|place| place.at == 1));
    let intro = intro.map(|intro| tag!("p", "part" = "intro", "class" = "intro"; text(intro.get(number))));
    let mut header = element!(
        "header", "class" = moment.map(|_| "fresh");
        tag!("h2", "id" = "lg-heading", "part" = "heading", "aria-level" = alone.then_some("1"); heading),
        intro.unwrap_or_default(),
    );
    header.key = Some(moment.map_or("plain", |moment| moment.moment.as_str()).into());
    header.into()
}

fn hidden(name: &str, value: &str) -> Html {
    let mut input = element!("input", "type" = "hidden", "name" = name.to_owned());
    input.set_value(Some(AttrValue::from(value.to_owned())));
    input.into()
}

/// The name of a field that no person sees or reaches; programs fill in what they find.
#[cfg(feature = "ssr")]
pub const TRAP: &str = "lg-website";

/// Out of sight, out of the tab order, out of what screen readers read and browsers fill in.
#[cfg(feature = "ssr")]
fn trap(alone: bool) -> Html {
    html! {
        if alone {
            <div class="unseen" aria-hidden="true">
                <input type="text" name={TRAP} tabindex="-1" autocomplete="off" />
            </div>
        }
    }
}

/// In a page, scripts do without it.
#[cfg(not(feature = "ssr"))]
fn trap(_: bool) -> Html {
    Html::default()
}

/// What a screen reader hears of the change; empty before there is one.
fn adapted_to(state: &FormState, heading: &str) -> String {
    if state.moment_form().is_none() {
        return String::new();
    }
    let number = state.language_number();
    let shown = state.form.fields.iter().enumerate().filter(|(slot, field)| {
        state.is_asked(*slot) && !matches!(field.kind, FieldKind::Hidden(_) | FieldKind::Consent(_))
    });
    let labels: Vec<&str> = shown.map(|(_, field)| field.label.get(number)).collect();
    state.words.adapted(heading, &labels)
}

fn section(state: &FormState, step: usize, language_number: usize) -> Html {
    let form = &state.form;
    let fields = form.fields.iter().enumerate().filter(|(_, field)| usize::from(field.step) == step);
    let is_empty = fields.clone().all(|(number, _)| !state.is_shown(number));
    let fields = fields.map(|(number, field)| {
        if let FieldKind::Hidden(_) = field.kind {
            return hidden(&field.id, state.answers.first(&field.id));
        }
        field_view(&Part::new(state, number, field))
    });
    let fields = tag!("div", "class" = "fields"; all(fields.collect()));
    let Some(title) = form.steps.get(step).and_then(|step| step.title.as_ref()) else { return fields };
    tag!(
        "fieldset", "part" = "step", "hidden" = is_empty.then_some("hidden"), "class" = "step";
        tag!("legend", "part" = "title"; text(title.get(language_number))), fields,
    )
}
