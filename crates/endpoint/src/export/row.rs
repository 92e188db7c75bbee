//! A lead as a row.

use leadglass_scoring::{FieldKind, FormDefinition, Timestamp, Touch, encoding::VersionId};

use crate::{
    report::Report,
    store::{KeptOutcome, LostReason, Outcome, Store, StoreError},
};

/// A lead with what became of it.
pub struct Exported {
    /// The lead.
    pub report: Report,
    /// Whose it is: the id of their first lead.
    pub person: Option<uuid::Uuid>,
    /// What became of it, in the order it happened.
    pub outcomes: Vec<KeptOutcome>,
}

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing is known.
    Empty,
    /// A text.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// Yes or no.
    Yes(bool),
    /// A time.
    Time(Timestamp),
    /// What was answered to one field, in the canonical spelling.
    Answer(Vec<String>),
}

/// What a column holds beside empty cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Texts.
    Text,
    /// Whole numbers.
    Whole,
    /// Yes or no.
    Yes,
    /// Times.
    Time,
    /// Several texts each.
    Texts,
}

impl Column {
    /// What answers to a field are.
    const fn of(kind: &FieldKind) -> Self {
        match kind {
            FieldKind::YesNo | FieldKind::Consent(_) => Self::Yes,
            FieldKind::Rating(_) => Self::Whole,
            FieldKind::MultiSelect(_) => Self::Texts,
            _ => Self::Text,
        }
    }

    /// What holds the answers to two fields of one name.
    fn with(self, other: Self) -> Self {
        match (self, other) {
            (one, other) if one == other => one,
            (Self::Texts, _) | (_, Self::Texts) => Self::Texts,
            _ => Self::Text,
        }
    }
}

const FIXED: &[(&str, Column)] = &[
    ("id", Column::Text),
    ("received_at", Column::Time),
    ("sent_at", Column::Time),
    ("form", Column::Text),
    ("channel", Column::Text),
    ("language", Column::Text),
    ("decision", Column::Text),
    ("grade", Column::Text),
    ("score", Column::Whole),
    ("points_milli", Column::Whole),
    ("fit_milli", Column::Whole),
    ("engagement_milli", Column::Whole),
    ("reasons", Column::Text),
    ("segment", Column::Text),
    ("moment", Column::Text),
    ("owner", Column::Text),
    ("offer", Column::Text),
    ("score_mismatch", Column::Yes),
    ("first_source", Column::Text),
    ("first_medium", Column::Text),
    ("first_campaign", Column::Text),
    ("first_term", Column::Text),
    ("first_content", Column::Text),
    ("last_source", Column::Text),
    ("last_medium", Column::Text),
    ("last_campaign", Column::Text),
    ("last_term", Column::Text),
    ("last_content", Column::Text),
    ("page_url", Column::Text),
    ("page_referrer", Column::Text),
    ("first_contact_at", Column::Time),
    ("outcome", Column::Text),
    ("outcome_at", Column::Time),
    ("lost_reason", Column::Text),
    ("deal_minor", Column::Whole),
    ("deal_currency", Column::Text),
    ("form_version", Column::Text),
    ("card", Column::Text),
    ("person", Column::Text),
];

/// How many reasons a row tells.
const REASONS: usize = 3;

/// The columns of a file: what is known of every lead, then an `answer.…` for each field that any version of the forms
/// ever had.
#[derive(Clone, Debug)]
pub struct Columns {
    fields: Vec<(String, Column)>,
}

impl Columns {
    /// Of one form's leads, or of all.
    ///
    /// # Errors
    /// Where the store can't be read.
    pub async fn read(store: &dyn Store, form: Option<&str>) -> Result<Self, StoreError> {
        let mut fields: Vec<(String, Column)> = Vec::new();
        let mut seen = std::collections::BTreeSet::<(String, VersionId)>::new();
        for kept in store.versions().await? {
            if form.is_some_and(|form| form != kept.form) || !seen.insert((kept.form.clone(), kept.shown_version)) {
                continue;
            }
            let definition: Option<FormDefinition> = store.definition(&kept.form, kept.version).await?;
            for field in definition.iter().flat_map(|definition| &definition.fields) {
                let column = Column::of(&field.kind);
                match fields.iter_mut().find(|(id, _)| *id == field.id) {
                    Some((_, known)) => *known = known.with(column),
                    None => fields.push((field.id.clone(), column)),
                }
            }
        }
        Ok(Self { fields })
    }

