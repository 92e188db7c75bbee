//! What works but is likely not meant: conditions that never decide, bands that nobody gets into.

mod logic;

use self::logic::Logic;
use super::reader::Reader;
use crate::{
    condition::Condition,
    form::{FieldIndex, FormDefinition, Place, SmallCardName},
    points::Points,
    scorecard::{Criterion, Dimension, Scorecard, Segment, WeightOf},
};

pub(super) fn find(reader: &mut Reader, definition: &FormDefinition, fields: &FieldIndex) {
    let mut finder = Finder { reader, logic: Logic::new(fields) };
    let card = &definition.scorecard;
    finder.criteria(&card.criteria, &Place::Condition);
    if let Some(approach) = &card.approach {
        finder.criteria(&approach.card.criteria, &|one, other| {
            Place::SmallCondition(SmallCardName::Approach, one, other)
        });
    }
    if let Some(readiness) = &card.readiness {
        finder.criteria(&readiness.card.criteria, &|one, other| {
            Place::SmallCondition(SmallCardName::Readiness, one, other)
        });
    }
    finder.gates(card);
    for (number, offer) in card.offers.iter().flatten().enumerate() {
        finder.can_hold(Place::Offer(number), &offer.when);
    }
    let segments: Vec<_> = card.segments.iter().flatten().map(|segment| &segment.when).collect();
    finder.in_order(&segments, &Place::Segment);
    let owners: Vec<_> = card.owners.iter().flatten().map(|rule| &rule.when).collect();
    finder.in_order(&owners, &Place::Owner);
    finder.weights(card);
    finder.clocks(card);
    finder.bands(card);
}

struct Finder<'r, 's, 'f> {
    reader: &'r mut Reader<'s>,
    logic: Logic<'f>,
}

