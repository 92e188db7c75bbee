//! Chance that can be had again.

use std::hash::{BuildHasher, RandomState};

/// `SplitMix64`: the same numbers from the same seed. Nothing secret is made of it.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// The numbers of a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`; 0 where that is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        let number = self.number().checked_rem(u64::try_from(limit).unwrap_or(u64::MAX));
        usize::try_from(number.unwrap_or(0)).unwrap_or(0)
    }

    /// True once in `of` times.
    pub fn once_in(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }
}

/// `LEADGLASS_TEST_SEED`, else another one in each run.
#[must_use]
pub fn seed() -> u64 {
    let given = std::env::var("LEADGLASS_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    given.unwrap_or_else(|| RandomState::new().hash_one(()))
}
