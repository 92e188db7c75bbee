//! `[approach]` and `[readiness]`: small scorecards beside the card.

use super::{
    conditions::Kinds,
    criteria,
    reader::{Reader, Section},
    values::{one_of, points, required_points},
};
use crate::{
    form::{Place, ReasonTexts, SmallCardName},
    scorecard::{ApproachCard, Readiness, ReadinessCard, SmallCard},
};

pub(super) fn approach(
    reader: &mut Reader,
    root: &mut Section,
    kinds: &Kinds,
    reasons: &mut Vec<ReasonTexts>,
) -> Option<ApproachCard> {
    let mut section = reader.section(root, "approach")?;
    let card = small_card(reader, &mut section, kinds, SmallCardName::Approach, reasons);
    let experienced = required_points(reader, &mut section, "experienced");
    let hesitant = required_points(reader, &mut section, "hesitant");
    reader.finish(&section);
    Some(ApproachCard { card, experienced, hesitant })
}

pub(super) fn readiness(
    reader: &mut Reader,
    root: &mut Section,
    kinds: &Kinds,
    reasons: &mut Vec<ReasonTexts>,
) -> Option<ReadinessCard> {
    let mut section = reader.section(root, "readiness")?;
    let card = small_card(reader, &mut section, kinds, SmallCardName::Readiness, reasons);
    let ready = required_points(reader, &mut section, "ready");
    let warming = required_points(reader, &mut section, "warming");
    // Every lead is cold at least.
    let levels = [("ready", Readiness::Ready), ("warming", Readiness::Warming)];
    let accept_needs = one_of(reader, &mut section, "accept_needs", &levels);
    reader.finish(&section);
    Some(ReadinessCard { card, ready, warming, accept_needs })
}

fn small_card(
    reader: &mut Reader,
    section: &mut Section,
    kinds: &Kinds,
    name: SmallCardName,
    reasons: &mut Vec<ReasonTexts>,
) -> SmallCard {
    reader.remember(Place::SmallCard(name), section.span());
    let public = reader.flag(section, "public").unwrap_or(false);
    let initial = points(reader, section, "initial").unwrap_or_default();
    SmallCard { public, initial, criteria: criteria::read(reader, section, kinds, Some(name), reasons) }
}
