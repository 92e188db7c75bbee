//! How often an address, a form and all together may send. Memory is the same whoever asks: a table of fixed size, from
//! which whoever owes least is forgotten first, so that a flood of addresses does not free the one that is held back.

use std::{
    hash::{BuildHasher, Hash, RandomState},
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use leadglass_scoring::Timestamp;

use crate::settings::Settings;

/// Places that share a lock; whoever comes to a full set takes the place that owes least.
const WAYS: usize = 8;
const SETS: usize = 4_096;

/// What is asked for. Each kind has a count of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// To send a form.
    Send,
    /// A challenge to prove work on.
    Challenge,
    /// To tell more of a lead that was sent.
    Track,
}

/// So many a minute, and so many at once after a rest. None a minute is no limit.
#[derive(Clone, Copy, Debug)]
struct Rate {
    interval_us: i64,
    burst: i64,
}

impl Rate {
    fn new(per_minute: u32, burst: u32) -> Option<Self> {
        let interval_us = 60_000_000_i64.checked_div(per_minute.into())?;
        Some(Self { interval_us: interval_us.max(1), burst: i64::from(burst.max(1)) })
    }
}

/// Who owes until when: the theoretical arrival time of the generic cell rate algorithm (ITU-T I.371), which is a bucket
/// of tokens in one number.
#[derive(Clone, Copy, Default)]
struct Place {
    key: u64,
    owes_until_us: i64,
}

/// Limits of rates.
pub struct RateLimits {
    address: Option<Rate>,
    form: Option<Rate>,
    total: Option<Rate>,
    hasher: RandomState,
    sets: Box<[Mutex<[Place; WAYS]>]>,
}

impl RateLimits {
    /// As the settings say.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        Self {
            address: Rate::new(settings.address_rate_per_minute, settings.address_burst),
            form: Rate::new(settings.form_rate_per_minute, settings.form_burst),
            total: Rate::new(settings.total_rate_per_minute, settings.total_burst),
            hasher: RandomState::new(),
            sets: (0..SETS).map(|_| Mutex::default()).collect(),
        }
    }

    /// Takes one of what the address, the form and all together may still do. The address is asked first: who is held
    /// back takes nothing away from others.
    ///
    /// # Errors
    /// The whole seconds to wait, at least one.
    pub fn take(&self, what: Purpose, form: &str, address: Option<IpAddr>, at: Timestamp) -> Result<(), u64> {
        let now_us = at.as_millis().saturating_mul(1_000);
        let address = address.map(network);
        let asked = [
            (self.address.filter(|_| address.is_some()), self.hasher.hash_one((0_u8, what, address))),
            (self.form, self.hasher.hash_one((1_u8, what, form))),
            (self.total, self.hasher.hash_one((2_u8, what))),
        ];
        asked.into_iter().filter_map(|(rate, key)| Some((rate?, key))).try_for_each(|(rate, key)| {
            self.take_one(rate, key, now_us).map_err(|wait_us| u64::try_from(wait_us).unwrap_or(0).div_ceil(1_000_000))
        })
    }

    fn take_one(&self, rate: Rate, key: u64, now_us: i64) -> Result<(), i64> {
        let number = usize::try_from(key % self.sets.len() as u64).unwrap_or(0);
        let Some(set) = self.sets.get(number) else { return Ok(()) };
        let mut set = set.lock().unwrap_or_else(PoisonError::into_inner);
        let known = set.iter().position(|place| place.key == key);
        let free = || (0..WAYS).min_by_key(|number| set.get(*number).map(|place| place.owes_until_us));
        let Some(place) = known.or_else(free).and_then(|number| set.get_mut(number)) else { return Ok(()) };
        if place.key != key {
            *place = Place { key, owes_until_us: now_us };
        }
        let most = rate.interval_us.saturating_mul(rate.burst);
        let owed = place.owes_until_us.saturating_sub(now_us).max(0);
        // Nobody owes more than a burst, unless the clock was put back.
        let owed = if owed > most { 0 } else { owed };
        let after = owed.saturating_add(rate.interval_us);
        if after > most {
            return Err(after.saturating_sub(most));
        }
        place.owes_until_us = now_us.saturating_add(after);
        Ok(())
    }
}

