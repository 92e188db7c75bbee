//! How true probabilities are.

use serde::Serialize;

use super::{Levels, Odds, Proportion, Tenth, Z, float, ratio};

/// How true probabilities are. They are those of the points before rounding to whole per mille.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Calibration {
    /// The mean of all probabilities.
    pub mean_probability: f64,
    /// The mean square distance of a probability from what came (Brier 1950).
    pub brier: f64,
    /// How much of the distance is gone that the base rate alone would leave: 1 is perfect, 0 is no better than it.
    pub brier_skill: f64,
    /// The mean of −ln of the probability given to what came.
    pub log_loss: f64,
    /// The intercept of the logistic regression of what came on the log odds (Cox 1958); 0 where they are true. `None`
    /// where the points part the two outcomes entirely, or are all equal.
    pub calibration_intercept: Option<f64>,
    /// Its slope: 1 where the log odds are true, below 1 where they are too bold, above 1 where too timid.
    pub calibration_slope: Option<f64>,
    /// The lower end of the slope's 95 % interval (Wald).
    pub calibration_slope_low: Option<f64>,
    /// The upper end of the slope's 95 % interval.
    pub calibration_slope_high: Option<f64>,
    /// What is to be added to all log odds for their sum to be true while the slope is held at 1; below 0 where
    /// probabilities are too high on the whole.
    pub calibration_in_the_large: Option<f64>,
    /// The mean distance, over tenths of the rows, of the mean probability from the share that converted.
    pub ece: f64,
    /// The same over ten equal intervals of the probability.
    pub ece_equal_width: f64,
    /// What was said and what came, by tenths of the rows, the least probable first.
    pub calibration_curve: Vec<CurvePoint>,
}

/// What was said of a tenth of the rows, and what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CurvePoint {
    /// The mean of the probabilities.
    pub probability: f64,
    /// What came.
    #[serde(flatten)]
    pub conversion: Proportion,
}

impl Calibration {
    pub(super) fn of(levels: &Levels, odds: Odds, tenths: &[Tenth]) -> Self {
        let cases: Vec<Case> = levels
            .ascending()
            .iter()
            .map(|level| Case {
                log_odds: odds.log_odds(level.points),
                rows: float(level.rows),
                positives: float(level.positives),
            })
            .collect();
        let (rows, base_rate) = (float(levels.rows()), ratio(levels.positives(), levels.rows()));
        let mean = |of: &dyn Fn(&Case) -> f64| cases.iter().map(of).sum::<f64>() / rows;
        let brier = mean(&|case| {
            let (won, lost) = (logistic(-case.log_odds), logistic(case.log_odds));
            case.positives * won * won + case.negatives() * lost * lost
        });
        let slope = Recalibration::fit(&cases, base_rate);
        let curve: Vec<CurvePoint> = tenths
            .iter()
            .rev()
            .map(|tenth| CurvePoint {
                probability: tenth.mean_probability.unwrap_or(0.0),
                conversion: tenth.conversion,
            })
            .collect();
        Self {
            mean_probability: mean(&|case| case.rows * logistic(case.log_odds)),
            brier,
            brier_skill: 1.0 - brier / (base_rate * (1.0 - base_rate)),
            log_loss: mean(&|case| {
                case.positives * softplus(-case.log_odds) + case.negatives() * softplus(case.log_odds)
            }),
            calibration_intercept: slope.map(|it| it.intercept),
            calibration_slope: slope.map(|it| it.slope),
            calibration_slope_low: slope.map(|it| it.slope - Z * it.slope_error),
            calibration_slope_high: slope.map(|it| it.slope + Z * it.slope_error),
            calibration_in_the_large: in_the_large(&cases, base_rate),
            ece: mean_distance(
                curve.iter().map(|it| (float(it.conversion.rows), it.probability, it.conversion.rate.unwrap_or(0.0))),
            ),
            ece_equal_width: equal_width(&cases),
            calibration_curve: curve,
        }
    }
}

struct Case {
    log_odds: f64,
    rows: f64,
    positives: f64,
}

impl Case {
    fn negatives(&self) -> f64 {
        self.rows - self.positives
    }
}

/// The probability of these log odds.
pub(super) fn logistic(log_odds: f64) -> f64 {
    if log_odds >= 0.0 {
        1.0 / (1.0 + libm::exp(-log_odds))
    } else {
        let odds = libm::exp(log_odds);
        odds / (1.0 + odds)
    }
}

/// ln(1 + e^x), which is −ln(1 − probability) of the log odds x.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + libm::log1p(libm::exp(-x.abs()))
}

fn mean_distance(bins: impl Iterator<Item = (f64, f64, f64)>) -> f64 {
    let (rows, sum) =
        bins.fold((0.0, 0.0), |(all, sum), (rows, said, came)| (all + rows, sum + rows * (said - came).abs()));
    sum / rows
}

