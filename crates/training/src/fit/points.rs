//! From log-odds to whole points, and from those to bands.

use super::{
    Fitting, Options,
    bins::{Kind, weight_of_evidence},
    calibrate, card,
    learn::{Column, Learned},
    logistic::{Fitted, chance},
    merge::{Fine, Shape, merged, shaped},
    report::{Attribute, ColumnReport, Report},
    rows::Rows,
    variable::Cells,
};

/// Points that double the odds.
pub(super) const DOUBLING: i64 = 20;
const LN_2: f64 = std::f64::consts::LN_2;

/// A column of the card.
#[derive(Debug)]
pub(super) struct Scored<'l> {
    pub column: &'l Column,
    pub shape: Shape,
    /// What gives points, in the order in which it is asked.
    pub parts: Vec<Part>,
}

/// One condition and what it gives.
#[derive(Debug)]
pub(super) struct Part {
    pub test: Test,
    pub points: i64,
    /// The fine bins it is made of.
    pub bins: Vec<usize>,
}

/// What a condition asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Test {
    /// Whether the answer is missing.
    Missing,
    /// Whether a number is from the one to below the other.
    Range(Option<i64>, Option<i64>),
    /// Whether a text is one of these levels.
    Is(Vec<u32>),
    /// Nothing: it always holds.
    Otherwise,
}

/// Where a card's bands begin.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bands {
    pub upper: i64,
    pub middle: i64,
    pub score_0: i64,
    pub score_100: i64,
}

pub(super) fn into_card(options: &Options, rows: &Rows, learned: &Learned) -> Fitting {
    let scored = match &learned.fitted {
        Some(fitted) => scored(learned, fitted),
        None => Vec::new(),
    };
    let points: Vec<i64> =
        (0..rows.won.len()).map(|row| scored.iter().map(|column| column.points_of(row)).sum()).collect();
    let base_log_odds: Vec<f64> =
        learned.base_rows.iter().map(|row| points[*row as usize] as f64 * LN_2 / DOUBLING as f64).collect();
    let base_won: Vec<bool> = learned.base_rows.iter().map(|row| rows.won[*row as usize]).collect();
    let intercept = calibrate::shift(&base_log_odds, &base_won);
    // Thousandths of a point
    let even_odds_at = whole(-intercept * DOUBLING as f64 / LN_2 * 1000.0);
    let bands = bands(&points);
    let mut report = Report::new(options, rows, learned, even_odds_at);
    report.columns = learned.chosen.columns.iter().map(|column| column_report(column, &scored, rows)).collect();
    report.columns.sort_by(|one, other| other.information_value.total_cmp(&one.information_value));
    let card = card::written(options, &report, &learned.chosen.columns, &scored, bands);
    Fitting { card, report, points: rows.lines.iter().copied().zip(points).collect() }
}

fn scored<'l>(learned: &'l Learned, fitted: &Fitted) -> Vec<Scored<'l>> {
    let design = &learned.design;
    let mut weights = vec![0.0; design.size];
    for row in 0..design.won.len() {
        let row = u32::try_from(row).unwrap_or(u32::MAX);
        let chance = chance(design.log_odds(row, fitted));
        for bin in design.row(row) {
            weights[usize::from(*bin)] += chance * (1.0 - chance);
        }
    }
    let slope = learned.recalibration.slope_used;
    let columns = learned.chosen.columns.iter().zip(&design.starts);
    columns
        .filter_map(|(column, start)| {
            let range = *start..*start + column.bins.counts.len();
            let (coefficients, weights) = (&fitted.coefficients[range.clone()], &weights[range]);
            let counts = column.bins.counts.iter().map(|count| f64::from(*count));
            let all: f64 = counts.clone().sum();
            let mean = counts.zip(coefficients).map(|(count, value)| count * value).sum::<f64>() / all;
            let fine: Vec<Fine> = coefficients
                .iter()
                .zip(weights)
                .map(|(value, weight)| Fine { log_odds: (value - mean) * slope, weight: *weight })
                .collect();
            let scored = Scored::new(column, &fine);
            scored.parts.iter().any(|part| part.points != 0).then_some(scored)
        })
        .collect()
}

fn in_points(log_odds: f64) -> i64 {
    whole(log_odds * DOUBLING as f64 / LN_2)
}

#[expect(clippy::cast_possible_truncation, reason = "log-odds are held within 40")]
fn whole(number: f64) -> i64 {
    libm::round(number) as i64
}

