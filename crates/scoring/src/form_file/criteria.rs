//! `[[criterion]]` and `[[gate]]`.

use super::{
    conditions::{self, Kinds},
    reader::{Reader, Section},
    values::{duration, one_of, required_points},
};
use crate::{
    condition::Condition,
    form::{Place, ReasonTexts, SmallCardName},
    scorecard::{Criterion, Dimension, Gate, Nature, ScoredCondition},
};

pub(super) const DIMENSIONS: [(&str, Dimension); 2] = [("fit", Dimension::Fit), ("engagement", Dimension::Engagement)];
pub(super) const NATURES: [(&str, Nature); 2] =
    [("financial", Nature::Financial), ("non_financial", Nature::NonFinancial)];

/// The criteria of the card, or of a small one.
pub(super) fn read(
    reader: &mut Reader,
    parent: &mut Section,
    kinds: &Kinds,
    small: Option<SmallCardName>,
    reasons: &mut Vec<ReasonTexts>,
) -> Vec<Criterion> {
    let mut criteria = Vec::new();
    for section in reader.sections(parent, "criterion") {
        let number = criteria.len();
        let place = small.map_or(Place::Criterion(number), |name| Place::SmallCriterion(name, number));
        reader.remember(place, section.span());
        let (criterion, texts) = criterion(reader, section, kinds, place);
        criteria.push(criterion);
        reasons.push(texts);
    }
    criteria
}

fn criterion(reader: &mut Reader, mut section: Section, kinds: &Kinds, place: Place) -> (Criterion, ReasonTexts) {
    let id = reader.required_text(&mut section, "id");
    let text = reader.required_local(&mut section, "reason");
    // A small card has one sum.
    if !section.has("dimension") && matches!(place, Place::Criterion(_)) {
        reader.missing(&section, "dimension", "`\"fit\"` (who they are) or `\"engagement\"` (what they did)");
    }
    let dimension = one_of(reader, &mut section, "dimension", &DIMENSIONS);
    let nature = one_of(reader, &mut section, "nature", &NATURES).unwrap_or(Nature::NonFinancial);
    let public = reader.flag(&mut section, "public").unwrap_or(false);
    let half_life_ms = duration(reader, &mut section, "half_life", "half-life");
    let (mut conditions, mut words) = (Vec::new(), Vec::new());
    for mut section in reader.sections(&mut section, "condition") {
        let number = conditions.len();
        let place = match place {
            Place::SmallCriterion(name, criterion) => Place::SmallCondition(name, criterion, number),
            Place::Criterion(criterion) => Place::Condition(criterion, number),
            place => place,
        };
        reader.remember(place, section.span());
        let mistakes = reader.mistake_count();
        let when = conditions::read(reader, &mut section, kinds);
        if reader.mistake_count() > mistakes {
            reader.unread_conditions.insert(place);
        }
        refuse_in_public(reader, &section, public, &when);
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

pub(super) fn gates(
    reader: &mut Reader,
    root: &mut Section,
    kinds: &Kinds,
    reasons: &mut Vec<ReasonTexts>,
) -> Vec<Gate> {
    let mut gates = Vec::new();
    for mut section in reader.sections(root, "gate") {
        reader.remember(Place::Gate(gates.len()), section.span());
        let id = reader.required_text(&mut section, "id");
        reasons.push(reason(reader, &mut section, &id));
        let public = reader.flag(&mut section, "public").unwrap_or(false);
        let when = conditions::read(reader, &mut section, kinds);
        refuse_in_public(reader, &section, public, &when);
        reader.finish(&section);
        gates.push(Gate { id, public, when });
    }
    gates
}

/// Pages and server must come to the same of what is public.
pub(super) fn refuse_in_public(reader: &mut Reader, section: &Section, public: bool, when: &Condition) {
    if public && when.asks_the_server() {
        let mend = "leave `public` out: pages have no lists of domains, and would score otherwise than the server";
        reader.mistake(section.span(), "something public asks what only the server knows", mend);
    }
}

/// The words of what has one condition.
pub(super) fn reason(reader: &mut Reader, section: &mut Section, id: &str) -> ReasonTexts {
    let text = reader.required_local(section, "reason");
    ReasonTexts { id: id.to_owned(), text, conditions: Vec::new() }
}