impl Finder<'_, '_, '_> {
    fn warn(&mut self, place: Place, what: impl Into<String>, mend: &str) {
        let span = self.reader.span_of(place);
        self.reader.warning(&span, what, mend);
    }

    fn criteria(&mut self, criteria: &[Criterion], place: &dyn Fn(usize, usize) -> Place) {
        for (number, criterion) in criteria.iter().enumerate() {
            let conditions: Vec<_> = criterion.conditions.iter().map(|condition| &condition.when).collect();
            self.in_order(&conditions, &|index| place(number, index));
            for (index, condition) in conditions.iter().enumerate() {
                let before = conditions.get(..index).unwrap_or_default();
                let overlaps = before.iter().any(|before| self.logic.overlap(condition, before));
                if overlaps && !self.logic.covered(condition, before) {
                    let what = "its range overlaps that of a condition before it, which decides where both hold";
                    self.warn(place(number, index), what, "begin it where the other ends");
                }
            }
        }
    }

    fn gates(&mut self, card: &Scorecard) {
        let mut conditions = Vec::with_capacity(card.gates.len());
        for (number, gate) in card.gates.iter().enumerate() {
            self.can_hold(Place::Gate(number), &gate.when);
            conditions.push(&gate.when);
            let before = conditions.get(..number).unwrap_or_default();
            if self.logic.always(&gate.when) {
                self.warn(
                    Place::Gate(number),
                    "its condition always holds, so every lead is declined",
                    "change what it asks for",
                );
            } else if !self.logic.exhaust(before) && self.logic.exhaust(&conditions) {
                let what = "with those before it one gate always holds, so every lead is declined";
                self.warn(Place::Gate(number), what, "change what it asks for");
            }
        }
    }

    fn can_hold(&mut self, place: Place, condition: &Condition) -> bool {
        let never = self.logic.never(condition);
        if never {
            self.warn(place, "its condition can never hold", "change what it asks for, or remove it");
        }
        !never
    }

    /// Conditions of which the first that holds decides.
    fn in_order(&mut self, conditions: &[&Condition], place: &dyn Fn(usize) -> Place) {
        for (index, condition) in conditions.iter().enumerate() {
            let before = conditions.get(..index).unwrap_or_default();
            if !self.can_hold(place(index), condition) {
                continue;
            }
            if self.logic.covered(condition, before) {
                let what = "it never decides: what stands before it holds wherever it does";
                self.warn(place(index), what, "move it up, or remove it");
                continue;
            }
            for taken in self.logic.taken(condition, before) {
                let what = format!("`{taken}` never decides here: what stands before holds wherever it does");
                self.warn(place(index), what, "remove it here, or move the condition up");
            }
        }
    }

    fn weights(&mut self, card: &Scorecard) {
        for (number, segment) in card.segments.iter().flatten().enumerate() {
            for (index, weight) in segment.weights.iter().enumerate() {
                let is_of = |criterion: &Criterion| match &weight.of {
                    WeightOf::Criterion(id) => *id == criterion.id,
                    WeightOf::Nature(nature) => *nature == criterion.nature,
                    WeightOf::Dimension(dimension) => *dimension == criterion.dimension,
                };
                if !card.criteria.iter().any(is_of) {
                    self.warn(Place::Weight(number, index), "no criterion is of this kind", "remove the weight");
                }
            }
        }
    }

    /// Days and hours without an offset are those of Greenwich, which few mean.
    fn clocks(&mut self, card: &Scorecard) {
        if card.utc_offset_minutes.is_some() {
            return;
        }
        let criteria = card.all_criteria().flat_map(|criterion| &criterion.conditions).map(|condition| &condition.when);
        let others = card
            .gates
            .iter()
            .map(|gate| &gate.when)
            .chain(card.segments.iter().flatten().map(|segment| &segment.when))
            .chain(card.offers.iter().flatten().map(|offer| &offer.when))
            .chain(card.owners.iter().flatten().map(|rule| &rule.when));
        if criteria.chain(others).any(asks_the_clock) {
            let mend = "add `utc_offset = \"+02:00\"` to `[scorecard]`";
            self.warn(Place::Scorecard, "days and hours are asked for by the clocks of UTC", mend);
        }
    }

    fn bands(&mut self, card: &Scorecard) {
        let bands = &card.bands;
        let held_back = card.readiness.as_ref().is_some_and(|readiness| readiness.accept_needs.is_some());
        let (fit, engagement) = (reach(card, Dimension::Fit), reach(card, Dimension::Engagement));
        let empty = [
            (
                fit.is_some() && bands.fit_a == bands.fit_b,
                "fit.b",
                "no lead gets the letter B: `fit.a` and `fit.b` are the same",
            ),
            (
                engagement.is_some() && bands.engagement_1 == bands.engagement_2,
                "engagement.2",
                "no lead gets the digit 2: `engagement.1` and `engagement.2` are the same",
            ),
            (
                bands.accept == bands.nurture && !held_back,
                "nurture",
                "no lead is nurtured: `accept` and `nurture` are the same",
            ),
        ];
        for (_, key, what) in empty.into_iter().filter(|(is_empty, ..)| *is_empty) {
            self.warn_of_band(key, what, "raise the first above the second");
        }
        let both = |pick: fn(Reach) -> Points| {
            let points = |reach: Option<Reach>| reach.map(pick).unwrap_or_default();
            card.initial.plus(points(fit)).plus(points(engagement))
        };
        let all = (!card.criteria.is_empty())
            .then(|| Reach { least: both(|reach| reach.least), most: both(|reach| reach.most) });
        let too_high = [
            [
                (fit, bands.fit_b, "fit.b", "every lead gets the letter C"),
                (fit, bands.fit_a, "fit.a", "no lead gets the letter A"),
            ],
            [
                (engagement, bands.engagement_2, "engagement.2", "every lead gets the digit 3"),
                (engagement, bands.engagement_1, "engagement.1", "no lead gets the digit 1"),
            ],
            [
                (all, bands.nurture, "nurture", "every lead is declined"),
                (all, bands.accept, "accept", "no lead is accepted"),
            ],
        ];
        for [lower, upper] in too_high {
            let is_out_of_reach = |(reach, threshold, ..): &(Option<Reach>, Points, _, _)| {
                reach.is_some_and(|reach| reach.most < *threshold)
            };
            // Who does not get into the lower band does not get into the upper one
            if let Some((Some(reach), _, key, what)) = [lower, upper].into_iter().find(is_out_of_reach) {
                let what = format!("{what}: the most that can be got is {}", written(reach.most));
                self.warn_of_band(key, what, "lower the threshold");
            }
        }
        // What only gates decline is declined all the same
        let declines = card.gates.is_empty();
        let too_low = [
            [
                (fit, bands.fit_a, "fit.a", "every lead gets the letter A", true),
                (fit, bands.fit_b, "fit.b", "no lead gets the letter C", true),
            ],
            [
                (engagement, bands.engagement_1, "engagement.1", "every lead gets the digit 1", true),
                (engagement, bands.engagement_2, "engagement.2", "no lead gets the digit 3", true),
            ],
            [
                (all, bands.accept, "accept", "every lead is accepted", declines && !held_back),
                (all, bands.nurture, "nurture", "no lead is declined", declines),
            ],
        ];
        for [upper, lower] in too_low {
            // Where points are only added, a threshold of nothing says that whoever got none is in the middle
            let is_meant = |least: Points, threshold: Points| least == Points::ZERO && threshold == Points::ZERO;
            let is_for_all = |(reach, threshold, _, _, is_told): &(Option<Reach>, Points, _, _, bool)| {
                let is_in = |least: Points| least >= *threshold && !is_meant(least, *threshold);
                *is_told && reach.is_some_and(|reach| is_in(reach.least))
            };
            if let Some((Some(reach), _, key, what, _)) = [upper, lower].into_iter().find(is_for_all) {
                let what = format!("{what}: the least that can be got is {}", written(reach.least));
                self.warn_of_band(key, what, "raise the threshold");
            }
        }
    }

    fn warn_of_band(&mut self, key: &str, what: impl Into<String>, mend: &str) {
        let span = self.reader.span_of_band(key);
        self.reader.warning(&span, what, mend);
    }
}

