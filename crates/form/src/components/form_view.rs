//! The whole form.

use leadglass_scoring::FieldKind;
use yew::prelude::*;

use super::{
    control::Part,
    error_summary::error_summary,
    field_view::field_view,
    follow_up::follow_up,
    progress::{back, progress},
    status_line::status_line,
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
    /// An answer changed.
    #[prop_or_default]
    pub oninput: Callback<InputEvent>,
    /// The focus left a control.
    #[prop_or_default]
    pub onfocusout: Callback<FocusEvent>,
    /// Something was clicked.
    #[prop_or_default]
    pub onclick: Callback<MouseEvent>,
    /// The visitor sends.
    #[prop_or_default]
    pub onsubmit: Callback<SubmitEvent>,
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
    html! {
        <div class="leadglass" part="frame" lang={state.words.language().code()}>
            if sent.is_none() {
                { form(props) }
            }
            { follow_up(sent, props.alone) }
        </div>
    }
}

fn form(props: &FormViewProps) -> Html {
    let state = &props.state;
    let form = &state.form;
    let number = state.language_number();
    let sending = state.phase == Phase::Sending;
    let moment = state.moment_form();
    let heading = moment.and_then(|moment| moment.heading.as_ref()).unwrap_or(&form.heading);
    let intro = moment.and_then(|moment| moment.help.as_ref()).or(form.intro.as_ref());
    let button = moment.and_then(|moment| moment.button.as_ref()).unwrap_or(&form.button);
    let is_more = state.place().is_some_and(|place| !place.is_last());
    let hidden = props.hidden.iter().map(|(name, value)| {
        html! { <input type="hidden" name={name.clone()} value={value.clone()} /> }
    });
    html! {
        <form method="post" action={&props.action} novalidate=true aria-labelledby="lg-heading"
            oninput={&props.oninput} onfocusout={&props.onfocusout} onclick={&props.onclick} onsubmit={&props.onsubmit}>
            <header key={moment.map_or("plain", |moment| moment.moment.as_str())} class={moment.map(|_| "fresh")}>
                <h2 id="lg-heading" part="heading" aria-level={props.alone.then_some("1")}>{ heading.get(number) }</h2>
                if let Some(intro) = intro.filter(|_| state.place().is_none_or(|place| place.at == 1)) {
                    <p class="intro" part="intro">{ intro.get(number) }</p>
                }
            </header>
            if form.has_moments() {
                <p class="unseen" role="status">{ adapted_to(state, heading.get(number)) }</p>
            }
            { progress(state) }
            { error_summary(state, props.alone) }
            { for hidden }
            { for (0..form.steps.len()).map(|step| section(state, step, number)) }
            { trap(props.alone) }
            <div class="actions">
                { back(state) }
                <button type="submit" id="lg-send" part="button" aria-disabled={sending.then_some("true")}
                    data-send={is_more.then(|| button.get(number).to_owned())}>
                    { if is_more { state.words.get(Word::Next) } else { button.get(number) } }
                </button>
                { status_line(state, &props.action) }
            </div>
        </form>
    }
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
            let value = state.answers.first(&field.id).to_owned();
            return html! { <input type="hidden" name={field.id.clone()} {value} /> };
        }
        field_view(&Part::new(state, number, field))
    });
    let fields = html! { <div class="fields">{ for fields }</div> };
    match form.steps.get(step).and_then(|step| step.title.as_ref()) {
        Some(title) => html! {
            <fieldset class="step" part="step" hidden={is_empty}><legend part="title">{ title.get(language_number) }</legend>{ fields }</fieldset>
        },
        None => fields,
    }
}
