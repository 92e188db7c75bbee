//! Which column of a table answers which field.

use std::{borrow::Cow, ops::Range};

use leadglass_scoring::{FieldKind, Form};

use super::table::Row;

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
    names: Vec<String>,
    /// For each field of the form, its column.
    by_field: Vec<Option<Source>>,
    outcome: Option<usize>,
    unused: Vec<String>,
}

struct Source {
    column: usize,
    several: bool,
}

/// The cells of one row by the fields they answer.
pub(super) struct Cells<'r> {
    values: Vec<Cow<'r, str>>,
    by_field: Vec<Range<usize>>,
    pub(super) outcome: Option<bool>,
}

impl Cells<'_> {
    pub(super) fn of(&self, slot: usize) -> &[Cow<'_, str>] {
        self.by_field.get(slot).and_then(|range| self.values.get(range.clone())).unwrap_or_default()
    }
}

/// A column answers the field whose id it spells: in lower case, with `_` for everything but letters and digits.
fn field_id(column: &str) -> String {
    let letter = |letter: char| if letter.is_alphanumeric() { letter } else { '_' };
    column.trim().to_lowercase().chars().map(letter).collect()
}

impl Columns {
    /// A table without a header (`None`: lines of JSON) has in each row whatever columns it names.
    pub(super) fn find(form: &Form, header: Option<&[String]>, outcome: Option<&str>) -> Result<Self, ColumnError> {
        let fields = &form.definition().fields;
        let names: Vec<String> = match header {
            Some(header) => header.to_vec(),
            None => fields.iter().map(|field| field.id.clone()).chain(outcome.map(str::to_owned)).collect(),
        };
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
                return Err(ColumnError::Missing { field: field.id.clone(), columns: listed(&names) });
            }
            let several = matches!(field.kind, FieldKind::MultiSelect(_));
            by_field.push(column.map(|column| Source { column, several }));
        }
        let outcome_column = match outcome {
            None => None,
            Some(name) => {
                let found = names.iter().position(|column| column == name);
                Some(found.ok_or_else(|| ColumnError::unknown(name, &names))?)
            }
        };
        let is_used = |id: &String| fields.iter().any(|field| field.id == *id);
        let columns = names.iter().zip(&ids).enumerate();
        let unused = columns
            .filter(|(column, (_, id))| !is_used(id) && outcome_column != Some(*column))
            .map(|(_, (name, _))| name.clone())
            .collect();
        Ok(Self { names, by_field, outcome: outcome_column, unused })
    }

    pub(super) fn unused(&self) -> &[String] {
        &self.unused
    }

    pub(super) fn cells<'r>(&self, row: &'r Row) -> Result<Cells<'r>, Cow<'static, str>> {
        let mut values = Vec::with_capacity(self.by_field.len());
        let mut by_field = Vec::with_capacity(self.by_field.len());
        for source in &self.by_field {
            let start = values.len();
            if let Some(Source { column, several }) = source {
                let cell = row.cell(*column, &self.names[*column])?;
                if *several {
                    values.extend(cell.split([';', '|']).map(|part| Cow::Owned(part.to_owned())));
                } else {
                    values.push(cell);
                }
            }
            by_field.push(start..values.len());
        }
        let outcome = match self.outcome {
            Some(column) => is_positive(&row.cell(column, &self.names[column])?),
            None => None,
        };
        Ok(Cells { values, by_field, outcome })
    }
}

fn is_positive(cell: &str) -> Option<bool> {
    match cell.trim().to_ascii_lowercase().as_str() {
        "1" | "yes" | "true" | "won" => Some(true),
        "0" | "no" | "false" | "lost" => Some(false),
        _ => None,
    }
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
