//! `[scorecard]`, `[bands]`, `[[criterion]]` and `[[gate]]`: how leads are scored.

use toml::de::DeValue;

use super::{
    conditions::{self, Kinds},
    reader::{Reader, Section, nearest},
};
use crate::{
    form::{Place, ReasonTexts},
    grade::Bands,
    money::{Currency, Exchange, Rate},
    points::Points,
    scorecard::{Criterion, Dimension, Gate, Nature, Scorecard, ScoredCondition},
};

pub(super) fn read(reader: &mut Reader, root: &mut Section, kinds: &Kinds) -> (Scorecard, Vec<ReasonTexts>) {
    let mut reasons = Vec::new();
    let (initial, doubling, even_odds_at, exchange) = settings(reader, root);
    let bands = bands(reader, root);
    let mut criteria = Vec::new();
    for section in reader.sections(root, "criterion") {
        reader.remember(Place::Criterion(criteria.len()), section.span());
        let (criterion, texts) = criterion(reader, section, kinds, criteria.len());
        criteria.push(criterion);
        reasons.push(texts);
    }
    let mut gates = Vec::new();
    for section in reader.sections(root, "gate") {
        reader.remember(Place::Gate(gates.len()), section.span());
        let (gate, texts) = gate(reader, section, kinds);
        gates.push(gate);
        reasons.push(texts);
    }
    if criteria.is_empty() && !reader.has_mistakes() {
        let span = root.span();
        reader.warning(&span, "there is no criterion, so all leads score alike", "add a `[[criterion]]`");
    }
    (Scorecard { initial, doubling, criteria, gates, bands, exchange, even_odds_at }, reasons)
}

fn points(reader: &mut Reader, section: &mut Section, key: &'static str) -> Option<Points> {
    reader.decimal(section, key, 3).map(Points::from_milli)
}

fn required_points(reader: &mut Reader, section: &mut Section, key: &'static str) -> Points {
    if !section.has(key) {
        reader.missing(section, key, "a number of points");
    }
    points(reader, section, key).unwrap_or_default()
}

fn settings(reader: &mut Reader, root: &mut Section) -> (Points, Points, Option<Points>, Option<Exchange>) {
    const USUAL_DOUBLING: Points = Points::from_milli(20_000);
    let Some(mut section) = reader.section(root, "scorecard") else {
        return (Points::ZERO, USUAL_DOUBLING, None, None);
    };
    reader.remember(Place::Scorecard, section.span());
    let initial = points(reader, &mut section, "initial").unwrap_or_default();
    let doubling = points(reader, &mut section, "points_to_double_odds").unwrap_or(USUAL_DOUBLING);
    let even_odds_at = points(reader, &mut section, "even_odds_at");
    let exchange = exchange(reader, &mut section);
    reader.finish(&section);
    (initial, doubling, even_odds_at, exchange)
}

