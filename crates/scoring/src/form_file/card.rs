//! `[scorecard]`, `[bands]`, and the parts of the card together.

use toml::de::DeValue;

use super::{
    conditions::Kinds,
    criteria, offers,
    reader::{Reader, Section},
    segments, small_cards,
    values::{one_of, points, required_points},
};
use crate::{
    form::{OfferTexts, Place, ReasonTexts},
    grade::{Bands, Strictness},
    money::{Currency, Exchange, Rate},
    points::Points,
    scorecard::Scorecard,
};

/// A card with the words of its parts.
pub(super) struct ReadCard {
    pub card: Scorecard,
    pub reasons: Vec<ReasonTexts>,
    pub offers: Option<Vec<OfferTexts>>,
}

pub(super) fn read(reader: &mut Reader, root: &mut Section, kinds: &Kinds) -> ReadCard {
    let mut reasons = Vec::new();
    let (card, currency) = settings(reader, root);
    let bands = bands(reader, root, &card);
    let criteria = criteria::read(reader, root, kinds, None, &mut reasons);
    reader.criterion_ids = criteria.iter().map(|criterion| criterion.id.clone()).collect();
    if criteria.is_empty() && !reader.has_mistakes() {
        let span = root.span();
        reader.warning(&span, "there is no criterion, so all leads score alike", "add a `[[criterion]]`");
    }
    let gates = criteria::gates(reader, root, kinds, &mut reasons);
    let segments = segments::read(reader, root, kinds, &mut reasons);
    let approach = small_cards::approach(reader, root, kinds, &mut reasons);
    let readiness = small_cards::readiness(reader, root, kinds, &mut reasons);
    let (offers, texts) = offers::read(reader, root, kinds, currency, &mut reasons).unzip();
    let owners = offers::owners(reader, root, kinds);
    let card = Scorecard { criteria, gates, bands, segments, approach, readiness, offers, owners, ..card };
    ReadCard { card, reasons, offers: texts }
}

/// What `[scorecard]` says, and the currency it counts in.
fn settings(reader: &mut Reader, root: &mut Section) -> (Scorecard, Option<Currency>) {
    let Some(mut section) = reader.section(root, "scorecard") else { return (Scorecard::default(), None) };
    reader.remember(Place::Scorecard, section.span());
    let initial = points(reader, &mut section, "initial").unwrap_or_default();
    let doubling = points(reader, &mut section, "points_to_double_odds").unwrap_or(Scorecard::USUAL_DOUBLING);
    let even_odds_at = points(reader, &mut section, "even_odds_at");
    let strictness = [("soft", Strictness::Soft), ("strict", Strictness::Strict)];
    let strictness = one_of(reader, &mut section, "strictness", &strictness);
    // One that was not understood is told once, not once more by each threshold that it would have given.
    let strictness = strictness.or_else(|| section.has("strictness").then_some(Strictness::Strict));
    let utc_offset_minutes = utc_offset(reader, &mut section);
    reader.remember(Place::Changeable, section.value_span("changeable"));
    let changeable = section
        .has("changeable")
        .then(|| reader.texts(&mut section, "changeable").into_iter().map(|(field, _)| field).collect());
    let currency = currency(reader, &mut section, "currency");
    let exchange = exchange(reader, &mut section, currency);
    reader.finish(&section);
    let card = Scorecard {
        initial,
        doubling,
        exchange,
        even_odds_at,
        strictness,
        utc_offset_minutes,
        changeable,
        ..Scorecard::default()
    };
    (card, currency)
}

/// Minutes of an offset such as `+02:00`.
fn utc_offset(reader: &mut Reader, section: &mut Section) -> Option<i32> {
    let (text, span) = reader.text(section, "utc_offset")?;
    let minutes = match text.as_bytes() {
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let digits = [*h1, *h2, *m1, *m2];
            let digit = |digit: u8| i32::from(digit.wrapping_sub(b'0'));
            let [h1, h2, m1, m2] = digits.map(digit);
            let (hours, minutes) = (h1.wrapping_mul(10).wrapping_add(h2), m1.wrapping_mul(10).wrapping_add(m2));
            let all = hours.wrapping_mul(60).wrapping_add(minutes);
            let is_time = digits.iter().all(u8::is_ascii_digit) && minutes < 60;
            is_time.then_some(if *sign == b'-' { all.wrapping_neg() } else { all })
        }
        _ => None,
    };
    if minutes.is_none() {
        reader.mistake(span, format!("`{text}` is no offset from UTC"), "write it like `\"+02:00\"`");
    }
    minutes
}

