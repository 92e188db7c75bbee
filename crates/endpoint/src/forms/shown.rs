//! A version of a form as pages know it, with what is looked up for each submission worked out once.

use std::sync::Arc;

use leadglass_form::messages::Words;
use leadglass_scoring::{
    FieldKind, Form, Language, Lead,
    encoding::{VersionId, encode},
    form::PageForm,
    lead::Value,
};
use tokio::sync::OnceCell;

use crate::{compressed::Compressed, store::GivenConsent};

/// The public part of a version of a form.
pub struct Shown {
    /// The form, without what is secret.
    pub form: Arc<Form>,
    /// The SHA-256 of its canonical encoding.
    pub version: VersionId,
    /// Its canonical encoding.
    pub definition: Vec<u8>,
    /// The canonical encoding as it is served, compressed when it is first asked for.
    pub definition_file: OnceCell<Arc<Compressed>>,
    /// What pages are given of it in each of its languages, compressed when it is first asked for.
    pub page_files: Vec<OnceCell<Arc<Compressed>>>,
    email: Option<usize>,
    consents: Vec<ConsentField>,
}

struct ConsentField {
    slot: usize,
    field: String,
    purpose: String,
    wordings: Vec<VersionId>,
}

impl Shown {
    /// The public part of a form.
    #[must_use]
    pub fn of(form: &Form) -> Self {
        match Form::new(form.definition().public()) {
            Ok(public) => Self::new(public),
            // Leaving criteria out breaks no rule of a form.
            Err(errors) => unreachable!("the public part of a form is a form: {errors:?}"),
        }
    }

    /// A public form.
    #[must_use]
    pub fn new(form: Form) -> Self {
        let definition = encode(form.definition());
        let version = VersionId::of(&definition);
        let fields = &form.definition().fields;
        let languages = form.definition().languages.len();
        let consent = |(slot, field): (usize, &leadglass_scoring::Field)| match &field.kind {
            FieldKind::Consent(consent) => Some(ConsentField {
                slot,
                field: field.id.clone(),
                purpose: consent.purpose.clone(),
                wordings: (0..languages).map(|number| VersionId::of(field.label.get(number).as_bytes())).collect(),
            }),
            _ => None,
        };
        Self {
            version,
            email: fields.iter().position(|field| field.kind == FieldKind::Email),
            consents: fields.iter().enumerate().filter_map(consent).collect(),
            definition,
            definition_file: OnceCell::new(),
            page_files: (0..languages).map(|_| OnceCell::new()).collect(),
            form: Arc::new(form),
        }
    }

    /// What a page in this language is given: the definition and the words around it.
    #[must_use]
    pub fn page(&self, language: Language) -> Vec<u8> {
        let words = Words::of(language).lines().to_owned();
        encode(&PageForm { definition: self.form.definition().clone(), words })
    }

    /// The form's first e-mail address, in lower case.
    #[must_use]
    pub fn email(&self, lead: &Lead) -> Option<String> {
        match lead.values().get(self.email?)? {
            Some(Value::Email(address)) => Some(address.as_str().to_ascii_lowercase()),
            _ => None,
        }
    }

    /// The permissions given, with the words they were given to.
    #[must_use]
    pub fn consents(&self, lead: &Lead, language: Language) -> Vec<GivenConsent> {
        let number = self.form.definition().language_number(language).unwrap_or(0);
        let given = |consent: &ConsentField| match lead.values().get(consent.slot) {
            Some(Some(Value::Consent(true))) => Some(GivenConsent {
                field: consent.field.clone(),
                purpose: consent.purpose.clone(),
                wording: *consent.wordings.get(number)?,
            }),
            _ => None,
        };
        self.consents.iter().filter_map(given).collect()
    }
}
