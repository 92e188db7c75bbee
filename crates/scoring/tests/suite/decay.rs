//! Decay against its golden table, which `vectors/decay.py` worked out with exact arithmetic of its own.

use leadglass_scoring::Points;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    row: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    half_life_ms: String,
    age_ms: String,
    points_left_exact: Vec<[String; 3]>,
}

#[test]
fn what_is_left_is_what_the_golden_table_says_and_close_to_the_exact_curve() {
    let table: Table = toml::from_str(include_str!("../vectors/decay.toml")).expect("the table is well-formed");
    let mut looked_at = 0;
    for row in &table.row {
        let age: u64 = row.age_ms.parse().expect("an age");
        let half_life: u64 = row.half_life_ms.parse().expect("a half-life");
        for cell in &row.points_left_exact {
            let [points, left, exact] = cell.each_ref().map(|text| text.parse::<i64>().expect("milli-points"));
            let found = Points::from_milli(points).decayed(age, half_life).milli();
            assert_eq!(found, left, "{points} after {age} of {half_life} ms");
            // The curve between two entries of the crate's table is off by less than 2^−15 of what is left.
            let off = i128::from(found).abs_diff(i128::from(exact));
            let allowed = u128::from(exact.unsigned_abs()) / (1 << 15) + 1;
            assert!(off <= allowed, "{points} after {age} of {half_life} ms: {found}, exactly {exact}");
            looked_at += 1;
        }
    }
    assert_eq!(looked_at, 784, "the table has its rows");
}
