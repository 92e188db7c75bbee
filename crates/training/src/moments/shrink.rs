//! From hundreds of thousands of weights to a file for the page: few buckets, each saying one of few things.

use leadglass_scoring::moment::{Model, model};

use super::{
    Recipe,
    calibrate::Calibration,
    chance::Chance,
    examples::{Examples, Kept},
    learn::{Effort, Steps, Weights, falling},
};

/// Rounds in which the codes are moved to the middle of what they stand for.
const MIDDLING_ROUNDS: usize = 12;

/// A model whose buckets say one of few things.
#[derive(Clone, Debug)]
pub struct Coded {
    /// The code of each bucket.
    pub buckets: Vec<u8>,
    /// What each code says; the first says nothing.
    pub codes: Vec<[f32; 4]>,
    /// What all texts begin with.
    pub bias: [f32; 4],
}

impl Coded {
    /// What it says of a text.
    #[must_use]
    pub fn log_odds(&self, examples: &Examples, row: usize) -> [f32; 4] {
        let mut odds = self.bias;
        let norm = examples.norm(row);
        for (bucket, scale) in examples.entries_of(row) {
            let said = self.codes[usize::from(self.buckets[*bucket as usize])];
            for (sum, weight) in odds.iter_mut().zip(said) {
                *sum += weight * f32::from(*scale) * norm;
            }
        }
        odds
    }

    /// The file's form.
    #[must_use]
    pub fn into_model(self, calibration: &Calibration, languages: Vec<i8>, foreign_above: i16) -> Model {
        let mut codes: Vec<_> = self.codes.iter().map(|code| code.map(|value| whole(value * 1024.0))).collect();
        codes.resize(model::CODES, [0; 4]);
        Model {
            codes,
            buckets: self.buckets,
            languages,
            bias: self.bias.map(|value| whole(value * 1024.0)),
            foreign_above,
            sharpness: calibration.sharpness,
            sure_from: calibration.sure_from,
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "weights are clamped to what fits")]
fn whole(value: f32) -> i16 {
    value.round().clamp(-32_000.0, 32_000.0) as i16
}

/// What weights say apart from what they say for all moments alike.
fn centred(weights: &[f32; 4]) -> [f32; 4] {
    let mean = weights.iter().sum::<f32>() / 4.0;
    weights.map(|weight| weight - mean)
}

/// The `limit` buckets that move texts most.
#[must_use]
pub fn keep_best(examples: &Examples, rows: &[usize], kept: &Kept, weights: &Weights, limit: usize) -> Kept {
    let mass = examples.mass(rows, kept);
    let moves = |(number, weights): (usize, &[f32; 4])| {
        (centred(weights).iter().map(|weight| weight * weight).sum::<f32>() * mass[number], number)
    };
    let mut ranked: Vec<_> = weights.of.iter().enumerate().skip(1).map(moves).collect();
    ranked.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
    let mut stays = vec![false; kept.count];
    for (_, number) in ranked.into_iter().take(limit) {
        stays[number] = true;
    }
    Kept::those(kept.numbers.len(), |bucket| kept.numbers[bucket] != 0 && stays[kept.numbers[bucket] as usize])
}

/// Learns weights and codes together: each step goes from what the codes say, and moves the weights behind them.
#[must_use]
pub fn code(examples: &Examples, rows: &[usize], kept: &Kept, recipe: &Recipe) -> Coded {
    let effort = Effort { rounds: recipe.effort.rounds, ..recipe.effort.clone() };
    let mut weights = super::learn::mean_of(examples, rows, kept, &effort, 977, recipe.learners);
    let mass = examples.mass(rows, kept);
    let mut codes = first_codes(&weights, recipe.codes);
    let mut assigned = vec![0_u8; kept.count];
    for _ in 0..MIDDLING_ROUNDS {
        assign(&weights, &codes, &mut assigned);
        middle(&weights, &mass, &assigned, &mut codes);
    }

    let mut steps = Steps::new(kept.count, 4242);
    let mut order = rows.to_vec();
    for round in 0..recipe.code_rounds {
        steps.chance.shuffle(&mut order);
        let rate = effort.rate * 0.3 * falling(round, recipe.code_rounds);
        for row in &order {
            let says = |_: &Weights, number: usize| codes[usize::from(assigned[number])];
            steps.one(examples, *row, kept, &effort, rate, &mut weights, says);
        }
        for _ in 0..2 {
            assign(&weights, &codes, &mut assigned);
            middle(&weights, &mass, &assigned, &mut codes);
        }
    }

    let buckets = kept.numbers.iter().map(|number| if *number == 0 { 0 } else { assigned[*number as usize] }).collect();
    Coded { buckets, codes, bias: weights.bias }
}

/// Codes to begin with: nothing, and weights picked by chance.
fn first_codes(weights: &Weights, count: usize) -> Vec<[f32; 4]> {
    let mut chance = Chance::new(5);
    let mut codes = vec![[0.0; 4]];
    while codes.len() < count.clamp(2, model::CODES) {
        codes.push(centred(&weights.of[1 + chance.below(weights.of.len().max(2) - 1)]));
    }
    codes
}

fn assign(weights: &Weights, codes: &[[f32; 4]], assigned: &mut [u8]) {
    for (number, weights) in weights.of.iter().enumerate().skip(1) {
        let point = centred(weights);
        let mut best = (f32::MAX, 0);
        // Every kept bucket says something: nothing is for those that are not kept
        for (code, said) in (0_u8..).zip(codes).skip(1) {
            let mut far = 0.0;
            for (left, right) in point.iter().zip(said) {
                far += (left - right) * (left - right);
            }
            if far < best.0 {
                best = (far, code);
            }
        }
        assigned[number] = best.1;
    }
}

fn middle(weights: &Weights, mass: &[f32], assigned: &[u8], codes: &mut [[f32; 4]]) {
    let mut sums = vec![([0.0_f64; 4], 0.0_f64); codes.len()];
    for (number, weights) in weights.of.iter().enumerate().skip(1) {
        let (sum, total) = &mut sums[usize::from(assigned[number])];
        let counts = f64::from(mass[number]).max(1e-6);
        for (sum, weight) in sum.iter_mut().zip(centred(weights)) {
            *sum += f64::from(weight) * counts;
        }
        *total += counts;
    }
    for (code, (sum, total)) in codes.iter_mut().zip(sums).skip(1) {
        if total > 0.0 {
            #[expect(clippy::cast_possible_truncation, reason = "a mean of 32-bit floats")]
            let mean = sum.map(|sum| (sum / total) as f32);
            *code = mean;
        }
    }
}
