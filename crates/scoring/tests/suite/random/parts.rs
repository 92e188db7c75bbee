//! Random parts of a card: conditions over how a lead came, segments, small cards, offers and owners.

use super::Random;
use leadglass_scoring::{
    Channel, Moment, Points, Scorecard, Touch,
    condition::{
        Condition, FieldCondition, FieldTest, Range, SignalCondition, TouchCondition, TouchOf, TouchPart, TouchTest,
        Weekday,
    },
    grade::Strictness,
    money::{Currency, Money},
    scorecard::{
        ApproachCard, Criterion, Dimension, Nature, Offer, OfferKind, OwnerRule, Readiness, ReadinessCard,
        ScoredCondition, Segment, SmallCard, Weight, WeightOf,
    },
};

const TEXTS: [&str; 5] = ["google", "Spring sale", "ВЕСНА", "stejar", "https://a.example/k"];
const PARTS: [TouchPart; 7] = [
    TouchPart::Source,
    TouchPart::Medium,
    TouchPart::Campaign,
    TouchPart::Term,
    TouchPart::Content,
    TouchPart::Referrer,
    TouchPart::LandingPage,
];
const NATURES: [Nature; 2] = [Nature::Financial, Nature::NonFinancial];
const DIMENSIONS: [Dimension; 2] = [Dimension::Fit, Dimension::Engagement];

/// Gives a card parts that it had not.
pub fn add(card: &mut Scorecard, random: &mut Random) {
    card.utc_offset_minutes = random.chance(50).then(|| number(random, 1_561) - 720);
    card.strictness = random.chance(30).then(|| *random.pick(&[Strictness::Soft, Strictness::Strict]));
    let count = random.below(4);
    card.criteria.extend((0..count).map(|index| criterion(random, &format!("came_{index}"))));
    let criteria = card.criteria.clone();
    card.segments = some(random, |random, index| Segment {
        id: format!("segment_{index}"),
        public: random.chance(50),
        when: condition(random, 3),
        weights: weights(random, &criteria),
    });
    card.approach = random.chance(60).then(|| {
        let low = random.points();
        let experienced = low.plus(Points::from_milli(i64::from(1 + number(random, 50_000))));
        ApproachCard { card: small_card(random, "approach"), experienced, hesitant: low }
    });
    card.readiness = random.chance(60).then(|| {
        let (one, other) = (random.points(), random.points());
        let accept_needs = [None, Some(Readiness::Ready), Some(Readiness::Warming)];
        ReadinessCard {
            card: small_card(random, "readiness"),
            ready: one.max(other),
            warming: one.min(other),
            accept_needs: *random.pick(&accept_needs),
        }
    });
    card.offers = some(random, |random, index| Offer {
        id: format!("offer_{index}"),
        kind: *random.pick(&[OfferKind::Upsell, OfferKind::CrossSell, OfferKind::DownSell]),
        when: condition(random, 2),
        margin: random.chance(70).then(|| Money {
            minor: i64::from(number(random, 5)) * 1_000,
            currency: Currency::parse("EUR").expect("a currency"),
        }),
        moments: few(random, &Moment::ALL, 0),
    });
    card.owners = some(random, |random, index| OwnerRule {
        id: format!("owner_{index}"),
        when: condition(random, 2),
        owners: vec!["Lidia".into(), "Andrei".into()],
    });
}

/// A touch that conditions may ask for.
pub fn touch(random: &mut Random) -> Option<Touch> {
    let part = |random: &mut Random| random.chance(40).then(|| (*random.pick(&TEXTS)).to_owned());
    random.chance(60).then(|| Touch {
        source: part(random),
        medium: part(random),
        campaign: part(random),
        term: part(random),
        content: part(random),
        referrer: part(random),
        landing_page: part(random),
        at: None,
    })
}

