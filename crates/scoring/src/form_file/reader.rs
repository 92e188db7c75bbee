//! Reading TOML with the place of everything, so that a mistake can be pointed at and the rest still read.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::Mistake;
use crate::{
    field::Field,
    form::Place,
    language::{Language, LocalText},
    money::Currency,
    validation::number::parse_scaled,
};

type Span = Range<usize>;

/// A table that remembers which of its keys were asked for.
pub(super) struct Section<'t> {
    name: String,
    span: Span,
    table: &'t DeTable<'t>,
    asked: BTreeSet<&'static str>,
}

impl<'t> Section<'t> {
    pub(super) fn new(name: &str, span: Span, table: &'t DeTable<'t>) -> Self {
        Self { name: name.to_owned(), span, table, asked: BTreeSet::new() }
    }

    pub(super) fn span(&self) -> Span {
        self.span.clone()
    }

    pub(super) fn has(&mut self, key: &'static str) -> bool {
        self.take(key).is_some()
    }

    pub(super) fn value_span(&self, key: &str) -> Span {
        self.table.get(key).map_or(self.span.clone(), Spanned::span)
    }

    pub(super) fn take(&mut self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.insert(key);
        self.table.get(key)
    }
}

/// What was read so far: mistakes, warnings, and where the parts of the form are.
pub(super) struct Reader<'s> {
    source: &'s str,
    /// Where each line begins, so that a file full of mistakes is not read once for each.
    line_starts: Vec<usize>,
    pub(super) languages: Vec<Language>,
    mistakes: Vec<Mistake>,
    /// What is missing of the words that only a visitor reads.
    lacks: Vec<Mistake>,
    warnings: Vec<Mistake>,
    places: BTreeMap<Place, Span>,
    /// Where the thresholds of the bands are, by their dotted keys.
    band_spans: BTreeMap<&'static str, Span>,
    /// Conditions that could not be read, and so stand for anything.
    pub(super) unread_conditions: BTreeSet<Place>,
    /// Fields whose kind could not be read, about which conditions can't be judged.
    pub(super) unread_fields: BTreeSet<String>,
    /// Conditions on amounts in a currency that the field does not take, with those that it does.
    pub(super) foreign_amounts: Vec<(Span, Currency, Vec<Currency>)>,
    /// The criteria of the card, for suggestions.
    pub(super) criterion_ids: Vec<String>,
    /// Fields with the ids of their options, for suggestions.
    fields: Vec<(String, Vec<String>)>,
}

impl<'s> Reader<'s> {
    pub(super) fn new(source: &'s str) -> Self {
        let after_breaks = source.match_indices('\n').map(|(at, _)| at.saturating_add(1));
        Self {
            source,
            line_starts: std::iter::once(0).chain(after_breaks).collect(),
            languages: Vec::new(),
            mistakes: Vec::new(),
            lacks: Vec::new(),
            warnings: Vec::new(),
            places: BTreeMap::new(),
            band_spans: BTreeMap::new(),
            unread_conditions: BTreeSet::new(),
            foreign_amounts: Vec::new(),
            unread_fields: BTreeSet::new(),
            criterion_ids: Vec::new(),
            fields: Vec::new(),
        }
    }

    pub(super) const fn has_mistakes(&self) -> bool {
        !self.mistakes.is_empty()
    }

    pub(super) const fn mistake_count(&self) -> usize {
        self.mistakes.len()
    }

    pub(super) fn into_mistakes(mut self) -> Vec<Mistake> {
        self.mistakes.sort();
        self.mistakes.dedup();
        self.mistakes
    }

    pub(super) fn take_lacks(&mut self) -> Vec<Mistake> {
        std::mem::take(&mut self.lacks)
    }

    pub(super) fn take_warnings(&mut self) -> Vec<Mistake> {
        std::mem::take(&mut self.warnings)
    }

    pub(super) fn remember(&mut self, place: Place, span: Span) {
        self.places.insert(place, span);
    }

    pub(super) fn span_of(&self, place: Place) -> Span {
        self.places.get(&place).cloned().unwrap_or_default()
    }

    pub(super) fn remember_band(&mut self, key: &'static str, span: Span) {
        self.band_spans.insert(key, span);
    }

    /// Where a threshold of the bands is; where the bands are if it is left to the card's strictness.
    pub(super) fn span_of_band(&self, key: &str) -> Span {
        self.band_spans.get(key).cloned().unwrap_or_else(|| self.span_of(Place::Bands))
    }

    pub(super) fn remember_field(&mut self, field: &Field) {
        let options = field.kind.options().iter().map(|option| option.id.clone()).collect();
        self.fields.push((field.id.clone(), options));
    }

    pub(super) fn field_ids(&self) -> Vec<String> {
        self.fields.iter().map(|(id, _)| id.clone()).collect()
    }

    pub(super) fn option_ids(&self, field: &str) -> Vec<String> {
        let found = self.fields.iter().find(|(id, _)| id == field);
        found.map(|(_, options)| options.clone()).unwrap_or_default()
    }

