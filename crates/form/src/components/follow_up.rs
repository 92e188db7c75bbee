//! What follows a sent form.

use yew::prelude::*;

use super::tag::{all, tag, text};
use crate::form_state::{FollowUpText, ServedText};

/// A courteous next step; hidden and empty before there is one.
pub(super) fn follow_up(follow_up: Option<&FollowUpText>, alone: bool) -> Html {
    let none = FollowUpText::default();
    let FollowUpText { heading, text: what, because, link, serves } = follow_up.unwrap_or(&none);
    let because = because.as_deref();
    let (label, url) = link.clone().unzip();
    let none_hidden = |is_none: bool| is_none.then_some("hidden");
    tag!(
        "section", "id" = "lg-follow-up", "part" = "after", "tabindex" = "-1", "aria-labelledby" = "lg-follow-up-heading",
        "hidden" = none_hidden(follow_up.is_none()), "class" = "follow-up";
        tag!("h2", "id" = "lg-follow-up-heading", "aria-level" = alone.then_some("1"); text(heading)),
        tag!("p"; text(what)),
        tag!("p", "hidden" = none_hidden(because.is_none()); text(because.unwrap_or_default())),
        tag!(
            "a", "href" = url.map(AttrValue::from), "hidden" = none_hidden(link.is_none());
            text(label.as_deref().unwrap_or_default()),
        ),
        all(serves.iter().map(|served| self::served(served, alone)).collect()),
    )
}

fn served(served: &ServedText, alone: bool) -> Html {
    let items = |items: &[String]| all(items.iter().map(|item| tag!("li"; text(item))).collect());
    let mut parts = vec![tag!("h3", "aria-level" = alone.then_some("2"); text(&served.heading))];
    if let Some(answer) = &served.text {
        parts.push(tag!("p"; text(answer)));
    }
    if !served.steps.is_empty() {
        parts.push(tag!("ol"; items(&served.steps)));
    }
    if let Some(address) = &served.address {
        parts.push(tag!("address"; text(address)));
    }
    if !served.hours.is_empty() {
        parts.push(tag!("ul"; items(&served.hours)));
    }
    parts.extend(served.links.iter().map(|(label, url)| tag!("a", "href" = url.clone(); text(label))));
    tag!("div", "class" = "served"; all(parts))
}
