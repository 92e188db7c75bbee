use leadglass_scoring::{
    Decision, Grade, Points,
    grade::{EngagementBand, FitBand},
};

use super::{BacktestError, Comparison, Odds, Pair, Report, Row, Stability};

fn row(points: i64, won: bool) -> Row {
    let grade = Grade { fit: FitBand::B, engagement: EngagementBand::Two };
    Row { points: Points::from_milli(points * 1_000), grade, decision: Decision::Nurture, won }
}

fn rows(won: &[i64], lost: &[i64]) -> Vec<Row> {
    won.iter().map(|points| row(*points, true)).chain(lost.iter().map(|points| row(*points, false))).collect()
}

/// Even odds at 0 points, doubled by each one.
const fn odds() -> Odds {
    Odds { even_odds_at: Points::ZERO, doubling: Points::from_milli(1_000) }
}

fn is_near(value: f64, expected: f64) -> bool {
    (value - expected).abs() < 1e-6
}

#[test]
fn area_interval_and_distance_are_those_worked_by_hand() {
    // Placements of the three: 2.5/4, 1, 1; of the four: 1, 2.5/3, 2/3, 1. Variance 0.046875/3 + 0.0254630/4.
    let report = Report::of(&rows(&[3, 5, 5], &[1, 3, 4, 2]), None).unwrap();
    let told = report.discrimination;
    assert!(is_near(told.auc, 0.875), "{told:?}");
    assert!(is_near(told.gini, 0.75), "{told:?}");
    assert!(is_near(told.auc_low.unwrap(), 0.875 - 1.959_963_985 * 0.148_292_76), "{told:?}");
    assert!(is_near(told.auc_high.unwrap(), 1.0), "{told:?}");
    assert!(is_near(told.kolmogorov_smirnov.distance, 2.0 / 3.0), "{told:?}");
    assert_eq!(told.kolmogorov_smirnov.points, Points::from_milli(5_000));
    assert_eq!(report.calibration, None);
}

#[test]
fn true_probabilities_have_slope_one_and_twice_as_bold_ones_a_half() {
    let outcome = |points: i64| rows(&[-points, points, points], &[-points, -points, points]);
    let told = Report::of(&outcome(1), Some(odds())).unwrap().calibration.unwrap();
    assert!(is_near(told.brier, 2.0 / 9.0), "{told:?}");
    assert!(is_near(told.brier_skill, 1.0 / 9.0), "{told:?}");
    assert!(is_near(told.log_loss, 0.636_514_168), "{told:?}");
    assert!(is_near(told.calibration_slope.unwrap(), 1.0), "{told:?}");
    assert!(is_near(told.calibration_intercept.unwrap(), 0.0), "{told:?}");
    // 1/√(6 × 2/9 × ln²2)
    assert!(
        is_near(
            told.calibration_slope_low.unwrap(),
            1.0 - 1.959_963_985 * (1.0 / (12.0 / 9.0_f64).sqrt() / std::f64::consts::LN_2)
        ),
        "{told:?}"
    );
    assert!(is_near(told.ece, 0.0) && is_near(told.ece_equal_width, 0.0), "{told:?}");
    let bold = Report::of(&outcome(2), Some(odds())).unwrap().calibration.unwrap();
    assert!(is_near(bold.calibration_slope.unwrap(), 0.5), "{bold:?}");
    assert!(is_near(bold.ece, 0.8 - 2.0 / 3.0), "{bold:?}");
}

#[test]
fn probabilities_too_high_on_the_whole_are_told_by_how_much() {
    // Odds of 1:1 and 4:1 were given where 1:2 and 2:1 came: one doubling too much.
    let told = Report::of(&rows(&[0, 2, 2], &[0, 0, 2]), Some(odds())).unwrap().calibration.unwrap();
    assert!(is_near(told.calibration_in_the_large.unwrap(), -std::f64::consts::LN_2), "{told:?}");
    assert!(is_near(told.calibration_slope.unwrap(), 1.0), "{told:?}");
    assert!(is_near(told.calibration_intercept.unwrap(), -std::f64::consts::LN_2), "{told:?}");
}

#[test]
fn rows_of_equal_points_stay_in_one_tenth() {
    // Of twenty rows the best eight are alike; their middle falls into the second tenth.
    let alike = [9; 8];
    let report = Report::of(&rows(&alike, &[8, 7, 6, 5, 4, 3, 2, 1, 0, -1, -2, -3]), None).unwrap();
    let tenths: Vec<_> =
        report.deciles.iter().map(|it| (it.decile, it.conversion.rows, it.lift, it.captured)).collect();
    assert_eq!(tenths[0], (3, 8, 2.5, 1.0));
    let others: Vec<_> = tenths[1..].iter().map(|it| (it.0, it.1)).collect();
    assert_eq!(others, [(5, 2), (6, 2), (7, 2), (8, 2), (9, 2), (10, 2)]);
}

#[test]
fn the_order_of_rows_changes_nothing() {
    let mut table = rows(&[5, 3, 9, 1, 3, 3, 7, 8], &[4, 2, 3, 0, -5, 3, 1, 1, 0]);
    let report = Report::of(&table, Some(odds())).unwrap();
    table.reverse();
    assert_eq!(Report::of(&table, Some(odds())).unwrap(), report);
    table.rotate_left(5);
    assert_eq!(Report::of(&table, Some(odds())).unwrap(), report);
}

