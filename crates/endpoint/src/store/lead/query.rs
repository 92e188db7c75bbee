//! Which leads to list, and the conditions that both databases understand.

use std::fmt::Write;

use leadglass_scoring::{Channel, Decision, Moment, Timestamp};

/// Which leads to list. The default is all of them.
#[derive(Clone, Debug, Default)]
pub struct LeadQuery {
    /// Only of this form.
    pub form: Option<String>,
    /// Only with this decision.
    pub decision: Option<Decision>,
    /// Only with this grade, from `A1` to `C3`.
    pub grade: Option<String>,
    /// Only with this score or a better one.
    pub score_from: Option<u8>,
    /// Only with this score or a lesser one.
    pub score_to: Option<u8>,
    /// Only of this channel.
    pub channel: Option<Channel>,
    /// Only of people who want this.
    pub moment: Option<Moment>,
    /// Only those that they work on.
    pub owner: Option<String>,
    /// Only those whose page had another score than ours, or only the others.
    pub score_mismatch: Option<bool>,
    /// Only those received at this time or later.
    pub received_from: Option<Timestamp>,
    /// Only those received before this time.
    pub received_before: Option<Timestamp>,
    /// Only with this e-mail address, in lower case.
    pub email: Option<String>,
    /// Only those whose answers contain each of these texts, in lower case.
    pub texts: Vec<String>,
    /// Only those that come after this place.
    pub after: Option<Place>,
    /// At most as many.
    pub limit: u32,
}

/// A lead's place in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// When it was received.
    pub received_at: Timestamp,
    /// Its number in the order they came.
    pub number: u64,
}

/// A value to bind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) enum Bound {
    Text(String),
    Whole(i64),
    Numbers(Vec<i64>),
}

/// What the databases spell in their own ways.
#[derive(Clone, Copy)]
pub(in crate::store) struct Dialect {
    /// The function for the place of one text in another.
    pub(in crate::store) place_of: &'static str,
    /// What keeps a column from being looked up by its index, where the database does not know by its own numbers which
    /// index is best.
    pub(in crate::store) unindexed: &'static str,
    /// All leads by the index of those whose page had another score. A database that does not count may take the list's, which
    /// has all that is asked for too.
    pub(in crate::store) mismatched: &'static str,
    /// The leads whose numbers are the first value.
    pub(in crate::store) among: &'static str,
}

/// By what the leads of a page are found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) enum Way {
    /// The list of all, whose index has every column that is asked for.
    List,
    /// The index of one column, the latest first.
    Column(&'static str),
    /// They are among these few.
    Among(Vec<i64>),
}

/// Conditions in SQL that both databases take, with `$1`, `$2`, … for the values in the order of their use.
struct Conditions {
    sql: String,
    values: Vec<Bound>,
}

impl Conditions {
    fn add(&mut self, before: &str, value: Bound, after: &str) {
        self.values.push(value);
        let place = self.values.len();
        let _ = write!(self.sql, " AND {before}${place}{after}");
    }

    fn add_number(&mut self, before: &str, value: i64) {
        self.values.push(Bound::Whole(value));
        let _ = write!(self.sql, "{before}CAST(${} AS BIGINT)", self.values.len());
    }

    fn add_place(&mut self, hint: &str, comparison: &str, place: Place) {
        let _ = write!(self.sql, " AND ({hint}received_at_ms, {hint}number) {comparison} (");
        self.add_number("", place.received_at.as_millis());
        self.add_number(", ", i64::try_from(place.number).unwrap_or(i64::MAX));
        self.sql.push(')');
    }
}

/// Columns whose index has their leads in the order of the list.
const IN_ORDER: [&str; 6] = ["owner", "moment", "channel", "grade", "decision", "form"];
/// The condition of those whose page had another score: as a literal, so that their index is seen to be enough.
const MISMATCHED: &str = "score_mismatch";
/// A range of scores.
const SCORES: &str = "score";

impl LeadQuery {
    /// Whether U+0000 is asked for, which is in no lead.
    pub(in crate::store) fn has_nul(&self) -> bool {
        let texts = self.named().into_iter().map(|(_, value)| value);
        texts.chain(self.texts.iter().map(String::as_str)).any(|text| text.contains('\0'))
    }