fn exchange(reader: &mut Reader, section: &mut Section, into: Option<Currency>) -> Option<Exchange> {
    let value = section.take("exchange")?;
    let DeValue::Table(table) = value.get_ref() else {
        reader.mistake(value.span(), "`exchange` is no table", "write it like `exchange = { MDL = \"0.0512\" }`");
        return None;
    };
    let Some(into) = into else {
        reader.mistake(value.span(), "`exchange` says not into which currency", "add `currency = \"EUR\"` before it");
        return None;
    };
    let mut rates = Vec::new();
    for (code, rate) in table {
        let name: &str = code.get_ref();
        let Some(from) = Currency::parse(name) else {
            reader.mistake(code.span(), format!("`{name}` is no currency"), "write three letters, such as `MDL`");
            continue;
        };
        let millionths = reader.decimal_value(name, rate, 6).map(u64::try_from);
        match millionths {
            Some(Ok(millionths)) if millionths > 0 => rates.push(Rate { from, millionths }),
            Some(_) => {
                reader.mistake(rate.span(), format!("the rate of `{name}` is not above 0"), "write what one is worth");
            }
            None => {}
        }
    }
    Some(Exchange { into, rates })
}

fn currency(reader: &mut Reader, section: &mut Section, key: &'static str) -> Option<Currency> {
    let (code, span) = reader.text(section, key)?;
    let currency = Currency::parse(&code);
    if currency.is_none() {
        reader.mistake(span, format!("`{code}` is no currency"), "write three letters, such as `\"EUR\"`");
    }
    currency
}

/// A key of a table of the bands, and how it is called beside those of other tables.
type Key = (&'static str, &'static str);

/// `[bands]`; what they leave out of `accept` and `nurture` is as strict as the card says.
fn bands(reader: &mut Reader, root: &mut Section, card: &Scorecard) -> Bands {
    let none = Points::ZERO;
    let Some(mut section) = reader.required_section(root, "bands", "as `leadglass init` shows it") else {
        return Bands::default();
    };
    reader.remember(Place::Bands, section.span());
    for key in ["accept", "nurture"] {
        if section.has(key) {
            reader.remember_band(key, section.value_span(key));
        }
    }
    let mut pair = |section: &mut Section, key, keys: (Key, Key), mend: &str| {
        let Some(mut section) = reader.required_section(section, key, mend) else { return (none, none) };
        let mut points = |(key, dotted): (&'static str, &'static str)| {
            reader.remember_band(dotted, section.value_span(key));
            required_points(reader, &mut section, key)
        };
        let pair = (points(keys.0), points(keys.1));
        reader.finish(&section);
        pair
    };
    let (fit_a, fit_b) =
        pair(&mut section, "fit", (("a", "fit.a"), ("b", "fit.b")), "such as `fit = { a = 40, b = 15 }`");
    let (engagement_1, engagement_2) = pair(
        &mut section,
        "engagement",
        (("1", "engagement.1"), ("2", "engagement.2")),
        "such as `engagement = { 1 = 20, 2 = 5 }`",
    );
    let (score_0, score_100) = pair(
        &mut section,
        "score",
        (("0", "score.0"), ("100", "score.100")),
        "the points shown as 0 and 100, such as `score = { 0 = -20, 100 = 100 }`",
    );
    let preset = card.strictness.map(|strictness| strictness.thresholds(card.initial, card.doubling)).unzip();
    let mut threshold = |key: &'static str, preset: Option<Points>| match preset {
        Some(preset) if !section.has(key) => preset,
        _ => required_points(reader, &mut section, key),
    };
    let (accept, nurture) = (threshold("accept", preset.0), threshold("nurture", preset.1));
    reader.finish(&section);
    Bands { fit_a, fit_b, engagement_1, engagement_2, accept, nurture, score_0, score_100 }
}
