//! The form: its definition as data, and the checked form that can validate and score.

mod binding;
mod check;
mod fault;
mod flow;
mod moment_form;
mod what_matters;

pub(crate) use self::flow::BoundFlow;
pub use self::{
    fault::{DefinitionError, Place, Problem, SmallCardName},
    flow::{AskedIf, Drafts, Flow, Layout},
    moment_form::{Location, MomentForm, Serving},
    what_matters::{Unknown, WhatMatters},
};
use crate::{
    field::{Field, FieldKind},
    grade::Decision,
    language::{Language, LocalText},
    score::BoundCard,
    scorecard::Scorecard,
};

/// All there is to know of a form: what its file says, and what the canonical encoding carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormDefinition {
    /// Its name in addresses: lower-case letters, digits, `-` and `_`.
    pub id: String,
    /// The languages it speaks; the first where nothing better is known.
    pub languages: Vec<Language>,
    /// What stands above it.
    pub heading: LocalText,
    /// A sentence or two under the heading.
    pub intro: Option<LocalText>,
    /// Groups of fields, in order.
    pub steps: Vec<Step>,
    /// Its fields, in order.
    pub fields: Vec<Field>,
    /// What the button says.
    pub button: LocalText,
    /// What follows each decision.
    pub follow_ups: FollowUps,
    /// How its leads are scored.
    pub scorecard: Scorecard,
    /// The words of criteria, gates, segments and offers.
    pub reasons: Vec<ReasonTexts>,
    /// What it becomes for each moment that it treats in a way of its own.
    pub moments: Option<Vec<MomentForm>>,
    /// The words of offers.
    pub offers: Option<Vec<OfferTexts>>,
    /// How it is gone through; all at once and all of it where it is left out.
    pub flow: Option<Flow>,
    /// Whether senders are asked to confirm their address, and in which words.
    pub confirmation: Option<Confirmation>,
}

canonical!(
    struct FormDefinition {
        id,
        languages,
        heading,
        intro,
        steps,
        fields,
        button,
        follow_ups,
        scorecard,
        reasons,
        moments,
        offers,
        flow,
        confirmation,
    }
);

/// What a page is given of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageForm {
    /// What is public of it.
    pub definition: FormDefinition,
    /// What stands around it in the page's language; a matter between the server and the view.
    pub words: String,
}

canonical!(struct PageForm { definition, words });

/// An e-mail to whoever sent the form, with a link by which they confirm that the address is theirs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confirmation {
    /// Its subject; ours where it is left out.
    pub subject: Option<LocalText>,
    /// What stands above the link; ours where it is left out.
    pub text: Option<LocalText>,
    /// How long the link works, in hours; 72 where it is left out.
    pub valid_hours: Option<u16>,
}

canonical!(struct Confirmation { subject, text, valid_hours });

/// A group of fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its stable name.
    pub id: String,
    /// What stands above its fields.
    pub title: Option<LocalText>,
}

canonical!(struct Step { id, title });

/// What the visitor sees after sending, by decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUps {
    /// After `accept`.
    pub accept: FollowUp,
    /// After `nurture`.
    pub nurture: FollowUp,
    /// After `decline`.
    pub decline: FollowUp,
}

canonical!(struct FollowUps { accept, nurture, decline });

impl FollowUps {
    /// What follows this decision.
    #[must_use]
    pub const fn of(&self, decision: Decision) -> &FollowUp {
        match decision {
            Decision::Accept => &self.accept,
            Decision::Nurture => &self.nurture,
            Decision::Decline => &self.decline,
        }
    }
}

/// A courteous next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUp {
    /// One line.
    pub heading: LocalText,
    /// What happens now.
    pub text: LocalText,
    /// Where to go on.
    pub link: Option<Link>,
}

canonical!(struct FollowUp { heading, text, link });

/// A link with its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What it says.
    pub label: LocalText,
    /// Where it leads, in each language; `https`, `http`, `tel` or `mailto`, or a path of the host page.
    pub url: LocalText,
}

canonical!(struct Link { label, url });

/// What is offered, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferTexts {
    /// The offer's id.
    pub id: String,
    /// Whether the visitor is shown it after sending, where it is the best; it is for those who sell otherwise.
    pub shown: bool,
    /// One line.
    pub heading: LocalText,
    /// What it is worth to them.
    pub text: LocalText,
    /// Where to see it.
    pub link: Option<Link>,
}

