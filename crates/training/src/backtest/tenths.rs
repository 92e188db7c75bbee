//! Tenths of the rows by points.

use leadglass_scoring::Points;
use serde::Serialize;

use super::{Levels, Odds, Proportion, float, in_points, ratio};

/// How many parts the rows are cut into.
pub(super) const PARTS: u64 = 10;

/// About a tenth of the rows. Rows of equal points stay together, in the tenth where the middle one of them falls; so
/// tenths differ in size where many rows have equal points, and one may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Tenth {
    /// Its number: 1 has the most points.
    pub decile: u64,
    /// The fewest points in it.
    #[serde(serialize_with = "in_points")]
    pub points_from: Points,
    /// The most points in it.
    #[serde(serialize_with = "in_points")]
    pub points_to: Points,
    /// What came of its rows.
    #[serde(flatten)]
    pub conversion: Proportion,
    /// How many times as often its rows convert as all rows do.
    pub lift: f64,
    /// The share of all conversions that are in it or in a better one.
    pub captured: f64,
    /// The mean of its rows' probabilities; `None` where the card gives none.
    pub mean_probability: Option<f64>,
}

/// The number of the part, from 0, of rows that have `before` rows before them in all `rows`.
pub(super) const fn part(before: u64, here: u64, rows: u64) -> u64 {
    PARTS * (2 * before + here) / (2 * rows)
}

pub(super) fn tenths(levels: &Levels, odds: Option<Odds>) -> Vec<Tenth> {
    let (rows, positives) = (levels.rows(), levels.positives());
    let mut before = 0;
    let mut parts: Vec<(u64, Vec<&super::Level>)> = Vec::new();
    for level in levels.ascending().iter().rev() {
        let number = part(before, level.rows, rows);
        match parts.last_mut().filter(|(last, _)| *last == number) {
            Some((_, levels)) => levels.push(level),
            None => parts.push((number, vec![level])),
        }
        before += level.rows;
    }
    let mut captured = 0;
    let tenth = |(number, levels): (u64, Vec<&super::Level>)| {
        let of_level = |count: fn(&super::Level) -> u64| levels.iter().map(|level| count(level)).sum::<u64>();
        let conversion = Proportion::new(of_level(|level| level.positives), of_level(|level| level.rows));
        captured += conversion.positives;
        let sum =
            |odds: Odds| levels.iter().map(|level| float(level.rows) * odds.probability(level.points)).sum::<f64>();
        Tenth {
            decile: number + 1,
            points_from: levels.last().map_or(Points::ZERO, |level| level.points),
            points_to: levels.first().map_or(Points::ZERO, |level| level.points),
            conversion,
            lift: conversion.rate.unwrap_or(0.0) / ratio(positives, rows),
            captured: ratio(captured, positives),
            mean_probability: odds.map(|odds| sum(odds) / float(conversion.rows)),
        }
    };
    parts.into_iter().map(tenth).collect()
}
