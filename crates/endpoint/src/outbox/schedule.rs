//! When to try again, and when to give up.

use std::time::Duration;

use leadglass_scoring::Timestamp;

use super::client::{Answer, Fault};
use crate::store::{Claim, DeliveryState, Settled};

/// The longest that a receiver may make us wait.
const LONGEST_WAIT: Duration = Duration::from_hours(24);
/// How long a receiver that has too much to do is left alone where it does not say.
const THROTTLED: Duration = Duration::from_mins(1);

/// What comes of a try. `chance` is anything from 0 to `u32::MAX`: it puts a retry off by up to a tenth, so that those
/// that failed together do not come again together.
pub fn settle(
    claim: &Claim,
    told: &Result<Answer, Fault>,
    retry_after_seconds: &[u32],
    chance: u32,
    now: Timestamp,
) -> Settled {
    let settled = Settled {
        state: DeliveryState::Delivered,
        due_at: now,
        is_try: true,
        fault: None,
        throttled_until: None,
        gone: false,
        at: now,
    };
    let status = told.as_ref().map_or(0, |answer| answer.status);
    if (200..300).contains(&status) {
        return settled;
    }
    let fault = Some(match told {
        Ok(answer) => format!("status.{}", answer.status),
        Err(fault) => fault.code().to_owned(),
    });
    let asked = told.as_ref().ok().and_then(|answer| answer.retry_after).map(|wait| wait.min(LONGEST_WAIT));
    let throttle = matches!(status, 429 | 502 | 504).then(|| asked.unwrap_or(THROTTLED));
    let gone = status == 410;
    let delay = usize::try_from(claim.tries).ok().and_then(|tries| retry_after_seconds.get(tries));
    let throttled_until = throttle.map(|wait| after(now, wait));
    match delay {
        // It waits with all that follows, until somebody says that the receiver is back
        _ if gone => Settled { state: DeliveryState::Waiting, is_try: false, fault, gone, ..settled },
        Some(seconds) => {
            let delay = Duration::from_secs((*seconds).into());
            let jitter = delay.mul_f64(f64::from(chance) / f64::from(u32::MAX) / 10.0);
            let wait = (delay + jitter).max(asked.unwrap_or_default()).max(throttle.unwrap_or_default());
            Settled { state: DeliveryState::Waiting, due_at: after(now, wait), fault, throttled_until, ..settled }
        }
        None => Settled { state: DeliveryState::Dead, fault, throttled_until, ..settled },
    }
}

pub fn after(at: Timestamp, wait: Duration) -> Timestamp {
    Timestamp::from_millis(at.as_millis().saturating_add(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX)))
}
