//! Calibration: what log-odds a score stands for.

use super::logistic::chance;

/// Intercept and slope of a logistic regression of the outcome on log-odds.
pub(super) fn slope(log_odds: &[f64], won: &[bool]) -> (f64, f64) {
    let (mut intercept, mut slope) = (0.0, 1.0);
    for _ in 0..50 {
        let (mut up, mut along) = (0.0, 0.0);
        let (mut one, mut cross, mut square) = (1e-9, 0.0, 1e-9);
        for (log_odds, won) in log_odds.iter().zip(won) {
            let chance = chance(intercept + slope * log_odds);
            let (rest, weight) = (f64::from(u8::from(*won)) - chance, chance * (1.0 - chance));
            up += rest;
            along += rest * log_odds;
            one += weight;
            cross += weight * log_odds;
            square += weight * log_odds * log_odds;
        }
        let determinant = one * square - cross * cross;
        if determinant <= 1e-12 {
            break;
        }
        let steps = ((square * up - cross * along) / determinant, (one * along - cross * up) / determinant);
        let length = (1.0 / steps.0.abs().max(steps.1.abs()).max(1e-12)).min(1.0);
        intercept += length * steps.0;
        slope += length * steps.1;
        if steps.0.abs() + steps.1.abs() < 1e-9 {
            break;
        }
    }
    (intercept, slope)
}

/// What to add to these log-odds so that they expect as many won as there are.
pub(super) fn shift(log_odds: &[f64], won: &[bool]) -> f64 {
    let count = won.iter().filter(|won| **won).count() as f64;
    let (mut low, mut high) = (-40.0_f64, 40.0_f64);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        let expected: f64 = log_odds.iter().map(|log_odds| chance(middle + log_odds)).sum();
        if expected < count {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_twice_too_bold_have_half_the_slope() {
        // At log-odds of 2 and -2 the outcomes are as at 1 and -1: 731 and 269 of 1000.
        let cases = [(2.0, 731), (-2.0, 269)];
        let (mut log_odds, mut won) = (Vec::new(), Vec::new());
        for (score, count) in cases {
            log_odds.extend([score; 1000]);
            won.extend((0..1000).map(|case| case < count));
        }
        let (intercept, slope) = slope(&log_odds, &won);
        assert!(intercept.abs() < 1e-6 && (slope - 0.5).abs() < 1e-3, "{intercept} {slope}");
        assert!(shift(&log_odds, &won).abs() < 1e-6);
    }
}
