//! How many rows have how many points.

use leadglass_scoring::Points;

/// All rows of equal points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// Their points.
    pub points: Points,
    /// How many they are.
    pub rows: u64,
    /// How many of them converted.
    pub positives: u64,
}

impl Level {
    /// How many of them did not convert.
    #[must_use]
    pub const fn negatives(&self) -> u64 {
        self.rows - self.positives
    }
}

/// Rows by their points, the fewest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Levels(Vec<Level>);

impl Levels {
    /// Counts rows, given as their points and whether they converted, in any order.
    #[must_use]
    pub fn of(rows: impl IntoIterator<Item = (Points, bool)>) -> Self {
        let mut rows: Vec<_> = rows.into_iter().collect();
        rows.sort_unstable();
        let mut levels: Vec<Level> = Vec::new();
        for (points, won) in rows {
            match levels.last_mut().filter(|level| level.points == points) {
                Some(level) => {
                    level.rows += 1;
                    level.positives += u64::from(won);
                }
                None => levels.push(Level { points, rows: 1, positives: u64::from(won) }),
            }
        }
        Self(levels)
    }

    /// The levels, the fewest points first.
    #[must_use]
    pub fn ascending(&self) -> &[Level] {
        &self.0
    }

    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.0.iter().map(|level| level.rows).sum()
    }

    /// How many of them converted.
    #[must_use]
    pub fn positives(&self) -> u64 {
        self.0.iter().map(|level| level.positives).sum()
    }

    /// How many of them did not.
    #[must_use]
    pub fn negatives(&self) -> u64 {
        self.rows() - self.positives()
    }
}
