//! Micro-moments: what a person wants now.
//!
//! A [`Model`] reads the texts and circumstances of a [`Context`] into a [`Reading`]: a probability for each moment,
//! what spoke for what, and whether the best is to be trusted. The model is data, learned by `leadglass-training`;
//! reading it is whole numbers only, so the page and the server read the same.

pub mod context;
pub mod features;
pub mod model;
pub mod reading;
mod tokens;
mod visit;

pub use self::{
    context::{Context, Device, Hint, Part, Referrer},
    model::{Model, ModelError},
    reading::{Doubt, Evidence, Reading, Source},
    visit::Visit,
};

/// What a person wants now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Moment {
    /// To learn: an answer, a comparison, a guide.
    Know,
    /// To get to a place: an address, hours, a visit.
    Go,
    /// To get something done: steps, help, a repair of their own.
    Do,
    /// To buy: a price, a quote, an order.
    Buy,
}

canonical!(choice Moment { Know, Go, Do, Buy });

impl Moment {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Know, Self::Go, Self::Do, Self::Buy];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Know => "know",
            Self::Go => "go",
            Self::Do => "do",
            Self::Buy => "buy",
        }
    }
}

/// What kind of text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What a visitor writes in a form.
    Message,
    /// What they searched for.
    Query,
    /// A title, a heading, a path or a campaign string.
    Page,
}
