//! The conditions that nearly all criteria have, laid out so that they are asked without a list or a call.

use super::{Bound, Facts, Test};
use crate::lead::Value;

/// A test of one field, or nothing of the sort.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quick {
    slot: usize,
    test: QuickTest,
}

#[derive(Clone, Copy, Debug)]
enum QuickTest {
    /// The least and the greatest number.
    Between(i64, i64),
    /// A bit for each option; only where all are among the first [`u64::BITS`].
    Options(u64),
    YesNo(bool),
    None,
}

impl Quick {
    pub(crate) fn of(when: &Bound) -> Self {
        let Bound::Field(slot, test) = when else { return Self { slot: 0, test: QuickTest::None } };
        let test = match test {
            Test::Between(range) => QuickTest::Between(range.min.unwrap_or(i64::MIN), range.max.unwrap_or(i64::MAX)),
            Test::Options(options) => {
                let bits = options.iter().try_fold(0, |bits, option| Some(bits | 1_u64.checked_shl((*option).into())?));
                bits.map_or(QuickTest::None, QuickTest::Options)
            }
            Test::YesNo(wanted) => QuickTest::YesNo(*wanted),
            _ => QuickTest::None,
        };
        Self { slot: *slot, test }
    }

    /// Whether `when`, which it was made of, holds.
    #[inline]
    pub(crate) fn holds(&self, when: &Bound, facts: &Facts) -> bool {
        match (self.test, facts.values.get(self.slot)) {
            (QuickTest::Between(min, max), Some(Some(Value::Number(number)))) => (min..=max).contains(number),
            (QuickTest::Options(bits), Some(Some(Value::Choice(chosen)))) => {
                bits.checked_shr((*chosen).into()).is_some_and(|bits| bits & 1 == 1)
            }
            (QuickTest::YesNo(wanted), Some(Some(Value::YesNo(given)))) => wanted == *given,
            _ => when.holds(facts),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{circumstances::Circumstances, condition::Range, money::Currency, score::facts, scorecard::Scorecard};

    #[test]
    fn the_quick_way_says_what_the_long_way_says() {
        let range = |min, max| Range { min, max };
        let currency = Currency::parse("EUR").expect("it is one");
        let tests = [
            Test::Between(range(Some(2), Some(4))),
            Test::Between(range(None, Some(4))),
            Test::Between(range(Some(2), None)),
            Test::Between(range(Some(i64::MIN), Some(i64::MAX))),
            Test::Options(vec![1, 3]),
            Test::Options(vec![0, 63]),
            Test::Options(vec![3, 64]),
            Test::Options(vec![u16::MAX]),
            Test::YesNo(true),
            Test::YesNo(false),
            Test::Present,
            Test::Amount(range(Some(2), None), currency),
        ];
        let numbers = [i64::MIN, 1, 2, 3, 4, 5, i64::MAX].map(Value::Number);
        let choices = [0, 1, 2, 3, 62, 63, 64, 65, u16::MAX].map(Value::Choice);
        let others = [
            Value::Rating(3),
            Value::Choices(vec![1, 2, 64]),
            Value::YesNo(true),
            Value::YesNo(false),
            Value::Consent(true),
            Value::Text("3".into()),
        ];
        let values = numbers.into_iter().chain(choices).chain(others).map(Some).chain([None]);
        let (card, circumstances) = (Scorecard::default(), Circumstances::default());
        for value in values {
            let values = [None, value];
            let facts = facts(&card, &values, &circumstances);
            for test in &tests {
                for slot in [0, 1, 2] {
                    let when = Bound::Field(slot, test.clone());
                    let quick = Quick::of(&when).holds(&when, &facts);
                    assert_eq!(quick, when.holds(&facts), "{when:?} of {values:?}");
                }
            }
        }
    }
}
