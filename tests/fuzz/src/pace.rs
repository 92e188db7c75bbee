//! The time a parser may take: so much at all, and so much for each kilobyte.

use std::{
    fs,
    time::{Duration, Instant},
};

/// What any input may take, however small: the machine does other things too.
const AT_ALL: Duration = Duration::from_millis(20);
/// What each kilobyte may take besides, in a build that checks everything and counts every branch.
const PER_KILOBYTE: Duration = Duration::from_millis(4);
/// A machine that is busy elsewhere is slow once or twice, not each time.
const TRIES: u32 = 5;

/// Runs `read` on `bytes`.
///
/// # Panics
/// Where it takes too long for as many bytes, each time it is tried.
pub fn paced(bytes: &[u8], read: impl Fn(&[u8])) {
    let kilobytes = u32::try_from(bytes.len() / 1_024).unwrap_or(u32::MAX).saturating_add(1);
    let allowed = AT_ALL + PER_KILOBYTE * kilobytes;
    let mut least = Duration::MAX;
    for _ in 0..TRIES {
        let (started, spent) = (Instant::now(), on_processor());
        read(bytes);
        // What others took of the processor meanwhile is not the parser's
        let own = spent.zip(on_processor()).map(|(before, after)| after.saturating_sub(before));
        least = least.min(own.unwrap_or_else(|| started.elapsed()));
        if least <= allowed {
            return;
        }
    }
    panic!("{} bytes take {least:?}, more than {allowed:?}", bytes.len());
}

/// The time that this thread was on a processor, where the system tells it (Linux).
fn on_processor() -> Option<Duration> {
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = told.split(' ').next()?.parse().ok()?;
    (nanoseconds > 0).then(|| Duration::from_nanos(nanoseconds))
}
