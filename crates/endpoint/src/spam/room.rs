//! How much of the quarantine's room is taken. Asked of the store now and then; what is held meanwhile is added here.

use std::sync::{Mutex, PoisonError};

use leadglass_scoring::Timestamp;

use crate::store::{QuarantineStore, StoreError};

/// How long what the store said is believed, in milliseconds: others may hold, release and discard leads too.
const BELIEVED_MS: i64 = 10_000;

/// The room of the quarantine.
#[derive(Default)]
pub struct Room {
    known: Mutex<Option<(Timestamp, u64)>>,
}

impl Room {
    /// Whether less than `limit` bytes are taken.
    ///
    /// # Errors
    /// Where the store can't say.
    pub async fn is_left<S: QuarantineStore + ?Sized>(
        &self,
        store: &S,
        limit: u64,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let known = *self.known();
        let fresh = known.filter(|(asked, _)| (0..BELIEVED_MS).contains(&(at.as_millis() - asked.as_millis())));
        let bytes = if let Some((_, bytes)) = fresh {
            bytes
        } else {
            let bytes = store.held_bytes().await?;
            *self.known() = Some((at, bytes));
            bytes
        };
        Ok(bytes < limit)
    }

    /// So many bytes more are taken.
    pub fn take(&self, bytes: u64) {
        if let Some((_, known)) = &mut *self.known() {
            *known = known.saturating_add(bytes);
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Option<(Timestamp, u64)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
