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
}

/// What the databases spell in their own ways.
#[derive(Clone, Copy)]
pub(in crate::store) struct Dialect {
    /// The function for the place of one text in another.
    pub(in crate::store) place_of: &'static str,
    /// What keeps a column from being looked up by its index, where the database does not know by its own numbers which
    /// index is best.
    pub(in crate::store) unindexed: &'static str,
}

/// Conditions in SQL that both databases take, with `$1`, `$2`, … for the values; the first is the workspace.
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

    fn add_limit(&mut self, limit: u32) {
        self.values.push(Bound::Whole(limit.into()));
        let place = self.values.len();
        let _ = write!(self.sql, " LIMIT CAST(${place} AS BIGINT)");
    }
}

impl LeadQuery {
    /// A statement that gives the numbers of the leads of one page, in its order, without those said again or
    /// replaced. Sealed leads have the address as `sealed_email`, where there are any.
    pub(in crate::store) fn numbers(
        &self,
        workspace: &str,
        dialect: Dialect,
        sealed_email: Option<&str>,
    ) -> (String, Vec<Bound>) {
        let Dialect { place_of, unindexed } = dialect;
        let mut all = Conditions {
            sql: "SELECT number FROM lead WHERE workspace = $1".into(),
            values: vec![Bound::Text(workspace.to_owned())],
        };
        let text = |value: &str| Bound::Text(value.to_owned());
        let named = [
            ("email_folded", self.email.as_deref()),
            ("owner", self.owner.as_deref()),
            ("moment", self.moment.map(Moment::as_str)),
            ("channel", self.channel.map(Channel::as_str)),
            ("grade", self.grade.as_deref()),
            ("decision", self.decision.map(Decision::as_str)),
            ("form", self.form.as_deref()),
        ];
        let given: Vec<_> = named.into_iter().filter_map(|(column, value)| Some((column, value?))).collect();
        // Where one index answers alone, it is asked; otherwise the one of the list, which has all of these in it.
        let is_indexed = matches!(given[..], [_] | [("email_folded", _), ..] | [("grade", _), ("decision", _)]);
        for (place, (column, value)) in given.into_iter().enumerate() {
            let hint = if place == 0 && is_indexed { "" } else { unindexed };
            match sealed_email {
                Some(sealed) if column == "email_folded" => {
                    all.add(&format!("{hint}{column} IN ("), text(value), "");
                    all.values.push(text(sealed));
                    let _ = write!(all.sql, ", ${})", all.values.len());
                }
                _ => all.add(&format!("{hint}{column} = "), text(value), ""),
            }
        }
        if is_indexed && self.channel.is_some_and(|channel| channel != Channel::Form) {
            // As a literal, so that the index of the rarer ones is seen to be enough.
            all.sql.push_str(" AND channel <> 'form'");
        }
        if let Some(is_marked) = self.score_mismatch {
            // As a literal, so that the index of the marked ones is seen to be enough.
            all.sql.push_str(if is_marked { " AND score_mismatch" } else { " AND NOT score_mismatch" });
        }
        let ranges = [
            ("score >= CAST(", self.score_from.map(i64::from)),
            ("score <= CAST(", self.score_to.map(i64::from)),
            ("received_at_ms >= CAST(", self.received_from.map(Timestamp::as_millis)),
            ("received_at_ms < CAST(", self.received_before.map(Timestamp::as_millis)),
        ];
        for (condition, value) in ranges {
            if let Some(value) = value {
                all.add(condition, Bound::Whole(value), " AS BIGINT)");
            }
        }
        if let Some(place) = self.after {
            all.add("(received_at_ms, number) < (CAST(", Bound::Whole(place.received_at.as_millis()), " AS BIGINT), ");
            let number = i64::try_from(place.number).unwrap_or(i64::MAX);
            all.values.push(Bound::Whole(number));
            let _ = write!(all.sql, "CAST(${} AS BIGINT))", all.values.len());
        }
        all.sql.push_str(
            " AND held_bytes IS NULL AND duplicate_of IS NULL AND NOT EXISTS (SELECT 1 FROM lead later WHERE later.workspace = lead.workspace \
             AND later.form = lead.form AND later.supersedes = lead.key AND later.number > lead.number AND later.held_bytes IS NULL \
             AND later.duplicate_of IS NULL)",
        );
        for words in &self.texts {
            let condition =
                format!("EXISTS (SELECT 1 FROM lead_text WHERE lead_text.lead = lead.number AND {place_of}(folded, ");
            all.add(&condition, text(words), ") > 0)");
        }
        // Of one address there are few, which are soon in order.
        let hint = if self.email.is_some() { unindexed } else { "" };
        let _ = write!(all.sql, " ORDER BY {hint}received_at_ms DESC, {hint}number DESC");
        all.add_limit(self.limit);
        (all.sql, all.values)
    }
}
