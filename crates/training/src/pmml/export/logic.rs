//! A condition as tests that every evaluator of PMML knows.
//!
//! PMML's predicates have three values and no `not`; ours have two, and what is not known is false. So `not` is pushed
//! down to the tests, where it says what becomes of a missing value, and above them there are only `and` and `or`,
//! which are true exactly where ours hold, whether the rest is false or unknown.

use leadglass_scoring::{
    FieldKind,
    condition::{Condition, FieldCondition, FieldTest, Range},
    letters::fold,
    money::Currency,
    validation::number::format_scaled,
};

use super::inputs::{Inputs, TYPE_OF_TEXTS, text_name};

/// Tests under `and` and `or`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Logic {
    True,
    False,
    All(Vec<Logic>),
    Any(Vec<Logic>),
    Test(Test),
}

/// A test of one field of the document, an input or one that is derived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Test {
    pub field: String,
    pub data_type: &'static str,
    pub asked: Asked,
}

/// What is asked of a field. All but `Missing` are false, or unknown, of a missing value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Missing,
    Known,
    /// A PMML operator and a value.
    Compared(&'static str, String),
    In(Vec<String>),
    NotIn(Vec<String>),
    /// A regular expression, which predicates have not, only expressions.
    Matches(String),
    NotMatches(String),
}

impl Logic {
    /// All parts, without those that are settled.
    fn all(parts: Vec<Self>) -> Self {
        let mut open: Vec<_> = parts.into_iter().filter(|part| *part != Self::True).collect();
        if open.contains(&Self::False) {
            return Self::False;
        }
        match open.len() {
            0 => Self::True,
            1 => open.remove(0),
            _ => Self::All(open),
        }
    }

    fn any(parts: Vec<Self>) -> Self {
        let mut open: Vec<_> = parts.into_iter().filter(|part| *part != Self::False).collect();
        if open.contains(&Self::True) {
            return Self::True;
        }
        match open.len() {
            0 => Self::False,
            1 => open.remove(0),
            _ => Self::Any(open),
        }
    }

    /// Every test in it.
    pub(super) fn tests<'a>(&'a self, into: &mut Vec<&'a Test>) {
        match self {
            Self::True | Self::False => {}
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.tests(into)),
            Self::Test(test) => into.push(test),
        }
    }
}

/// The greatest number up to which 64-bit floats hold every whole one.
const EXACT: u64 = 1 << 53;

/// Turns conditions into logic, and remembers what could not be turned.
pub(super) struct Lowering<'i, 'f> {
    pub inputs: &'i mut Inputs<'f>,
    pub losses: Vec<String>,
}

impl Lowering<'_, '_> {
    /// What is true where the condition holds, or where it does not if `holds` is false.
    pub(super) fn lower(&mut self, condition: &Condition, holds: bool) -> Logic {
        let constant = |truth| if truth { Logic::True } else { Logic::False };
        match condition {
            Condition::Always => constant(holds),
            Condition::All(parts) | Condition::Any(parts) => {
                let lowered = parts.iter().map(|part| self.lower(part, holds)).collect();
                if matches!(condition, Condition::All(_)) == holds { Logic::all(lowered) } else { Logic::any(lowered) }
            }
            Condition::Not(part) => self.lower(part, !holds),
            Condition::Field(FieldCondition { field, test }) => {
                let kind = self.inputs.kind(field);
                let lowered =
                    kind.map_or_else(|| Err("an unknown field".into()), |kind| self.field(field, kind, test, holds));
                lowered.unwrap_or_else(|what| self.lose(format!("{what} (`{field}`)"), holds))
            }
            Condition::Signal(signal) => self.lose(format!("what a page observes (signal `{}`)", signal.signal), holds),
            Condition::Channel(_) => self.lose("the way a lead came by".into(), holds),
            Condition::Touch(_) => self.lose("what brought the person".into(), holds),
            Condition::Weekday(_) | Condition::Hour(_) => self.lose("the time a lead came at".into(), holds),
            Condition::Mail(_) => self.lose("what lists tell of the e-mail address".into(), holds),
            Condition::Moment(_) => self.lose("what the person wants now".into(), holds),
        }
    }

    /// Without it, the test is of something that is never known: false, and its `not` true.
    fn lose(&mut self, what: String, holds: bool) -> Logic {
        self.losses.push(what);
        if holds { Logic::False } else { Logic::True }
    }