fn equal_width(cases: &[Case]) -> f64 {
    let mut bins = [(0.0, 0.0, 0.0); 10];
    for case in cases {
        let probability = logistic(case.log_odds);
        let upper = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
        let number = upper.iter().filter(|upper| probability >= **upper).count();
        let Some((rows, said, came)) = bins.get_mut(number) else { continue };
        *rows += case.rows;
        *said += case.rows * probability;
        *came += case.positives;
    }
    mean_distance(bins.into_iter().filter(|bin| bin.0 > 0.0).map(|(rows, said, came)| (rows, said / rows, came / rows)))
}

/// The logistic regression of what came on the log odds.
#[derive(Clone, Copy)]
struct Recalibration {
    intercept: f64,
    slope: f64,
    slope_error: f64,
}

/// Newton's steps, of which some ten do.
const STEPS: usize = 100;

impl Recalibration {
    /// `None` where the likelihood has no maximum: all log odds equal, or the two outcomes parted by them.
    fn fit(cases: &[Case], base_rate: f64) -> Option<Self> {
        let of_won = || cases.iter().filter(|case| case.positives > 0.0).map(|case| case.log_odds);
        let of_lost = || cases.iter().filter(|case| case.negatives() > 0.0).map(|case| case.log_odds);
        let overlap = of_won().next()? < of_lost().next_back()? && of_lost().next()? < of_won().next_back()?;
        if !overlap {
            return None;
        }
        // Centred and in units of their spread, so that the steps are of one size for any card.
        let rows: f64 = cases.iter().map(|case| case.rows).sum();
        let mean = cases.iter().map(|case| case.rows * case.log_odds).sum::<f64>() / rows;
        let square = |x: f64| x * x;
        let spread = libm::sqrt(cases.iter().map(|case| case.rows * square(case.log_odds - mean)).sum::<f64>() / rows);
        let unit = |case: &Case| (case.log_odds - mean) / spread;
        let loss = |a: f64, b: f64| {
            let of = |case: &Case| {
                let x = a + b * unit(case);
                case.positives * softplus(-x) + case.negatives() * softplus(x)
            };
            cases.iter().map(of).sum::<f64>()
        };
        let (mut a, mut b) = (logit(base_rate), 0.0);
        let mut now = loss(a, b);
        for _ in 0..STEPS {
            let slopes = Slopes::at(cases, unit, a, b);
            let (step_a, step_b) = slopes.newton();
            let mut size = 1.0;
            while size > 1e-9 && loss(a + size * step_a, b + size * step_b) > now {
                size /= 2.0;
            }
            (a, b) = (a + size * step_a, b + size * step_b);
            now = loss(a, b);
            if step_a.abs().max(step_b.abs()) < 1e-12 {
                break;
            }
        }
        let slope_error = Slopes::at(cases, unit, a, b).error_of_slope();
        let slope = b / spread;
        Some(Self { intercept: a - slope * mean, slope, slope_error: slope_error / spread }).filter(Self::is_finite)
    }

    fn is_finite(&self) -> bool {
        [self.intercept, self.slope, self.slope_error].iter().all(|it| it.is_finite())
    }
}

/// The log likelihood's first and second derivatives.
#[derive(Default)]
struct Slopes {
    by_a: f64,
    by_b: f64,
    aa: f64,
    ab: f64,
    bb: f64,
}

impl Slopes {
    fn at(cases: &[Case], unit: impl Fn(&Case) -> f64, a: f64, b: f64) -> Self {
        cases.iter().fold(Self::default(), |sum, case| {
            let x = unit(case);
            let probability = logistic(a + b * x);
            let rest = case.positives - case.rows * probability;
            let weight = case.rows * probability * (1.0 - probability);
            Self {
                by_a: sum.by_a + rest,
                by_b: sum.by_b + rest * x,
                aa: sum.aa + weight,
                ab: sum.ab + weight * x,
                bb: sum.bb + weight * x * x,
            }
        })
    }

    fn determinant(&self) -> f64 {
        self.aa * self.bb - self.ab * self.ab
    }

    fn newton(&self) -> (f64, f64) {
        let determinant = self.determinant();
        (
            (self.bb * self.by_a - self.ab * self.by_b) / determinant,
            (self.aa * self.by_b - self.ab * self.by_a) / determinant,
        )
    }

    fn error_of_slope(&self) -> f64 {
        libm::sqrt(self.aa / self.determinant())
    }
}

fn logit(rate: f64) -> f64 {
    libm::log(rate / (1.0 - rate))
}

/// The shift of all log odds with which the mean probability is the base rate; found by halving, for the mean is monotone.
fn in_the_large(cases: &[Case], base_rate: f64) -> Option<f64> {
    let rows: f64 = cases.iter().map(|case| case.rows).sum();
    let mean = |shift: f64| cases.iter().map(|case| case.rows * logistic(case.log_odds + shift)).sum::<f64>() / rows;
    let (least, most) = (cases.first()?.log_odds, cases.last()?.log_odds);
    let (mut low, mut high) = (logit(base_rate) - most, logit(base_rate) - least);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if mean(middle) < base_rate { low = middle } else { high = middle }
    }
    Some(f64::midpoint(low, high))
}
