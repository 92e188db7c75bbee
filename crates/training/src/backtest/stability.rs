//! Whether points are spread as they were.

use leadglass_scoring::Points;
use serde::Serialize;

use super::{
    float, in_points_or_none, ratio,
    tenths::{PARTS, part},
};

/// How far the points of some rows have moved from those of reference: the population stability index (Siddiqi 2006, "Credit
/// risk scorecards"), over tenths of the reference. Below 0.1 is usually taken as stable, above 0.25 as another
/// population.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stability {
    /// The index: the sum of the bins' parts.
    pub psi: f64,
    /// What the index is on average where nothing has moved and these many rows are drawn (Yurdakul 2018).
    pub psi_by_chance: f64,
    /// Rows of reference.
    pub reference_rows: u64,
    /// Rows that are compared with them.
    pub rows: u64,
    /// The tenths of the reference, the fewest points first.
    pub bins: Vec<Bin>,
}

/// A tenth of the reference, and the other rows with such points.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Bin {
    /// The fewest points in it; `None` for the lowest, which takes all that are fewer.
    #[serde(serialize_with = "in_points_or_none")]
    pub points_from: Option<Points>,
    /// Rows of reference.
    pub reference_rows: u64,
    /// Other rows.
    pub rows: u64,
    /// The share of the reference.
    pub reference_share: f64,
    /// The share of the other rows.
    pub share: f64,
    /// Its part of the index. Where either has no row here, half a row stands for it.
    pub part: f64,
}

impl Stability {
    /// Compares `rows` with `reference`; `None` where either is empty.
    #[must_use]
    pub fn of(reference: &[Points], rows: &[Points]) -> Option<Self> {
        let (expected, actual) = (reference.len() as u64, rows.len() as u64);
        if expected == 0 || actual == 0 {
            return None;
        }
        let mut bins = cut(reference);
        for points in rows {
            // Each bin begins with its fewest points, and the lowest has no such end.
            let number = bins.partition_point(|bin| bin.points_from.is_none_or(|from| from <= *points));
            if let Some(bin) = number.checked_sub(1).and_then(|number| bins.get_mut(number)) {
                bin.rows += 1;
            }
        }
        for bin in &mut bins {
            bin.reference_share = ratio(bin.reference_rows, expected);
            bin.share = ratio(bin.rows, actual);
            let (was, is) = (filled(bin.reference_rows, expected), filled(bin.rows, actual));
            bin.part = (is - was) * libm::log(is / was);
        }
        let free = float(bins.len() as u64 - 1);
        Some(Self {
            psi: bins.iter().map(|bin| bin.part).sum(),
            psi_by_chance: free * (1.0 / float(expected) + 1.0 / float(actual)),
            reference_rows: expected,
            rows: actual,
            bins,
        })
    }
}

fn filled(rows: u64, all: u64) -> f64 {
    if rows == 0 { 0.5 / float(all) } else { ratio(rows, all) }
}

/// The tenths of the reference; rows of equal points stay together.
fn cut(reference: &[Points]) -> Vec<Bin> {
    let mut sorted = reference.to_vec();
    sorted.sort_unstable();
    let all = sorted.len() as u64;
    let (mut before, mut last) = (0, PARTS);
    let mut bins: Vec<Bin> = Vec::new();
    for level in sorted.chunk_by(|one, other| one == other) {
        let here = level.len() as u64;
        let number = part(before, here, all);
        before += here;
        match bins.last_mut().filter(|_| number == last) {
            Some(bin) => bin.reference_rows += here,
            None => bins.push(Bin {
                points_from: level.first().copied().filter(|_| !bins.is_empty()),
                reference_rows: here,
                rows: 0,
                reference_share: 0.0,
                share: 0.0,
                part: 0.0,
            }),
        }
        last = number;
    }
    bins
}
