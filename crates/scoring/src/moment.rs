//! Micro-moments: what a person wants now.

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
