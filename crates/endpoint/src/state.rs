//! What every handler shares.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use axum::http::HeaderMap;
use leadglass_scoring::Language;
use tokio::sync::{Notify, OnceCell, watch};

use crate::{
    assets::Assets,
    client::{self, Peer},
    clock::{Clock, Ids},
    compressed::Compressed,
    forms::Forms,
    metrics::Metrics,
    problem::{Kind, Problem},
    rate_limit::{Purpose, RateLimits},
    settings::Settings,
    spam::{Keys, Room},
    store::{Store, StoreError},
};

/// For how long a store that was full is taken to be so: whoever sends visitors elsewhere tries again then.
const FULL_MS: i64 = 30_000;

/// What every handler shares.
pub struct State {
    /// The settings.
    pub settings: Settings,
    /// Where leads are kept.
    pub store: Arc<dyn Store>,
    /// The forms.
    pub forms: Forms,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Ids.
    pub ids: Arc<dyn Ids>,
    /// Files that never change.
    pub assets: Assets,
    /// `embed.js` without a form, made when it is first asked for.
    pub loader_file: OnceCell<Arc<Compressed>>,
    /// How often who may ask.
    pub rates: RateLimits,
    /// The quarantine's room.
    pub room: Room,
    /// What is counted.
    pub metrics: Metrics,
    /// Whether form files are watched, so that pages must not keep old ones.
    pub watching: bool,
    keys: OnceCell<Keys>,
    /// Something happened that others may be told of.
    pub told: Notify,
    full_until_ms: AtomicI64,
    stopping: watch::Sender<bool>,
}

impl State {
    /// State without forms yet.
    #[must_use]
    pub fn new(
        settings: Settings,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        assets: Assets,
    ) -> Self {
        Self {
            rates: RateLimits::of(&settings),
            settings,
            store,
            forms: Forms::default(),
            clock,
            ids,
            assets,
            loader_file: OnceCell::new(),
            room: Room::default(),
            metrics: Metrics::default(),
            watching: false,
            keys: OnceCell::new(),
            told: Notify::new(),
            full_until_ms: AtomicI64::new(i64::MIN),
            stopping: watch::Sender::new(false),
        }
    }

    /// From now on `/readyz` sends new visitors elsewhere.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Whether the endpoint is about to stop.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Returns once the endpoint is about to stop.
    pub async fn stopped(&self) {
        // Who holds the state holds the sender.
        drop(self.stopping.subscribe().wait_for(|is_stopping| *is_stopping).await);
    }

    /// What we sign with, the same for all endpoints on one database.
    ///
    /// # Errors
    /// Where the store can't be read.
    pub async fn keys(&self) -> Result<&Keys, StoreError> {
        let read = async || Ok(Keys::from_secret(&self.store.secret(Keys::SECRET, self.ids.secret()).await?));
        self.keys.get_or_try_init(read).await
    }

    /// Counts a request against the limits of its address, its form and all.
    ///
    /// # Errors
    /// Where there were too many.
    pub fn admit(&self, what: Purpose, form: &str, peer: Option<Peer>, headers: &HeaderMap) -> Result<(), Problem> {
        let address = client::address(&self.settings, peer, headers);
        let admitted = self.rates.take(what, form, address, self.clock.now());
        admitted.map_err(|seconds| Problem::of(Kind::TooManyRequests, Language::En).retry_after(seconds))
    }

    /// Whether the store had no room just now.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.clock.now().as_millis() < self.full_until_ms.load(Ordering::Relaxed)
    }

    /// A failure of the store, logged here and nowhere else.
    #[must_use]
    pub fn store_problem(&self, error: &StoreError, language: Language) -> Problem {
        if *error == StoreError::Busy {
            return Problem::of(Kind::Busy, language);
        }
        if *error == StoreError::Full {
            self.full_until_ms.store(self.clock.now().as_millis().saturating_add(FULL_MS), Ordering::Relaxed);
        }
        let id = self.ids.random();
        tracing::error!(%id, %error, "a lead or form could not be kept or read");
        Problem::of(Kind::StoreUnavailable, language).with_id(id)
    }
}
