//! Forms.

use std::collections::BTreeMap;

use async_trait::async_trait;
use deadpool_postgres::GenericClient;
use leadglass_scoring::{
    FieldKind, FormDefinition, Timestamp,
    encoding::{VersionId, decode, encode},
};
use tokio_postgres::Row;

use super::{Fault, Postgres, lead::version_id, undecodable};
use crate::store::{FormStore, KeptVersion, StoreError};

#[async_trait]
impl FormStore for Postgres {
    async fn keep_form(&self, definition: &FormDefinition, at: Timestamp) -> Result<(), StoreError> {
        self.writer()?;
        Ok(self.keep(definition, at).await?)
    }

    async fn shown_versions(&self, form: &str) -> Result<Vec<VersionId>, StoreError> {
        let sql = "SELECT DISTINCT shown_version FROM form_version WHERE workspace = $1 AND form = $2";
        let rows = self.rows_of_form(sql, form, None).await?;
        Ok(rows.iter().map(|row| version_id(row, "shown_version")).collect::<Result<_, _>>()?)
    }

    async fn shown_definition(&self, form: &str, shown: VersionId) -> Result<Option<FormDefinition>, StoreError> {
        let sql =
            "SELECT definition FROM form_version WHERE workspace = $1 AND form = $2 AND shown_version = $3 LIMIT 1";
        first_definition(&self.rows_of_form(sql, form, Some(shown)).await?)
    }

    async fn definition(&self, form: &str, version: VersionId) -> Result<Option<FormDefinition>, StoreError> {
        let sql = "SELECT definition FROM form_version WHERE workspace = $1 AND form = $2 AND version = $3";
        first_definition(&self.rows_of_form(sql, form, Some(version)).await?)
    }

    async fn versions(&self) -> Result<Vec<KeptVersion>, StoreError> {
        let rows = self.all_versions().await?;
        let kept = |row: &Row| {
            Ok(KeptVersion {
                form: row.try_get("form")?,
                version: version_id(row, "version")?,
                shown_version: version_id(row, "shown_version")?,
                card: version_id(row, "card")?,
                kept_at: Timestamp::from_millis(row.try_get("kept_at_ms")?),
            })
        };
        Ok(rows.iter().map(kept).collect::<Result<_, Fault>>()?)
    }
}

impl Postgres {
    /// Writes a version of a form, with the words of its consents in each language.
    async fn keep(&self, definition: &FormDefinition, at: Timestamp) -> Result<(), Fault> {
        let bytes = encode(definition);
        // In the order of their hashes, so that two endpoints that keep the same words never wait for each other.
        let mut wordings = BTreeMap::new();
        for field in definition.fields.iter().filter(|field| matches!(field.kind, FieldKind::Consent(_))) {
            for text in (0..definition.languages.len()).map(|language| field.label.get(language)) {
                wordings.insert(VersionId::of(text.as_bytes()).as_bytes().to_vec(), text);
            }
        }
        let (hashes, texts): (Vec<_>, Vec<_>) = wordings.into_iter().unzip();
        let mut client = self.connection().await?;
        let transaction = client.transaction().await?;
        let sql = "INSERT INTO form_version (workspace, form, version, shown_version, card, definition, kept_at_ms) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (workspace, form, version) DO NOTHING";
        let version = VersionId::of(&bytes);
        let shown = definition.public().version();
        let card = definition.scorecard.id();
        let values: [&(dyn tokio_postgres::types::ToSql + Sync); 7] = [
            &&*self.workspace,
            &definition.id,
            &version.as_bytes().as_slice(),
            &shown.as_bytes().as_slice(),
            &card.as_bytes().as_slice(),
            &bytes,
            &at.as_millis(),
        ];
        transaction.execute(sql, &values).await?;
        let sql = "INSERT INTO wording (sha256, text) SELECT sha256, text FROM unnest($1::bytea[], $2::text[]) \
                   AS given (sha256, text) ON CONFLICT (sha256) DO NOTHING";
        transaction.execute(sql, &[&hashes, &texts]).await?;
        Ok(transaction.commit().await?)
    }

    async fn rows_of_form(&self, sql: &str, form: &str, version: Option<VersionId>) -> Result<Vec<Row>, Fault> {
        if form.contains('\0') {
            return Ok(Vec::new());
        }
        let client = self.connection().await?;
        let statement = client.prepare_cached(sql).await?;
        let workspace = &*self.workspace;
        Ok(match version {
            Some(version) => client.query(&statement, &[&workspace, &form, &version.as_bytes().as_slice()]).await?,
            None => client.query(&statement, &[&workspace, &form]).await?,
        })
    }

    async fn all_versions(&self) -> Result<Vec<Row>, Fault> {
        let sql = "SELECT form, version, shown_version, card, kept_at_ms FROM form_version WHERE workspace = $1 \
                   ORDER BY kept_at_ms DESC, form, version";
        let client = self.connection().await?;
        Ok(client.query(sql, &[&&*self.workspace]).await?)
    }
}

fn first_definition(rows: &[Row]) -> Result<Option<FormDefinition>, StoreError> {
    let Some(row) = rows.first() else { return Ok(None) };
    let bytes: Vec<u8> = row.try_get("definition").map_err(Fault::from)?;
    decode(&bytes).map(Some).map_err(undecodable)
}
