//! A card's file, written.

use std::fmt::Write as _;

use leadglass_scoring::{
    Points,
    condition::{Condition, FieldCondition, FieldTest, Range},
    scorecard::ScoredCondition,
    timestamp::Date,
    validation::number::format_scaled,
};

use super::inputs::{Input, Kind};

/// What a card's file says.
pub(super) struct CardText<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub inputs: &'a [Input],
    pub initial: Points,
    pub criteria: Vec<CriterionText>,
}

/// One criterion of it.
pub(super) struct CriterionText {
    pub id: String,
    pub reason: String,
    pub conditions: Vec<ScoredCondition>,
    pub reasons: Vec<Option<String>>,
}

impl CriterionText {
    /// The most points that it can give.
    #[expect(clippy::cast_precision_loss, reason = "points have at most 13 digits; a float holds 15")]
    pub(super) fn most(&self) -> f64 {
        let always = self.conditions.last().is_some_and(|last| last.when == Condition::Always);
        let given = self.conditions.iter().map(|condition| condition.points.milli());
        given.chain((!always).then_some(0)).max().unwrap_or_default() as f64 / 1_000.0
    }
}

impl CardText<'_> {
    pub(super) fn write(&self) -> String {
        let mut out = String::new();
        // Writing to a string cannot fail, here and below.
        let _ = write!(
            out,
            "# {}: from a PMML Scorecard, which has no bands. Set them as you need them.\nid = {}\nlanguages = [\"en\"]\n",
            self.title.replace(char::is_control, " "),
            quoted(self.id),
        );
        self.inputs.iter().for_each(|input| write_field(input, &mut out));
        let _ = write!(out, "\n[scorecard]\ninitial = {}\n", points(self.initial));
        self.write_bands(&mut out);
        for criterion in &self.criteria {
            let _ = write!(
                out,
                "\n[[criterion]]\nid = {}\ndimension = \"fit\"\nreason = {}\n",
                quoted(&criterion.id),
                quoted(&criterion.reason)
            );
            for (condition, reason) in criterion.conditions.iter().zip(&criterion.reasons) {
                let when = self.condition(&condition.when);
                let _ = write!(
                    out,
                    "  [[criterion.condition]]\n  when = {when}\n  points = {}\n",
                    points(condition.points)
                );
                if let Some(reason) = reason {
                    let _ = writeln!(out, "  reason = {}", quoted(reason));
                }
            }
        }
        out
    }

    /// Thirds of what the card can give.
    fn write_bands(&self, out: &mut String) {
        let given = |best: bool| -> i64 {
            let of_criterion = |criterion: &CriterionText| {
                let always = criterion.conditions.last().is_some_and(|last| last.when == Condition::Always);
                let points = criterion.conditions.iter().map(|condition| condition.points.milli());
                let points = points.chain((!always).then_some(0));
                if best { points.max() } else { points.min() }.unwrap_or(0)
            };
            self.criteria.iter().map(of_criterion).sum()
        };
        let (least, most) = (given(false), given(true));
        let most = if most > least { most } else { least + 1_000 };
        let third = (most - least) / 3;
        let whole = |milli: i64| points(Points::from_milli(milli));
        let with_initial = |milli: i64| whole(milli + self.initial.milli());
        let _ = write!(
            out,
            "\n[bands]\nfit = {{ a = {}, b = {} }}\nengagement = {{ 1 = 1, 2 = 1 }}\naccept = {}\nnurture = {}\nscore = {{ 0 = {}, 100 = {} }}\n",
            whole(most - third),
            whole(least + third),
            with_initial(most - third),
            with_initial(least + third),
            with_initial(least),
            with_initial(most),
        );
    }

    fn condition(&self, condition: &Condition) -> String {
        let several = |key: &str, parts: &[Condition]| {
            let parts: Vec<_> = parts.iter().map(|part| self.condition(part)).collect();
            format!("{{ {key} = [{}] }}", parts.join(", "))
        };
        match condition {
            Condition::All(parts) => several("all", parts),
            Condition::Any(parts) => several("any", parts),
            Condition::Not(part) => match &**part {
                Condition::Field(FieldCondition { field, test: FieldTest::Present }) => {
                    format!("{{ field = {}, present = false }}", quoted(field))
                }
                part => format!("{{ not = {} }}", self.condition(part)),
            },
            Condition::Field(FieldCondition { field, test }) => {
                let kind = self.inputs.iter().find(|input| input.id == *field).map(|input| &input.kind);
                format!("{{ field = {}, {} }}", quoted(field), written_test(test, kind))
            }
            _ => "\"otherwise\"".into(),
        }
    }
}