/// What one subscriber has: an address of IPv4, the first 64 bits of one of IPv6.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_772_445_600_000;

    fn limits(change: impl FnOnce(&mut Settings)) -> RateLimits {
        let mut settings = Settings::load(None, []).unwrap();
        (settings.address_rate_per_minute, settings.address_burst) = (60, 3);
        change(&mut settings);
        RateLimits::of(&settings)
    }

    fn take(limits: &RateLimits, address: &str, after_ms: i64) -> Result<(), u64> {
        let at = Timestamp::from_millis(NOW + after_ms);
        limits.take(Purpose::Send, "demo", Some(address.parse().unwrap()), at)
    }

    #[test]
    fn s5_a_burst_passes_then_one_an_interval_and_the_wait_is_told() {
        let limits = limits(|_| {});
        for _ in 0..3 {
            assert_eq!(take(&limits, "192.0.2.1", 0), Ok(()));
        }
        assert_eq!(take(&limits, "192.0.2.1", 0), Err(1));
        assert_eq!(take(&limits, "192.0.2.1", 999), Err(1));
        assert_eq!(take(&limits, "192.0.2.1", 1_000), Ok(()));
        assert_eq!(take(&limits, "192.0.2.1", 1_000), Err(1));
        // Another has a count of their own, and so has another purpose.
        assert_eq!(take(&limits, "192.0.2.2", 1_000), Ok(()));
        let challenge = |at| limits.take(Purpose::Challenge, "demo", Some("192.0.2.1".parse().unwrap()), at);
        assert_eq!(challenge(Timestamp::from_millis(NOW + 1_000)), Ok(()));
        // After a long rest a burst passes again, and no more.
        let passed = (0..10).filter(|_| take(&limits, "192.0.2.1", 3_600_000).is_ok()).count();
        assert_eq!(passed, 3);
    }

    #[test]
    fn s5_a_subscribers_ipv6_addresses_count_as_one_and_a_mapped_address_is_ipv4() {
        let limits = limits(|_| {});
        let passed = (1..=9).filter(|last| take(&limits, &format!("2001:db8:0:1::{last}"), 0).is_ok()).count();
        assert_eq!(passed, 3);
        assert_eq!(take(&limits, "2001:db8:0:2::1", 0), Ok(()));
        for address in ["192.0.2.1", "::ffff:192.0.2.1", "192.0.2.1"] {
            assert_eq!(take(&limits, address, 0), Ok(()));
        }
        assert_eq!(take(&limits, "::ffff:192.0.2.1", 0), Err(1));
    }

    #[test]
    fn s5_ten_thousand_addresses_take_no_memory_and_do_not_free_the_one_that_is_held_back() {
        let limits = limits(|settings| (settings.form_rate_per_minute, settings.total_rate_per_minute) = (0, 0));
        while take(&limits, "2001:db8::1", 0).is_ok() {}
        let before: *const _ = limits.sets.as_ptr();
        for number in 1..=10_000 {
            assert_eq!(take(&limits, &format!("2001:db8:1:{number:x}::1"), 0), Ok(()), "{number}");
        }
        assert_eq!((limits.sets.as_ptr(), limits.sets.len()), (before, SETS));
        assert!(size_of::<Mutex<[Place; WAYS]>>() * SETS < 1 << 20, "less than a MiB");
        assert_eq!(take(&limits, "2001:db8::1", 0), Err(1));
    }

    #[test]
    fn s5_a_form_and_all_together_have_limits_too() {
        let limits = limits(|settings| {
            (settings.form_rate_per_minute, settings.form_burst) = (1, 5);
            (settings.total_rate_per_minute, settings.total_burst) = (1, 7);
        });
        let at = Timestamp::from_millis(NOW);
        let take = |form: &str| limits.take(Purpose::Send, form, None, at);
        assert_eq!((0..9).filter(|_| take("one").is_ok()).count(), 5);
        assert_eq!(take("one"), Err(60));
        assert_eq!((0..9).filter(|_| take("other").is_ok()).count(), 2);
    }

    #[test]
    fn a_clock_that_is_put_back_holds_nobody_back_for_long() {
        let limits = limits(|_| {});
        while take(&limits, "192.0.2.1", 0).is_ok() {}
        assert_eq!(take(&limits, "192.0.2.1", -3_600_000), Ok(()));
    }
}
