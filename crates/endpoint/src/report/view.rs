//! Leads as JSON: short in lists, and with all that is known.

use std::collections::BTreeMap;

use leadglass_scoring::{Contribution, FieldKind, Moment, Signal, Touch};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ChannelName, DecisionName, LanguageName, MomentName, Report};
use crate::{
    clock::to_rfc3339,
    explain::{ExplanationView, GateView, SHORT_REASONS},
    store::Consent,
};

/// A lead in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeadLine {
    /// Its id.
    pub id: Uuid,
    /// The form's id.
    pub form: String,
    /// How it came.
    pub channel: String,
    /// When, by the server's clock.
    #[schema(format = DateTime)]
    pub received_at: String,
    /// Their name, where the form asks for it.
    pub name: Option<String>,
    /// Their e-mail address, where the form asks for it.
    pub email: Option<String>,
    /// Fit and engagement, from `A1` to `C3`.
    #[schema(pattern = "^[ABC][123]$")]
    pub grade: &'static str,
    /// The points as a number for people.
    #[schema(minimum = 0, maximum = 100)]
    pub score: u8,
    /// What becomes of it.
    pub decision: DecisionName,
    /// All points, in thousandths of a point.
    pub points_milli: i64,
    /// What they want.
    pub moment: Option<MomentName>,
    /// The segment they belong to.
    pub segment: Option<String>,
    /// Who works on it.
    pub owner: Option<String>,
    /// Whether the page's score was another than ours.
    pub score_mismatch: bool,
    /// The reasons that moved the points most.
    pub reasons: Vec<ReasonView>,
    /// The gates that vetoed.
    pub gates: Vec<GateView>,
}

/// A reason in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReasonView {
    /// The criterion's id.
    pub criterion: String,
    /// Why, in words.
    pub reason: String,
    /// What it gave, in thousandths of a point.
    pub points_milli: i64,
}

/// A lead with all that is known of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeadView {
    /// Its id.
    pub id: Uuid,
    /// The form's id.
    pub form: String,
    /// How it came.
    #[schema(value_type = ChannelName)]
    pub channel: String,
    /// When, by the server's clock.
    #[schema(format = DateTime)]
    pub received_at: String,
    /// When, by the page's clock.
    #[schema(format = DateTime)]
    pub sent_at: Option<String>,
    /// The language it was sent in.
    pub language: LanguageName,
    /// Its score with its reasons.
    #[serde(flatten)]
    pub explanation: ExplanationView,
    /// Whether the page's score was another than ours.
    pub score_mismatch: bool,
    /// Whether it is held in the quarantine.
    pub held: bool,
    /// The signs of a program that its submission bore.
    pub signs: Vec<String>,
    /// The lead that this one says again.
    pub duplicate_of: Option<Uuid>,
    /// The lead that this one takes the place of.
    pub supersedes: Option<Uuid>,
    /// The lead that took the place of this one, which is the one that counts.
    pub superseded_by: Option<Uuid>,
    /// What was answered, by the field's id.
    pub answers: BTreeMap<String, AnswerView>,
    /// What was observed.
    pub signals: Vec<SignalView>,
    /// What brought them the first time.
    pub first_touch: Option<TouchView>,
    /// What brought them this time.
    pub last_touch: Option<TouchView>,
    /// What they want.
    pub moment: Option<MomentName>,
    /// What the page read that they wanted before they sent it.
    pub moments: Vec<MomentView>,
    /// SHA-256 of the model that read the moment.
    pub model: Option<String>,
    /// Permissions they gave.
    pub consents: Vec<ConsentView>,
    /// Where it was sent from.
    pub page: PageView,
    /// The version of the form it was scored under.
    pub form_version: String,
    /// The version that was shown.
    pub shown_version: String,
    /// The card that scored it.
    pub card: String,
    /// The version of the rules that judged it.
    pub engine: Option<String>,
}

/// One text; a list where a field takes several options.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum AnswerView {
    /// One answer.
    One(Option<String>),
    /// The chosen options.
    Several(Vec<String>),
}

/// Something that was observed.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignalView {
    /// What.
    pub name: String,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
}

/// A moment of the visit.
#[derive(Debug, Serialize, ToSchema)]
pub struct MomentView {
    /// What they wanted.
    pub moment: String,
    /// When it began.
    #[schema(format = DateTime)]
    pub began_at: String,
}

/// A meeting of a person with what we publish.
#[derive(Debug, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names are those of the links' own parameters")]
pub struct TouchView {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub medium: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub term: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referrer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub landing_page: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub at: Option<String>,
}

/// A permission with its exact words.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsentView {
    /// What for.
    pub purpose: String,
    /// The exact words.
    pub wording: String,
    /// Their SHA-256.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub sha256: String,
    /// The language they were shown in.
    pub language: LanguageName,
    /// When, by the server's clock.
    #[schema(format = DateTime)]
    pub given_at: String,
    /// When it was taken back, by the server's clock.
    #[schema(format = DateTime)]
    pub withdrawn_at: Option<String>,
}

