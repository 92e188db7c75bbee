//! Power cuts and failing disks under the endpoint's own store, without a machine to unplug.
//!
//! The endpoint runs as it always does, over a layer between `SQLite` and its files that keeps a log of each write, each
//! sync and each lead that was acknowledged. Power can then be cut at any place of the log: what was synced by then is
//! there; of what was not, each write is there, is lost, or is torn, by chance. The database is opened from what is left.

mod chance;
mod check;
mod disk;
mod endpoint;
mod log;
mod vfs;

pub use self::{
    chance::{Chance, seed},
    check::{check, integrity, stored},
    disk::{Disk, Fault},
    endpoint::{Endpoint, Told, submission},
    log::{Log, Remains},
};
