//! The crate from outside: cases as data, and laws on any input.

mod decay;
mod laws;
mod reader;
mod vectors;
