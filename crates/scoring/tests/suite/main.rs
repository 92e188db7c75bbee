//! The crate from outside: cases as data, and laws on any input.

mod bounds;
mod card_laws;
mod change;
mod decay;
mod laws;
mod matters;
mod missing;
mod moment;
mod random;
mod reader;
mod small;
mod vectors;