fn written_test(test: &FieldTest, kind: Option<&Kind>) -> String {
    match (test, kind) {
        (FieldTest::Is(wanted), Some(Kind::YesNo)) => {
            format!("is = {}", wanted.first().is_some_and(|word| word == "yes"))
        }
        (FieldTest::Is(wanted), _) => match wanted.as_slice() {
            [only] => format!("is = {}", quoted(only)),
            wanted => format!("is = [{}]", wanted.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ")),
        },
        (FieldTest::Between(range), Some(Kind::Number { decimals, .. })) => {
            limits(*range, |units| number(units, *decimals), *decimals > 0)
        }
        (FieldTest::Date(range), _) => {
            limits(*range, |days| quoted(&Date::from_days(i32::try_from(days).unwrap_or(0)).to_iso()), false)
        }
        _ => "present = true".into(),
    }
}

/// "Less than 1000" reads better than "at most 999.999999".
fn limits(range: Range, written: impl Fn(i64) -> String, open_ends: bool) -> String {
    let min = range.min.map(|min| {
        let (plain, open) = (written(min), min.checked_sub(1).map(&written));
        match open.filter(|open| open_ends && open.len() < plain.len()) {
            Some(open) => format!("more_than = {open}"),
            None => format!("at_least = {plain}"),
        }
    });
    let max = range.max.map(|max| {
        let (plain, open) = (written(max), max.checked_add(1).map(&written));
        match open.filter(|open| open_ends && open.len() < plain.len()) {
            Some(open) => format!("less_than = {open}"),
            None => format!("at_most = {plain}"),
        }
    });
    match min.into_iter().chain(max).collect::<Vec<_>>().join(", ") {
        none if none.is_empty() => "present = true".into(),
        limits => limits,
    }
}

fn write_field(input: &Input, out: &mut String) {
    let _ = write!(out, "\n[[field]]\nid = {}\nlabel = {}\n", quoted(&input.id), quoted(&input.label));
    match &input.kind {
        Kind::Text => out.push_str("kind = \"short_text\"\nmax_length = 1000\n"),
        Kind::YesNo => out.push_str("kind = \"yes_no\"\n"),
        Kind::Date => out.push_str("kind = \"date\"\n"),
        Kind::Choice(options) => {
            out.push_str("kind = \"select\"\nas_list = true\noptions = [\n");
            for option in options {
                let _ = writeln!(out, "    {{ id = {0}, label = {0} }},", quoted(option));
            }
            out.push_str("]\n");
        }
        Kind::Number { decimals, range } => {
            out.push_str("kind = \"number\"\n");
            if *decimals > 0 {
                let _ = writeln!(out, "decimals = {decimals}");
            }
            for (key, limit) in [("min", range.min), ("max", range.max)] {
                if let Some(limit) = limit {
                    let _ = writeln!(out, "{key} = {}", number(limit, *decimals));
                }
            }
        }
    }
    if input.is_lenient() {
        out.push_str("lenient = true\n");
    }
    if input.required {
        out.push_str("required = true\n");
    }
}

fn points(points: Points) -> String {
    number(points.milli(), 3)
}

/// A decimal without needless zeros.
fn number(units: i64, decimals: u8) -> String {
    let text = format_scaled(units, decimals);
    if decimals == 0 { text } else { text.trim_end_matches('0').trim_end_matches('.').to_owned() }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if letter.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}
