//! What follows a sent form.

use yew::prelude::*;

use crate::form_state::{FollowUpText, ServedText};

/// A courteous next step; hidden and empty before there is one.
pub(super) fn follow_up(follow_up: Option<&FollowUpText>, alone: bool) -> Html {
    let (label, url) = follow_up.and_then(|follow_up| follow_up.link.clone()).unzip();
    let because = follow_up.and_then(|follow_up| follow_up.because.clone());
    let serves = follow_up.map(|follow_up| follow_up.serves.as_slice()).unwrap_or_default();
    html! {
        <section id="lg-follow-up" class="follow-up" part="after" tabindex="-1" hidden={follow_up.is_none()}
            aria-labelledby="lg-follow-up-heading">
            <h2 id="lg-follow-up-heading" aria-level={alone.then_some("1")}>{ follow_up.map(|follow_up| follow_up.heading.clone()) }</h2>
            <p>{ follow_up.map(|follow_up| follow_up.text.clone()) }</p>
            <p hidden={because.is_none()}>{ because }</p>
            <a hidden={url.is_none()} href={url.clone()}>{ label }</a>
            { for serves.iter().map(|served| self::served(served, alone)) }
        </section>
    }
}

fn served(served: &ServedText, alone: bool) -> Html {
    let links = served.links.iter().map(|(label, url)| html! { <a href={url.clone()}>{ label }</a> });
    html! {
        <div class="served">
            <h3 aria-level={alone.then_some("2")}>{ &served.heading }</h3>
            if let Some(text) = &served.text {
                <p>{ text }</p>
            }
            if !served.steps.is_empty() {
                <ol>{ for served.steps.iter().map(|step| html! { <li>{ step }</li> }) }</ol>
            }
            if let Some(address) = &served.address {
                <address>{ address }</address>
            }
            if !served.hours.is_empty() {
                <ul>{ for served.hours.iter().map(|hours| html! { <li>{ hours }</li> }) }</ul>
            }
            { for links }
        </div>
    }
}
