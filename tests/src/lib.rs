//! The harness of the end-to-end tests: the built binary, a host page on another origin, real browsers.
//!
//! What it needs: `target/release/leadglass` with the widget inside (or another binary named by `LEADGLASS_BIN`),
//! Chromium with its driver, Firefox with geckodriver, and axe-core from the tools' folder; where there is one, the driver of
//! `WebKitGTK`, with Xvfb for a display. `cargo xtask test` brings them, the last two with `--all`.

pub mod axe;
pub mod browser;
pub mod evaluator;
pub mod gate;
pub mod host;
pub mod keyboard;
pub mod leads;
pub mod looks;
pub mod page;
pub mod picture;
pub mod poll;
pub mod pool;
pub mod scenario;
pub mod server;
pub mod service;
pub mod stage;
pub mod tools;
