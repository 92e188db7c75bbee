//! What makes a form one that can be gone through.

use super::Checker;
use crate::{
    condition::Condition,
    field::FieldKind,
    form::{
        Drafts, FieldIndex, FormDefinition,
        fault::{Place, Problem},
    },
};

impl Checker {
    pub(super) fn flow(&mut self, definition: &FormDefinition, fields: &FieldIndex) {
        let Some(flow) = &definition.flow else { return };
        for asked in &flow.asked {
            let of = definition.fields.iter().enumerate().position(|(slot, field)| asked.is_of(slot, field));
            let place = match (asked.step, asked.field) {
                (Some(step), _) => Place::Step(step.into()),
                (None, field) => Place::Field(field.map_or(usize::MAX, usize::from)),
            };
            self.condition(place, &asked.when, fields);
            // Of a step without fields nothing can depend.
            self.asks_before(place, &asked.when, of.unwrap_or(definition.fields.len()), fields);
        }
        if let Some(drafts) = &flow.drafts {
            self.drafts(drafts, fields);
        }
    }

    /// The same condition must hold in the page and on the server, and none may depend on itself.
    fn asks_before(&mut self, place: Place, condition: &Condition, of: usize, fields: &FieldIndex) {
        match condition {
            Condition::Always => {}
            Condition::All(parts) | Condition::Any(parts) => {
                for part in parts {
                    self.asks_before(place, part, of, fields);
                }
            }
            Condition::Not(part) => self.asks_before(place, part, of, fields),
            Condition::Field(condition) => {
                if fields.get(&condition.field).is_some_and(|(slot, _)| slot >= of) {
                    self.report(place, Problem::AsksLater(condition.field.clone()));
                }
            }
            _ => self.report(place, Problem::AsksCircumstances),
        }
    }

    fn drafts(&mut self, drafts: &Drafts, fields: &FieldIndex) {
        if drafts.days > Drafts::MAX_DAYS {
            self.report(Place::Drafts, Problem::OutOfRange("days", "from 0 to 30".into()));
        }
        match drafts.consent.as_deref().map(|id| (id, fields.get(id))) {
            None if drafts.days > 0 => self.report(Place::Drafts, Problem::None("`consent`")),
            None | Some((_, Some((_, FieldKind::Consent(_) | FieldKind::YesNo)))) => {}
            Some((id, None)) => self.report(Place::Drafts, Problem::UnknownField(id.to_owned())),
            Some((id, Some((_, kind)))) => {
                self.report(Place::Drafts, Problem::UnfitTest { field: id.to_owned(), kind: kind.name() });
            }
        }
    }
}
