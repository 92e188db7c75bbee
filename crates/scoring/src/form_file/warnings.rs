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
    for (number, gate) in card.gates.iter().enumerate() {
        finder.can_hold(Place::Gate(number), &gate.when);
    }
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
        let most = |dimension| most(card, dimension);
        let (fit, engagement) = (most(Dimension::Fit), most(Dimension::Engagement));
        let empty = [
            (fit.is_some() && bands.fit_a == bands.fit_b, "no lead gets the letter B: `a` and `b` are the same"),
            (
                engagement.is_some() && bands.engagement_1 == bands.engagement_2,
                "no lead gets the digit 2: `1` and `2` are the same",
            ),
            (bands.accept == bands.nurture && !held_back, "no lead is nurtured: `accept` and `nurture` are the same"),
        ];
        for (_, what) in empty.into_iter().filter(|(is_empty, _)| *is_empty) {
            self.warn(Place::Bands, what, "raise the first above the second");
        }
        let all = card.initial.plus(fit.unwrap_or_default()).plus(engagement.unwrap_or_default());
        let out_of_reach = [
            (fit, bands.fit_a, "no lead gets the letter A"),
            (engagement, bands.engagement_1, "no lead gets the digit 1"),
            ((!card.criteria.is_empty()).then_some(all), bands.accept, "no lead is accepted"),
        ];
        for (most, threshold, what) in out_of_reach {
            if let Some(most) = most.filter(|most| *most < threshold) {
                let most = crate::validation::number::format_scaled(most.milli(), 3);
                self.warn(Place::Bands, format!("{what}: the most that can be got is {most}"), "lower the threshold");
            }
        }
    }
}

/// The most points that criteria of a dimension can give, in any segment; none where there is no criterion of it.
fn most(card: &Scorecard, dimension: Dimension) -> Option<Points> {
    let mut criteria = card.criteria.iter().filter(|criterion| criterion.dimension == dimension).peekable();
    criteria.peek()?;
    Some(criteria.fold(Points::ZERO, |sum, criterion| {
        let weights = card.segments.iter().flatten().map(|segment: &Segment| segment.per_cent(criterion));
        let conditions = &criterion.conditions;
        let given = weights
            .chain([100])
            .flat_map(|per_cent| conditions.iter().map(move |condition| condition.points.weighted(per_cent)));
        let most = given.max().unwrap_or_default();
        // Without a condition that always holds it may give nothing; what fades may have faded.
        let is_sure = conditions.iter().any(|condition| condition.when == Condition::Always);
        sum.plus(if is_sure && criterion.half_life_ms.is_none() { most } else { most.max(Points::ZERO) })
    }))
}

fn asks_the_clock(condition: &Condition) -> bool {
    match condition {
        Condition::Weekday(_) | Condition::Hour(_) => true,
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(asks_the_clock),
        Condition::Not(part) => asks_the_clock(part),
        _ => false,
    }
}
