//! leadglass end to end: every scenario in Chromium, in Firefox and, a core of them at every commit, in WebKit, against the
//! built binary.

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

/// What plays in `WebKit` at every commit; everything does by `cargo xtask test --all`.
const WEBKIT: &[&str] = &[];

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
    leadglass_tests::scenario::run(topics, WEBKIT)
}
