//! leadglass end to end: every scenario in Chromium and in Firefox, and in `WebKit` a core of them or all, against the built
//! binary.

mod accessibility;
mod calls;
mod embed;
mod gallery;
mod host_page;
mod languages;
mod life;
mod matrix;
mod moments;
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
mod widget;
mod without_scripts;
mod without_tls;

use std::process::ExitCode;

use leadglass_tests::scenario::InWebKit;

/// At every commit, what its users meet first and what only its engine does in its own way.
const WEBKIT: InWebKit = InWebKit {
    always: &[
        "a_tag_on_a_page_of_another_origin_is_a_form_whose_lead_is_stored_with_its_reasons",
        "every_kind_of_field_is_stored_as_it_was_answered",
        "an_empty_form_is_not_sent_and_its_summary_leads_to_the_fields",
        "a_wrong_address_is_said_at_its_field_until_it_is_mended",
        "a_selection_made_before_the_widget_came_is_typed_over_as_one",
        "typing_through_the_take_over_loses_no_character",
        "enter_in_the_midst_of_the_take_over_gives_one_lead_on_the_same_page",
        "a_button_of_the_page_opens_a_form_whose_draft_outlives_closing_it",
        "a_double_click_gives_one_lead",
        "a_lost_answer_and_another_press_give_one_lead",
        "what_is_sent_offline_is_kept_and_goes_once_when_the_connection_is_back",
        "the_work_that_a_form_asks_for_is_done_unseen",
        "the_link_leads_to_the_hosted_form_whose_lead_is_stored_and_answered_with_a_page",
        "a_policy_without_wasm_leaves_a_form_that_sends_and_says_what_is_wrong",
        "trusted_types_are_no_obstacle_to_the_tag",
        "s16_changed_glue_is_not_run_and_the_form_sends",
        "s16_a_changed_later_js_is_not_run_and_the_browser_sends_the_form",
        "what_was_lost_on_its_way_is_fetched_again_and_the_form_is_as_any",
        "steps_are_gone_through_and_back_without_loss",
        "answers_stay_in_the_tab_until_they_are_sent",
        "a_page_that_was_left_and_is_come_back_to_sends_once",
    ],
    never: &[
        (
            "what_was_typed_and_chosen_before_the_widget_came_stays_with_focus_and_caret",
            "its driver types no letters beyond the first plane",
        ),
        (
            "a_page_that_changes_lists_and_their_json_sends_what_was_written",
            "its driver hands over no element where the page changes lists",
        ),
        ("a_form_in_a_frame_is_stored_whatever_the_policy", "its driver finds nothing to type into in frames"),
        ("a_form_in_a_frame_is_stored_whatever_the_trouble", "its driver finds nothing to type into in frames"),
    ],
};

fn main() -> ExitCode {
    let topics = vec![
        ("embed", embed::scenarios()),
        ("take-over", take_over::scenarios()),
        ("calls", calls::scenarios()),
        ("popup", popup::scenarios()),
        ("sending", sending::scenarios()),
        ("without scripts", without_scripts::scenarios()),
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
    leadglass_tests::scenario::run(topics, &WEBKIT)
}
