//! `[[segment]]`: people to whom the same criteria matter more or less.

use super::{
    conditions::{self, Kinds},
    criteria::{DIMENSIONS, NATURES, reason, refuse_in_public},
    reader::{Reader, Section},
    values::one_of,
};
use crate::{
    form::{Place, ReasonTexts},
    scorecard::{Segment, Weight, WeightOf},
};

pub(super) fn read(
    reader: &mut Reader,
    root: &mut Section,
    kinds: &Kinds,
    reasons: &mut Vec<ReasonTexts>,
) -> Option<Vec<Segment>> {
    let mut segments = Vec::new();
    for mut section in reader.sections(root, "segment") {
        let number = segments.len();
        reader.remember(Place::Segment(number), section.span());
        let id = reader.required_text(&mut section, "id");
        reasons.push(reason(reader, &mut section, &id));
        let public = reader.flag(&mut section, "public").unwrap_or(false);
        let when = conditions::read(reader, &mut section, kinds);
        refuse_in_public(reader, &section, public, &when);
        let mut weights = Vec::new();
        for (index, section) in reader.sections(&mut section, "weights").into_iter().enumerate() {
            reader.remember(Place::Weight(number, index), section.span());
            weights.push(weight(reader, section));
        }
        reader.finish(&section);
        segments.push(Segment { id, public, when, weights });
    }
    (!segments.is_empty()).then_some(segments)
}

fn weight(reader: &mut Reader, mut section: Section) -> Weight {
    let of = if section.has("nature") {
        one_of(reader, &mut section, "nature", &NATURES).map(WeightOf::Nature)
    } else if section.has("dimension") {
        one_of(reader, &mut section, "dimension", &DIMENSIONS).map(WeightOf::Dimension)
    } else {
        if !section.has("criterion") {
            reader.missing(&section, "criterion", "the id of one, or a `nature` or `dimension`");
        }
        reader.text(&mut section, "criterion").map(|(id, _)| WeightOf::Criterion(id))
    };
    if !section.has("per_cent") {
        reader.missing(&section, "per_cent", "such as `per_cent = 150` for half as much again");
    }
    let per_cent = reader.whole(&mut section, "per_cent").unwrap_or(100);
    reader.finish(&section);
    Weight { of: of.unwrap_or(WeightOf::Criterion(String::new())), per_cent }
}
