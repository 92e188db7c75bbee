//! Which questions can still change the decision, by as much of a card as a page knows.
//!
//! [`bounds`](crate::bounds) tries what answers go together, which takes more code and time than a page has for it. Here
//! each condition is looked at by itself and the points are added up, so a question may be held to matter that no longer
//! does, never the other way round.

use crate::{
    answers::Answers,
    channel::Channel,
    circumstances::Circumstances,
    condition::Bound,
    form::{Form, Unknown, WhatMatters},
    grade::Decision,
    lead::Value,
    points::Points,
    score::{BoundCriterion, facts},
    scorecard::{Criterion, Scorecard},
    timestamp::Timestamp,
    validation::validate_field,
};

/// For each field of a [public](crate::FormDefinition::public) form, whether to ask for it: whether an answer can still
/// change the decision, or whether that is not why it is asked. All fields are asked where the form does not say that
/// only what matters is.
///
/// Valid answers count as given. All else is held for open: what is answered otherwise or not yet, what is seen of the
/// visitor until they send the form, what brought them and what they want, which the server may know otherwise.
#[must_use]
pub fn matters(form: &Form, answers: &Answers, at: Timestamp) -> Vec<bool> {
    let definition = form.definition();
    let mut all = vec![true; definition.fields.len()];
    let what_matters = definition.flow.as_ref().and_then(|flow| flow.what_matters.as_ref());
    let Some(WhatMatters { may_go, unknown }) = what_matters else { return all };
    let mut judge = Judge {
        card: &definition.scorecard,
        circumstances: Circumstances { channel: Some(Channel::Form), ..Circumstances::at(at) },
        values: Vec::new(),
        is_open: Vec::new(),
        open: Vec::new(),
    };
    for (slot, field) in definition.fields.iter().enumerate() {
        let is_asked = judge.all(form.flow().conditions(slot), true);
        let given = answers.get(&field.id);
        let is_given = is_asked == Some(true) && given.iter().any(|value| !value.trim().is_empty());
        let value = if is_given { validate_field(field, given, at).ok().flatten() } else { None };
        judge.is_open.push(is_asked != Some(false) && value.is_none());
        judge.values.push(value);
    }
    judge.open.clear();
    let is_settled = judge.settles(form, *unknown);
    // What a secret condition asks for, a page cannot know.
    let is_any_wanted = *unknown != Unknown::default();
    for slot in may_go {
        let slot = usize::from(*slot);
        if let Some(matters) = all.get_mut(slot) {
            let is_open = judge.is_open.get(slot) == Some(&true);
            *matters = !is_settled && is_open && (is_any_wanted || judge.open.contains(&slot));
        }
    }
    all
}

/// What is known of a lead.
struct Judge<'f> {
    card: &'f Scorecard,
    circumstances: Circumstances,
    /// By field, the answer.
    values: Vec<Option<Value>>,
    /// By field, whether any answer to it may still be given.
    is_open: Vec<bool>,
    /// The open fields on which something was found to hang.
    open: Vec<usize>,
}

impl Judge<'_> {
    /// Whether the decision is the same whatever is still answered; if not, `open` has the fields on which it hangs.
    fn settles(&mut self, form: &Form, unknown: Unknown) -> bool {
        let (card, bound) = (self.card, form.card());
        let mut vetoed = false;
        let mut may_veto = unknown.may_veto;
        for gate in &bound.gates {
            match self.judge(&gate.when) {
                Some(holds) => vetoed |= holds,
                None => may_veto = true,
            }
        }
        let mut weights: Vec<&[u16]> = Vec::new();
        let mut is_sure = false;
        for segment in &bound.segments {
            let holds = self.judge(&segment.when);
            if holds != Some(false) {
                weights.push(&segment.per_cent);
            }
            is_sure = holds == Some(true);
            if is_sure {
                break;
            }
        }
        if !is_sure {
            weights.push(&[]);
        }
        let (mut least, mut greatest) = (card.initial.plus(unknown.least), card.initial.plus(unknown.greatest));
        for (number, criterion) in card.criteria.iter().enumerate() {
            let (fewest, most) = self.span(criterion, bound.criteria.get(number), number, &weights);
            (least, greatest) = (least.plus(fewest), greatest.plus(most));
        }
        let mut may_hold_back = unknown.may_hold_back;
        if let Some(readiness) = card.readiness.as_ref().filter(|readiness| readiness.accept_needs.is_some()) {
            for (number, criterion) in readiness.card.criteria.iter().enumerate() {
                let (fewest, most) = self.span(criterion, bound.readiness.get(number), number, &[&[]]);
                may_hold_back |= fewest != most;
            }
        }
        let best = card.bands.decision(greatest);
        let is_less = may_veto && best != Decision::Decline || may_hold_back && best == Decision::Accept;
        vetoed || (best == card.bands.decision(least) && !is_less)
    }

    /// The fewest and the most points that a criterion can give.
    fn span(
        &mut self,
        criterion: &Criterion,
        bound: Option<&BoundCriterion>,
        number: usize,
        weights: &[&[u16]],
    ) -> (Points, Points) {
        let mut span = (Points::from_milli(i64::MAX), Points::from_milli(i64::MIN));
        let mut may_give = |points: Points| span = (span.0.min(points), span.1.max(points));
        let before = self.open.len();
        let mut is_sure = false;
        for (condition, bound) in criterion.conditions.iter().zip(bound.iter().flat_map(|bound| &bound.conditions)) {
            let holds = self.judge(&bound.when);
            if holds != Some(false) {
                for weights in weights {
                    may_give(condition.points.weighted(weights.get(number).copied().unwrap_or(100)));
                }
            }
            is_sure = holds == Some(true);
            if is_sure {
                break;
            }
        }
        // What fades may have faded until it is judged.
        if !is_sure || criterion.half_life_ms.is_some() {
            may_give(Points::ZERO);
        }
        if span.0 == span.1 {
            self.open.truncate(before);
        }
        span
    }

    /// Whether a condition holds whatever is still answered; nothing where it hangs on that.
    fn judge(&mut self, when: &Bound) -> Option<bool> {
        match when {
            Bound::All(parts) => self.all(parts, true),
            Bound::Any(parts) => self.all(parts, false),
            Bound::Not(part) => self.judge(part).map(|holds| !holds),
            Bound::Field(slot, _) if self.is_open.get(*slot) == Some(&true) => {
                self.open.push(*slot);
                None
            }
            Bound::Always | Bound::Field(..) | Bound::Channel(_) => {
                Some(when.holds(&facts(self.card, &self.values, &self.circumstances)))
            }
            _ => None,
        }
    }

    /// Whether all parts come out as `wanted`; so `!wanted` where one does not, whatever else is open.
    fn all(&mut self, parts: &[Bound], wanted: bool) -> Option<bool> {
        let before = self.open.len();
        let mut all = Some(wanted);
        for part in parts {
            match self.judge(part) {
                Some(holds) if holds == wanted => {}
                Some(_) => {
                    self.open.truncate(before);
                    return Some(!wanted);
                }
                None => all = None,
            }
        }
        all
    }
}