    /// The columns that must have one value, those first that few leads share.
    fn named(&self) -> Vec<(&'static str, &str)> {
        let named = [
            ("email_folded", self.email.as_deref()),
            ("owner", self.owner.as_deref()),
            ("moment", self.moment.map(Moment::as_str)),
            ("channel", self.channel.map(Channel::as_str)),
            ("grade", self.grade.as_deref()),
            ("decision", self.decision.map(Decision::as_str)),
            ("form", self.form.as_deref()),
        ];
        named.into_iter().filter_map(|(column, value)| Some((column, value?))).collect()
    }

    /// What has an index of its own, by which few leads may be found.
    pub(in crate::store) fn indexed(&self) -> Vec<&'static str> {
        let is_usual = self.channel == Some(Channel::Form);
        let mut all: Vec<_> = self.named().into_iter().map(|(column, _)| column).collect();
        all.retain(|column| !(is_usual && *column == "channel"));
        if self.score_mismatch == Some(true) {
            all.push(MISMATCHED);
        }
        if self.score_from.is_some() || self.score_to.is_some() {
            all.push(SCORES);
        }
        all
    }

    /// The way where one column is all that is asked for and its index is in the order of the list.
    pub(in crate::store) fn way_of_one(&self) -> Option<Way> {
        let indexed = self.indexed();
        let is_all = self.texts.is_empty() && self.score_mismatch != Some(false) && self.channel != Some(Channel::Form);
        match indexed[..] {
            [] if self.texts.is_empty() => Some(Way::List),
            [MISMATCHED] if is_all => Some(Way::Column(MISMATCHED)),
            [column] if is_all && IN_ORDER.contains(&column) => Some(Way::Column(column)),
            _ => None,
        }
    }

    fn conditions(select: &str, from: &str, workspace: &str) -> Conditions {
        Conditions {
            sql: format!("SELECT {select} FROM {from} WHERE workspace = $1"),
            values: vec![Bound::Text(workspace.to_owned())],
        }
    }

    fn add_named(all: &mut Conditions, hint: &str, column: &str, value: &str, sealed_email: Option<&str>) {
        let text = |value: &str| Bound::Text(value.to_owned());
        match sealed_email {
            Some(sealed) if column == "email_folded" => {
                all.add(&format!("{hint}{column} IN ("), text(value), "");
                all.values.push(text(sealed));
                let _ = write!(all.sql, ", ${})", all.values.len());
            }
            _ => all.add(&format!("{hint}{column} = "), text(value), ""),
        }
        if hint.is_empty() && column == "channel" && value != Channel::Form.as_str() {
            // As a literal, so that the index of the rarer ones is seen to be enough.
            all.sql.push_str(" AND channel <> 'form'");
        }
    }

    fn add_scores(&self, all: &mut Conditions, hint: &str) {
        for (comparison, value) in [(">=", self.score_from), ("<=", self.score_to)] {
            if let Some(value) = value {
                all.add(&format!("{hint}score {comparison} CAST("), Bound::Whole(value.into()), " AS BIGINT)");
            }
        }
    }

    fn add_times(&self, all: &mut Conditions, hint: &str) {
        for (comparison, at) in [(">=", self.received_from), ("<", self.received_before)] {
            if let Some(at) = at {
                let before = format!("{hint}received_at_ms {comparison} CAST(");
                all.add(&before, Bound::Whole(at.as_millis()), " AS BIGINT)");
            }
        }
        if let Some(place) = self.after {
            all.add_place(hint, "<", place);
        }
    }

    /// A statement for the numbers of the leads that one of [`indexed`](Self::indexed) finds, at most `most`, in no order.
    pub(in crate::store) fn found_by(
        &self,
        column: &str,
        workspace: &str,
        dialect: Dialect,
        sealed_email: Option<&str>,
        most: u32,
    ) -> (String, Vec<Bound>) {
        let from = if column == MISMATCHED { dialect.mismatched } else { "lead" };
        let mut all = Self::conditions("number", from, workspace);
        match (column, self.named().into_iter().find(|(named, _)| *named == column)) {
            (MISMATCHED, _) => all.sql.push_str(" AND score_mismatch"),
            (SCORES, _) => self.add_scores(&mut all, ""),
            (_, Some((column, value))) => Self::add_named(&mut all, "", column, value, sealed_email),
            (_, None) => {}
        }
        // The indexes of addresses and scores are not in the order of time, and would be read from end to end for it.
        if !matches!(column, SCORES | "email_folded") {
            self.add_times(&mut all, "");
        }
        all.add_number(" LIMIT ", most.into());
        (all.sql, all.values)
    }

    /// A statement for the place of the `looked_at`th lead on a way, where there are as many.
    pub(in crate::store) fn place_after(
        &self,
        way: &Way,
        workspace: &str,
        dialect: Dialect,
        looked_at: u32,
    ) -> (String, Vec<Bound>) {
        let from = if *way == Way::Column(MISMATCHED) { dialect.mismatched } else { "lead" };
        let mut all = Self::conditions("received_at_ms, number", from, workspace);
        match way {
            Way::Column(MISMATCHED) => all.sql.push_str(" AND score_mismatch"),
            Way::Column(column) => {
                for (named, value) in self.named() {
                    if named == *column {
                        Self::add_named(&mut all, "", named, value, None);
                    }
                }
            }
            Way::List | Way::Among(_) => {}
        }
        self.add_times(&mut all, "");
        all.sql.push_str(" ORDER BY received_at_ms DESC, number DESC LIMIT 1");
        all.add_number(" OFFSET ", i64::from(looked_at) - 1);
        (all.sql, all.values)
    }

    /// A statement that gives the numbers of the leads of one page, in its order, without those said again or
    /// replaced, down to a place. Sealed leads have the address as `sealed_email`, where there are any.
    pub(in crate::store) fn numbers(
        &self,
        way: &Way,
        down_to: Option<Place>,
        workspace: &str,
        dialect: Dialect,
        sealed_email: Option<&str>,
    ) -> (String, Vec<Bound>) {
        let Dialect { place_of, unindexed, mismatched, among } = dialect;
        // Of few, each is looked up by its number.
        let (mut all, hint) = if let Way::Among(numbers) = way {
            let sql = format!("SELECT number FROM {among} WHERE {unindexed}workspace = $2");
            let values = vec![Bound::Numbers(numbers.clone()), Bound::Text(workspace.to_owned())];
            (Conditions { sql, values }, unindexed)
        } else {
            let from = if *way == Way::Column(MISMATCHED) { mismatched } else { "lead" };
            (Self::conditions("number", from, workspace), "")
        };
        for (column, value) in self.named() {
            let hint = if *way == Way::Column(column) { "" } else { unindexed };
            Self::add_named(&mut all, hint, column, value, sealed_email);
        }
        match self.score_mismatch {
            Some(true) => all.sql.push_str(" AND score_mismatch"),
            Some(false) => all.sql.push_str(" AND NOT score_mismatch"),
            None => {}
        }
        self.add_scores(&mut all, unindexed);
        self.add_times(&mut all, hint);
        if let Some(place) = down_to {
            all.add_place(hint, ">=", place);
        }
        all.sql.push_str(" AND held_bytes IS NULL AND duplicate_of IS NULL");
        for words in &self.texts {
            let condition =
                format!("EXISTS (SELECT 1 FROM lead_text WHERE lead_text.lead = lead.number AND {place_of}(folded, ");
            all.add(&condition, Bound::Text(words.clone()), ") > 0)");
        }
        // Last, for it reads the lead itself.
        all.sql.push_str(
            " AND NOT EXISTS (SELECT 1 FROM lead later WHERE later.workspace = lead.workspace \
             AND later.form = lead.form AND later.supersedes = lead.key AND later.number > lead.number \
             AND later.held_bytes IS NULL AND later.duplicate_of IS NULL)",
        );
        let _ = write!(all.sql, " ORDER BY {hint}received_at_ms DESC, {hint}number DESC");
        all.add_number(" LIMIT ", self.limit.into());
        (all.sql, all.values)
    }
}
