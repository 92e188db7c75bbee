//! Leads that were judged before, for what is measured without the rest of the server.

use anyhow::Result;
use leadglass::{
    forms::Shown,
    store::{Doubt, NewLead, Page},
};
use leadglass_scoring::{
    Answers, Channel, Circumstances, Form, FormDefinition, Language, Timestamp,
    encoding::{VersionId, encode},
    form_file,
    letters::fold,
    score, validate,
};
use uuid::Uuid;

const FORM: &str = include_str!("../form.toml");
/// When the first of them came.
pub const AT: Timestamp = Timestamp::from_millis(1_772_445_600_000);

/// A form whose leads these are.
pub struct Maker {
    form: Form,
    shown: Shown,
    definition: FormDefinition,
}

impl Maker {
    /// The bench's form, under an id.
    pub fn new(id: &str) -> Result<Self> {
        let source = FORM.replacen("id = \"ingest\"", &format!("id = \"{id}\""), 1);
        let form = form_file::parse(&source).map_err(|mistakes| anyhow::anyhow!("{mistakes:?}"))?.form;
        Ok(Self { shown: Shown::of(&form), definition: form.definition().clone(), form })
    }

    pub fn definition(&self) -> &FormDefinition {
        &self.definition
    }

    /// A lead with these answers, validated and scored.
    pub fn lead(&self, number: u64, answers: &[(&str, &str)], circumstances: Circumstances) -> Result<NewLead> {
        let answers: Answers = answers.iter().copied().collect();
        let at = circumstances.at;
        let lead = validate(&self.form, &answers, at).map_err(|violations| anyhow::anyhow!("{violations:?}"))?;
        let answers = lead.answers(&self.form);
        let folded: Vec<String> = answers.iter().flat_map(|(_, values)| values).map(|value| fold(value)).collect();
        Ok(NewLead {
            // In the order of time, as the server's are; keys in none.
            id: Uuid::from_u64_pair(number, number),
            key: key(number),
            form: self.definition.id.clone(),
            form_version: self.definition.version(),
            shown_version: self.shown.version,
            card: self.definition.scorecard.id(),
            fingerprint: VersionId::of(b"answers"),
            supersedes: None,
            channel: circumstances.channel.unwrap_or(Channel::Form),
            received_at: at,
            sent_at: Some(at),
            language: Language::En,
            answers: encode(&answers),
            explanation: score(&self.form, &lead, &circumstances),
            circumstances,
            moments: Vec::new(),
            model: VersionId::of(b"model"),
            folded: folded.join("\n"),
            score_mismatch: false,
            email: self.shown.email(&lead),
            twin: Some(*key(number).as_bytes()),
            twins_since: at,
            page: Page {
                url: Some("https://www.example.org/desks".into()),
                referrer: Some("https://search.example/".into()),
            },
            consents: self.shown.consents(&lead, Language::En),
            owners: None,
            doubt: Doubt::default(),
            person_keys: vec![*key(number).as_bytes()],
            confirms: None,
            quiet: false,
            receipt: vec![b'x'; 400],
        })
    }
}

/// A key that nobody else has.
pub fn key(number: u64) -> Uuid {
    Uuid::from_u64_pair(number.wrapping_mul(0x9e37_79b9_7f4a_7c15), number)
}