    pub(super) fn mistake(&mut self, span: Span, what: impl Into<String>, mend: impl Into<String>) {
        let mistake = self.at(&span, what.into(), mend.into());
        self.mistakes.push(mistake);
    }

    pub(super) fn warning(&mut self, span: &Span, what: impl Into<String>, mend: impl Into<String>) {
        let warning = self.at(span, what.into(), mend.into());
        self.warnings.push(warning);
    }

    fn at(&self, span: &Span, what: String, mend: String) -> Mistake {
        let at = if self.source.is_char_boundary(span.start) { span.start } else { self.source.len() };
        let line = self.line_starts.partition_point(|start| *start <= at);
        let line_start = self.line_starts.get(line.saturating_sub(1)).copied().unwrap_or_default();
        let column = self.source.get(line_start..at).unwrap_or_default().chars().count().saturating_add(1);
        Mistake { line, column, what, mend }
    }

    pub(super) fn missing(&mut self, section: &Section, key: &str, mend: &str) {
        self.mistake(section.span(), format!("{} has no `{key}`", section.name), format!("add `{key}`, {mend}"));
    }

    fn wrong_type(&mut self, key: &str, value: &Spanned<DeValue>, wanted: &str) {
        let is = match value.get_ref() {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "`true` or `false`",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.mistake(value.span(), format!("`{key}` is {is}"), format!("write {wanted}"));
    }

    /// Reports keys that nobody asked for.
    pub(super) fn finish(&mut self, section: &Section) {
        for key in section.table.keys() {
            let name: &str = key.get_ref();
            if section.asked.contains(name) {
                continue;
            }
            let mend = nearest(name, section.asked.iter().copied()).map_or_else(
                || {
                    let known: Vec<_> = section.asked.iter().map(|key| format!("`{key}`")).collect();
                    format!("remove it; there can be {}", known.join(", "))
                },
                |near| format!("did you mean `{near}`?"),
            );
            self.mistake(key.span(), format!("{} takes no `{name}`", section.name), mend);
        }
    }

    pub(super) fn text(&mut self, section: &mut Section, key: &'static str) -> Option<(String, Span)> {
        let value = section.take(key)?;
        if let DeValue::String(text) = value.get_ref() {
            return Some((text.to_string(), value.span()));
        }
        self.wrong_type(key, value, "a text in quotes");
        None
    }

    pub(super) fn required_text(&mut self, section: &mut Section, key: &'static str) -> String {
        if !section.has(key) {
            self.missing(section, key, "a text in quotes");
        }
        self.text(section, key).map(|(text, _)| text).unwrap_or_default()
    }

    /// One text or a list of them.
    pub(super) fn texts(&mut self, section: &mut Section, key: &'static str) -> Vec<(String, Span)> {
        let Some(value) = section.take(key) else { return Vec::new() };
        let items = match value.get_ref() {
            DeValue::String(text) => return vec![(text.to_string(), value.span())],
            DeValue::Array(items) => items,
            _ => {
                self.wrong_type(key, value, "a text, or a list of texts such as `[\"a\", \"b\"]`");
                return Vec::new();
            }
        };
        let mut texts = Vec::new();
        for item in items {
            match item.get_ref() {
                DeValue::String(text) => texts.push((text.to_string(), item.span())),
                _ => self.wrong_type(key, item, "a text in quotes"),
            }
        }
        texts
    }

    pub(super) fn flag(&mut self, section: &mut Section, key: &'static str) -> Option<bool> {
        let value = section.take(key)?;
        if let DeValue::Boolean(flag) = value.get_ref() {
            return Some(*flag);
        }
        self.wrong_type(key, value, "`true` or `false`, without quotes");
        None
    }

    /// A number in units of its last of `decimals` places, as a number or in quotes.
    pub(super) fn decimal(&mut self, section: &mut Section, key: &'static str, decimals: u8) -> Option<i64> {
        let value = section.take(key)?;
        self.decimal_value(key, value, decimals)
    }

    pub(super) fn decimal_value(&mut self, key: &str, value: &Spanned<DeValue>, decimals: u8) -> Option<i64> {
        let text = match value.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            DeValue::Float(number) => number.as_str(),
            DeValue::String(text) => text,
            _ => {
                self.wrong_type(key, value, "a number");
                return None;
            }
        };
        let parsed = parse_scaled(&text.replace('_', ""), decimals);
        if parsed.is_err() {
            let places = match decimals {
                0 => "a whole number".to_owned(),
                places => format!("a number with at most {places} decimal places"),
            };
            self.mistake(value.span(), format!("`{key}` is `{text}`"), format!("write {places}"));
        }
        parsed.ok()
    }

    /// A whole number of a smaller type.
    pub(super) fn whole<T: TryFrom<i64>>(&mut self, section: &mut Section, key: &'static str) -> Option<T> {
        let number = self.decimal(section, key, 0)?;
        let narrow = T::try_from(number).ok();
        if narrow.is_none() {
            let span = section.value_span(key);
            self.mistake(span, format!("`{key}` is {number}"), "write a smaller number, 0 or above");
        }
        narrow
    }

