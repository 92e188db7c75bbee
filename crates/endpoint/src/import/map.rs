//! Which columns of a table answer which fields, as a small file says it.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A map. Headings are compared without regard to capitals and to white space around them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Map {
    /// Which table it is, where rows of several tables have the same ids.
    pub source: Option<String>,
    /// What tells rows apart from each other for good, such as the id of a record. Where there is none, all mapped cells do.
    pub id: Option<Columns>,
    /// When the lead came first.
    pub created: Option<Columns>,
    /// The time zone of times that name none, such as `Europe/Chisinau`; UTC where it is left out.
    pub time_zone: Option<String>,
    /// Whether `3/4/2026` is the third of April. Where it is left out, the table is looked through for a number over 12.
    pub day_first: Option<bool>,
    /// The language they spoke.
    pub language: Option<Columns>,
    /// Cells that mean yes, beside the usual ones.
    pub yes: Vec<String>,
    /// Cells that mean no, beside the usual ones.
    pub no: Vec<String>,
    /// Whether a question with several answers has a column for each, under the words of the option.
    pub choice_columns: bool,
    /// By the id of a field.
    pub answers: BTreeMap<String, Columns>,
    /// By the `autocomplete` token of a field, for a map that suits many forms.
    pub autocomplete: BTreeMap<String, Columns>,
    /// By the kind of a field: the first of that kind.
    pub kinds: BTreeMap<String, Columns>,
    /// What brought them the first time.
    pub first_touch: BTreeMap<TouchPart, Columns>,
    /// What brought them the last time.
    pub last_touch: BTreeMap<TouchPart, Columns>,
    /// What became of them.
    pub outcome: Option<OutcomeColumns>,
}

/// One column or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "a column's name, a list of columns that belong together, or a table with `column`, `columns` or `either`"
)]
pub enum Columns {
    /// A column.
    One(String),
    /// Columns whose cells belong together.
    Joined(Vec<String>),
    /// The same, with more to say.
    More(MoreColumns),
}

/// Columns with more to say.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MoreColumns {
    /// A column.
    pub column: Option<String>,
    /// Columns whose cells belong together.
    pub columns: Vec<String>,
    /// Columns of which the first with something in it counts.
    pub either: Vec<String>,
    /// What cells stand for.
    pub values: BTreeMap<String, String>,
}

/// A part of a touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the parts of a touch are described there")]
pub enum TouchPart {
    Source,
    Medium,
    Campaign,
    Term,
    Content,
    Referrer,
    LandingPage,
    At,
}

/// Where the table says what became of leads.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeColumns {
    /// What became of it: words for won, lost and open in several languages, or `first_contact`. Other cells
    /// are told and say nothing.
    pub column: Columns,
    /// When; when the lead came where it is left out.
    #[serde(default)]
    pub at: Option<Columns>,
    /// Why it was lost: one of our reasons, or a cell that stands for one. Where it is not understood, the lead is imported
    /// without its outcome.
    #[serde(default)]
    pub reason: Option<Columns>,
    /// What it was worth, in `currency`.
    #[serde(default)]
    pub amount: Option<Columns>,
    /// Of the amount, such as `EUR`.
    #[serde(default)]
    pub currency: Option<String>,
}

/// A ready map for what other tools write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Tool {
    /// Contacts of `HubSpot`
    Hubspot,
    /// Responses to a Typeform
    Typeform,
    /// Responses to a Google Form, its own CSV or that of its sheet
    GoogleForms,
}

impl Tool {
    /// Its map, as a file that can be the beginning of another.
    #[must_use]
    pub const fn source(self) -> &'static str {
        match self {
            Self::Hubspot => include_str!("maps/hubspot.toml"),
            Self::Typeform => include_str!("maps/typeform.toml"),
            Self::GoogleForms => include_str!("maps/google_forms.toml"),
        }
    }
}

impl Map {
    /// This map with what it leaves out taken from another.
    #[must_use]
    pub fn over(self, other: Self) -> Self {
        fn both<K: Ord>(own: BTreeMap<K, Columns>, mut others: BTreeMap<K, Columns>) -> BTreeMap<K, Columns> {
            others.extend(own);
            others
        }
        let words = |own: Vec<String>, others: Vec<String>| if own.is_empty() { others } else { own };
        Self {
            source: self.source.or(other.source),
            id: self.id.or(other.id),
            created: self.created.or(other.created),
            time_zone: self.time_zone.or(other.time_zone),
            day_first: self.day_first.or(other.day_first),
            language: self.language.or(other.language),
            yes: words(self.yes, other.yes),
            no: words(self.no, other.no),
            choice_columns: self.choice_columns || other.choice_columns,
            answers: both(self.answers, other.answers),
            autocomplete: both(self.autocomplete, other.autocomplete),
            kinds: both(self.kinds, other.kinds),
            first_touch: both(self.first_touch, other.first_touch),
            last_touch: both(self.last_touch, other.last_touch),
            outcome: self.outcome.or(other.outcome),
        }
    }

    /// Reads a map.
    ///
    /// # Errors
    /// What is wrong with it and where.
    pub fn parse(source: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(source)
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn every_ready_map_is_one() {
        for tool in Tool::value_variants() {
            let map = Map::parse(tool.source()).unwrap();
            assert!(map.created.is_some() && !map.kinds.is_empty(), "{tool:?}");
        }
    }

    #[test]
    fn what_is_misspelt_is_told_with_its_place() {
        for (source, told) in [
            ("idd = \"x\"", "unknown field `idd`"),
            ("[first_touch]\nsauce = \"x\"", "unknown variant `sauce`"),
            ("[answers]\nname = 5", "a column's name, a list"),
        ] {
            let error = Map::parse(source).unwrap_err().to_string();
            assert!(error.contains(told) && error.contains("line "), "{error}");
        }
    }
}
