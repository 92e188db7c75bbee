//! leadglass end to end: every scenario in Chromium and in Firefox, against the built binary.

mod accessibility;
mod embed;
mod host_page;
mod languages;
mod moments;
mod parity;
mod parts;
mod policies;
mod sending;
mod take_over;
mod visitor;
mod widget;
mod without_scripts;

use std::process::ExitCode;

fn main() -> ExitCode {
    leadglass_tests::scenario::run(vec![
        ("embed", embed::scenarios()),
        ("take-over", take_over::scenarios()),
        ("sending", sending::scenarios()),
        ("without scripts", without_scripts::scenarios()),
        ("policies", policies::scenarios()),
        ("host page", host_page::scenarios()),
        ("parts", parts::scenarios()),
        ("languages", languages::scenarios()),
        ("moments", moments::scenarios()),
        ("accessibility", accessibility::scenarios()),
        ("widget", widget::scenarios()),
        ("parity", parity::scenarios()),
    ])
}
