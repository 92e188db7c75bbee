//! What can go wrong between here and the database, and whether another try may mend it.

use deadpool_postgres::{HookError, PoolError};
use tokio_postgres::error::{DbError, SqlState};

use crate::store::{StoreError, seal::SealError};

/// How often a transaction is tried that the database undid.
pub(super) const TRIES: u32 = 4;

/// Runs a transaction again where the database undid it because it stood in another's way. Whoever waits for it would be
/// told "busy" otherwise, though nobody is.
macro_rules! again_if_undone {
    ($work:expr) => {{
        let mut tries = 1;
        loop {
            match $work.await {
                Err(fault) if fault.is_undone && tries < crate::store::postgres::fault::TRIES => tries += 1,
                told => break told,
            }
        }
    }};
}

pub(super) use again_if_undone;

/// A failure of a statement or a connection.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) error: StoreError,
    /// The connection is gone, or the database asks to begin again. Whether a commit that was under way came to pass is
    /// not known; what writes leads finds out by their keys.
    pub(super) try_again: bool,
    /// The database has undone the transaction, for it stood in another's way: it can be tried again at once.
    pub(super) is_undone: bool,
    /// It is about what was to be written, not about the database.
    pub(super) of_the_data: bool,
}

impl Fault {
    pub(super) fn failed(message: impl Into<String>) -> Self {
        Self { error: StoreError::Failed(message.into()), try_again: false, is_undone: false, of_the_data: false }
    }

    fn passing(message: impl Into<String>) -> Self {
        Self { try_again: true, ..Self::failed(message) }
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        fault.error
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self { error, try_again: false, is_undone: false, of_the_data: false }
    }
}

impl From<SealError> for Fault {
    fn from(error: SealError) -> Self {
        StoreError::from(error).into()
    }
}

impl From<tokio_postgres::Error> for Fault {
    fn from(error: tokio_postgres::Error) -> Self {
        if let Some(told) = error.as_db_error() {
            return of_database(told);
        }
        // Not a word of its own for a connection that could not be made; its cause has one.
        let cause = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
        if error.is_closed()
            || std::error::Error::source(&error).is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
        {
            return Self::passing(format!("the connection was lost or refused: {cause}"));
        }
        Self::failed(cause)
    }
}

fn of_database(told: &DbError) -> Fault {
    let code = told.code();
    let busy = Fault::from(StoreError::Busy);
    if [SqlState::LOCK_NOT_AVAILABLE, SqlState::QUERY_CANCELED].contains(code) {
        return busy;
    }
    if [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED].contains(code) {
        return Fault { try_again: true, is_undone: true, ..busy };
    }
    if *code == SqlState::TOO_MANY_CONNECTIONS {
        return Fault { try_again: true, ..busy };
    }
    if *code == SqlState::DISK_FULL {
        return Fault { error: StoreError::Full, ..busy };
    }
    match code.code().get(..2) {
        // Such a message may hold what was to be written; the names of tables and columns can't.
        Some("22" | "23") => {
            let place = [told.table(), told.column(), told.constraint()].into_iter().flatten().collect::<Vec<_>>();
            let message = format!("it refused what was written: {} at `{}`", code.code(), place.join("`, `"));
            Fault { of_the_data: true, ..Fault::failed(message) }
        }
        // It stops, starts, or has become one that only reads, as after a change of roles.
        Some("08" | "25" | "57") => Fault::passing(format!("{} ({})", told.message(), code.code())),
        _ => Fault::failed(format!("{} ({})", told.message(), code.code())),
    }
}

impl From<PoolError> for Fault {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Timeout(_) => Self { try_again: true, ..StoreError::Busy.into() },
            PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => error.into(),
            PoolError::PostCreateHook(HookError::Message(message)) => Self::failed(message),
            other => Self::failed(other.to_string()),
        }
    }
}
