//! What is learned from outcomes. Native: the page and the rules know nothing of it.
//!
//! Learning has floats, which the rules have not; what it learns is written in whole points, and only those decide.
//! The same table gives the same card byte for byte on every machine: sums go in a fixed order on one thread, and the
//! transcendental functions are `libm`'s, because those of the standard library differ between platforms.

pub mod backtest;
pub mod column;
pub mod delimited;
pub mod fit;
pub mod moments;
pub mod outcome;
pub mod pmml;
pub mod problem;
pub mod unread;