/// The page it was sent from.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageView {
    /// Its address.
    pub url: Option<String>,
    /// The page before it.
    pub referrer: Option<String>,
}

impl Report {
    /// As a line of a list.
    #[must_use]
    pub fn line(&self) -> LeadLine {
        let (lead, explanation, explained) = (&self.lead, &self.lead.explanation, self.explained());
        let reason = |contribution: &Contribution| ReasonView {
            criterion: contribution.criterion.clone(),
            reason: self.definition.reason(contribution, self.language).to_owned(),
            points_milli: contribution.points.milli(),
        };
        LeadLine {
            id: lead.id,
            form: lead.form.clone(),
            channel: lead.channel.clone(),
            received_at: to_rfc3339(lead.received_at),
            name: self.name().map(str::to_owned),
            email: self.email().map(str::to_owned),
            grade: explanation.grade.as_str(),
            score: explanation.score,
            decision: explanation.decision.into(),
            points_milli: explanation.points.milli(),
            moment: lead.circumstances.moment.map(MomentName::from),
            segment: explanation.segment.clone(),
            owner: lead.owner.clone(),
            score_mismatch: lead.score_mismatch,
            reasons: explained.moved().into_iter().take(SHORT_REASONS).map(reason).collect(),
            gates: explained.gate_views(),
        }
    }

    /// With all that is known.
    #[must_use]
    pub fn view(&self) -> LeadView {
        let lead = &self.lead;
        LeadView {
            id: lead.id,
            form: lead.form.clone(),
            channel: lead.channel.clone(),
            received_at: to_rfc3339(lead.received_at),
            sent_at: lead.sent_at.map(to_rfc3339),
            language: lead.language.into(),
            explanation: self.explained().long(),
            score_mismatch: lead.score_mismatch,
            held: lead.held,
            signs: lead.signs.iter().map(|sign| sign.code().to_owned()).collect(),
            duplicate_of: lead.duplicate_of,
            supersedes: lead.supersedes,
            superseded_by: lead.superseded_by,
            answers: self.answer_views(),
            signals: lead.circumstances.signals.iter().map(SignalView::new).collect(),
            first_touch: lead.circumstances.first_touch.as_ref().map(TouchView::new),
            last_touch: lead.circumstances.last_touch.as_ref().map(TouchView::new),
            moment: lead.circumstances.moment.map(MomentName::from),
            moments: lead.moments.iter().map(MomentView::new).collect(),
            model: lead.model.map(|model| model.to_string()),
            consents: lead.consents.iter().map(ConsentView::new).collect(),
            page: PageView { url: lead.page.url.clone(), referrer: lead.page.referrer.clone() },
            form_version: lead.form_version.to_string(),
            shown_version: lead.shown_version.to_string(),
            card: lead.card.to_string(),
            engine: lead.engine.clone(),
        }
    }

    fn answer_views(&self) -> BTreeMap<String, AnswerView> {
        let takes_several = |id: &str| {
            let field = self.definition.fields.iter().find(|field| field.id == id);
            field.is_some_and(|field| matches!(field.kind, FieldKind::MultiSelect(_)))
        };
        let view = |(id, values): (&str, &[String])| {
            let answer = if takes_several(id) {
                AnswerView::Several(values.to_vec())
            } else {
                AnswerView::One(values.first().cloned())
            };
            (id.to_owned(), answer)
        };
        self.lead.answers.iter().map(view).collect()
    }
}

impl SignalView {
    /// Of a signal.
    #[must_use]
    pub fn new(signal: &Signal) -> Self {
        Self { name: signal.name.clone(), at: to_rfc3339(signal.at) }
    }
}

impl MomentView {
    fn new(signal: &Signal) -> Self {
        let known = Moment::ALL.into_iter().find(|moment| moment.as_str() == signal.name);
        Self { moment: known.map_or("", Moment::as_str).to_owned(), began_at: to_rfc3339(signal.at) }
    }
}

impl TouchView {
    /// What is known of it.
    #[must_use]
    pub fn new(touch: &Touch) -> Self {
        Self {
            source: touch.source.clone(),
            medium: touch.medium.clone(),
            campaign: touch.campaign.clone(),
            term: touch.term.clone(),
            content: touch.content.clone(),
            referrer: touch.referrer.clone(),
            landing_page: touch.landing_page.clone(),
            at: touch.at.map(to_rfc3339),
        }
    }
}

impl ConsentView {
    fn new(consent: &Consent) -> Self {
        Self {
            purpose: consent.purpose.clone(),
            wording: consent.wording.clone(),
            sha256: consent.sha256.to_string(),
            language: consent.language.into(),
            given_at: to_rfc3339(consent.given_at),
            withdrawn_at: consent.withdrawn_at.map(to_rfc3339),
        }
    }
}
