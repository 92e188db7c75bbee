//! Forms: every version of every form.

use async_trait::async_trait;
use leadglass_scoring::{FormDefinition, Timestamp, encoding::VersionId};

use super::StoreError;

/// Keeps every version of every form.
#[async_trait]
pub trait FormStore: Send + Sync {
    /// Keeps a version of a form, with the wordings of its consents. Keeping it again changes nothing.
    async fn keep_form(&self, definition: &FormDefinition, at: Timestamp) -> Result<(), StoreError>;

    /// The public versions of a form that were ever kept.
    async fn shown_versions(&self, form: &str) -> Result<Vec<VersionId>, StoreError>;

    /// A definition whose public part is `shown`.
    async fn shown_definition(&self, form: &str, shown: VersionId) -> Result<Option<FormDefinition>, StoreError>;

    /// The version of a form that a lead was scored under.
    async fn definition(&self, form: &str, version: VersionId) -> Result<Option<FormDefinition>, StoreError>;

    /// All versions of all forms, the one kept last first.
    async fn versions(&self) -> Result<Vec<KeptVersion>, StoreError>;
}

/// A version of a form as it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptVersion {
    /// The form's id.
    pub form: String,
    /// The version, secret criteria included.
    pub version: VersionId,
    /// What pages know it by.
    pub shown_version: VersionId,
    /// Its card.
    pub card: VersionId,
    /// Since when it is kept.
    pub kept_at: Timestamp,
}
