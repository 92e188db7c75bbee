//! How well scores tell won from lost.

/// The area under the ROC curve, with the half width of its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area {
    pub value: f64,
    /// One standard error (Hanley and `McNeil` 1982).
    pub error: f64,
}

/// The area of these scores; ties count half. `None` without both outcomes.
pub(super) fn area(scores: &[f64], won: &[bool]) -> Option<Area> {
    let each = scores.iter().zip(won).map(|(score, won)| (*score, u32::from(*won), u32::from(!*won)));
    area_of_groups(each.collect())
}

/// The same where rows of one score are counted already: the score, how many were won, and how many lost.
pub(super) fn area_of_groups(mut groups: Vec<(f64, u32, u32)>) -> Option<Area> {
    groups.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (mut pairs, mut all_won, mut all_lost) = (0.0, 0.0, 0.0);
    for ties in groups.chunk_by(|one, other| one.0.total_cmp(&other.0).is_eq()) {
        let won: f64 = ties.iter().map(|(_, won, _)| f64::from(*won)).sum();
        let lost: f64 = ties.iter().map(|(_, _, lost)| f64::from(*lost)).sum();
        pairs += won * (all_lost + lost / 2.0);
        all_won += won;
        all_lost += lost;
    }
    if all_won * all_lost == 0.0 {
        return None;
    }
    let value = pairs / (all_won * all_lost);
    let (first, second) = (value / (2.0 - value), 2.0 * value * value / (1.0 + value));
    let square = value * value;
    let spread = value * (1.0 - value) + (all_won - 1.0) * (first - square) + (all_lost - 1.0) * (second - square);
    Some(Area { value, error: libm::sqrt((spread / (all_won * all_lost)).max(0.0)) })
}

#[cfg(test)]
mod tests {
    use super::area;

    #[test]
    fn ties_count_half() {
        let area = area(&[1.0, 2.0, 2.0, 3.0], &[false, true, false, true]).unwrap();
        assert!((area.value - 0.875).abs() < 1e-12);
        assert!(super::area(&[1.0], &[true]).is_none());
    }
}
