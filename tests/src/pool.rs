//! Browsers that wait between two scenarios: a start takes longer than most of them.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use anyhow::Result;
use tokio::time::timeout;

use crate::browser::{Browser, Kind, Scripts};

const PATIENCE: Duration = Duration::from_secs(20);

static IDLE: Mutex<Vec<Browser>> = Mutex::new(Vec::new());

/// An idle browser, or a new one.
///
/// # Errors
/// Where none starts.
pub async fn take(kind: Kind, scripts: Scripts) -> Result<Browser> {
    let idle = {
        let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
        let place = idle.iter().position(|browser| browser.kind == kind && browser.scripts == scripts);
        place.map(|place| idle.swap_remove(place))
    };
    match idle {
        Some(browser) => Ok(browser),
        None => Browser::start(kind, scripts, None).await,
    }
}

/// Gives a browser back for the next scenario, on an empty page. One that has trouble, or a proxy, is closed.
pub async fn give_back(browser: Browser) {
    let emptied = async {
        browser.client.release_actions().await?;
        // As large as it was at first
        browser.client.set_window_size(1000, 1000).await?;
        browser.client.goto("about:blank").await
    };
    // A driver may never answer again
    let is_empty = matches!(timeout(PATIENCE, emptied).await, Ok(Ok(())));
    if browser.proxy.is_some() || !is_empty {
        browser.close().await;
        return;
    }
    IDLE.lock().unwrap_or_else(PoisonError::into_inner).push(browser);
}

/// Closes the browsers that are left at the end.
pub async fn close_all() {
    let idle = std::mem::take(&mut *IDLE.lock().unwrap_or_else(PoisonError::into_inner));
    for browser in idle {
        browser.close().await;
    }
}
