//! Waiting for something to become true, with a deadline and a reason.

use std::time::Duration;

use anyhow::{Result, anyhow};
use tokio::time::{sleep, timeout};

/// How long a page may take for anything on a loaded machine.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// Asks until the answer is `Ok`; at the deadline the last refusal is the error.
///
/// # Errors
/// Where `ask` never answered `Ok` in time.
pub async fn until<T>(what: &str, ask: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    until_within(PATIENCE, what, ask).await
}

/// As [`until`], with a deadline of its own.
///
/// # Errors
/// Where `ask` never answered `Ok` in time.
pub async fn until_within<T>(limit: Duration, what: &str, mut ask: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    let mut refusal = anyhow!("it was never answered");
    let asking = async {
        loop {
            match ask().await {
                Ok(answer) => return answer,
                Err(error) => refusal = error,
            }
            sleep(Duration::from_millis(25)).await;
        }
    };
    match timeout(limit, asking).await {
        Ok(answer) => Ok(answer),
        Err(_) => Err(refusal.context(format!("waited {} s for {what}", limit.as_secs()))),
    }
}
