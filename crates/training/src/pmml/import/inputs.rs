//! The fields of a document as fields of ours.

use std::collections::BTreeMap;

use leadglass_scoring::{
    condition::{Condition, FieldCondition, FieldTest, Range},
    letters::fold,
    validation::date,
};

use super::{
    Problems,
    decimal::Decimal,
    naming::Names,
    truth::{Truth, all, any, never, not},
};
use crate::pmml::xml::{Element, Spot};

/// What a field takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// One of these and nothing else.
    Choice(Vec<String>),
    Number {
        decimals: u8,
        range: Range,
    },
    YesNo,
    Date,
}

/// A field that conditions ask about.
#[derive(Clone, Debug)]
pub(super) struct Input {
    pub name: String,
    pub id: String,
    pub label: String,
    pub kind: Kind,
    pub required: bool,
    /// Whether a value that is none of its kind is missing.
    pub as_missing: bool,
    /// When there is a value that counts.
    known: Condition,
    /// What stands for a value that is missing.
    replacement: Option<String>,
    /// Derived fields with its text.
    pub views: Vec<View>,
}

/// A derived field that has a field's text in lower case, or without the white space around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct View {
    pub name: String,
    /// The field it is of.
    pub of: String,
    /// Whether letters are in lower case.
    lower: bool,
    /// Whether it is empty where the field is missing.
    empty: bool,
}

impl View {
    /// Reads a derived field; nothing where it derives anything else.
    pub(super) fn read(derived: &Element) -> Option<Self> {
        let expression = derived.children.iter().find(|child| child.name != "Extension")?;
        let mut view = Self { name: derived.get("name")?.into(), of: String::new(), lower: false, empty: false };
        view.follow(expression)?;
        Some(view)
    }

    fn follow(&mut self, expression: &Element) -> Option<()> {
        match expression.get("mapMissingTo") {
            None => {}
            Some("") => self.empty = true,
            Some(_) => return None,
        }
        if expression.name == "FieldRef" {
            self.of = expression.get("field")?.into();
            return Some(());
        }
        let function = expression.get("function")?;
        let constants: Vec<_> = expression.all("Constant").map(|constant| constant.text.as_str()).collect();
        match (function, constants.as_slice()) {
            ("lowercase", []) => self.lower = true,
            // What our own lower case has that others have not is replaced.
            ("trimBlanks", []) | ("replace", ["İ", "i"] | ["ς", "σ"]) => {}
            _ => return None,
        }
        self.follow(expression.children.iter().find(|child| child.name != "Constant")?)
    }
}

/// The least a value may be compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    Below,
    AtMost,
}

impl Input {
    /// Reads a field's entries in the dictionary and in the mining schema. `constants` are what it is compared with.
    pub(super) fn read(
        data: &Element,
        mining: &Element,
        constants: &[&str],
        names: &mut Names,
        problems: &mut Problems,
    ) -> Option<Self> {
        let name = data.get("name")?.to_owned();
        let id = names.field(&name);
        let field = |test| Condition::Field(FieldCondition { field: id.clone(), test });
        let values_of = |property: &str| -> Vec<String> {
            let wanted = data.all("Value").filter(|value| value.get("property").unwrap_or("valid") == property);
            wanted.filter_map(|value| value.get("value")).map(|value| value.trim().to_owned()).collect()
        };
        let (valid, missing) = (values_of("valid"), values_of("missing"));
        let invalid = mining.get("invalidValueTreatment").unwrap_or("returnInvalid");
        if !matches!(invalid, "returnInvalid" | "asIs" | "asMissing") {
            let what = format!("`{name}` treats invalid values by `{invalid}`");
            problems.add(mining.spot, what, "use `returnInvalid`, `asIs` or `asMissing`");
        }
        if !values_of("invalid").is_empty() {
            problems.add(data.spot, format!("`{name}` lists invalid values"), "list the valid ones instead");
        }
        if mining.get("outliers").is_some_and(|outliers| outliers != "asIs") {
            problems.add(mining.spot, format!("`{name}` treats outliers"), "set them right before; use `asIs`");
        }
        let data_type = data.get("dataType").unwrap_or("string");
        let mut kind = match data_type {
            "string" => Kind::Text,
            "integer" => Kind::Number { decimals: 0, range: Range::default() },
            "float" | "double" => Kind::Number { decimals: decimals(constants), range: Range::default() },
            "boolean" => Kind::YesNo,
            "date" => Kind::Date,
            other => {
                let what = format!("`{name}` is of type `{other}`, which no field of ours takes");
                problems.add(data.spot, what, "make it a `date`, a number or a `string`");
                return None;
            }
        };
        let mut known = field(FieldTest::Present);
        let margins = interval(data, &name, &kind, problems);
        match (&mut kind, margins) {
            (Kind::Number { range, .. }, Some(margins)) if invalid == "returnInvalid" => *range = margins,
            (Kind::Number { .. }, Some(margins)) if invalid == "asMissing" => {
                known = field(FieldTest::Between(margins));
            }
            _ => {}
        }
        let as_option = |value: &String| !value.is_empty() && value.len() <= 100;
        if kind == Kind::Text && !valid.is_empty() {
            if invalid == "returnInvalid" && valid.iter().all(as_option) {
                let mut options: Vec<String> = Vec::new();
                for value in valid.iter().chain(missing.iter().filter(|value| !value.is_empty())) {
                    if !options.contains(value) {
                        options.push(value.clone());
                    }
                }
                kind = Kind::Choice(options);
            } else if invalid == "asMissing" {
                known = field(FieldTest::Is(valid.clone()));
            }
        }
        let input = Self {
            label: data.get("displayName").unwrap_or(&name).to_owned(),
            as_missing: invalid == "asMissing",
            required: mining.get("missingValueTreatment") == Some("returnInvalid"),
            replacement: mining.get("missingValueReplacement").map(str::to_owned),
            name,
            id,
            kind,
            known,
            views: Vec::new(),
        };
        Some(input.without(&missing, data.spot, problems))
    }