fn written(points: Points) -> String {
    crate::validation::number::format_scaled(points.milli(), 3)
}

/// Between which points a sum lies.
#[derive(Clone, Copy)]
struct Reach {
    least: Points,
    most: Points,
}

/// What criteria of a dimension can give, in any segment; none where there is no criterion of it.
fn reach(card: &Scorecard, dimension: Dimension) -> Option<Reach> {
    let criteria = || card.criteria.iter().filter(|criterion| criterion.dimension == dimension);
    criteria().next()?;
    let sum = |pick: fn(Points, Points) -> Points| {
        criteria().fold(Points::ZERO, |sum, criterion| {
            let weights = card.segments.iter().flatten().map(|segment: &Segment| segment.per_cent(criterion));
            let conditions = &criterion.conditions;
            let given = weights
                .chain([100])
                .flat_map(|per_cent| conditions.iter().map(move |condition| condition.points.weighted(per_cent)));
            let given = given.reduce(pick).unwrap_or_default();
            // Without a condition that always holds it may give nothing; what fades may have faded.
            let is_sure = conditions.iter().any(|condition| condition.when == Condition::Always);
            let is_whole = is_sure && criterion.half_life_ms.is_none();
            sum.plus(if is_whole { given } else { pick(given, Points::ZERO) })
        })
    };
    Some(Reach { least: sum(Points::min), most: sum(Points::max) })
}

fn asks_the_clock(condition: &Condition) -> bool {
    match condition {
        Condition::Weekday(_) | Condition::Hour(_) => true,
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(asks_the_clock),
        Condition::Not(part) => asks_the_clock(part),
        _ => false,
    }
}
