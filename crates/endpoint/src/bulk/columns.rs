//! Which column of a table answers which field.

use leadglass_scoring::{FieldKind, Form};
use leadglass_training::{column::field_id, outcome::Outcome};

use super::table::Cells;

/// Why no row of a table can be scored.
#[derive(Debug, thiserror::Error)]
pub enum ColumnError {
    /// A required field has no column.
    #[error("the table has no column `{field}`, which the form requires; its columns are {columns}")]
    Missing {
        /// The field's id.
        field: String,
        /// The table's columns.
        columns: String,
    },
    /// A column that was asked for is not there.
    #[error("the table has no column `{column}`; its columns are {columns}")]
    Unknown {
        /// The column's name.
        column: String,
        /// The table's columns.
        columns: String,
    },
    /// Two columns answer one field.
    #[error("the columns `{0}` and `{1}` both stand for the field `{2}`; rename one of them")]
    Ambiguous(String, String, String),
}

impl ColumnError {
    pub(super) fn unknown(column: &str, columns: &[String]) -> Self {
        Self::Unknown { column: column.to_owned(), columns: listed(columns) }
    }
}

/// The columns of a table by the fields they answer.
pub(super) struct Columns {
    /// For each field of the form, its column.
    by_field: Vec<Option<Source>>,
    outcome: Option<usize>,
    unused: Vec<String>,
}

struct Source {
    column: usize,
    several: bool,
}

impl Columns {
    pub(super) fn find(form: &Form, names: &[String], outcome: Option<&str>) -> Result<Self, ColumnError> {
        let fields = &form.definition().fields;
        let ids: Vec<String> = names.iter().map(|name| field_id(name)).collect();
        let mut by_field = Vec::with_capacity(fields.len());
        for field in fields {
            let mut found = ids.iter().enumerate().filter(|(_, id)| **id == field.id).map(|(column, _)| column);
            let (column, twin) = (found.next(), found.next());
            if let (Some(column), Some(twin)) = (column, twin) {
                return Err(ColumnError::Ambiguous(names[column].clone(), names[twin].clone(), field.id.clone()));
            }
            // A table of answers given elsewhere rarely has a column for the consent, but must not lack it unsaid.
            if column.is_none() && field.required {
                return Err(ColumnError::Missing { field: field.id.clone(), columns: listed(names) });
            }
            let several = matches!(field.kind, FieldKind::MultiSelect(_));
            by_field.push(column.map(|column| Source { column, several }));
        }
        let outcome = outcome.map(|name| number(name, names)).transpose()?;
        let is_used = |id: &String| fields.iter().any(|field| field.id == *id);
        let columns = names.iter().zip(&ids).enumerate();
        let unused = columns
            .filter(|(column, (_, id))| !is_used(id) && outcome != Some(*column))
            .map(|(_, (name, _))| name.clone())
            .collect();
        Ok(Self { by_field, outcome, unused })
    }

    pub(super) fn unused(&self) -> &[String] {
        &self.unused
    }

    /// The columns whose cells are looked at.
    pub(super) fn used(&self) -> impl Iterator<Item = usize> {
        self.by_field.iter().flatten().map(|source| source.column).chain(self.outcome)
    }

    /// Adds what a row answers to the field at this place of the form.
    pub(super) fn answer<'r>(&self, slot: usize, cells: Cells<'r>, given: &mut Vec<&'r str>) {
        let Some(Some(Source { column, several })) = self.by_field.get(slot) else { return };
        let cell = cells.get(*column);
        if *several {
            given.extend(cell.split([';', '|']));
        } else {
            given.push(cell);
        }
    }

    /// Whether the row became a customer.
    pub(super) fn outcome(&self, cells: Cells) -> Option<bool> {
        match Outcome::parse(cells.get(self.outcome?))? {
            Outcome::Won => Some(true),
            Outcome::Lost => Some(false),
            Outcome::Open => None,
        }
    }
}

/// The number of the column with exactly this name.
pub(super) fn number(name: &str, names: &[String]) -> Result<usize, ColumnError> {
    let found = names.iter().position(|column| column == name);
    found.ok_or_else(|| ColumnError::unknown(name, names))
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