canonical!(struct OfferTexts { id, shown, heading, text, link });

/// The words of one criterion, gate, segment or offer: why it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasonTexts {
    /// Whose words they are.
    pub id: String,
    /// The reason where the condition that held has no words of its own.
    pub text: LocalText,
    /// The reason by the number of the condition that held.
    pub conditions: Vec<Option<LocalText>>,
}

canonical!(struct ReasonTexts { id, text, conditions });

impl FormDefinition {
    /// The part a page may know: the form without what is secret of its card, without the words for that, and without
    /// what the server adds once it is sent.
    #[must_use]
    pub fn public(&self) -> Self {
        let scorecard = self.scorecard.public();
        let is_public = |id: &str| {
            scorecard.all_criteria().any(|criterion| criterion.id == id)
                || scorecard.gates.iter().any(|gate| gate.id == id)
                || scorecard.segments.iter().flatten().any(|segment| segment.id == id)
        };
        let reasons = self.reasons.iter().filter(|reason| is_public(&reason.id)).cloned().collect();
        let unserved = |form: &MomentForm| MomentForm { serves: None, ..form.clone() };
        let moments = self.moments.as_ref().map(|moments| moments.iter().map(unserved).collect());
        let mut flow = self.flow.clone();
        if let Some(flow) = &mut flow {
            flow.what_matters = flow.what_matters.as_ref().map(|_| WhatMatters::of(self, &scorecard));
        }
        Self { scorecard, reasons, moments, offers: None, flow, confirmation: None, ..self.clone() }
    }

    /// The number of a language among the form's own.
    #[must_use]
    pub fn language_number(&self, language: Language) -> Option<usize> {
        self.languages.iter().position(|known| *known == language)
    }
}

/// Fields by id.
#[derive(Clone, Debug, Default)]
pub struct FieldIndex {
    kinds: Vec<(String, FieldKind)>,
}

impl FieldIndex {
    fn new(fields: &[Field]) -> Self {
        Self { kinds: fields.iter().map(|field| (field.id.clone(), field.kind.clone())).collect() }
    }

    /// The place and kind of the field with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<(usize, &FieldKind)> {
        let found = self.kinds.iter().enumerate().find(|(_, (known, _))| known == id);
        found.map(|(slot, (_, kind))| (slot, kind))
    }
}

/// A form that was checked: validating with it and scoring a lead cannot fail.
#[derive(Clone, Debug)]
pub struct Form {
    definition: FormDefinition,
    fields: FieldIndex,
    card: BoundCard,
    flow: BoundFlow,
}

impl Form {
    /// Checks a definition.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn new(definition: FormDefinition) -> Result<Self, Vec<DefinitionError>> {
        let fields = FieldIndex::new(&definition.fields);
        let mut errors = check::check(&definition, &fields);
        match binding::bind(&definition, &fields) {
            Ok((card, flow)) if errors.is_empty() => return Ok(Self { definition, fields, card, flow }),
            Err(error) if errors.is_empty() => {
                errors.push(DefinitionError { place: Place::Scorecard, problem: error.into() });
            }
            _ => {}
        }
        Err(errors)
    }

    /// Takes a definition that was checked where it comes from, and only looks up what its card asks about; nothing
    /// where that is not there. What finds and names faults need not be where a form is only filled in.
    #[must_use]
    pub fn trusted(definition: FormDefinition) -> Option<Self> {
        let fields = FieldIndex::new(&definition.fields);
        let (card, flow) = binding::bind(&definition, &fields).ok()?;
        Some(Self { definition, fields, card, flow })
    }

    /// What it was made from.
    #[must_use]
    pub const fn definition(&self) -> &FormDefinition {
        &self.definition
    }

    /// Its fields by id.
    #[must_use]
    pub const fn fields(&self) -> &FieldIndex {
        &self.fields
    }

    pub(crate) const fn card(&self) -> &BoundCard {
        &self.card
    }

    pub(crate) const fn flow(&self) -> &BoundFlow {
        &self.flow
    }
}

impl PartialEq for Form {
    fn eq(&self, other: &Self) -> bool {
        self.definition == other.definition
    }
}
