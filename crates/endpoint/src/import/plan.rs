//! A map brought together with a form and with the columns of a table.

use std::{collections::BTreeMap, fmt};

use leadglass_scoring::{Field, FieldKind, Form, letters::fold, money::Currency};
use leadglass_training::column::field_id;

use super::{
    PROBLEMS,
    map::{Columns, Map, MoreColumns, TouchPart},
};

/// Which cells of a row answer what.
#[derive(Debug)]
pub struct Plan {
    pub(super) source: Option<String>,
    pub(super) names: Vec<String>,
    pub(super) id: Option<Source>,
    pub(super) created: Option<Source>,
    pub(super) language: Option<Source>,
    /// By the number of the field.
    pub(super) answers: BTreeMap<usize, Source>,
    pub(super) first_touch: Vec<(TouchPart, Source)>,
    pub(super) last_touch: Vec<(TouchPart, Source)>,
    pub(super) outcome: Option<OutcomeSource>,
    pub(super) yes: Vec<String>,
    pub(super) no: Vec<String>,
}

/// The cells that say one thing.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) columns: Vec<usize>,
    pub(super) is_either: bool,
    /// By the cell, folded.
    pub(super) values: BTreeMap<String, String>,
}

#[derive(Debug)]
pub(super) struct OutcomeSource {
    pub(super) what: Source,
    pub(super) at: Option<Source>,
    pub(super) reason: Option<Source>,
    pub(super) amount: Option<Source>,
    pub(super) currency: Option<Currency>,
}

/// Why a table does not fit a form: all that is wrong.
#[derive(Debug)]
pub struct Unfit(pub Vec<String>);

impl fmt::Display for Unfit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for Unfit {}

/// What columns are looked for by.
fn key(name: &str) -> String {
    fold(&name.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Looks columns up, and keeps what is wrong.
struct Finder<'f> {
    form: &'f Form,
    keys: Vec<String>,
    names: &'f [String],
    /// A ready map names what a table may not have.
    is_ready: bool,
    wrong: Vec<String>,
}

impl Finder<'_> {
    fn column(&mut self, name: &str, must_be: bool) -> Option<usize> {
        let wanted = key(name);
        let mut found = self.keys.iter().enumerate().filter(|(_, key)| **key == wanted).map(|(column, _)| column);
        match (found.next(), found.next()) {
            (Some(_), Some(_)) => {
                self.wrong.push(format!("two columns are named `{name}`; rename one of them"));
                None
            }
            (None, _) if must_be && !self.is_ready => {
                self.wrong.push(format!("there is no column `{name}`; there are {}", listed(self.names)));
                None
            }
            (found, _) => found,
        }
    }

    fn source(&mut self, columns: &Columns) -> Option<Source> {
        let more = match columns {
            Columns::One(name) => MoreColumns { column: Some(name.clone()), ..MoreColumns::default() },
            Columns::Joined(names) => MoreColumns { columns: names.clone(), ..MoreColumns::default() },
            Columns::More(more) => more.clone(),
        };
        let named = [more.column.is_some(), !more.columns.is_empty(), !more.either.is_empty()];
        if named.into_iter().filter(|is_named| *is_named).count() != 1 {
            self.wrong.push("each answer names one of `column`, `columns` and `either`".to_owned());
            return None;
        }
        let columns: Vec<usize> = if more.either.is_empty() {
            let together = more.column.iter().chain(&more.columns);
            together.filter_map(|name| self.column(name, true)).collect()
        } else {
            let found: Vec<usize> = more.either.iter().filter_map(|name| self.column(name, false)).collect();
            if found.is_empty() && !self.is_ready {
                let (either, there) = (listed(&more.either), listed(self.names));
                self.wrong.push(format!("there is none of the columns {either}; there are {there}"));
            }
            found
        };
        let values = more.values.iter().map(|(cell, value)| (key(cell), value.clone())).collect();
        (!columns.is_empty()).then_some(Source { columns, is_either: !more.either.is_empty(), values })
    }

    fn touch(&mut self, parts: &BTreeMap<TouchPart, Columns>) -> Vec<(TouchPart, Source)> {
        parts.iter().filter_map(|(part, columns)| Some((*part, self.source(columns)?))).collect()
    }

    /// The columns that answer a field: named in the map, or under its id or its words.
    fn answers(&mut self, map: &Map, slot: usize, field: &Field) -> Option<Source> {
        let fields = &self.form.definition().fields;
        let is_first = || fields.iter().position(|other| other.kind.name() == field.kind.name()) == Some(slot);
        let token = field.autocomplete.as_deref().and_then(|token| map.autocomplete.get(token));
        let kind = map.kinds.get(field.kind.name()).filter(|_| is_first());
        let by_id = map.answers.get(&field.id);
        for columns in [by_id, token, kind].into_iter().flatten() {
            if let Some(source) = self.source(columns) {
                return Some(source);
            }
        }
        if by_id.is_some() && !self.is_ready {
            return None;
        }
        let labels = words(&self.form.definition().languages, &field.label);
        let is_its = |(name, key): (&String, &String)| labels.contains(key) || field_id(name) == field.id;
        let mut found = self.names.iter().zip(&self.keys).enumerate().filter(|(_, it)| is_its(*it));
        let (column, twin) = (found.next(), found.next());
        if let (Some((_, (one, _))), Some((_, (other, _)))) = (column, twin) {
            let id = &field.id;
            self.wrong
                .push(format!("the columns `{one}` and `{other}` both stand for `{id}`; a map says which is meant"));
        }
        let column =
            column.map(|(column, _)| Source { columns: vec![column], is_either: false, values: BTreeMap::new() });
        column.or_else(|| if map.choice_columns { self.choices(field) } else { None })
    }

    /// A column for each option.
    fn choices(&self, field: &Field) -> Option<Source> {
        let FieldKind::MultiSelect(select) = &field.kind else { return None };
        let languages = &self.form.definition().languages;
        let labels: Vec<String> = select.options.iter().flat_map(|option| words(languages, &option.label)).collect();
        let is_option = |(_, name): &(usize, &String)| labels.contains(name);
        let columns: Vec<usize> = self.keys.iter().enumerate().filter(is_option).map(|(column, _)| column).collect();
        (columns.len() > 1).then_some(Source { columns, is_either: false, values: BTreeMap::new() })
    }
}

