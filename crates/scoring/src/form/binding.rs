//! Conditions with their fields looked up.

use super::{BoundFlow, FieldIndex, FormDefinition};
use crate::{
    condition::{self, BindError, Bound, Condition},
    score::{BoundCard, BoundCriterion, BoundGate, BoundScoredCondition, BoundSegment},
    scorecard::Criterion,
};

/// Looks up the fields of all conditions of a form; the first condition that cannot be asked is an error.
pub(super) fn bind(definition: &FormDefinition, fields: &FieldIndex) -> Result<(BoundCard, BoundFlow), BindError> {
    let card = &definition.scorecard;
    let bind = |when: &Condition| condition::bind(when, fields, 1);
    let criteria = |criteria: &[Criterion]| -> Result<Vec<BoundCriterion>, BindError> {
        let mut bound = Vec::with_capacity(criteria.len());
        for criterion in criteria {
            let mut conditions = Vec::with_capacity(criterion.conditions.len());
            for condition in &criterion.conditions {
                let mut signals = Vec::new();
                if criterion.half_life_ms.is_some() {
                    condition::signals_named(&condition.when, &mut signals);
                }
                conditions.push(BoundScoredCondition::new(bind(&condition.when)?, signals, condition.points));
            }
            bound.push(BoundCriterion { conditions });
        }
        Ok(bound)
    };
    let mut all: [Vec<Bound>; 4] = Default::default();
    let [gates, segments, offers, owners] = &mut all;
    for gate in &card.gates {
        gates.push(bind(&gate.when)?);
    }
    for segment in card.segments.iter().flatten() {
        segments.push(bind(&segment.when)?);
    }
    for offer in card.offers.iter().flatten() {
        offers.push(bind(&offer.when)?);
    }
    for rule in card.owners.iter().flatten() {
        owners.push(bind(&rule.when)?);
    }
    let [gates, segments, offers, owners] = all;
    let per_cent = card
        .segments
        .iter()
        .flatten()
        .map(|segment| card.criteria.iter().map(|criterion| segment.per_cent(criterion)).collect());
    let card = BoundCard {
        criteria: criteria(&card.criteria)?,
        gates: gates.into_iter().map(|when| BoundGate { when }).collect(),
        segments: segments.into_iter().zip(per_cent).map(|(when, per_cent)| BoundSegment { when, per_cent }).collect(),
        approach: card.approach.as_ref().map_or(Ok(Vec::new()), |approach| criteria(&approach.card.criteria))?,
        readiness: card.readiness.as_ref().map_or(Ok(Vec::new()), |readiness| criteria(&readiness.card.criteria))?,
        offers,
        owners,
    };
    Ok((card, BoundFlow::bind(definition.flow.as_ref(), &definition.fields, fields)?))
}
