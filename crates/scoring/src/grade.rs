//! Score, grade and decision: three readings of the points.

use crate::points::Points;

/// Who the lead is: `A` fits best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FitBand {
    /// Fits best
    A,
    /// Fits
    B,
    /// Fits least
    C,
}

canonical!(choice FitBand { A, B, C });

/// What the lead did: `1` is the most engaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EngagementBand {
    /// Most engaged
    One,
    /// Engaged
    Two,
    /// Least engaged
    Three,
}

canonical!(choice EngagementBand { One, Two, Three });

/// Fit and engagement side by side: `A1` is the best grade, `C3` the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grade {
    /// The letter.
    pub fit: FitBand,
    /// The digit.
    pub engagement: EngagementBand,
}

canonical!(struct Grade { fit, engagement });

impl Grade {
    /// The grade as it is written, from `A1` to `C3`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        use {EngagementBand as E, FitBand as F};
        match (self.fit, self.engagement) {
            (F::A, E::One) => "A1",
            (F::A, E::Two) => "A2",
            (F::A, E::Three) => "A3",
            (F::B, E::One) => "B1",
            (F::B, E::Two) => "B2",
            (F::B, E::Three) => "B3",
            (F::C, E::One) => "C1",
            (F::C, E::Two) => "C2",
            (F::C, E::Three) => "C3",
        }
    }
}

/// What becomes of a lead now. Exhaustive on purpose: a new decision must be handled everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decision {
    /// Sales works on it now.
    Accept,
    /// Marketing keeps it warm.
    Nurture,
    /// Not ours; answered with a courteous next step.
    Decline,
}

canonical!(choice Decision { Accept, Nurture, Decline });

impl Decision {
    /// All decisions, best first.
    pub const ALL: [Self; 3] = [Self::Accept, Self::Nurture, Self::Decline];

    /// The decision's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Nurture => "nurture",
            Self::Decline => "decline",
        }
    }
}

/// How hard the cut is: where `accept` and `nurture` begin where a card does not say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strictness {
    /// For what costs little a contact, such as an e-mail: accepted from twice the odds a lead begins with, nurtured
    /// from half of them.
    Soft,
    /// For what costs a meeting: accepted from four times the odds a lead begins with, nurtured from those it begins
    /// with.
    Strict,
}

canonical!(choice Strictness { Soft, Strict });

impl Strictness {
    /// From how many points on leads are accepted, and nurtured.
    #[must_use]
    pub const fn thresholds(self, initial: Points, doubling: Points) -> (Points, Points) {
        let once = initial.plus(doubling);
        match self {
            Self::Soft => (once, initial.plus(doubling.negated())),
            Self::Strict => (once.plus(doubling), initial),
        }
    }
}

/// From which points on a lead gets which grade and decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bands {
    /// Fit points from which the letter is `A`.
    pub fit_a: Points,
    /// Fit points from which the letter is `B`.
    pub fit_b: Points,
    /// Engagement points from which the digit is `1`.
    pub engagement_1: Points,
    /// Engagement points from which the digit is `2`.
    pub engagement_2: Points,
    /// Points from which a lead is accepted.
    pub accept: Points,
    /// Points from which a lead is nurtured.
    pub nurture: Points,
    /// Points shown as score 0.
    pub score_0: Points,
    /// Points shown as score 100.
    pub score_100: Points,
}

impl Default for Bands {
    /// All at nothing, but the score.
    fn default() -> Self {
        Self {
            fit_a: Points::ZERO,
            fit_b: Points::ZERO,
            engagement_1: Points::ZERO,
            engagement_2: Points::ZERO,
            accept: Points::ZERO,
            nurture: Points::ZERO,
            score_0: Points::ZERO,
            score_100: Points::LIMIT,
        }
    }
}

canonical!(struct Bands { fit_a, fit_b, engagement_1, engagement_2, accept, nurture, score_0, score_100 });

impl Bands {
    /// The grade of these sums; monotone in each.
    #[must_use]
    pub fn grade(&self, fit: Points, engagement: Points) -> Grade {
        Grade {
            fit: if fit >= self.fit_a {
                FitBand::A
            } else if fit >= self.fit_b {
                FitBand::B
            } else {
                FitBand::C
            },
            engagement: if engagement >= self.engagement_1 {
                EngagementBand::One
            } else if engagement >= self.engagement_2 {
                EngagementBand::Two
            } else {
                EngagementBand::Three
            },
        }
    }

    /// The decision by points alone.
    #[must_use]
    pub fn decision(&self, points: Points) -> Decision {
        if points >= self.accept {
            Decision::Accept
        } else if points >= self.nurture {
            Decision::Nurture
        } else {
            Decision::Decline
        }
    }

    /// Points as a number from 0 to 100 for people: linear between `score_0` and `score_100`, rounded down.
    #[must_use]
    pub fn score(&self, points: Points) -> u8 {
        // Dividing 128 bits costs as much as three criteria, and sums of a sane card fit 64.
        let narrow = || {
            let above = points.milli().checked_sub(self.score_0.milli())?.checked_mul(100)?;
            let span = self.score_100.milli().checked_sub(self.score_0.milli())?;
            above.checked_div(span).map(i128::from)
        };
        let wide = || {
            let above = i128::from(points.milli()).saturating_sub(i128::from(self.score_0.milli()));
            let span = i128::from(self.score_100.milli()).saturating_sub(i128::from(self.score_0.milli()));
            above.saturating_mul(100).checked_div(span).unwrap_or(0)
        };
        let score = narrow().unwrap_or_else(wide);
        u8::try_from(score.clamp(0, 100)).unwrap_or(0)
    }
}

macro_rules! serialize_as_str {
    ($($name:ty),+) => {
        $(
            #[cfg(feature = "serde")]
            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.serialize_str(self.as_str())
                }
            }

            impl std::fmt::Display for $name {
                fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    formatter.write_str(self.as_str())
                }
            }
        )+
    };
}

serialize_as_str!(Grade, Decision);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn score_is_clamped_and_rounded_down() {
        let milli = Points::from_milli;
        let bands = Bands {
            fit_a: milli(30_000),
            fit_b: milli(10_000),
            engagement_1: milli(20_000),
            engagement_2: milli(5_000),
            accept: milli(40_000),
            nurture: milli(0),
            score_0: milli(-20_000),
            score_100: milli(100_000),
        };
        for (points, score) in [(-50_000, 0), (-20_000, 0), (-18_801, 0), (-18_800, 1), (100_000, 100), (i64::MAX, 100)]
        {
            assert_eq!(bands.score(milli(points)), score, "{points}");
        }
        assert_eq!(bands.grade(milli(30_000), milli(4_999)).as_str(), "A3");
        assert_eq!(bands.grade(milli(29_999), milli(20_000)).as_str(), "B1");
        assert_eq!(bands.decision(milli(39_999)), Decision::Nurture);
    }
}
