//! What follows a sent form.

use yew::prelude::*;

use crate::form_state::FollowUpText;

/// A courteous next step; hidden and empty before there is one.
pub(super) fn follow_up(follow_up: Option<&FollowUpText>, alone: bool) -> Html {
    let (label, url) = follow_up.and_then(|follow_up| follow_up.link.clone()).unzip();
    html! {
        <section id="lg-follow-up" class="follow-up" tabindex="-1" hidden={follow_up.is_none()}
            aria-labelledby="lg-follow-up-heading">
            <h2 id="lg-follow-up-heading" aria-level={alone.then_some("1")}>{ follow_up.map(|follow_up| follow_up.heading.clone()) }</h2>
            <p>{ follow_up.map(|follow_up| follow_up.text.clone()) }</p>
            <a hidden={url.is_none()} href={&url}>{ label }</a>
        </section>
    }
}