    pub(super) fn section<'t>(&mut self, parent: &mut Section<'t>, key: &'static str) -> Option<Section<'t>> {
        let value = parent.take(key)?;
        self.as_section(key, value)
    }

    pub(super) fn as_section<'t>(&mut self, key: &str, value: &'t Spanned<DeValue<'t>>) -> Option<Section<'t>> {
        if let DeValue::Table(table) = value.get_ref() {
            return Some(Section::new(&format!("`{key}`"), value.span(), table));
        }
        self.wrong_type(key, value, "a table, such as `{ … }`");
        None
    }

    pub(super) fn required_section<'t>(
        &mut self,
        parent: &mut Section<'t>,
        key: &'static str,
        mend: &str,
    ) -> Option<Section<'t>> {
        if !parent.has(key) {
            self.missing(parent, key, mend);
        }
        self.section(parent, key)
    }

    /// The tables of `[[key]]`.
    pub(super) fn sections<'t>(&mut self, parent: &mut Section<'t>, key: &'static str) -> Vec<Section<'t>> {
        let Some(value) = parent.take(key) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(key, value, &format!("`[[{key}]]` with two brackets for each"));
            return Vec::new();
        };
        items.iter().filter_map(|item| self.as_section(key, item)).collect()
    }

    /// A text in each of the form's languages; a plain text where it is the same in all.
    pub(super) fn local(&mut self, section: &mut Section, key: &'static str) -> Option<LocalText> {
        let value = section.take(key)?;
        Some(self.local_value(key, value))
    }

    pub(super) fn required_local(&mut self, section: &mut Section, key: &'static str) -> LocalText {
        if !section.has(key) {
            let example: Vec<_> =
                self.languages.iter().map(|language| format!("{} = \"…\"", language.code())).collect();
            self.missing(section, key, &format!("such as `{key} = {{ {} }}`", example.join(", ")));
        }
        self.local(section, key).unwrap_or_default()
    }

    /// Words that only a visitor reads: a form cannot do without them, a card can.
    pub(super) fn visitor_words(&mut self, section: &mut Section, key: &'static str) -> LocalText {
        let before = self.mistakes.len();
        let was_there = section.has(key);
        let words = self.required_local(section, key);
        if !was_there {
            self.lacks.extend(self.mistakes.drain(before..));
        }
        words
    }

    /// A table that only a visitor's page has a use for.
    pub(super) fn visitor_section<'t>(
        &mut self,
        parent: &mut Section<'t>,
        key: &'static str,
        mend: &str,
    ) -> Option<Section<'t>> {
        let before = self.mistakes.len();
        let was_there = parent.has(key);
        let section = self.required_section(parent, key, mend);
        if !was_there {
            self.lacks.extend(self.mistakes.drain(before..));
        }
        section
    }

    pub(super) fn local_value(&mut self, key: &str, value: &Spanned<DeValue>) -> LocalText {
        let table = match value.get_ref() {
            DeValue::String(text) => {
                return LocalText::new(self.languages.iter().map(|_| text.to_string()).collect());
            }
            DeValue::Table(table) => table,
            _ => {
                self.wrong_type(key, value, "a text, or a table with one text a language");
                return LocalText::default();
            }
        };
        let mut texts = Vec::new();
        for language in self.languages.clone() {
            let code = language.code();
            match table.get(code) {
                None => self.mistake(
                    value.span(),
                    format!("`{key}` has no text in `{code}`"),
                    format!("add `{code} = \"…\"`"),
                ),
                Some(text) => match text.get_ref() {
                    DeValue::String(text) => texts.push(text.to_string()),
                    _ => self.wrong_type(code, text, "a text in quotes"),
                },
            }
        }
        for code in table.keys() {
            let name: &str = code.get_ref();
            if !self.languages.iter().any(|language| language.code() == name) {
                self.mistake(
                    code.span(),
                    format!("`{key}` has a text in `{name}`, which is none of the form's languages"),
                    format!("remove it, or add `\"{name}\"` to `languages`"),
                );
            }
        }
        LocalText::new(texts)
    }
}

/// The known name that `name` is likely a slip of.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let most = name.chars().count().div_euclid(3).max(1);
    known.map(|known| (edits(name, known), known)).filter(|(edits, _)| *edits <= most).min().map(|(_, known)| known)
}

/// The number of letters to insert, remove or replace (Levenshtein 1966).
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, letter) in from.chars().enumerate() {
        let mut diagonal = index;
        let mut left = index.saturating_add(1);
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, other) in row.iter_mut().skip(1).zip(&to) {
            let replaced = diagonal.saturating_add(usize::from(letter != *other));
            diagonal = *cell;
            left = replaced.min(diagonal.saturating_add(1)).min(left.saturating_add(1));
            *cell = left;
        }
    }
    row.last().copied().unwrap_or(0)
}
