//! `[[offer]]` and `[[owner]]`: what to offer a lead, and who works on it.

use super::{
    conditions::{self, Kinds},
    criteria::reason,
    link,
    reader::{Reader, Section},
    values::{amount, one_of, some_of},
};
use crate::{
    form::{OfferTexts, Place, ReasonTexts},
    moment::Moment,
    money::Currency,
    scorecard::{Offer, OfferKind, OwnerRule},
};

/// Offers with their words.
pub(super) fn read(
    reader: &mut Reader,
    root: &mut Section,
    kinds: &Kinds,
    currency: Option<Currency>,
    reasons: &mut Vec<ReasonTexts>,
) -> Option<(Vec<Offer>, Vec<OfferTexts>)> {
    let (mut offers, mut texts) = (Vec::new(), Vec::new());
    for mut section in reader.sections(root, "offer") {
        reader.remember(Place::Offer(offers.len()), section.span());
        let id = reader.required_text(&mut section, "id");
        reasons.push(reason(reader, &mut section, &id));
        texts.push(OfferTexts {
            id: id.clone(),
            shown: reader.flag(&mut section, "shown").unwrap_or(false),
            heading: reader.required_local(&mut section, "heading"),
            text: reader.required_local(&mut section, "text"),
            link: link(reader, &mut section, "link"),
        });
        if !section.has("kind") {
            reader.missing(&section, "kind", "`\"upsell\"`, `\"cross_sell\"` or `\"down_sell\"`");
        }
        let offer_kinds = [OfferKind::Upsell, OfferKind::CrossSell, OfferKind::DownSell].map(|it| (it.as_str(), it));
        let kind = one_of(reader, &mut section, "kind", &offer_kinds).unwrap_or(OfferKind::Upsell);
        let margin = section.take("margin").and_then(|value| amount(reader, "margin", value, currency));
        let moments = some_of(reader, &mut section, "moments", &Moment::ALL.map(|moment| (moment.as_str(), moment)));
        let when = conditions::read(reader, &mut section, kinds);
        reader.finish(&section);
        offers.push(Offer { id, kind, when, margin, moments });
    }
    (!offers.is_empty()).then_some((offers, texts))
}

pub(super) fn owners(reader: &mut Reader, root: &mut Section, kinds: &Kinds) -> Option<Vec<OwnerRule>> {
    let mut rules = Vec::new();
    for mut section in reader.sections(root, "owner") {
        reader.remember(Place::Owner(rules.len()), section.span());
        let id = reader.required_text(&mut section, "id");
        if !section.has("owners") {
            reader.missing(&section, "owners", "such as `owners = [\"Lidia\", \"Andrei\"]`");
        }
        let owners = reader.texts(&mut section, "owners").into_iter().map(|(owner, _)| owner).collect();
        let when = conditions::read(reader, &mut section, kinds);
        reader.finish(&section);
        rules.push(OwnerRule { id, when, owners });
    }
    (!rules.is_empty()).then_some(rules)
}