    fn field(&mut self, id: &str, kind: &FieldKind, test: &FieldTest, holds: bool) -> Result<Logic, String> {
        let is_text = matches!(
            kind,
            FieldKind::ShortText(_)
                | FieldKind::LongText(_)
                | FieldKind::Company(_)
                | FieldKind::Hidden(_)
                | FieldKind::Email
                | FieldKind::Website
        );
        if matches!(kind, FieldKind::MultiSelect(_)) {
            return Err("a field with several answers".into());
        }
        let has_form =
            matches!(kind, FieldKind::Email | FieldKind::Website | FieldKind::Phone(_) | FieldKind::Money(_));
        if has_form && self.inputs.is_lenient(id) {
            return Err("an answer that counts as none where it is malformed".into());
        }
        if is_text {
            return self.text(id, kind, test, holds);
        }
        let data_type = self.inputs.ask(id).ok_or("a field without a counterpart")?;
        let one = |asked| Logic::Test(Test { field: id.to_owned(), data_type, asked });
        let no_answer = || one(Asked::Missing);
        Ok(match (test, kind) {
            (FieldTest::Present, FieldKind::Consent(_)) => boolean(one, holds),
            (FieldTest::Present, _) => one(if holds { Asked::Known } else { Asked::Missing }),
            (FieldTest::Is(wanted), FieldKind::Select(_)) => {
                if holds {
                    one(Asked::In(wanted.clone()))
                } else {
                    Logic::any(vec![no_answer(), one(Asked::NotIn(wanted.clone()))])
                }
            }
            (FieldTest::Is(wanted), FieldKind::Consent(_)) => boolean(one, is_yes(wanted) == holds),
            (FieldTest::Is(wanted), FieldKind::YesNo) => {
                let given = boolean(one, is_yes(wanted) == holds);
                if holds { given } else { Logic::any(vec![no_answer(), given]) }
            }
            (FieldTest::Between(range), FieldKind::Number(limits)) if self.inputs.is_lenient(id) => {
                rounded(one, *range, limits.decimals, holds)?
            }
            (FieldTest::Between(range), FieldKind::Number(limits)) => between(one, *range, limits.decimals, holds)?,
            (FieldTest::Between(range), FieldKind::Rating(_)) => between(one, *range, 0, holds)?,
            (FieldTest::Amount(range, currency), FieldKind::Money(limits)) => {
                amount(one, *range, *currency, &limits.currencies, holds)?
            }
            (FieldTest::Date(range), FieldKind::Date(_)) => {
                let written = |days| leadglass_scoring::timestamp::Date::from_days(days).to_iso();
                limits(one, *range, holds, |days| i32::try_from(days).ok().map(written), "lessOrEqual", "greaterThan")?
            }
            (FieldTest::DaysFromToday(_), _) => return Err("days from the day of asking".into()),
            (FieldTest::Is(_) | FieldTest::Contains(_), FieldKind::Phone(_)) => {
                return Err("how a phone number is spelled".into());
            }
            _ => return Err("a test without a counterpart".into()),
        })
    }

    /// Texts are asked by a derived field: trimmed, in lower case, and empty where there is no answer.
    fn text(&mut self, id: &str, kind: &FieldKind, test: &FieldTest, holds: bool) -> Result<Logic, String> {
        self.inputs.ask_text(id).ok_or("a field without a counterpart")?;
        let one = |asked| Logic::Test(Test { field: text_name(id), data_type: TYPE_OF_TEXTS, asked });
        let folded = |texts: &[String]| texts.iter().map(|text| foldable(text)).collect::<Result<Vec<_>, _>>();
        Ok(match test {
            FieldTest::Present => one(Asked::Compared(if holds { "notEqual" } else { "equal" }, String::new())),
            FieldTest::Is(wanted) => {
                // No answer is empty, so it can't be told from one that is asked for; a form has none such.
                let wanted = folded(wanted)?.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>();
                match (wanted.is_empty(), holds) {
                    (true, true) => Logic::False,
                    (true, false) => Logic::True,
                    (false, true) => one(Asked::In(wanted)),
                    (false, false) => one(Asked::NotIn(wanted)),
                }
            }
            FieldTest::Contains(parts) => {
                let each = |part: &String| {
                    // An answer contains nothing whatever it is, if there is one.
                    let pattern =
                        if part.is_empty() { "(?s)^.+$".into() } else { format!("(?s)^.*{}.*$", quoted(part)) };
                    one(if holds { Asked::Matches(pattern) } else { Asked::NotMatches(pattern) })
                };
                let each = folded(parts)?.iter().map(each).collect();
                if holds { Logic::any(each) } else { Logic::all(each) }
            }
            FieldTest::Domain(domains) => {
                let before = if *kind == FieldKind::Email { "^.*[@.]" } else { "^https?://([^/?#:]*[.])?" };
                let after = if *kind == FieldKind::Email { "$" } else { "(:[0-9]+)?([/?#].*)?$" };
                let is_part = |domain: &String| !domain.is_empty() && !domain.contains(['@', '/', '?', '#', ':']);
                let each = |domain: &String| {
                    let pattern = format!("(?s){before}{}{after}", quoted(domain));
                    one(if holds { Asked::Matches(pattern) } else { Asked::NotMatches(pattern) })
                };
                let each = folded(domains)?.iter().filter(|domain| is_part(domain)).map(each).collect();
                if holds { Logic::any(each) } else { Logic::all(each) }
            }
            _ => return Err("a test without a counterpart".into()),
        })
    }
}

