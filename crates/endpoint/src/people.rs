//! A person as others read them: who they are by their leads, what joined those, and who may be the same.

use leadglass_scoring::Language;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    clock::to_rfc3339,
    report::{Definitions, LeadLine, Report},
    store::{Asked, KeptLead, LeadQuery, Merge, Store, StoreError},
};

/// How many leads of one address are looked at for who may be the same.
const ALIKE_LIMIT: u32 = 50;

/// A person.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonView {
    /// The id of the first lead; any lead's id finds the person.
    pub id: Uuid,
    /// The names they gave, the first one first.
    pub names: Vec<String>,
    /// Their e-mail addresses, in lower case, the first one first.
    pub emails: Vec<String>,
    /// Their leads in the order they came.
    pub leads: Vec<LeadLine>,
    /// What staff said of who is one, what was taken back too, in order.
    pub merges: Vec<MergeView>,
    /// Other people who gave one of the addresses, under another name: they stay apart until the address is confirmed,
    /// or until they are merged.
    pub alike: Vec<Uuid>,
}

/// Two people who are one.
#[derive(Debug, Serialize, ToSchema)]
pub struct MergeView {
    /// Its id, by which it is taken back.
    pub id: Uuid,
    /// A lead of each.
    pub leads: [Uuid; 2],
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// Who said so.
    pub by: String,
    /// Why.
    pub why: Option<String>,
    /// When it was taken back.
    #[schema(format = DateTime)]
    pub undone_at: Option<String>,
    /// By whom.
    pub undone_by: Option<String>,
}

/// What a lead's sender was asked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Confirmation)]
pub struct ConfirmationView {
    /// When, by the server's clock.
    #[schema(format = DateTime)]
    asked_at: String,
    /// When they confirmed that the address is theirs, by the server's clock.
    #[schema(format = DateTime)]
    confirmed_at: Option<String>,
}

impl ConfirmationView {
    pub(crate) fn new(asked: Asked) -> Self {
        Self { asked_at: to_rfc3339(asked.asked_at), confirmed_at: asked.confirmed_at.map(to_rfc3339) }
    }
}

impl MergeView {
    pub(crate) fn new(merge: Merge) -> Self {
        let (undone_at, undone_by) = merge.undone.map(|(at, by)| (to_rfc3339(at), by)).unzip();
        Self {
            id: merge.id,
            leads: merge.leads,
            at: to_rfc3339(merge.at),
            by: merge.by,
            why: merge.why,
            undone_at,
            undone_by,
        }
    }
}

/// The person whose lead this is; `None` where there is no such lead, or where it is held.
///
/// # Errors
/// Where the store can't be read.
pub async fn person(store: &dyn Store, lead: Uuid, languages: &[Language]) -> Result<Option<PersonView>, StoreError> {
    let Some(person) = store.person(lead).await? else { return Ok(None) };
    let mut definitions = Definitions::new(store);
    let (mut leads, mut names, mut emails) = (Vec::new(), Vec::new(), Vec::new());
    for id in &person.leads {
        // Erased meanwhile
        let Some(lead) = store.lead(*id).await? else { continue };
        let definition = definitions.of(&lead).await?;
        let language = languages.iter().copied().find(|language| definition.languages.contains(language));
        let report = Report::new(lead, definition, language);
        let said = [
            (report.name().map(str::to_owned), &mut names),
            (report.email().map(str::to_ascii_lowercase), &mut emails),
        ];
        for (text, texts) in said {
            if let Some(text) = text.filter(|text| !texts.contains(text)) {
                texts.push(text);
            }
        }
        leads.push(report.line());
    }
    let mut alike = Vec::new();
    for email in &emails {
        for (_, other) in store.persons(&with_email(store, email).await?).await? {
            if other != person.id && !alike.contains(&other) {
                alike.push(other);
            }
        }
    }
    let merges = person.merges.into_iter().map(MergeView::new).collect();
    Ok(Some(PersonView { id: person.id, names, emails, leads, merges, alike }))
}

/// The people who gave an address.
///
/// # Errors
/// Where the store can't be read.
pub async fn people_with(store: &dyn Store, email: &str) -> Result<Vec<Uuid>, StoreError> {
    let mut people = Vec::new();
    for (_, person) in store.persons(&with_email(store, &email.trim().to_ascii_lowercase()).await?).await? {
        if !people.contains(&person) {
            people.push(person);
        }
    }
    Ok(people)
}

async fn with_email(store: &dyn Store, email: &str) -> Result<Vec<Uuid>, StoreError> {
    let query = LeadQuery { email: Some(email.to_owned()), limit: ALIKE_LIMIT, ..LeadQuery::default() };
    Ok(store.leads(&query).await?.into_iter().rev().map(|lead: KeptLead| lead.id).collect())
}

/// Whose lead it is, where it is anybody's.
///
/// # Errors
/// Where the store can't be read.
pub async fn person_of(store: &dyn Store, lead: Uuid) -> Result<Option<Uuid>, StoreError> {
    Ok(store.persons(&[lead]).await?.first().map(|(_, person)| *person))
}
