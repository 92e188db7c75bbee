//! From leads to all leads of their people, step by step: what a lead has, who else has it, who was merged.

use std::collections::BTreeMap;

use super::PersonKey;

/// Most leads that are looked at: a person has few, and a list of leads has at most as many people.
const LIMIT: usize = 20_000;

/// A walk under way, by the numbers of leads.
#[derive(Debug)]
pub(in crate::store) struct Walk {
    /// A lead of the same person with a smaller number, or the lead itself.
    towards: BTreeMap<i64, i64>,
    next: Vec<i64>,
    /// The first lead that was seen to have a key.
    keys: BTreeMap<PersonKey, i64>,
}

impl Walk {
    pub(in crate::store) fn from(leads: impl IntoIterator<Item = i64>) -> Self {
        let next: Vec<i64> = leads.into_iter().collect();
        Self { towards: next.iter().map(|lead| (*lead, *lead)).collect(), next, keys: BTreeMap::new() }
    }

    /// The leads that were not asked about yet; none at the end.
    pub(in crate::store) fn next(&mut self) -> Vec<i64> {
        std::mem::take(&mut self.next)
    }

    /// A lead has a key. Whether nobody asked yet who else has it.
    pub(in crate::store) fn has(&mut self, lead: i64, key: PersonKey) -> bool {
        if let Some(first) = self.keys.get(&key).copied() {
            self.join(first, lead);
            return false;
        }
        self.keys.insert(key, lead);
        true
    }

    /// Somebody else has a key, too.
    pub(in crate::store) fn shares(&mut self, key: &PersonKey, lead: i64) {
        if let Some(first) = self.keys.get(key).copied() {
            self.join(first, lead);
        }
    }

    /// Two leads are one person's.
    pub(in crate::store) fn join(&mut self, one: i64, other: i64) {
        for lead in [one, other] {
            if self.towards.contains_key(&lead) {
                continue;
            }
            if self.towards.len() >= LIMIT {
                return;
            }
            self.towards.insert(lead, lead);
            self.next.push(lead);
        }
        let (one, other) = (self.first(one), self.first(other));
        self.towards.insert(one.max(other), one.min(other));
    }

    /// The first lead of the same person.
    pub(in crate::store) fn first(&mut self, lead: i64) -> i64 {
        let mut first = lead;
        while let Some(before) = self.towards.get(&first).copied().filter(|before| *before != first) {
            first = before;
        }
        self.towards.insert(lead, first);
        first
    }

    /// All leads of the same person, in order.
    pub(in crate::store) fn person(&mut self, lead: i64) -> Vec<i64> {
        let first = self.first(lead);
        let all: Vec<i64> = self.towards.keys().copied().collect();
        all.into_iter().filter(|lead| self.first(*lead) == first).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Walks as a store does, over leads with these keys and these merges.
    fn people(keys: &[(i64, u8)], merges: &[(i64, i64)]) -> Vec<Vec<i64>> {
        let mut walk = Walk::from(0..8);
        loop {
            let leads = walk.next();
            if leads.is_empty() {
                break;
            }
            for lead in leads {
                for (_, key) in keys.iter().filter(|(of, _)| *of == lead) {
                    if walk.has(lead, [*key; 16]) {
                        keys.iter().filter(|(_, other)| other == key).for_each(|(of, _)| walk.shares(&[*key; 16], *of));
                    }
                }
                for (one, other) in merges.iter().filter(|(one, other)| *one == lead || *other == lead) {
                    walk.join(*one, *other);
                }
            }
        }
        (0..8).map(|lead| walk.person(lead)).collect()
    }

    proptest! {
        #[test]
        fn who_is_one_does_not_depend_on_the_order_of_what_is_known(
            keys in prop::collection::vec((0..8_i64, 0..6_u8), 0..12).prop_shuffle(),
            merges in prop::collection::vec((0..8_i64, 0..8_i64), 0..4).prop_shuffle(),
        ) {
            let (mut other_keys, mut other_merges) = (keys.clone(), merges.clone());
            other_keys.sort_unstable();
            other_merges.reverse();
            let people = people(&keys, &merges);
            prop_assert_eq!(&people, &super::tests::people(&other_keys, &other_merges));
            for (lead, person) in (0..).zip(&people) {
                prop_assert!(person.contains(&lead));
                prop_assert!(person.iter().all(|other| people[usize::try_from(*other).unwrap()] == *person));
            }
            for (one, other) in merges {
                prop_assert_eq!(&people[usize::try_from(one).unwrap()], &people[usize::try_from(other).unwrap()]);
            }
        }

        #[test]
        fn nobody_is_one_with_whom_they_share_nothing(keys in prop::collection::vec(0..8_i64, 0..8)) {
            // Each has a key of its own.
            let keys: Vec<(i64, u8)> = keys.into_iter().map(|lead| (lead, u8::try_from(lead).unwrap())).collect();
            prop_assert!(people(&keys, &[]).iter().all(|person| person.len() == 1));
        }
    }
}
