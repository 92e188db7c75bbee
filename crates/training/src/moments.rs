//! Micro-moments learned from labelled texts: a linear model over hashed features, shrunk to a file for the page.
//!
//! Everything goes in a fixed order on one thread, chance comes from a generator of our own, and of the operations on
//! floats only those are used that every machine rounds alike. So the same texts give the same file byte for byte.

pub mod calibrate;
pub mod card;
pub mod chance;
pub mod corpus;
pub mod examples;
pub mod foreign;
pub mod learn;
pub mod measure;
pub mod shrink;

use leadglass_scoring::moment::{Model, Moment};

use self::{
    calibrate::Calibration,
    corpus::Row,
    examples::Examples,
    learn::{Effort, Weights},
    measure::Judged,
};

/// The logarithm of how many buckets features are hashed into.
pub const BITS: u32 = 19;
/// In how many kinds of business a feature must be seen to count.
const LEAST_BUSINESSES: u32 = 2;

/// How a model is learned.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// Buckets that are left after each round of learning, the last of them in the file.
    pub keep: Vec<usize>,
    /// Different things that a bucket can say.
    pub codes: usize,
    /// The first round.
    pub effort: Effort,
    /// How many learners begin, of which the mean decides what to keep.
    pub learners: u64,
    /// Rounds in which weights and codes are learned together.
    pub code_rounds: usize,
    /// Parts into which kinds of business are put for cross-validation.
    pub folds: u32,
}

impl Default for Recipe {
    fn default() -> Self {
        Self {
            keep: vec![120_000, 75_000, 53_400],
            codes: 24,
            effort: Effort::default(),
            learners: 1,
            code_rounds: 10,
            folds: 5,
        }
    }
}

/// Learns from some of the rows.
#[must_use]
pub fn learn(examples: &Examples, rows: &[usize], recipe: &Recipe) -> shrink::Coded {
    let mut kept = examples.seen_in(rows, LEAST_BUSINESSES);
    let mut weights = Weights::default();
    for (round, limit) in (0_u64..).zip(&recipe.keep) {
        let learners = if round == 0 { recipe.learners } else { 1 };
        weights = learn::mean_of(examples, rows, &kept, &recipe.effort, round.wrapping_mul(31), learners);
        kept = shrink::keep_best(examples, rows, &kept, &weights, *limit);
    }
    drop(weights);
    shrink::code(examples, rows, &kept, recipe)
}

/// What training gives.
#[derive(Debug)]
pub struct Trained {
    /// The model.
    pub model: Model,
    /// What cross-validation by kind of business said of each row, as log odds before calibration.
    pub held_out: Vec<[f32; 4]>,
}

impl Trained {
    /// The held-out readings as the reader would tell them.
    #[must_use]
    pub fn judge_held_out(&self, rows: &[Row]) -> Vec<Judged> {
        let judged = rows.iter().zip(&self.held_out).map(|(row, odds)| {
            let sharpness = f32::from(self.model.sharpness[row.kind as usize]) / 1024.0;
            let shares = learn::softmax(odds.map(|value| value * sharpness));
            let (best, most) = Moment::ALL
                .into_iter()
                .zip(shares)
                .fold((Moment::Know, 0.0), |best, next| if next.1 > best.1 { next } else { best });
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 1000")]
            let highest = (most * 1000.0) as u16;
            let is_told = highest >= self.model.sure_from[row.kind as usize];
            Judged { language: row.language, kind: row.kind, label: row.label, best, highest, is_told }
        });
        judged.collect()
    }
}

/// Learns a model from rows, with its calibration from rows held out by kind of business, and its knowledge of other
/// languages from `foreign`.
#[must_use]
pub fn train(rows: &[Row], foreign: &[String], recipe: &Recipe) -> Trained {
    let examples = Examples::of(rows, BITS);
    let all: Vec<usize> = (0..rows.len()).collect();
    let mut held_out = vec![[0.0; 4]; rows.len()];
    for fold in 0..recipe.folds {
        let (out, inside): (Vec<_>, Vec<_>) = all.iter().partition(|row| rows[**row].fold(recipe.folds) == fold);
        let coded = learn(&examples, &inside, recipe);
        for row in out {
            held_out[row] = coded.log_odds(&examples, row);
        }
    }
    let calibration = Calibration::of(rows, &held_out);
    let coded = learn(&examples, &all, recipe);
    let (languages, foreign_above) = foreign::learn(rows, foreign);
    let model = coded.into_model(&calibration, languages, foreign_above);
    Trained { model, held_out }
}