fn is_yes(wanted: &[String]) -> bool {
    wanted.first().is_some_and(|word| word == "yes")
}

fn boolean(one: impl Fn(Asked) -> Logic, yes: bool) -> Logic {
    one(Asked::Compared("equal", if yes { "true".into() } else { "false".into() }))
}

/// A range of whole units. Where there are decimals its end is written as "below the next unit", so that neighbouring
/// ranges leave no gap for an evaluator that reads finer numbers than a form takes.
fn between(one: impl Fn(Asked) -> Logic, range: Range, decimals: u8, holds: bool) -> Result<Logic, String> {
    let written = |units: i64| (units.unsigned_abs() <= EXACT).then(|| decimal(units, decimals));
    if decimals == 0 {
        return limits(one, range, holds, written, "lessOrEqual", "greaterThan");
    }
    let range = Range { min: range.min, max: range.max.and_then(|max| max.checked_add(1)) };
    limits(one, range, holds, written, "lessThan", "greaterOrEqual")
}

/// A range of whole units that numbers are rounded to, halves away from zero.
fn rounded(one: impl Fn(Asked) -> Logic, range: Range, decimals: u8, holds: bool) -> Result<Logic, String> {
    let half_below = |units: i64| {
        let tenths = units.checked_mul(10).and_then(|tenths| tenths.checked_sub(5));
        let tenths = tenths.filter(|tenths| tenths.unsigned_abs() <= EXACT);
        tenths.map(|tenths| decimal(tenths, decimals + 1)).ok_or("a limit that 64-bit floats do not hold exactly")
    };
    // Half a unit below a positive one is rounded up to it, half a unit below any other one is not.
    let from = |units: i64| (if units > 0 { "greaterOrEqual" } else { "greaterThan" }, units);
    let until = |units: i64| (if units > 0 { "lessThan" } else { "lessOrEqual" }, units);
    let (lower, upper) = if holds { (from as fn(i64) -> _, until as fn(i64) -> _) } else { (until as _, from as _) };
    let beyond = range.max.and_then(|max| max.checked_add(1));
    let limits = [range.min.map(lower), beyond.map(upper)].into_iter().flatten();
    let written = limits.map(|(operator, units)| Ok(one(Asked::Compared(operator, half_below(units)?))));
    let mut parts = written.collect::<Result<Vec<_>, String>>()?;
    if parts.is_empty() {
        return Ok(one(if holds { Asked::Known } else { Asked::Missing }));
    }
    if !holds {
        parts.insert(0, one(Asked::Missing));
    }
    Ok(if holds { Logic::all(parts) } else { Logic::any(parts) })
}

fn amount(
    one: impl Fn(Asked) -> Logic,
    range: Range,
    currency: Currency,
    taken: &[Currency],
    holds: bool,
) -> Result<Logic, String> {
    if taken != [currency] {
        return Err("amounts in several currencies".into());
    }
    between(one, range, currency.decimals(), holds)
}

fn limits(
    one: impl Fn(Asked) -> Logic,
    range: Range,
    holds: bool,
    written: impl Fn(i64) -> Option<String>,
    until: &'static str,
    beyond: &'static str,
) -> Result<Logic, String> {
    let written = |limit: Option<i64>| match limit.map(&written) {
        Some(None) => Err("a limit that 64-bit floats do not hold exactly"),
        Some(Some(limit)) => Ok(Some(limit)),
        None => Ok(None),
    };
    let (min, max) = (written(range.min)?, written(range.max)?);
    if min.is_none() && max.is_none() {
        return Ok(one(if holds { Asked::Known } else { Asked::Missing }));
    }
    let at = |operator| move |limit: String| Asked::Compared(operator, limit);
    Ok(if holds {
        let parts = [min.map(at("greaterOrEqual")), max.map(at(until))];
        Logic::all(parts.into_iter().flatten().map(one).collect())
    } else {
        let parts = [Some(Asked::Missing), min.map(at("lessThan")), max.map(at(beyond))];
        Logic::any(parts.into_iter().flatten().map(one).collect())
    })
}

/// A text in our lower case, where that of other evaluators is the same.
fn foldable(text: &str) -> Result<String, String> {
    let folded = fold(text);
    if folded.to_lowercase() == folded {
        Ok(folded)
    } else {
        Err(format!("letters whose lower case differs elsewhere, as in \"{text}\""))
    }
}

/// Text for a regular expression: signs that could mean something are escaped (PCRE and Java agree on it).
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii_punctuation() {
            quoted.push('\\');
        }
        quoted.push(letter);
    }
    quoted
}

/// Units as a decimal without needless zeros.
pub(super) fn decimal(units: i64, decimals: u8) -> String {
    let text = format_scaled(units, decimals);
    if decimals == 0 { text } else { text.trim_end_matches('0').trim_end_matches('.').to_owned() }
}
