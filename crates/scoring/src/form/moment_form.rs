//! What a form becomes for a micro-moment: its words, what it asks, and what it serves once it is sent.

use super::{FormDefinition, Link};
use crate::{field::Field, language::LocalText, moment::Moment};

/// What a form becomes for a visitor in this moment. What is left out stays as in the plain form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MomentForm {
    /// The moment.
    pub moment: Moment,
    /// What stands above it.
    pub heading: Option<LocalText>,
    /// What stands under the heading, instead of the form's own words.
    pub help: Option<LocalText>,
    /// What the button says.
    pub button: Option<LocalText>,
    /// The fields that are asked now; all where it is left out. A required field is always asked.
    pub asks: Option<Vec<String>>,
    /// What is served once the form is sent, beside what follows the decision.
    pub serves: Option<Serving>,
}

canonical!(struct MomentForm { moment, heading, help, button, asks, serves });

/// What a moment is served with: an answer or a guide, a place, steps, or a way to an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Serving {
    /// One line.
    pub heading: LocalText,
    /// The answer itself.
    pub text: Option<LocalText>,
    /// What to do, step by step.
    pub steps: Option<Vec<LocalText>>,
    /// Where to come.
    pub location: Option<Location>,
    /// Where to go on.
    pub link: Option<Link>,
}

canonical!(struct Serving { heading, text, steps, location, link });

/// A place to come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// Its postal address.
    pub address: LocalText,
    /// When it is open, a line for each part of the week.
    pub hours: Option<Vec<LocalText>>,
    /// A map of it.
    pub map: Option<Link>,
    /// The way to it.
    pub route: Option<Link>,
}

canonical!(struct Location { address, hours, map, route });

impl FormDefinition {
    /// What the form becomes for this moment, where it says so.
    #[must_use]
    pub fn moment_form(&self, moment: Moment) -> Option<&MomentForm> {
        self.moments.iter().flatten().find(|form| form.moment == moment)
    }

    /// Whether any moment makes another form of it, so that moments are worth reading.
    #[must_use]
    pub fn has_moments(&self) -> bool {
        self.moments.is_some()
    }
}

impl MomentForm {
    /// Whether this field is asked in the moment.
    #[must_use]
    pub fn asks_for(&self, field: &Field) -> bool {
        field.required || self.asks.as_ref().is_none_or(|asks| asks.contains(&field.id))
    }
}
