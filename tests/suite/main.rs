//! leadglass end to end: every scenario in Chromium and in Firefox, and where what takes longer is asked for in `WebKit`,
//! against the built binary.

mod accessibility;
mod calls;
mod embed;
mod gallery;
mod host_page;
mod hosted;
mod known;
mod languages;
mod life;
mod matrix;
mod moments;
mod openers;
mod parity;
mod parts;
mod phones;
mod policies;
mod popup;
mod sending;
mod sites;
mod snippet;
mod take_over;
mod visitor;
mod visits;
mod widget;
mod without_scripts;
mod without_tls;

use std::process::ExitCode;

use leadglass_tests::scenario::NotInWebKit;

const NOT_IN_WEBKIT: &[NotInWebKit] = &[
    (
        "what_was_typed_and_chosen_before_the_widget_came_stays_with_focus_and_caret",
        "its driver types no letters beyond the first plane",
    ),
    (
        "a_page_that_changes_lists_and_their_json_sends_what_was_written",
        "its driver hands over no element where the page changes lists",
    ),
    (
        "a_form_that_a_route_took_away_was_abandoned",
        "its driver does in the midst of a script what is to be done after it",
    ),
    ("a_form_in_a_frame_is_stored_whatever_the_policy", "its driver finds nothing to type into in frames"),
    ("a_form_in_a_frame_is_stored_whatever_the_trouble", "its driver finds nothing to type into in frames"),
    (
        "a_page_of_another_site_frames_the_form_and_its_lead_is_stored",
        "its driver finds nothing to type into in frames",
    ),
];

fn main() -> ExitCode {
    let topics = vec![
        ("embed", embed::scenarios()),
        ("take-over", take_over::scenarios()),
        ("calls", calls::scenarios()),
        ("known", known::scenarios()),
        ("popup", popup::scenarios()),
        ("openers", openers::scenarios()),
        ("visits", visits::scenarios()),
        ("sending", sending::scenarios()),
        ("without scripts", without_scripts::scenarios()),
        ("hosted page", hosted::scenarios()),
        ("without TLS", without_tls::scenarios()),
        ("policies", policies::scenarios()),
        ("host page", host_page::scenarios()),
        ("parts", parts::scenarios()),
        ("phones", phones::scenarios()),
        ("life", life::scenarios()),
        ("matrix", matrix::scenarios()),
        ("sites", sites::scenarios()),
        ("snippet", snippet::scenarios()),
        ("gallery", gallery::scenarios()),
        ("languages", languages::scenarios()),
        ("moments", moments::scenarios()),
        ("accessibility", accessibility::scenarios()),
        ("widget", widget::scenarios()),
        ("parity", parity::scenarios()),
    ];
    leadglass_tests::scenario::run(topics, NOT_IN_WEBKIT)
}
