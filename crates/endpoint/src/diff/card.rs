//! What a card says.

use leadglass_scoring::{
    FormDefinition,
    condition::words::{duration, words},
    money::{Exchange, Money, Rate},
    scorecard::{Criterion, Dimension, Nature, Readiness, Segment, SmallCard, WeightOf},
};

use super::facts::{
    APPROACH, BANDS, CRITERIA, Facts, GATES, OFFERS, OWNERS, READINESS, SCORECARD, SEGMENTS, joined, yes_no,
};
use crate::words::points;

pub(super) fn tell(definition: &FormDefinition, facts: &mut Facts) {
    tell_settings(definition, facts);
    let card = &definition.scorecard;
    let fields = &definition.fields;
    for criterion in &card.criteria {
        tell_criterion(definition, CRITERIA, criterion, facts);
    }
    for gate in &card.gates {
        facts.say(GATES, &gate.id, "declines", words(&gate.when, fields));
        facts.say(GATES, &gate.id, "public", yes_no(gate.public));
    }
    for segment in card.segments.iter().flatten() {
        facts.say(SEGMENTS, &segment.id, "who", words(&segment.when, fields));
        facts.say(SEGMENTS, &segment.id, "public", yes_no(segment.public));
        tell_weights(segment, facts);
    }
    if let Some(approach) = &card.approach {
        facts.say(APPROACH, "experienced", "from", points(approach.experienced));
        facts.say(APPROACH, "hesitant", "up to", points(approach.hesitant));
        tell_small_card(definition, APPROACH, &approach.card, facts);
    }
    if let Some(readiness) = &card.readiness {
        facts.say(READINESS, "ready", "from", points(readiness.ready));
        facts.say(READINESS, "warming", "from", points(readiness.warming));
        facts.say_if(READINESS, "accept_needs", "value", readiness.accept_needs.map(Readiness::as_str));
        tell_small_card(definition, READINESS, &readiness.card, facts);
    }
    for offer in card.offers.iter().flatten() {
        facts.say(OFFERS, &offer.id, "kind", offer.kind.as_str());
        facts.say(OFFERS, &offer.id, "to", words(&offer.when, fields));
        facts.say_if(OFFERS, &offer.id, "margin", offer.margin.map(Money::to_canonical));
        if !offer.moments.is_empty() {
            facts.say(OFFERS, &offer.id, "moments", joined(offer.moments.iter().map(|moment| moment.as_str())));
        }
    }
    for rule in card.owners.iter().flatten() {
        facts.say(OWNERS, &rule.id, "of", words(&rule.when, fields));
        facts.say(OWNERS, &rule.id, "in turn", joined(&rule.owners));
    }
}

fn tell_settings(definition: &FormDefinition, facts: &mut Facts) {
    let card = &definition.scorecard;
    let mut setting = |name: &str, value: Option<String>| facts.say_if(SCORECARD, name, "value", value);
    setting("initial", Some(points(card.initial)));
    setting("points_to_double_odds", Some(points(card.doubling)));
    setting("even_odds_at", card.even_odds_at.map(points));
    setting("exchange", card.exchange.as_ref().map(exchange));
    setting("strictness", card.strictness.map(|strictness| format!("{strictness:?}").to_lowercase()));
    setting("changeable", card.changeable.as_ref().map(joined));
    setting("utc_offset_minutes", card.utc_offset_minutes.map(|minutes| format!("{minutes:+}")));
    let bands = &card.bands;
    for (name, limit) in [
        ("fit_a", bands.fit_a),
        ("fit_b", bands.fit_b),
        ("engagement_1", bands.engagement_1),
        ("engagement_2", bands.engagement_2),
        ("accept", bands.accept),
        ("nurture", bands.nurture),
        ("score_0", bands.score_0),
        ("score_100", bands.score_100),
    ] {
        facts.say(BANDS, name, "from", points(limit));
    }
}

fn tell_criterion(definition: &FormDefinition, part: &'static str, criterion: &Criterion, facts: &mut Facts) {
    let id = criterion.id.as_str();
    for condition in &criterion.conditions {
        facts.say(part, id, words(&condition.when, &definition.fields), points(condition.points));
    }
    facts.say(part, id, "dimension", dimension(criterion.dimension));
    facts.say(part, id, "nature", nature(criterion.nature));
    facts.say(part, id, "public", yes_no(criterion.public));
    facts.say_if(part, id, "half-life", criterion.half_life_ms.map(duration));
}

fn tell_small_card(definition: &FormDefinition, part: &'static str, card: &SmallCard, facts: &mut Facts) {
    facts.say(part, "initial", "value", points(card.initial));
    facts.say(part, "public", "value", yes_no(card.public));
    for criterion in &card.criteria {
        tell_criterion(definition, part, criterion, facts);
    }
}

fn tell_weights(segment: &Segment, facts: &mut Facts) {
    for weight in &segment.weights {
        let of = match &weight.of {
            WeightOf::Criterion(id) => format!("weight of {id}"),
            WeightOf::Nature(of) => format!("weight of all {}", nature(*of)),
            WeightOf::Dimension(of) => format!("weight of all {}", dimension(*of)),
        };
        facts.say(SEGMENTS, &segment.id, of, format!("{} %", weight.per_cent));
    }
}

const fn dimension(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Fit => "fit",
        Dimension::Engagement => "engagement",
    }
}

const fn nature(nature: Nature) -> &'static str {
    match nature {
        Nature::Financial => "financial",
        Nature::NonFinancial => "non_financial",
    }
}

fn exchange(exchange: &Exchange) -> String {
    let worth = |rate: &Rate| {
        let (whole, rest) = (rate.millionths / 1_000_000, format!("{:06}", rate.millionths % 1_000_000));
        let rest = rest.trim_end_matches('0');
        let dot = if rest.is_empty() { "" } else { "." };
        format!("1 {} = {whole}{dot}{rest} {}", rate.from.as_str(), exchange.into.as_str())
    };
    joined(exchange.rates.iter().map(worth))
}
