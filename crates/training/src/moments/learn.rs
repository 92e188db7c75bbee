//! The learner: multinomial logistic regression by stochastic gradients with a rate of its own for each weight
//! (`AdaGrad`), features left out by chance, and labels believed to 95 in 100.

use super::{
    chance::Chance,
    examples::{Examples, Kept},
};

/// How hard to learn.
#[derive(Clone, Debug)]
pub struct Effort {
    /// How often each text is seen.
    pub rounds: usize,
    /// The first step; steps fall to nothing.
    pub rate: f32,
    /// How strongly weights are drawn to nothing.
    pub decay: f32,
    /// Features left out, of 256.
    pub left_out: u32,
    /// How much of a label is spread over all moments.
    pub smoothing: f32,
}

impl Default for Effort {
    fn default() -> Self {
        Self { rounds: 16, rate: 0.1, decay: 1e-5, left_out: 77, smoothing: 0.05 }
    }
}

/// What was learned: what each kept bucket says, and what all texts begin with.
#[derive(Clone, Debug, Default)]
pub struct Weights {
    /// By the number of the bucket.
    pub of: Vec<[f32; 4]>,
    /// For every text.
    pub bias: [f32; 4],
}

/// e to the power of a number that is not positive, from operations that every machine rounds alike.
#[must_use]
pub fn exp_of_negative(x: f32) -> f32 {
    if x < -60.0 {
        return 0.0;
    }
    // (1 + y/2⁸ + …)^(2⁸): a series on a small number, squared eight times
    let y = x / 256.0;
    let mut power = 1.0 + y * (1.0 + y * (0.5 + y * (1.0 / 6.0 + y / 24.0)));
    for _ in 0..8 {
        power *= power;
    }
    power
}

/// Log odds as probabilities.
#[must_use]
pub fn softmax(log_odds: [f32; 4]) -> [f32; 4] {
    let most = log_odds.into_iter().fold(f32::MIN, f32::max);
    let shares = log_odds.map(|value| exp_of_negative(value - most));
    let sum: f32 = shares.iter().sum();
    shares.map(|share| share / sum)
}

/// The mean of several learners.
#[must_use]
pub fn mean_of(examples: &Examples, rows: &[usize], kept: &Kept, effort: &Effort, seed: u64, learners: u64) -> Weights {
    let mut mean = learn(examples, rows, kept, effort, seed);
    for other in 1..learners {
        let next = learn(examples, rows, kept, effort, seed + other);
        let pairs = mean.of.iter_mut().zip(&next.of).chain([(&mut mean.bias, &next.bias)]);
        pairs.flat_map(|(mean, next)| mean.iter_mut().zip(next)).for_each(|(mean, next)| *mean += next);
    }
    #[expect(clippy::cast_precision_loss, reason = "there are a handful of learners")]
    let share = 1.0 / learners.max(1) as f32;
    mean.of.iter_mut().chain([&mut mean.bias]).flatten().for_each(|value| *value *= share);
    mean
}

/// One learner.
#[must_use]
pub fn learn(examples: &Examples, rows: &[usize], kept: &Kept, effort: &Effort, seed: u64) -> Weights {
    let mut weights = Weights { of: vec![[0.0; 4]; kept.count], bias: [0.0; 4] };
    let mut steps = Steps::new(kept.count, seed);
    let mut order = rows.to_vec();
    for round in 0..effort.rounds {
        steps.chance.shuffle(&mut order);
        let rate = effort.rate * falling(round, effort.rounds);
        for row in &order {
            steps.one(examples, *row, kept, effort, rate, &mut weights, |weights, number| weights.of[number]);
        }
    }
    weights
}

/// From one to nothing.
#[expect(clippy::cast_precision_loss, reason = "there are tens of rounds")]
#[must_use]
pub fn falling(round: usize, rounds: usize) -> f32 {
    1.0 - round as f32 / rounds.max(1) as f32
}

/// What a learner remembers between steps.
pub struct Steps {
    squares: Vec<[f32; 4]>,
    /// Its chance.
    pub chance: Chance,
    used: Vec<(u32, f32)>,
}

impl Steps {
    /// At the beginning.
    #[must_use]
    pub fn new(count: usize, seed: u64) -> Self {
        Self { squares: vec![[1e-6; 4]; count], chance: Chance::new(seed), used: Vec::new() }
    }

    /// One step on one text, in which a bucket says what `says` tells of it.
    #[expect(clippy::too_many_arguments, reason = "the innermost loop")]
    pub fn one(
        &mut self,
        examples: &Examples,
        row: usize,
        kept: &Kept,
        effort: &Effort,
        rate: f32,
        weights: &mut Weights,
        says: impl Fn(&Weights, usize) -> [f32; 4],
    ) {
        #[expect(clippy::cast_precision_loss, reason = "below 256")]
        let scale = examples.norm(row) * 256.0 / (256 - effort.left_out) as f32;
        let mut odds = weights.bias;
        self.used.clear();
        let mut draws = self.chance.draw();
        for (at, (bucket, quarters)) in examples.entries_of(row).iter().enumerate() {
            draws = if at % 4 == 3 { self.chance.draw() } else { draws >> 8 };
            let number = kept.numbers[*bucket as usize];
            if number == 0 || draws & 255 < effort.left_out {
                continue;
            }
            let value = f32::from(*quarters) * scale;
            self.used.push((number, value));
            let said = says(weights, number as usize);
            for (sum, weight) in odds.iter_mut().zip(said) {
                *sum += weight * value;
            }
        }
        let mut slope = softmax(odds);
        for (moment, slope) in slope.iter_mut().enumerate() {
            let hit = if moment == examples.labels[row] { 1.0 - effort.smoothing } else { 0.0 };
            *slope -= hit + effort.smoothing / 4.0;
        }
        for (bias, slope) in weights.bias.iter_mut().zip(slope) {
            *bias -= rate * 0.02 * slope;
        }
        for (number, value) in &self.used {
            let weight = &mut weights.of[*number as usize];
            let squares = &mut self.squares[*number as usize];
            for ((weight, squares), slope) in weight.iter_mut().zip(squares).zip(slope) {
                let slope = slope * value + effort.decay * *weight;
                *squares += slope * slope;
                *weight -= rate * slope / squares.sqrt();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_e_are_near_enough() {
        for tenth in 0_u8..200 {
            let x = -f32::from(tenth) / 10.0;
            let (ours, theirs) = (exp_of_negative(x), x.exp());
            assert!((ours - theirs).abs() <= theirs * 1e-3 + 1e-9, "{x}: {ours} for {theirs}");
        }
        let shares = softmax([0.0, 1.0, -200.0, 3.0]);
        assert!((shares.iter().sum::<f32>() - 1.0).abs() < 1e-5 && shares[3] > shares[1]);
    }
}