/// A text in each language, as it is looked for.
pub(super) fn words(languages: &[leadglass_scoring::Language], text: &leadglass_scoring::LocalText) -> Vec<String> {
    (0..languages.len()).map(|number| key(text.get(number))).collect()
}

/// What a cell is looked for by.
pub(super) fn folded(cell: &str) -> String {
    key(cell)
}

fn listed<T: AsRef<str>>(names: &[T]) -> String {
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}

impl Plan {
    /// Brings a map together with a form and a table's columns. Of a ready map, what the table lacks is passed over.
    ///
    /// # Errors
    /// All that does not fit.
    pub fn new(map: &Map, is_ready: bool, form: &Form, names: Vec<String>) -> Result<Self, Unfit> {
        let keys = names.iter().map(|name| key(name)).collect();
        let mut finder = Finder { form, keys, names: &names, is_ready, wrong: Vec::new() };
        let fields = &form.definition().fields;
        if !is_ready {
            for id in map.answers.keys().filter(|id| form.fields().get(id).is_none()) {
                let ids: Vec<&str> = fields.iter().map(|field| field.id.as_str()).collect();
                finder.wrong.push(format!("the form has no field `{id}`; it has {}", listed(&ids)));
            }
        }
        let mut answers = BTreeMap::new();
        for (slot, field) in fields.iter().enumerate() {
            if let Some(source) = finder.answers(map, slot, field) {
                answers.insert(slot, source);
            }
        }
        let (id, created, language) = [&map.id, &map.created, &map.language]
            .map(|columns| columns.as_ref().and_then(|it| finder.source(it)))
            .into();
        let outcome = map.outcome.as_ref().and_then(|outcome| {
            let what = finder.source(&outcome.column)?;
            let mut of = |columns: &Option<Columns>| columns.as_ref().and_then(|columns| finder.source(columns));
            let (at, reason, amount) = (of(&outcome.at), of(&outcome.reason), of(&outcome.amount));
            let currency = outcome.currency.as_deref().and_then(Currency::parse).filter(|it| it.is_listed());
            if amount.is_some() && currency.is_none() {
                finder.wrong.push("`outcome.amount` needs a `currency`, such as \"EUR\"".to_owned());
            }
            Some(OutcomeSource { what, at, reason, amount, currency })
        });
        let (first_touch, last_touch) = (finder.touch(&map.first_touch), finder.touch(&map.last_touch));
        let lacking = |(slot, field): &(usize, &Field)| {
            field.required && !form.is_conditional(*slot) && !answers.contains_key(slot) && field.lenient != Some(true)
        };
        for (_, field) in fields.iter().enumerate().filter(lacking) {
            let (id, label, there) = (&field.id, field.label.get(0), listed(&names));
            finder.wrong.push(format!(
                "no column answers `{id}` (\u{201c}{label}\u{201d}), which the form requires; a map says which does; there are {there}"
            ));
        }
        if !finder.wrong.is_empty() {
            return Err(Unfit(finder.wrong));
        }
        let said = |words: &[String]| words.iter().map(|word| key(word)).collect();
        let (yes, no) = (said(&map.yes), said(&map.no));
        let source = map.source.clone();
        Ok(Self { source, names, id, created, language, answers, first_touch, last_touch, outcome, yes, no })
    }

    /// The columns that say nothing here.
    pub fn unused(&self) -> impl Iterator<Item = &str> {
        let used: Vec<usize> = self.mapped().chain(self.of_outcome()).collect();
        let is_unused = move |(column, name): &(usize, &String)| !used.contains(column) && *name != PROBLEMS;
        self.names.iter().enumerate().filter(is_unused).map(|(_, name)| name.as_str())
    }

    /// The fields that no column answers.
    pub fn unanswered<'f>(&self, form: &'f Form) -> impl Iterator<Item = &'f str> {
        let fields = form.definition().fields.iter().enumerate();
        fields.filter(|(slot, _)| !self.answers.contains_key(slot)).map(|(_, field)| field.id.as_str())
    }

    /// The columns of which a lead is made.
    pub(super) fn mapped(&self) -> impl Iterator<Item = usize> {
        let single = [&self.id, &self.created, &self.language].into_iter().flatten();
        let touches = self.first_touch.iter().chain(&self.last_touch).map(|(_, source)| source);
        single.chain(self.answers.values()).chain(touches).flat_map(|source| source.columns.iter().copied())
    }

    fn of_outcome(&self) -> impl Iterator<Item = usize> {
        let outcome =
            self.outcome.iter().flat_map(|it| [Some(&it.what), it.at.as_ref(), it.reason.as_ref(), it.amount.as_ref()]);
        outcome.flatten().flat_map(|source| source.columns.iter().copied())
    }
}
