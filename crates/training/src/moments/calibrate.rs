//! Probabilities that mean what they say, from texts that the learner had not seen.

use leadglass_scoring::moment::Kind;

use super::{corpus::Row, learn::softmax};

/// How many of a hundred must be right where a moment is told. A little more than is asked for, because other hands
/// write otherwise than those of the corpus.
const RIGHT: f32 = 0.965;

/// What log odds are multiplied with, and from which probability on the best is told, for each kind of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calibration {
    /// In 1/1024.
    pub sharpness: [u16; 3],
    /// In whole per mille.
    pub sure_from: [u16; 3],
}

impl Calibration {
    /// From what was said of held-out rows.
    #[must_use]
    pub fn of(rows: &[Row], held_out: &[[f32; 4]]) -> Self {
        let mut calibration = Self { sharpness: [1024; 3], sure_from: [1000; 3] };
        for (at, kind) in [Kind::Message, Kind::Query, Kind::Page].into_iter().enumerate() {
            let said: Vec<_> = rows
                .iter()
                .zip(held_out)
                .filter(|(row, _)| row.kind == kind)
                .map(|(row, odds)| (row.label as usize, *odds))
                .collect();
            if said.is_empty() {
                continue;
            }
            let best = (20_u16..=120)
                .map(|step| step * 32)
                .min_by(|left, right| surprise(&said, *left).total_cmp(&surprise(&said, *right)));
            calibration.sharpness[at] = best.unwrap_or(1024);
            calibration.sure_from[at] = sure_from(&said, calibration.sharpness[at]);
        }
        calibration
    }
}

fn sharpened(odds: [f32; 4], sharpness: u16) -> [f32; 4] {
    softmax(odds.map(|value| value * f32::from(sharpness) / 1024.0))
}

/// The mean of minus the logarithm of what was given to the right moment, in an order that has the same minimum.
fn surprise(said: &[(usize, [f32; 4])], sharpness: u16) -> f32 {
    said.iter().map(|(label, odds)| -libm::logf(sharpened(*odds, sharpness)[*label].max(1e-9))).sum()
}

/// The least probability, in per mille, from which on enough are right.
fn sure_from(said: &[(usize, [f32; 4])], sharpness: u16) -> u16 {
    let best: Vec<_> = said
        .iter()
        .map(|(label, odds)| {
            let shares = sharpened(*odds, sharpness);
            let most = shares.iter().copied().fold(0.0, f32::max);
            (most, shares[*label] >= most)
        })
        .collect();
    let enough = |from: u16| {
        let told = best.iter().filter(|(most, _)| *most * 1000.0 >= f32::from(from));
        let (all, right) =
            told.fold((0_u16, 0_u16), |(all, right), (_, is_right)| (all + 1, right + u16::from(*is_right)));
        all > 0 && f32::from(right) >= RIGHT * f32::from(all)
    };
    (300..1000).step_by(10).find(|from| enough(*from)).unwrap_or(1000)
}
