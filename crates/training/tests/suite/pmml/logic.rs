//! Predicates become conditions that hold exactly where PMML's three-valued logic says `TRUE`.

use leadglass_scoring::Form;
use leadglass_training::pmml::import;

use super::{explained, told};

/// A predicate, evaluated here by the tables of the standard rather than by what the importer makes of it.
enum Predicate {
    True,
    False,
    Compared(&'static str, i64),
    Missing(bool),
    In(bool, Vec<&'static str>),
    Equal(bool, &'static str),
    Compound(&'static str, Vec<Predicate>),
}

type Row = (Option<i64>, Option<&'static str>);

impl Predicate {
    fn holds(&self, row: Row) -> Option<bool> {
        let (x, s) = row;
        match self {
            Self::True => Some(true),
            Self::False => Some(false),
            Self::Compared(operator, value) => x.map(|x| match *operator {
                "equal" => x == *value,
                "notEqual" => x != *value,
                "lessThan" => x < *value,
                "lessOrEqual" => x <= *value,
                "greaterThan" => x > *value,
                _ => x >= *value,
            }),
            Self::Missing(missing) => Some(x.is_none() == *missing),
            Self::In(within, values) => s.map(|s| values.contains(&s) == *within),
            Self::Equal(equal, value) => s.map(|s| (s == *value) == *equal),
            Self::Compound(operator, parts) => {
                let parts: Vec<_> = parts.iter().map(|part| part.holds(row)).collect();
                match *operator {
                    "and" if parts.contains(&Some(false)) => Some(false),
                    "or" if parts.contains(&Some(true)) => Some(true),
                    "surrogate" => parts.into_iter().flatten().next(),
                    _ if parts.contains(&None) => None,
                    "and" => Some(true),
                    "or" => Some(false),
                    _ => Some(parts.iter().filter(|part| **part == Some(true)).count() % 2 == 1),
                }
            }
        }
    }

    fn write(&self) -> String {
        match self {
            Self::True => "<True/>".into(),
            Self::False => "<False/>".into(),
            Self::Compared(operator, value) => {
                format!("<SimplePredicate field=\"x\" operator=\"{operator}\" value=\"{value}\"/>")
            }
            Self::Missing(missing) => {
                let operator = if *missing { "isMissing" } else { "isNotMissing" };
                format!("<SimplePredicate field=\"x\" operator=\"{operator}\"/>")
            }
            Self::In(within, values) => format!(
                "<SimpleSetPredicate field=\"s\" booleanOperator=\"{}\"><Array n=\"{}\" type=\"string\">{}</Array></SimpleSetPredicate>",
                if *within { "isIn" } else { "isNotIn" },
                values.len(),
                values.join(" ")
            ),
            Self::Equal(equal, value) => {
                let operator = if *equal { "equal" } else { "notEqual" };
                format!("<SimplePredicate field=\"s\" operator=\"{operator}\" value=\"{value}\"/>")
            }
            Self::Compound(operator, parts) => {
                let parts: String = parts.iter().map(Self::write).collect();
                format!("<CompoundPredicate booleanOperator=\"{operator}\">{parts}</CompoundPredicate>")
            }
        }
    }
}

/// Numbers that look random and are the same each time (Knuth's MMIX).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn predicate(&mut self, depth: usize) -> Predicate {
        const TEXTS: [&str; 3] = ["a", "b", "c"];
        match self.below(if depth == 0 { 8 } else { 14 }) {
            0 => Predicate::True,
            1 => Predicate::False,
            2..=4 => {
                let operators = ["equal", "notEqual", "lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual"];
                Predicate::Compared(operators[self.below(6)], i64::try_from(self.below(4)).unwrap())
            }
            5 => Predicate::Missing(self.below(2) == 0),
            6 => Predicate::In(self.below(2) == 0, TEXTS[..=self.below(3)].to_vec()),
            7 => Predicate::Equal(self.below(2) == 0, TEXTS[self.below(3)]),
            _ => {
                let operator = ["and", "or", "xor", "surrogate"][self.below(4)];
                let count = 2 + self.below(2);
                Predicate::Compound(operator, (0..count).map(|_| self.predicate(depth - 1)).collect())
            }
        }
    }
}

fn imported(predicate: &Predicate) -> Option<Form> {
    let document = format!(
        "<PMML xmlns=\"http://www.dmg.org/PMML-4_4\" version=\"4.4\"><Header/><DataDictionary>\
         <DataField name=\"x\" optype=\"continuous\" dataType=\"double\"/>\
         <DataField name=\"s\" optype=\"categorical\" dataType=\"string\"/></DataDictionary>\
         <Scorecard functionName=\"regression\" useReasonCodes=\"false\"><MiningSchema><MiningField name=\"x\"/><MiningField name=\"s\"/></MiningSchema>\
         <Characteristics>\
         <Characteristic name=\"both\"><Attribute partialScore=\"0\"><CompoundPredicate booleanOperator=\"and\"><SimplePredicate field=\"x\" operator=\"isMissing\"/><SimplePredicate field=\"s\" operator=\"isMissing\"/></CompoundPredicate></Attribute></Characteristic>\
         <Characteristic name=\"c\"><Attribute partialScore=\"1\">{}</Attribute><Attribute partialScore=\"0\"><True/></Attribute></Characteristic>\
         </Characteristics></Scorecard></PMML>",
        predicate.write()
    );
    match import(document.as_bytes()) {
        Ok(imported) => Some(imported.form),
        Err(mistakes) => {
            let refused = told(&mistakes);
            assert!(refused.contains("levels of") || refused.contains("too many parts"), "{refused}\n{document}");
            None
        }
    }
}

#[test]
fn conditions_hold_exactly_where_predicates_are_true() {
    let mut chance = Chance(1);
    let (mut compared, mut held, mut refused) = (0, 0, 0);
    for _ in 0..3_000 {
        let predicate = chance.predicate(2);
        let Some(form) = imported(&predicate) else {
            refused += 1;
            continue;
        };
        for x in [None, Some(0), Some(1), Some(2), Some(3), Some(4)] {
            for s in [None, Some("a"), Some("b"), Some("d")] {
                let number = x.map(|x| x.to_string()).unwrap_or_default();
                let points = explained(&form, &[("x", &number), ("s", s.unwrap_or_default())]).points.milli();
                let wanted = predicate.holds((x, s)) == Some(true);
                assert_eq!(points == 1_000, wanted, "x {x:?}, s {s:?}: {}", predicate.write());
                compared += 1;
                held += i32::from(wanted);
            }
        }
    }
    assert!(compared > 50_000 && held > 10_000 && compared - held > 10_000, "{compared} compared, {held} held");
    assert!(refused < 300, "{refused} of 3000 were refused");
}
