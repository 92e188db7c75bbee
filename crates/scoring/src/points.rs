//! Points on the log-odds scale, as whole thousandths.

/// Milli-points. Adding saturates at the ends of 64 bits; no checked card can get there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct Points(i64);

canonical!(transparent Points);

impl Points {
    /// No points.
    pub const ZERO: Self = Self(0);
    /// The most that one condition may give or take: a million points.
    pub const LIMIT: Self = Self(1_000_000_000);

    /// Points from thousandths.
    #[must_use]
    pub const fn from_milli(milli: i64) -> Self {
        Self(milli)
    }

    /// Whole thousandths.
    #[must_use]
    pub const fn milli(self) -> i64 {
        self.0
    }

    /// The sum, saturating.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// As much to the other side.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self(self.0.saturating_neg())
    }

    /// So many per cent of it, truncated toward zero; saturating.
    #[must_use]
    pub fn weighted(self, per_cent: u16) -> Self {
        if per_cent == 100 {
            return self;
        }
        let part = i128::from(self.0).saturating_mul(i128::from(per_cent)).checked_div(100).unwrap_or(0);
        Self(i64::try_from(part).unwrap_or(if part < 0 { i64::MIN } else { i64::MAX }))
    }

    /// What is left after `age_ms` when half of it goes each `half_life_ms`; truncated toward zero.
    ///
    /// Whole half-lives halve exactly; the part of one in between is taken from a table of 2^(−i/64) as 30-bit
    /// fractions with linear interpolation, whose relative error is below 2^−15.
    #[must_use]
    pub fn decayed(self, age_ms: u64, half_life_ms: u64) -> Self {
        let (Some(halvings), Some(part)) = (age_ms.checked_div(half_life_ms), age_ms.checked_rem(half_life_ms)) else {
            return self;
        };
        if halvings >= 63 {
            return Self::ZERO;
        }
        // Position in the table, with 32 bits behind the point: part / half-life × 64.
        let position = u128::from(part).wrapping_shl(38).checked_div(u128::from(half_life_ms)).unwrap_or(0);
        let index = usize::try_from(position.wrapping_shr(32)).unwrap_or(0);
        let between = i128::try_from(position & 0xffff_ffff).unwrap_or(0);
        let at = |index: usize| i128::from(HALVING.get(index).copied().unwrap_or(1 << 29));
        let low = at(index);
        let high = at(index.saturating_add(1));
        let step = high.saturating_sub(low).saturating_mul(between).div_euclid(1 << 32);
        let fraction = low.saturating_add(step);
        let divisor = 1_i128.wrapping_shl(u32::try_from(halvings).unwrap_or(63)).saturating_mul(1 << 30);
        let left = i128::from(self.0).saturating_mul(fraction).checked_div(divisor).unwrap_or(0);
        Self(i64::try_from(left).unwrap_or(0))
    }
}

/// 2^(−i/64) × 2^30, rounded, for i = 0 to 64.
const HALVING: [u32; 65] = [
    1_073_741_824,
    1_062_175_491,
    1_050_733_751,
    1_039_415_261,
    1_028_218_693,
    1_017_142_735,
    1_006_186_087,
    995_347_464,
    984_625_594,
    974_019_220,
    963_527_098,
    953_147_997,
    942_880_699,
    932_724_001,
    922_676_710,
    912_737_649,
    902_905_651,
    893_179_563,
    883_558_244,
    874_040_567,
    864_625_413,
    855_311_680,
    846_098_274,
    836_984_114,
    827_968_132,
    819_049_271,
    810_226_483,
    801_498_734,
    792_865_000,
    784_324_269,
    775_875_538,
    767_517_817,
    759_250_125,
    751_071_493,
    742_980_960,
    734_977_579,
    727_060_411,
    719_228_525,
    711_481_005,
    703_816_941,
    696_235_434,
    688_735_596,
    681_316_545,
    673_977_412,
    666_717_336,
    659_535_466,
    652_430_958,
    645_402_981,
    638_450_708,
    631_573_326,
    624_770_026,
    618_040_012,
    611_382_493,
    604_796_689,
    598_281_827,
    591_837_143,
    585_461_881,
    579_155_293,
    572_916_640,
    566_745_190,
    560_640_218,
    554_601_009,
    548_626_854,
    542_717_053,
    536_870_912,
];

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 86_400_000;

    #[test]
    fn half_goes_with_each_half_life() {
        for (days, milli) in [(0, 40_000), (14, 20_000), (28, 10_000), (42, 5_000), (14 * 20, 0)] {
            assert_eq!(Points(40_000).decayed(days * DAY, 14 * DAY), Points(milli), "{days} days");
            assert_eq!(Points(-40_000).decayed(days * DAY, 14 * DAY), Points(-milli), "{days} days");
        }
    }

    #[test]
    fn what_lies_between_follows_the_curve() {
        // 40 000 × 2^(−d/14), from a table of logarithms
        for (days, milli) in [(1, 38_067), (3, 34_478), (7, 28_284), (10, 24_380), (13, 21_014)] {
            let left = Points(40_000).decayed(days * DAY, 14 * DAY).milli();
            assert!((left - milli).abs() <= 2, "{days} days left {left}, not {milli}");
        }
    }

    #[test]
    fn nothing_decays_without_a_half_life() {
        assert_eq!(Points(7).decayed(u64::MAX, 0), Points(7));
        assert_eq!(Points(i64::MAX).decayed(u64::MAX, 1), Points::ZERO);
        assert_eq!(Points(i64::MIN).decayed(1, u64::MAX), Points(i64::MIN));
    }
}
