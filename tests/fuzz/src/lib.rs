//! What reads bytes of others, as functions of bytes: none may panic, take too long, or contradict itself.
//!
//! `cargo xtask fuzz` drives them with libFuzzer. The tests below try every kept seed, and every byte of it cut off or
//! changed, at each commit. An input that once did harm is kept as a seed.

mod pace;
mod target;

pub use self::{pace::paced, target::Target};
