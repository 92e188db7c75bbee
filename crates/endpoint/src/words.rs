//! Numbers as people write them.

use leadglass_scoring::Points;

/// Points with their sign: `+12.5`.
#[must_use]
pub fn points(points: Points) -> String {
    let milli = points.milli();
    let sign = if milli < 0 { '-' } else { '+' };
    let (whole, rest) = (milli.unsigned_abs() / 1_000, milli.unsigned_abs() % 1_000);
    let decimals = format!("{rest:03}");
    match decimals.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        decimals => format!("{sign}{whole}.{decimals}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_written_with_their_sign() {
        for (milli, text) in [(0, "+0"), (12_500, "+12.5"), (-40_000, "-40"), (-1, "-0.001"), (1_050, "+1.05")] {
            assert_eq!(points(Points::from_milli(milli)), text);
        }
    }
}
