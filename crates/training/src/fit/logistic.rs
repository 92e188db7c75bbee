//! Logistic regression over bins: one coefficient a bin, held back by a prior on each column's coefficients.
//!
//! The prior says that neighbouring bins are alike (a random walk along a number) and that levels differ little; in the
//! words of regression it is an L2 penalty on differences, whose strength is one number for the whole card.

use super::{
    algebra::{Square, dot},
    bins::Bins,
};

/// Rows as the numbers of their bins; the coefficients of all columns stand in one vector.
#[derive(Debug)]
pub(super) struct Design {
    /// For each row, the coefficient of each of its bins: `columns` numbers a row.
    bins: Vec<u16>,
    columns: usize,
    /// Where each column's coefficients begin.
    pub starts: Vec<usize>,
    /// How many coefficients there are.
    pub size: usize,
    /// Whether each row was won.
    pub won: Vec<bool>,
    /// What each column's coefficients pay at a strength of one.
    priors: Vec<Square>,
}

/// What was fitted, in log-odds.
#[derive(Clone, Debug)]
pub(super) struct Fitted {
    /// Of a row that no bin speaks of.
    pub intercept: f64,
    /// What each bin adds.
    pub coefficients: Vec<f64>,
}

/// Newton steps at most; a handful is usual.
const STEPS: usize = 60;
/// How often a step is halved before the fit counts as done.
const HALVINGS: usize = 10;

/// The chance of these log-odds.
pub(super) fn chance(log_odds: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-log_odds.clamp(-40.0, 40.0)))
}

/// The log-likelihood of one outcome.
pub(super) fn likelihood(log_odds: f64, won: bool) -> f64 {
    let chance = chance(log_odds);
    libm::log(if won { chance } else { 1.0 - chance }.max(1e-18))
}

/// Where a fit stands: slope and log-likelihood less what the prior takes.
struct Ascent {
    slope: Vec<f64>,
    weights: Vec<f64>,
    height: f64,
}

impl Design {
    pub(super) fn new(columns: &[&Bins], won: &[bool]) -> Self {
        let mut starts = Vec::with_capacity(columns.len());
        let mut size = 0;
        for column in columns {
            starts.push(size);
            size += column.counts.len();
        }
        let mut bins = Vec::with_capacity(won.len() * columns.len());
        for row in 0..won.len() {
            bins.extend(
                columns
                    .iter()
                    .zip(&starts)
                    .map(|(column, start)| u16::try_from(start + usize::from(column.of_row[row])).unwrap_or(u16::MAX)),
            );
        }
        let priors = columns.iter().map(|column| column.prior.clone()).collect();
        Self { bins, columns: columns.len(), starts, size, won: won.to_vec(), priors }
    }

    pub(super) fn row(&self, row: u32) -> &[u16] {
        let start = row as usize * self.columns;
        &self.bins[start..start + self.columns]
    }

    pub(super) fn log_odds(&self, row: u32, fitted: &Fitted) -> f64 {
        let mut sum = fitted.intercept;
        for bin in self.row(row) {
            sum += fitted.coefficients[usize::from(*bin)];
        }
        sum
    }

    /// Nothing but the base rate of these rows.
    pub(super) fn base(&self, rows: &[u32]) -> Fitted {
        let won = rows.iter().filter(|row| self.won[**row as usize]).count();
        let odds = (won as f64 + 0.5) / ((rows.len() - won) as f64 + 0.5);
        Fitted { intercept: libm::log(odds), coefficients: vec![0.0; self.size] }
    }

    /// The information matrix at these weights, its lower triangle; the intercept is last.
    fn information(&self, rows: &[u32], weights: &[f64]) -> Square {
        let mut matrix = Square::zero(self.size + 1);
        for (row, weight) in rows.iter().zip(weights) {
            let bins = self.row(*row);
            // Columns stand in the order of their coefficients, so a later bin is a lower row.
            for (place, bin) in bins.iter().enumerate() {
                let line = matrix.row_mut(usize::from(*bin));
                for earlier in &bins[..=place] {
                    line[usize::from(*earlier)] += weight;
                }
            }
            let line = matrix.row_mut(self.size);
            for bin in bins {
                line[usize::from(*bin)] += weight;
            }
            line[self.size] += weight;
        }
        // The intercept is held back as good as not at all.
        matrix.row_mut(self.size)[self.size] += 1e-6;
        matrix
    }

    fn ascent(&self, rows: &[u32], strength: f64, fitted: &Fitted) -> Ascent {
        let mut slope = vec![0.0; self.size + 1];
        let mut weights = Vec::with_capacity(rows.len());
        let mut height = 0.0;
        for row in rows {
            let won = self.won[*row as usize];
            let chance = chance(self.log_odds(*row, fitted));
            let rest = f64::from(u8::from(won)) - chance;
            weights.push(chance * (1.0 - chance));
            for bin in self.row(*row) {
                slope[usize::from(*bin)] += rest;
            }
            slope[self.size] += rest;
            height += libm::log(if won { chance } else { 1.0 - chance }.max(1e-18));
        }
        for (start, prior) in self.starts.iter().zip(&self.priors) {
            let range = *start..*start + prior.size();
            let coefficients = &fitted.coefficients[range.clone()];
            let pull = prior.times(coefficients);
            height -= strength * dot(&pull, coefficients) / 2.0;
            for (slope, pull) in slope[range].iter_mut().zip(&pull) {
                *slope -= strength * pull;
            }
        }
        Ascent { slope, weights, height }
    }

    /// Fits these rows. An information matrix of the same rows near by may be given, and is then used as long as it leads
    /// upward well; the one used last is left in its place.
    pub(super) fn fit(
        &self,
        rows: &[u32],
        strength: f64,
        start: Option<&Fitted>,
        information: &mut Option<Square>,
        close: f64,
    ) -> Fitted {
        let mut fitted = start.cloned().unwrap_or_else(|| self.base(rows));
        let mut at = self.ascent(rows, strength, &fitted);
        let mut root = None;
        let mut used = 0;
        for _ in 0..STEPS {
            if used == 8 {
                *information = None;
            }
            if information.is_none() || root.is_none() {
                let matrix = information.get_or_insert_with(|| self.information(rows, &at.weights));
                let mut held = matrix.clone();
                for (start, prior) in self.starts.iter().zip(&self.priors) {
                    held.add_block(*start, prior, strength);
                }
                root = Some(held.cholesky());
                used = 0;
            }
            used += 1;
            let Some(root) = &root else { break };
            let direction = root.solve(&at.slope);
            // What the step promises: twice the height it gains on a parabola.
            if dot(&direction, &at.slope) < close {
                break;
            }
            let Some(next) = self.upward(rows, strength, &fitted, &at, &direction) else { break };
            (fitted, at) = next;
        }
        fitted
    }

    /// The first point along the direction, of ever shorter steps, that is higher.
    fn upward(
        &self,
        rows: &[u32],
        strength: f64,
        from: &Fitted,
        at: &Ascent,
        direction: &[f64],
    ) -> Option<(Fitted, Ascent)> {
        let mut length = 1.0;
        for _ in 0..HALVINGS {
            let moved = from.coefficients.iter().zip(direction);
            let tried = Fitted {
                intercept: from.intercept + length * direction[self.size],
                coefficients: moved.map(|(from, by)| from + length * by).collect(),
            };
            let reached = self.ascent(rows, strength, &tried);
            if reached.height > at.height {
                return Some((tried, reached));
            }
            length /= 2.0;
        }
        None
    }
}