impl<'l> Scored<'l> {
    fn new(column: &'l Column, fine: &[Fine]) -> Self {
        let bins = &column.bins;
        let missing = bins.missing();
        let mut parts = Vec::new();
        if bins.counts[missing] > 0 {
            parts.push(Part { test: Test::Missing, points: in_points(fine[missing].log_odds), bins: vec![missing] });
        }
        let shape = match &bins.kind {
            Kind::Numbers(cuts) => {
                let (fine, shape) = shaped(&fine[..missing]);
                let mut from = 0_usize;
                for (to, points) in joined(&fine) {
                    let below = cuts.get(to - 1).copied();
                    let at_least = from.checked_sub(1).map(|before| cuts[before]);
                    parts.push(Part { test: Test::Range(at_least, below), points, bins: (from..to).collect() });
                    from = to;
                }
                shape
            }
            Kind::Levels(levels) => {
                let rare = levels.len();
                let mut order: Vec<usize> = (0..rare).collect();
                order.sort_by(|one, other| fine[*other].log_odds.total_cmp(&fine[*one].log_odds).then(one.cmp(other)));
                let sorted: Vec<Fine> = order.iter().map(|bin| fine[*bin]).collect();
                let mut from = 0;
                for (to, points) in joined(&sorted) {
                    let mut bins = order[from..to].to_vec();
                    bins.sort_unstable();
                    let test = Test::Is(bins.iter().map(|bin| levels[*bin]).collect());
                    parts.push(Part { test, points, bins });
                    from = to;
                }
                let points = if bins.counts[rare] > 0 { in_points(fine[rare].log_odds) } else { 0 };
                parts.push(Part { test: Test::Otherwise, points, bins: vec![rare] });
                Shape::Levels
            }
        };
        Self { column, shape, parts }
    }

    /// The points of a row, found as the card finds them.
    fn points_of(&self, row: usize) -> i64 {
        let bin = usize::from(self.column.bins.of_row[row]);
        self.parts.iter().find(|part| part.bins.contains(&bin)).map_or(0, |part| part.points)
    }
}

/// Neighbours joined: where each ends, and its points. Those of equal points are one.
fn joined(fine: &[Fine]) -> Vec<(usize, i64)> {
    let mut ends: Vec<(usize, i64)> = Vec::new();
    for (end, log_odds) in merged(fine) {
        let points = in_points(log_odds);
        match ends.last_mut() {
            Some(last) if last.1 == points => last.0 = end,
            _ => ends.push((end, points)),
        }
    }
    ends
}

/// A fifth of the rows is in the upper band, half of them above the middle.
fn bands(points: &[i64]) -> Bands {
    let mut sorted = points.to_vec();
    sorted.sort_unstable();
    let at = |hundredths: usize| sorted[(sorted.len() * hundredths / 100).min(sorted.len() - 1)];
    let middle = at(50);
    let upper = at(80).max(middle + 1);
    let score_0 = at(1);
    Bands { upper, middle, score_0: score_0.min(middle - 1), score_100: at(99).max(middle + 1) }
}

fn column_report(column: &Column, scored: &[Scored], rows: &Rows) -> ColumnReport {
    let all_won = rows.won.iter().filter(|won| **won).count() as f64;
    let all_lost = rows.won.len() as f64 - all_won;
    let found = scored.iter().find(|scored| scored.column.variable.field.id == column.variable.field.id);
    let mut information_value = 0.0;
    let mut attributes = Vec::new();
    for part in found.map(|found| found.parts.as_slice()).unwrap_or_default() {
        let sum = |of: &[u32]| part.bins.iter().map(|bin| of[*bin]).sum::<u32>();
        let (count, won) = (sum(&column.bins.counts), sum(&column.bins.won));
        let (is_won, is_lost) = (f64::from(won), f64::from(count - won));
        let weight = if count == 0 { 0.0 } else { weight_of_evidence(is_won, is_lost, all_won, all_lost) };
        information_value += (is_won / all_won - is_lost / all_lost) * weight;
        attributes.push(Attribute {
            answer: card::answer(column, &part.test),
            rows: count,
            won,
            rate: if count == 0 { 0.0 } else { is_won / f64::from(count) },
            weight_of_evidence: weight,
            log_odds: part.points as f64 * LN_2 / DOUBLING as f64,
            points: part.points,
        });
    }
    if found.is_none() {
        information_value = column.bins.information();
    }
    ColumnReport {
        column: column.variable.name.clone(),
        field: column.variable.field.id.clone(),
        kind: match &column.variable.cells {
            Cells::Numbers(_) => "number",
            Cells::Levels(..) => "text",
        },
        shape: found.map(|found| found.shape),
        information_value,
        auc_alone: column.alone.map(|alone| alone.value),
        attributes,
    }
}
