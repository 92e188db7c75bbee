//! What makes a scorecard one.

use super::{Checker, MAX_CRITERIA};
use crate::{
    condition::{self, Condition},
    form::{
        FieldIndex, FormDefinition,
        fault::{Place, Problem, SmallCardName},
    },
    money::Currency,
    points::Points,
    scorecard::{Criterion, Offer, OwnerRule, Scorecard, Segment, SmallCard, Weight, WeightOf},
};

impl Checker {
    pub(super) fn card(&mut self, definition: &FormDefinition, fields: &FieldIndex) {
        let card = &definition.scorecard;
        self.settings(card, fields);
        self.bands(card);
        self.card_ids(card);
        self.criteria(&card.criteria, fields, Place::Criterion, Place::Condition);
        for (number, gate) in card.gates.iter().enumerate() {
            self.condition(Place::Gate(number), &gate.when, fields);
        }
        self.segments(card, fields);
        if let Some(approach) = &card.approach {
            if approach.hesitant >= approach.experienced {
                let place = Place::SmallCard(SmallCardName::Approach);
                self.report(place, Problem::Contradiction("hesitant", "experienced"));
            }
            self.small_card(SmallCardName::Approach, &approach.card, fields);
        }
        if let Some(readiness) = &card.readiness {
            let place = Place::SmallCard(SmallCardName::Readiness);
            self.ordered(place, ("warming", Some(readiness.warming)), ("ready", Some(readiness.ready)));
            self.small_card(SmallCardName::Readiness, &readiness.card, fields);
        }
        self.offers(card.offers.as_deref().unwrap_or_default(), fields);
        self.owners(card.owners.as_deref().unwrap_or_default(), fields);
    }

    fn settings(&mut self, card: &Scorecard, fields: &FieldIndex) {
        self.points(Place::Scorecard, "initial", card.initial);
        self.points(Place::Scorecard, "even_odds_at", card.even_odds_at.unwrap_or_default());
        if card.doubling <= Points::ZERO || card.doubling > Points::LIMIT {
            self.report(Place::Scorecard, Problem::OutOfRange("points_to_double_odds", "above 0".into()));
        }
        for (number, field) in card.changeable.iter().flatten().enumerate() {
            if fields.get(field).is_none() {
                self.report(Place::Changeable, Problem::UnknownField(field.clone()));
            } else if card.changeable.iter().flatten().take(number).any(|before| before == field) {
                self.report(Place::Changeable, Problem::DuplicateId(field.clone()));
            }
        }
        // From Baker Island to the Line Islands.
        if card.utc_offset_minutes.is_some_and(|minutes| !(-720..=840).contains(&minutes)) {
            self.report(Place::Scorecard, Problem::OutOfRange("utc_offset", "from -12:00 to +14:00".into()));
        }
        self.count(Place::Scorecard, "criteria", card.all_criteria().count(), MAX_CRITERIA);
        self.count(Place::Scorecard, "gates", card.gates.len(), MAX_CRITERIA);
        self.count(Place::Scorecard, "segments", card.segments.iter().flatten().count(), MAX_CRITERIA);
        self.count(Place::Scorecard, "offers", card.offers.iter().flatten().count(), MAX_CRITERIA);
        self.count(Place::Scorecard, "rules of owners", card.owners.iter().flatten().count(), MAX_CRITERIA);
    }

    fn bands(&mut self, card: &Scorecard) {
        let bands = &card.bands;
        self.ordered(Place::Bands, ("fit.b", Some(bands.fit_b)), ("fit.a", Some(bands.fit_a)));
        let engagement = (bands.engagement_2, bands.engagement_1);
        self.ordered(Place::Bands, ("engagement.2", Some(engagement.0)), ("engagement.1", Some(engagement.1)));
        self.ordered(Place::Bands, ("nurture", Some(bands.nurture)), ("accept", Some(bands.accept)));
        if bands.score_0 >= bands.score_100 {
            self.report(Place::Bands, Problem::Contradiction("score.0", "score.100"));
        }
    }

