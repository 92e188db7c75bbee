//! Forms.

use async_trait::async_trait;
use leadglass_scoring::{
    FieldKind, FormDefinition, Timestamp,
    encoding::{VersionId, decode, encode},
};
use rusqlite::{Connection, OptionalExtension, Row, Statement, params};

use super::{Sqlite, undecodable};
use crate::store::{FormStore, KeptVersion, StoreError};

#[async_trait]
impl FormStore for Sqlite {
    async fn keep_form(&self, definition: &FormDefinition, at: Timestamp) -> Result<(), StoreError> {
        let definition = definition.clone();
        self.write(move |connection, workspace| keep(connection, workspace, &definition, at)).await
    }

    async fn shown_versions(&self, form: &str) -> Result<Vec<VersionId>, StoreError> {
        let form = form.to_owned();
        self.read(move |connection, workspace| shown_versions(connection, workspace, &form)).await
    }

    async fn shown_definition(&self, form: &str, shown: VersionId) -> Result<Option<FormDefinition>, StoreError> {
        let form = form.to_owned();
        self.read(move |connection, workspace| shown_definition(connection, workspace, &form, shown)).await
    }

    async fn definition(&self, form: &str, version: VersionId) -> Result<Option<FormDefinition>, StoreError> {
        let form = form.to_owned();
        self.read(move |connection, workspace| definition(connection, workspace, &form, version)).await
    }

    async fn versions(&self) -> Result<Vec<KeptVersion>, StoreError> {
        self.read(versions).await
    }
}

/// Writes a version of a form, with the words of its consents in each language.
fn keep(
    connection: &Connection,
    workspace: &str,
    definition: &FormDefinition,
    at: Timestamp,
) -> Result<(), StoreError> {
    let bytes = encode(definition);
    let mut statement = connection.prepare_cached(
        "INSERT INTO form_version (workspace, form, version, shown_version, card, definition, kept_at_ms) \
         VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    )?;
    statement.execute(params![
        workspace,
        definition.id,
        VersionId::of(&bytes).as_bytes(),
        definition.public().version().as_bytes(),
        definition.scorecard.id().as_bytes(),
        bytes,
        at.as_millis(),
    ])?;
    let mut statement =
        connection.prepare_cached("INSERT INTO wording (sha256, text) VALUES (?, ?) ON CONFLICT DO NOTHING")?;
    definition.fields.iter().filter(|field| matches!(field.kind, FieldKind::Consent(_))).try_for_each(|field| {
        (0..definition.languages.len()).try_for_each(|language| wording(&mut statement, field.label.get(language)))
    })
}

fn wording(statement: &mut Statement<'_>, text: &str) -> Result<(), StoreError> {
    statement.execute(params![VersionId::of(text.as_bytes()).as_bytes(), text])?;
    Ok(())
}

fn shown_versions(connection: &Connection, workspace: &str, form: &str) -> Result<Vec<VersionId>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT DISTINCT shown_version FROM form_version WHERE workspace = ? AND form = ?")?;
    let versions = statement.query_map(params![workspace, form], |row| row.get(0).map(VersionId::from_bytes))?;
    Ok(versions.collect::<Result<_, _>>()?)
}

fn shown_definition(
    connection: &Connection,
    workspace: &str,
    form: &str,
    shown: VersionId,
) -> Result<Option<FormDefinition>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT definition FROM form_version WHERE workspace = ? AND form = ? AND shown_version = ? LIMIT 1",
    )?;
    let bytes: Option<Vec<u8>> =
        statement.query_row(params![workspace, form, shown.as_bytes()], |row| row.get(0)).optional()?;
    bytes.map(|bytes| decode(&bytes).map_err(undecodable)).transpose()
}

fn definition(
    connection: &Connection,
    workspace: &str,
    form: &str,
    version: VersionId,
) -> Result<Option<FormDefinition>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT definition FROM form_version WHERE workspace = ? AND form = ? AND version = ?")?;
    let bytes: Option<Vec<u8>> =
        statement.query_row(params![workspace, form, version.as_bytes()], |row| row.get(0)).optional()?;
    bytes.map(|bytes| decode(&bytes).map_err(undecodable)).transpose()
}

fn versions(connection: &Connection, workspace: &str) -> Result<Vec<KeptVersion>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT form, version, shown_version, card, kept_at_ms FROM form_version WHERE workspace = ? \
         ORDER BY kept_at_ms DESC, form, version",
    )?;
    let id = |row: &Row<'_>, name: &str| row.get(name).map(VersionId::from_bytes);
    let versions = statement.query_map([workspace], |row| {
        Ok(KeptVersion {
            form: row.get("form")?,
            version: id(row, "version")?,
            shown_version: id(row, "shown_version")?,
            card: id(row, "card")?,
            kept_at: Timestamp::from_millis(row.get("kept_at_ms")?),
        })
    })?;
    Ok(versions.collect::<Result<_, _>>()?)
}