#[test]
fn equal_points_tell_nothing_apart_and_a_slope_through_them_is_none() {
    let told = Report::of(&rows(&[1; 4], &[1; 6]), Some(odds())).unwrap();
    assert!(is_near(told.discrimination.auc, 0.5));
    assert!(is_near(told.discrimination.kolmogorov_smirnov.distance, 0.0));
    assert_eq!(told.deciles.len(), 1);
    let calibration = told.calibration.unwrap();
    assert_eq!((calibration.calibration_slope, calibration.calibration_intercept), (None, None));
    assert!(is_near(calibration.ece, 2.0 / 3.0 - 0.4));
}

#[test]
fn outcomes_that_points_part_have_no_slope() {
    for (won, lost) in [([5, 6, 7], [1, 2, 3]), ([5, 6, 7], [1, 2, 5]), ([1, 2, 3], [5, 6, 7])] {
        let told = Report::of(&rows(&won, &lost), Some(odds())).unwrap();
        assert_eq!(told.calibration.unwrap().calibration_slope, None, "{won:?} {lost:?}");
    }
}

#[test]
fn one_row_of_an_outcome_has_no_interval() {
    let told = Report::of(&rows(&[2], &[1, 2, 3]), None).unwrap().discrimination;
    assert_eq!((told.auc_low, told.auc_high), (None, None));
    assert!(is_near(told.auc, 0.5));
}

#[test]
fn rows_that_all_came_to_the_same_are_refused() {
    assert_eq!(Report::of(&[], None), Err(BacktestError::NoRows));
    assert_eq!(Report::of(&rows(&[1, 2], &[]), None), Err(BacktestError::OnlyPositives(2)));
    assert_eq!(Report::of(&rows(&[], &[1]), None), Err(BacktestError::OnlyNegatives(1)));
}

#[test]
fn absurd_points_give_numbers() {
    let table = rows(&[9_000_000_000_000_000, -9_000_000_000_000_000, 3], &[0, 1, -9_000_000_000_000_000]);
    let told = Report::of(&table, Some(odds())).unwrap();
    let calibration = told.calibration.unwrap();
    assert!(calibration.brier.is_finite() && calibration.log_loss.is_finite() && calibration.ece.is_finite());
    assert!(told.distribution.iter().map(|bar| bar.positives + bar.negatives).sum::<u64>() == 6);
}

#[test]
fn the_stability_index_is_that_worked_by_hand() {
    let points = |milli: i64| Points::from_milli(milli);
    let reference: Vec<_> = (0..10).flat_map(|level| [points(level); 10]).collect();
    assert!(is_near(Stability::of(&reference, &reference).unwrap().psi, 0.0));
    // Four of twenty below the reference's lowest, none in its second tenth: 0.1 ln 2 + 0.075 ln 4.
    let rows: Vec<_> = [-7; 4].into_iter().chain((2..10).flat_map(|level| [level; 2])).map(points).collect();
    let stability = Stability::of(&reference, &rows).unwrap();
    assert!(is_near(stability.psi, 0.1 * 2.0_f64.ln() + 0.075 * 4.0_f64.ln()), "{stability:?}");
    assert!(is_near(stability.psi_by_chance, 9.0 * 0.06), "{stability:?}");
    assert_eq!(stability.bins.iter().map(|bin| bin.rows).sum::<u64>(), 20);
    assert_eq!(Stability::of(&[], &rows), None);
}

#[test]
fn who_moves_band_is_counted_and_a_card_is_no_better_than_itself() {
    let with = |points, decision, won| Row { decision, ..row(points, won) };
    let pair = |card: Row, against: Row| Pair { card, against };
    let pairs = [
        pair(with(9, Decision::Accept, true), with(5, Decision::Nurture, true)),
        pair(with(8, Decision::Accept, true), with(9, Decision::Accept, true)),
        pair(with(3, Decision::Decline, false), with(7, Decision::Nurture, false)),
        pair(with(2, Decision::Decline, false), with(1, Decision::Decline, false)),
    ];
    let told = Comparison::of(&pairs).unwrap();
    assert!(is_near(told.auc, 1.0) && is_near(told.against_auc, 0.75));
    assert_eq!((told.decision_up.rows, told.decision_up.positives), (1, 1));
    assert_eq!((told.decision_down.rows, told.decision_down.positives), (1, 0));
    let cells: Vec<_> = told.decisions.iter().filter(|it| it.conversion.rows > 0).collect();
    assert_eq!(
        cells.iter().map(|it| (it.from, it.to)).collect::<Vec<_>>(),
        [
            (Decision::Accept, Decision::Accept),
            (Decision::Nurture, Decision::Accept),
            (Decision::Nurture, Decision::Decline),
            (Decision::Decline, Decision::Decline),
        ]
    );
    // Placements differ by 1/2, 0 and 1/2, 0, so the difference of 1/4 has variance 2 × (1/8)/2.
    assert!(is_near(told.auc_difference_high.unwrap(), 0.25 + 1.959_963_985 * 0.125_f64.sqrt()), "{told:?}");
    let same: Vec<_> = pairs.iter().map(|it| pair(it.card, it.card)).collect();
    let told = Comparison::of(&same).unwrap();
    assert!(is_near(told.auc_difference, 0.0) && is_near(told.auc_difference_p.unwrap(), 1.0), "{told:?}");
    assert_eq!(Comparison::of(&pairs[..2]), None);
}