    /// One id names one thing of a card, so that a reason code says which.
    fn card_ids(&mut self, card: &Scorecard) {
        let small = |name, card: Option<&SmallCard>| -> Vec<(Place, String)> {
            let criteria = card.map_or(&[][..], |card| &card.criteria).iter().enumerate();
            criteria.map(|(number, it)| (Place::SmallCriterion(name, number), it.id.clone())).collect()
        };
        let approach = small(SmallCardName::Approach, card.approach.as_ref().map(|approach| &approach.card));
        let readiness = small(SmallCardName::Readiness, card.readiness.as_ref().map(|readiness| &readiness.card));
        let criteria = card.criteria.iter().enumerate().map(|(number, it)| (Place::Criterion(number), it.id.as_str()));
        let gates = card.gates.iter().enumerate().map(|(number, it)| (Place::Gate(number), it.id.as_str()));
        let segments = card.segments.iter().flatten().enumerate();
        let offers = card.offers.iter().flatten().enumerate();
        let owners = card.owners.iter().flatten().enumerate();
        self.ids(
            criteria
                .chain(gates)
                .chain(segments.map(|(number, it)| (Place::Segment(number), it.id.as_str())))
                .chain(approach.iter().chain(&readiness).map(|(place, id)| (*place, id.as_str())))
                .chain(offers.map(|(number, it)| (Place::Offer(number), it.id.as_str())))
                .chain(owners.map(|(number, it)| (Place::Owner(number), it.id.as_str()))),
        );
    }

    fn segments(&mut self, card: &Scorecard, fields: &FieldIndex) {
        for (number, segment) in card.segments.iter().flatten().enumerate() {
            self.weights(number, segment, card);
            self.condition(Place::Segment(number), &segment.when, fields);
        }
    }

    fn weights(&mut self, number: usize, segment: &Segment, card: &Scorecard) {
        let mut seen: Vec<&WeightOf> = Vec::new();
        for (index, weight) in segment.weights.iter().enumerate() {
            let place = Place::Weight(number, index);
            if weight.per_cent > Weight::LIMIT {
                self.report(place, Problem::OutOfRange("per_cent", format!("from 0 to {}", Weight::LIMIT)));
            }
            if let WeightOf::Criterion(id) = &weight.of
                && !card.criteria.iter().any(|criterion| criterion.id == *id)
            {
                self.report(place, Problem::UnknownCriterion(id.clone()));
            }
            if seen.contains(&&weight.of) {
                self.report(place, Problem::SameWeight);
            }
            seen.push(&weight.of);
        }
    }

    fn small_card(&mut self, name: SmallCardName, card: &SmallCard, fields: &FieldIndex) {
        self.points(Place::SmallCard(name), "initial", card.initial);
        let criterion = move |number| Place::SmallCriterion(name, number);
        self.criteria(&card.criteria, fields, criterion, move |number, condition| {
            Place::SmallCondition(name, number, condition)
        });
    }

    fn offers(&mut self, offers: &[Offer], fields: &FieldIndex) {
        let mut currency: Option<Currency> = None;
        for (number, offer) in offers.iter().enumerate() {
            let place = Place::Offer(number);
            if let Some(margin) = offer.margin {
                if *currency.get_or_insert(margin.currency) != margin.currency {
                    self.report(place, Problem::TwoCurrencies);
                }
                if margin.minor < 0 {
                    self.report(place, Problem::OutOfRange("margin", "0 or above".into()));
                }
            }
            self.condition(place, &offer.when, fields);
        }
    }

    fn owners(&mut self, rules: &[OwnerRule], fields: &FieldIndex) {
        for (number, rule) in rules.iter().enumerate() {
            let place = Place::Owner(number);
            if rule.owners.iter().all(|owner| owner.trim().is_empty()) {
                self.report(place, Problem::None("owner"));
            }
            self.condition(place, &rule.when, fields);
        }
    }

    fn criteria(
        &mut self,
        criteria: &[Criterion],
        fields: &FieldIndex,
        place: impl Fn(usize) -> Place,
        place_of_condition: impl Fn(usize, usize) -> Place,
    ) {
        for (number, criterion) in criteria.iter().enumerate() {
            if criterion.conditions.is_empty() {
                self.report(place(number), Problem::None("condition"));
            }
            if criterion.half_life_ms == Some(0) {
                self.report(place(number), Problem::OutOfRange("half_life", "longer than nothing".into()));
            }
            self.conditions(criterion, fields, &|index| place_of_condition(number, index));
        }
    }

    fn conditions(&mut self, criterion: &Criterion, fields: &FieldIndex, place: &dyn Fn(usize) -> Place) {
        let mut always = false;
        for (index, condition) in criterion.conditions.iter().enumerate() {
            let place = place(index);
            if always {
                self.report(place, Problem::Unreachable);
            }
            always |= condition.when == Condition::Always;
            self.points(place, "points", condition.points);
            if criterion.half_life_ms.is_some() && condition.when != Condition::Always {
                let mut signals = Vec::new();
                condition::signals_named(&condition.when, &mut signals);
                if signals.is_empty() {
                    self.report(place, Problem::NothingToDecay);
                }
            }
            self.condition(place, &condition.when, fields);
        }
    }

    pub(super) fn condition(&mut self, place: Place, condition: &Condition, fields: &FieldIndex) {
        if let Err(error) = condition::bind(condition, fields, 1) {
            self.report(place, error.into());
        }
    }
}
