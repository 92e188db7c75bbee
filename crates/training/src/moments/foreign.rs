//! Telling texts in other languages from ours, by three letters at a time.

use leadglass_scoring::moment::{Kind, features, model};

use super::{chance::Chance, corpus::Row, learn::exp_of_negative};

/// Of a thousand texts in our languages, so many may be taken for another's.
const MISTAKEN: usize = 4;
const ROUNDS: usize = 12;
const RATE: f32 = 0.5;

/// The table of languages, and what its mean must exceed.
#[must_use]
pub fn learn(rows: &[Row], foreign: &[String]) -> (Vec<i8>, i16) {
    let mut texts: Vec<(Vec<u32>, bool)> = rows.iter().map(|row| (grams(&row.text), false)).collect();
    // There are few of the others, so each is seen as often as all of ours together make even
    let often = (rows.len() / foreign.len().max(1)).clamp(1, 40);
    for text in foreign {
        texts.extend(std::iter::repeat_n((grams(text), true), often));
    }
    texts.extend(noise(rows.len() / 8).iter().map(|text| (grams(text), true)));
    texts.retain(|(grams, _)| !grams.is_empty());

    let mut weights = vec![0.0_f32; model::LANGUAGE_ENTRIES];
    let mut chance = Chance::new(99);
    for round in 0..ROUNDS {
        chance.shuffle(&mut texts);
        let rate = RATE * super::learn::falling(round, ROUNDS);
        for (grams, is_foreign) in &texts {
            let mean = mean(&weights, grams);
            let said = if mean > 0.0 {
                1.0 / (1.0 + exp_of_negative(-mean))
            } else {
                exp_of_negative(mean) / (1.0 + exp_of_negative(mean))
            };
            let slope = said - if *is_foreign { 0.98 } else { 0.02 };
            for gram in grams {
                weights[*gram as usize] -= rate * slope;
            }
        }
    }
    let most = weights.iter().fold(1e-6_f32, |most, weight| most.max(weight.abs()));
    #[expect(clippy::cast_possible_truncation, reason = "at most 127")]
    let table: Vec<i8> =
        weights.iter().map(|weight| (weight / most * 127.0 * 4.0).clamp(-127.0, 127.0).round() as i8).collect();

    // In the sixteenths that the reader compares
    let mut means: Vec<i32> = rows
        .iter()
        .map(|row| grams(&row.text))
        .filter(|grams| !grams.is_empty())
        .map(|grams| {
            let sum: i32 = grams.iter().map(|gram| i32::from(table[*gram as usize])).sum();
            sum * 16 / i32::try_from(grams.len()).unwrap_or(i32::MAX)
        })
        .collect();
    means.sort_unstable();
    let bound = means[means.len() - 1 - means.len() * MISTAKEN / 1000];
    (table, i16::try_from(bound).unwrap_or(i16::MAX))
}

fn mean(weights: &[f32], grams: &[u32]) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "hundreds")]
    let count = grams.len() as f32;
    grams.iter().map(|gram| weights[*gram as usize]).sum::<f32>() / count
}

fn grams(text: &str) -> Vec<u32> {
    let mut grams = Vec::new();
    features::each(text, Kind::Message, &mut Vec::new(), |feature| {
        if feature.is_of_language {
            grams.push(feature.hash >> (32 - model::LANGUAGE_BITS));
        }
    });
    grams
}

/// Keys that were hit without a thought.
fn noise(count: usize) -> Vec<String> {
    const ROWS: [&str; 5] = ["qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъ", "фывапролджэячсмитьбю"];
    let mut chance = Chance::new(7);
    let mut text = || {
        let words = 1 + chance.below(6);
        let word = |chance: &mut Chance| -> String {
            let row: Vec<char> = ROWS[chance.below(ROWS.len())].chars().collect();
            (0..3 + chance.below(8)).map(|_| row[chance.below(row.len())]).collect()
        };
        (0..words).map(|_| word(&mut chance)).collect::<Vec<_>>().join(" ")
    };
    (0..count).map(|_| text()).collect()
}