    /// Their names and what they hold, in order.
    #[must_use]
    pub fn named(&self) -> Vec<(String, Column)> {
        let fixed = FIXED.iter().map(|(name, column)| ((*name).to_owned(), *column));
        fixed.chain(self.fields.iter().map(|(field, column)| (format!("answer.{field}"), *column))).collect()
    }

    /// A lead's cells, one for each column.
    #[must_use]
    pub fn cells(&self, exported: &Exported) -> Vec<Cell> {
        let (report, lead) = (&exported.report, &exported.report.lead);
        let (explanation, circumstances) = (&lead.explanation, &lead.circumstances);
        let text = |text: &str| Cell::Text(text.to_owned());
        let some = |text: Option<&str>| text.map_or(Cell::Empty, |text| Cell::Text(text.to_owned()));
        let touch = |touch: &Option<Touch>, part: fn(&Touch) -> &Option<String>| {
            some(touch.as_ref().and_then(|touch| part(touch).as_deref()))
        };
        // What was taken back counts no more.
        let outcomes = || exported.outcomes.iter().filter(|kept| kept.undone.is_none());
        let first = |is_it: fn(&Outcome) -> bool| outcomes().find(|kept| is_it(&kept.outcome));
        // What happened last is what holds, whichever was noted last.
        let end = outcomes().rev().find(|it| matches!(it.outcome, Outcome::Won(_) | Outcome::Lost(_)));
        let amount = end.and_then(|kept| kept.outcome.amount());
        let time = |kept: Option<&KeptOutcome>| kept.map_or(Cell::Empty, |kept| Cell::Time(kept.at));
        let mut cells = vec![
            text(&lead.id.to_string()),
            Cell::Time(lead.received_at),
            lead.sent_at.map_or(Cell::Empty, Cell::Time),
            text(&lead.form),
            text(&lead.channel),
            text(lead.language.code()),
            text(explanation.decision.as_str()),
            text(explanation.grade.as_str()),
            Cell::Whole(explanation.score.into()),
            Cell::Whole(explanation.points.milli()),
            Cell::Whole(explanation.fit.milli()),
            Cell::Whole(explanation.engagement.milli()),
            text(&report.top_reasons(REASONS)),
            some(explanation.segment.as_deref()),
            some(circumstances.moment.map(leadglass_scoring::Moment::as_str)),
            some(lead.owner.as_deref()),
            some(explanation.best_offer()),
            Cell::Yes(lead.score_mismatch),
            touch(&circumstances.first_touch, |touch| &touch.source),
            touch(&circumstances.first_touch, |touch| &touch.medium),
            touch(&circumstances.first_touch, |touch| &touch.campaign),
            touch(&circumstances.first_touch, |touch| &touch.term),
            touch(&circumstances.first_touch, |touch| &touch.content),
            touch(&circumstances.last_touch, |touch| &touch.source),
            touch(&circumstances.last_touch, |touch| &touch.medium),
            touch(&circumstances.last_touch, |touch| &touch.campaign),
            touch(&circumstances.last_touch, |touch| &touch.term),
            touch(&circumstances.last_touch, |touch| &touch.content),
            some(lead.page.url.as_deref()),
            some(lead.page.referrer.as_deref()),
            time(first(|outcome| *outcome == Outcome::FirstContact)),
            some(end.map(|kept| kept.outcome.as_str())),
            time(end),
            some(end.and_then(|kept| kept.outcome.reason()).map(LostReason::as_str)),
            amount.map_or(Cell::Empty, |amount| Cell::Whole(amount.minor)),
            some(amount.as_ref().map(|amount| amount.currency.as_str())),
            text(&lead.form_version.to_string()),
            text(&lead.card.to_string()),
            some(exported.person.map(|person| person.to_string()).as_deref()),
        ];
        cells.extend(self.fields.iter().map(|(field, _)| match lead.answers.get(field) {
            [] => Cell::Empty,
            values => Cell::Answer(values.to_vec()),
        }));
        cells
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_a_name_of_its_own() {
        let columns = Columns { fields: vec![("id".into(), Column::Text), ("form".into(), Column::Text)] }.named();
        let names: std::collections::BTreeSet<_> = columns.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), columns.len());
    }
}