fn criterion(random: &mut Random, id: &str) -> Criterion {
    let fades = random.chance(30);
    let count = 1 + random.below(3);
    let conditions: Vec<_> = (0..count)
        .map(|_| ScoredCondition {
            when: if fades { signal(random) } else { condition(random, 3) },
            points: random.points(),
        })
        .collect();
    Criterion {
        id: id.to_owned(),
        dimension: *random.pick(&DIMENSIONS),
        nature: *random.pick(&NATURES),
        public: random.chance(50),
        conditions,
        half_life_ms: fades.then(|| 1 + random.spread(40)),
    }
}

fn small_card(random: &mut Random, name: &str) -> SmallCard {
    let count = random.below(4);
    let criteria = (0..count).map(|index| criterion(random, &format!("{name}_{index}"))).collect();
    SmallCard { public: random.chance(50), initial: random.points(), criteria }
}

fn weights(random: &mut Random, criteria: &[Criterion]) -> Vec<Weight> {
    let mut weights: Vec<Weight> = Vec::new();
    for _ in 0..random.below(5) {
        let of = match random.below(3) {
            0 => WeightOf::Criterion(random.pick(criteria).id.clone()),
            1 => WeightOf::Nature(*random.pick(&NATURES)),
            _ => WeightOf::Dimension(*random.pick(&DIMENSIONS)),
        };
        if weights.iter().all(|weight| weight.of != of) {
            weights.push(Weight { of, per_cent: u16::try_from(number(random, 1_001)).unwrap_or(0) });
        }
    }
    weights
}

fn condition(random: &mut Random, depth: u64) -> Condition {
    let kinds = if depth == 0 { 7 } else { 10 };
    match random.below(kinds) {
        0 => Condition::Channel(few(random, &Channel::ALL, 1)),
        1 => Condition::Moment(few(random, &Moment::ALL, 1)),
        2 => Condition::Weekday(few(random, &Weekday::ALL, 1)),
        3 => {
            let from = i64::from(number(random, 24));
            Condition::Hour(Range { min: Some(from), max: random.chance(70).then_some(from + 6) })
        }
        4 => touch_condition(random),
        5 => signal(random),
        6 => {
            let sizes = few(random, &["small", "medium", "large"], 1).into_iter().map(str::to_owned);
            let test = FieldTest::Is(sizes.collect());
            Condition::Field(FieldCondition { field: "size".into(), test })
        }
        7 => Condition::Not(Box::new(condition(random, depth - 1))),
        8 => Condition::All(vec![condition(random, depth - 1), condition(random, depth - 1)]),
        _ => Condition::Any(vec![condition(random, depth - 1), condition(random, depth - 1)]),
    }
}

fn signal(random: &mut Random) -> Condition {
    Condition::Signal(SignalCondition {
        signal: (*random.pick(&["pricing_viewed", "scrolled"])).into(),
        at_least: u16::try_from(1 + random.below(2)).unwrap_or(1),
        within_ms: random.chance(50).then(|| 1 + random.spread(42)),
    })
}

fn touch_condition(random: &mut Random) -> Condition {
    let texts = vec![(*random.pick(&TEXTS)).to_owned(), (*random.pick(&["SPRING", "весна", "oogle"])).to_owned()];
    let test = match random.below(3) {
        0 => TouchTest::Present,
        1 => TouchTest::Is(texts),
        _ => TouchTest::Contains(texts),
    };
    let of = *random.pick(&[TouchOf::First, TouchOf::Last, TouchOf::Any]);
    Condition::Touch(TouchCondition { of, part: *random.pick(&PARTS), test })
}

/// Some of these, `least` at least.
fn few<T: Clone>(random: &mut Random, all: &[T], least: usize) -> Vec<T> {
    let mut few: Vec<T> = all.iter().filter(|_| random.chance(40)).cloned().collect();
    while few.len() < least {
        few.push(random.pick(all).clone());
    }
    few
}

fn some<T>(random: &mut Random, mut make: impl FnMut(&mut Random, u64) -> T) -> Option<Vec<T>> {
    let count = random.below(4);
    (count > 0).then(|| (0..count).map(|index| make(random, index)).collect())
}

fn number(random: &mut Random, end: u64) -> i32 {
    i32::try_from(random.below(end)).unwrap_or(0)
}
