//! Writing down where words are, while others do what is urgent.

use std::{sync::Arc, time::Duration};

use tokio::time::{Instant, sleep};

use crate::state::State;

/// How often it is looked whether enough leads came.
const LOOK: Duration = Duration::from_secs(2);
/// How long it rests after it failed.
const REST: Duration = Duration::from_mins(1);
/// It rests so many times longer than it worked.
const RESTS: u32 = 4;

/// Writes down where the words of leads are, some thousand leads at a time, for as long as it runs: a fifth of its time, so
/// that it follows whoever sends many without being in their way. Not where words are sealed.
pub async fn keep_indexing(state: Arc<State>) {
    if state.store.seals_under().is_some() {
        return;
    }
    loop {
        let begun = Instant::now();
        let rest = match state.store.index_words().await {
            Ok(true) => begun.elapsed() * RESTS,
            Ok(false) => LOOK,
            Err(error) => {
                tracing::warn!(%error, "where words are could not be written down; they are found by reading all");
                REST
            }
        };
        sleep(rest).await;
    }
}
