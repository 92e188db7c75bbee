//! Which column of a table answers which field.

use leadglass_scoring::{FieldKind, Form, Lead, Timestamp};
use leadglass_training::{
    column::field_id,
    delimited::{swallowed, swallowing},
    outcome::Outcome,
    problem::Problems,
    unread::Unread,
};

use super::table::{Cells, InputFormat};

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
    /// No field of the form has a column.
    #[error("no column answers a field of the form: the table has {columns}; the form asks {fields}")]
    NoneAnswers {
        /// The table's columns.
        columns: String,
        /// The form's fields.
        fields: String,
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
    missing: Vec<String>,
}

struct Source {
    column: usize,
    several: bool,
    /// Of a field that takes what it gets.
    unread: Option<Unread>,
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
            by_field.push(column.map(|column| Source { column, several, unread: Unread::of(field) }));
        }
        if by_field.iter().all(Option::is_none) && !fields.is_empty() {
            let fields: Vec<String> = fields.iter().map(|field| field.id.clone()).collect();
            return Err(ColumnError::NoneAnswers { columns: listed(names), fields: listed(&fields) });
        }
        let without = fields.iter().zip(&by_field).filter(|(_, source)| source.is_none());
        let missing = without.map(|(field, _)| field.id.clone()).collect();
        let outcome = outcome.map(|name| number(name, names)).transpose()?;
        let is_used = |id: &String| fields.iter().any(|field| field.id == *id);
        let columns = names.iter().zip(&ids).enumerate();
        let unused = columns
            .filter(|(column, (_, id))| !is_used(id) && outcome != Some(*column))
            .map(|(_, (name, _))| name.clone())
            .collect();
        Ok(Self { by_field, outcome, unused, missing })
    }

    pub(super) fn unused(&self) -> &[String] {
        &self.unused
    }

    /// The fields that no column answers.
    pub(super) fn missing(&self) -> &[String] {
        &self.missing
    }

    /// The columns whose cells are looked at.
    pub(super) fn used(&self) -> impl Iterator<Item = usize> {
        self.by_field.iter().flatten().map(|source| source.column).chain(self.outcome)
    }

    /// Adds what a row answers to the field at this place of the form.
    pub(super) fn answer<'r>(&self, slot: usize, cells: Cells<'r>, given: &mut Vec<&'r str>) {
        let Some(Some(Source { column, several, .. })) = self.by_field.get(slot) else { return };
        let cell = cells.get(*column);
        if *several {
            given.extend(cell.split([';', '|']));
        } else {
            given.push(cell);
        }
    }

    /// Tells which cells of a row are taken for missing because they can't be read, and which may have swallowed rows.
    pub(super) fn tell_problems(
        &self,
        (line, cells): (u64, Cells),
        (lead, at): (&Lead, Timestamp),
        (format, names): (InputFormat, &[String]),
        problems: &mut Problems,
    ) {
        if let Cells::Record(record) = cells
            && let Some((column, lines)) = swallowing(record, format.delimiter())
        {
            problems.add(line, Some(&names[column]), || swallowed(lines));
        }
        for (source, value) in self.by_field.iter().zip(lead.values()) {
            if let (Some(Source { column, unread: Some(unread), .. }), None) = (source, value)
                && let Some(why) =
                    Some(cells.get(*column)).filter(|it| !it.is_empty()).and_then(|it| unread.why(it, at))
            {
                problems.add(line, Some(&names[*column]), || why);
            }
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

/// The number of the column with this name.
pub(super) fn number(name: &str, names: &[String]) -> Result<usize, ColumnError> {
    let found = names.iter().position(|column| column == name.trim());
    found.ok_or_else(|| ColumnError::unknown(name, names))
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