    /// The same, where these values stand for a missing one.
    fn without(mut self, missing: &[String], spot: Spot, problems: &mut Problems) -> Self {
        let mut stand_for_missing = Vec::new();
        for value in missing.iter().filter(|value| !value.is_empty()) {
            match self.compared(Operator::Equal, value) {
                Ok(truth) => stand_for_missing.push(not(truth.holds)),
                Err(what) => problems.add(spot, what, "write a value of the field's type"),
            }
        }
        stand_for_missing.insert(0, self.known.clone());
        self.known = all(stand_for_missing);
        self
    }

    /// Whether it takes what it gets: numbers of any number of decimals are rounded, what can't be read is missing.
    pub(super) fn is_lenient(&self) -> bool {
        let takes_any = match self.kind {
            Kind::Number { decimals, range } => range == Range::default() && (decimals > 0 || self.as_missing),
            Kind::YesNo | Kind::Date => self.as_missing,
            Kind::Text | Kind::Choice(_) => false,
        };
        takes_any && !self.required
    }

    /// When there is no value, and when there is.
    pub(super) fn is_missing(&self) -> Truth {
        if self.replacement.is_some() {
            return Truth::always().opposite();
        }
        Truth { holds: not(self.known.clone()), fails: self.known.clone() }
    }

    /// The truth of a comparison, missing values and their replacement regarded.
    pub(super) fn asked(&self, operator: Operator, constant: &str) -> Result<Truth, String> {
        let plain = self.compared(operator, constant)?;
        let known = Truth {
            holds: all(vec![self.known.clone(), plain.holds]),
            fails: all(vec![self.known.clone(), plain.fails]),
        };
        let Some(replacement) = &self.replacement else { return Ok(known) };
        let missing = not(self.known.clone());
        Ok(if self.settled(operator, replacement, constant)? {
            Truth { holds: any(vec![missing, known.holds]), fails: known.fails }
        } else {
            Truth { holds: known.holds, fails: any(vec![missing, known.fails]) }
        })
    }

    /// The truth of an equality with the field's text as a derived field has it.
    pub(super) fn viewed(&self, view: &View, constant: &str) -> Result<Truth, String> {
        if self.replacement.is_some() || !matches!(self.kind, Kind::Text | Kind::Choice(_)) {
            return Err(format!("`{}` is derived from `{}`, which is no plain text", view.name, self.name));
        }
        let missing = self.is_missing();
        let in_case = !view.lower || fold(constant) == constant;
        let truth = match constant {
            "" if view.empty => return Ok(missing),
            _ if in_case => self.asked(Operator::Equal, constant)?,
            _ => Truth { holds: never(), fails: missing.fails.clone() },
        };
        Ok(if view.empty { Truth { fails: any(vec![missing.holds, truth.fails]), holds: truth.holds } } else { truth })
    }

    fn field(&self, test: FieldTest) -> Condition {
        Condition::Field(FieldCondition { field: self.id.clone(), test })
    }

    /// The truth of a comparison with a value that is there.
    fn compared(&self, operator: Operator, constant: &str) -> Result<Truth, String> {
        let constant = constant.trim();
        match &self.kind {
            Kind::Number { decimals, .. } => {
                let (floor, exact) = self.units(constant, *decimals)?;
                Ok(self.ranges(operator, floor, exact, &FieldTest::Between))
            }
            Kind::Date => {
                let day = date::parse(constant).map_err(|_| format!("`{constant}` is no date such as `2026-01-31`"))?;
                Ok(self.ranges(operator, i64::from(day.days()), true, &FieldTest::Date))
            }
            _ if operator != Operator::Equal => Err(format!("`{}` is no number to compare by size", self.name)),
            Kind::YesNo => {
                let is = |word: &str| self.field(FieldTest::Is(vec![word.to_owned()]));
                match constant {
                    "true" | "1" => Ok(Truth { holds: is("yes"), fails: is("no") }),
                    "false" | "0" => Ok(Truth { holds: is("no"), fails: is("yes") }),
                    _ => Err(format!("`{constant}` is neither `true` nor `false`")),
                }
            }
            Kind::Choice(options) if !options.iter().any(|option| option == constant) => Ok(self.never_so()),
            Kind::Text if constant.is_empty() => Ok(self.never_so()),
            Kind::Choice(_) | Kind::Text => {
                let is = self.field(FieldTest::Is(vec![constant.to_owned()]));
                Ok(Truth { fails: all(vec![self.field(FieldTest::Present), not(is.clone())]), holds: is })
            }
        }
    }