fn exchange(reader: &mut Reader, section: &mut Section) -> Option<Exchange> {
    let into = currency(reader, section, "currency");
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

fn bands(reader: &mut Reader, root: &mut Section) -> Bands {
    let none = Points::ZERO;
    let Some(mut section) = reader.required_section(root, "bands", "as `leadglass init` shows it") else {
        return Bands {
            fit_a: none,
            fit_b: none,
            engagement_1: none,
            engagement_2: none,
            accept: none,
            nurture: none,
            score_0: none,
            score_100: Points::LIMIT,
        };
    };
    reader.remember(Place::Bands, section.span());
    let mut pair = |section: &mut Section, key, keys: (&'static str, &'static str), mend: &str| {
        let Some(mut section) = reader.required_section(section, key, mend) else { return (none, none) };
        let pair = (required_points(reader, &mut section, keys.0), required_points(reader, &mut section, keys.1));
        reader.finish(&section);
        pair
    };
    let (fit_a, fit_b) = pair(&mut section, "fit", ("a", "b"), "such as `fit = { a = 40, b = 15 }`");
    let (engagement_1, engagement_2) =
        pair(&mut section, "engagement", ("1", "2"), "such as `engagement = { 1 = 20, 2 = 5 }`");
    let (score_0, score_100) = pair(
        &mut section,
        "score",
        ("0", "100"),
        "the points shown as 0 and 100, such as `score = { 0 = -20, 100 = 100 }`",
    );
    let accept = required_points(reader, &mut section, "accept");
    let nurture = required_points(reader, &mut section, "nurture");
    reader.finish(&section);
    Bands { fit_a, fit_b, engagement_1, engagement_2, accept, nurture, score_0, score_100 }
}

fn criterion(reader: &mut Reader, mut section: Section, kinds: &Kinds, number: usize) -> (Criterion, ReasonTexts) {
    let id = reader.required_text(&mut section, "id");
    let text = reader.required_local(&mut section, "reason");
    if !section.has("dimension") {
        reader.missing(&section, "dimension", "`\"fit\"` (who they are) or `\"engagement\"` (what they did)");
    }
    let dimension =
        one_of(reader, &mut section, "dimension", &[("fit", Dimension::Fit), ("engagement", Dimension::Engagement)]);
    let natures = [("financial", Nature::Financial), ("non_financial", Nature::NonFinancial)];
    let nature = one_of(reader, &mut section, "nature", &natures).unwrap_or(Nature::NonFinancial);
    let public = reader.flag(&mut section, "public").unwrap_or(false);
    let half_life_ms = half_life(reader, &mut section);
    let (mut conditions, mut words) = (Vec::new(), Vec::new());
    for mut section in reader.sections(&mut section, "condition") {
        reader.remember(Place::Condition(number, conditions.len()), section.span());
        let when = conditions::read(reader, &mut section, kinds);
        let points = required_points(reader, &mut section, "points");
        words.push(reader.local(&mut section, "reason"));
        reader.finish(&section);
        conditions.push(ScoredCondition { when, points });
    }
    reader.finish(&section);
    let criterion = Criterion {
        id: id.clone(),
        dimension: dimension.unwrap_or(Dimension::Fit),
        nature,
        public,
        half_life_ms,
        conditions,
    };
    (criterion, ReasonTexts { id, text, conditions: words })
}

fn gate(reader: &mut Reader, mut section: Section, kinds: &Kinds) -> (Gate, ReasonTexts) {
    let id = reader.required_text(&mut section, "id");
    let text = reader.required_local(&mut section, "reason");
    let public = reader.flag(&mut section, "public").unwrap_or(false);
    let when = conditions::read(reader, &mut section, kinds);
    reader.finish(&section);
    (Gate { id: id.clone(), public, when }, ReasonTexts { id, text, conditions: Vec::new() })
}

fn one_of<T: Copy>(
    reader: &mut Reader,
    section: &mut Section,
    key: &'static str,
    known: &[(&'static str, T)],
) -> Option<T> {
    let (name, span) = reader.text(section, key)?;
    let found = known.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    if found.is_none() {
        let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
        let mend = nearest(&name, names.iter().copied()).map_or_else(
            || format!("write `\"{}\"`", names.join("\"` or `\"")),
            |near| format!("did you mean `\"{near}\"`?"),
        );
        reader.mistake(span, format!("there is no {key} `{name}`"), mend);
    }
    found
}

fn half_life(reader: &mut Reader, section: &mut Section) -> Option<u64> {
    let (text, span) = reader.text(section, "half_life")?;
    let (number, unit) = text.trim().split_once(' ').unwrap_or((&text, ""));
    let unit_ms = match unit.trim().trim_end_matches('s') {
        "hour" => Some(3_600_000_u64),
        "day" => Some(86_400_000),
        "week" => Some(604_800_000),
        _ => None,
    };
    let millis = unit_ms.and_then(|unit_ms| unit_ms.checked_mul(number.parse().ok()?)).filter(|millis| *millis > 0);
    if millis.is_none() {
        reader.mistake(
            span,
            format!("`{text}` is no half-life"),
            "write it like `\"14 days\"`; there are hours, days and weeks",
        );
    }
    millis
}