    fn never_so(&self) -> Truth {
        Truth { holds: never(), fails: self.field(FieldTest::Present) }
    }

    fn units(&self, constant: &str, decimals: u8) -> Result<(i64, bool), String> {
        let number = Decimal::parse(constant).ok_or_else(|| format!("`{constant}` is no number"))?;
        number.floor(decimals).ok_or_else(|| format!("`{constant}` is beyond what `{}` can take", self.name))
    }

    fn ranges(&self, operator: Operator, floor: i64, exact: bool, test: &dyn Fn(Range) -> FieldTest) -> Truth {
        let within = |min, max| self.field(test(Range { min, max }));
        let up_to = |max: Option<i64>| max.map_or_else(never, |max| within(None, Some(max)));
        let from = |min: Option<i64>| min.map_or_else(never, |min| within(Some(min), None));
        let (below, above) = (floor.checked_sub(1), floor.checked_add(1));
        match operator {
            Operator::Below if exact => Truth { holds: up_to(below), fails: from(Some(floor)) },
            Operator::Below | Operator::AtMost => Truth { holds: up_to(Some(floor)), fails: from(above) },
            Operator::Equal if exact => {
                Truth { holds: within(Some(floor), Some(floor)), fails: any(vec![up_to(below), from(above)]) }
            }
            Operator::Equal => self.never_so(),
        }
    }

    /// Whether a value passes, as far as it can be said beforehand.
    fn settled(&self, operator: Operator, value: &str, constant: &str) -> Result<bool, String> {
        let (value, constant) = (value.trim(), constant.trim());
        let compared = |value: i64, floor: i64, exact: bool| match operator {
            Operator::AtMost => value <= floor,
            Operator::Below => value < floor || (value == floor && !exact),
            Operator::Equal => value == floor && exact,
        };
        Ok(match &self.kind {
            Kind::Number { decimals, .. } => {
                let (units, exact) = self.units(value, *decimals)?;
                if !exact {
                    return Err(format!("`{value}`, which replaces a missing `{}`, has too many decimals", self.name));
                }
                let (floor, exact) = self.units(constant, *decimals)?;
                compared(units, floor, exact)
            }
            Kind::Date => {
                let day = |text: &str| date::parse(text).map_err(|_| format!("`{text}` is no date"));
                compared(i64::from(day(value)?.days()), i64::from(day(constant)?.days()), true)
            }
            Kind::YesNo => matches!(value, "true" | "1") == matches!(constant, "true" | "1"),
            Kind::Choice(_) => value == constant,
            Kind::Text => fold(value) == fold(constant),
        })
    }
}

/// As many as a field can have and still hold every constant.
fn decimals(constants: &[&str]) -> u8 {
    let holds = |decimals: &u8| {
        let mut numbers = constants.iter().filter_map(|constant| Decimal::parse(constant));
        numbers.all(|number| number.floor(*decimals).is_some_and(|(units, _)| units.unsigned_abs() < 1 << 62))
    };
    (0..=6).rev().find(holds).unwrap_or(0)
}

fn interval(data: &Element, name: &str, kind: &Kind, problems: &mut Problems) -> Option<Range> {
    let mut intervals = data.all("Interval");
    let interval = intervals.next()?;
    let Kind::Number { decimals, .. } = kind else { return None };
    if intervals.next().is_some() {
        problems.add(interval.spot, format!("`{name}` lies in several intervals"), "give it one interval or none");
    }
    let closure = interval.get("closure").unwrap_or("closedClosed");
    let mut margin = |key: &str| {
        let text = interval.get(key)?;
        let floor = Decimal::parse(text).and_then(|number| number.floor(*decimals));
        if floor.is_none() {
            problems.add(interval.spot, format!("`{key}` is `{text}`"), "write a number, or leave it out");
        }
        floor
    };
    let (left, right) = (margin("leftMargin"), margin("rightMargin"));
    let min =
        left.map(|(floor, exact)| if exact && closure.starts_with("closed") { floor } else { floor.saturating_add(1) });
    let max =
        right.map(|(floor, exact)| if exact && closure.ends_with("Open") { floor.saturating_sub(1) } else { floor });
    Some(Range { min, max })
}

/// Values that differ only in the case of letters, which texts of ours do not regard.
pub(super) fn alike<'c>(constants: &[&'c str]) -> Option<(&'c str, &'c str)> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for constant in constants {
        let first = *seen.entry(fold(constant.trim())).or_insert(constant);
        if first.trim() != constant.trim() {
            return Some((first, constant));
        }
    }
    None
}
