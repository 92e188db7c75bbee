//! A folder whose files are written through the layer: all is logged, nothing is really synced, and what should fail
//! fails.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
};

use uuid::Uuid;

use crate::{
    log::{Log, Op},
    vfs,
};

static DISKS: LazyLock<Mutex<BTreeMap<PathBuf, Arc<Shared>>>> = LazyLock::new(Mutex::default);

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No room for what is written.
    Full,
    /// A write fails.
    Write,
    /// A sync fails.
    Sync,
}

/// What all files of a folder share.
pub(crate) struct Shared {
    state: Mutex<State>,
    is_at_ease: bool,
}

#[derive(Default)]
struct State {
    before: BTreeMap<OsString, Vec<u8>>,
    ops: Vec<Op>,
    is_logged: bool,
    /// What fails, and how many calls of its kind still pass before.
    fault: Option<(Fault, usize)>,
    failures: usize,
}

/// A folder on this disk; any other is the machine's as ever.
pub struct Disk {
    folder: PathBuf,
    shared: Arc<Shared>,
}

impl Disk {
    /// Takes a folder over with what is in it; from now on all is logged.
    ///
    /// # Errors
    /// Where its files can't be read.
    pub fn logged(folder: &Path) -> io::Result<Self> {
        Self::new(folder, true, false)
    }

    /// The same without a log: what is written is quickly forgotten.
    ///
    /// # Errors
    /// Where its files can't be read.
    pub fn unlogged(folder: &Path) -> io::Result<Self> {
        Self::new(folder, false, false)
    }

    /// As [`Disk::logged`], but whoever asks `SQLite` to sync at each commit is told that it does, and it does not
    /// (`PRAGMA synchronous = NORMAL`): the control.
    ///
    /// # Errors
    /// Where its files can't be read.
    pub fn at_ease(folder: &Path) -> io::Result<Self> {
        Self::new(folder, true, true)
    }

    fn new(folder: &Path, is_logged: bool, is_at_ease: bool) -> io::Result<Self> {
        vfs::install();
        if is_at_ease {
            vfs::be_at_ease();
        }
        // As `SQLite` names it.
        let folder = folder.canonicalize()?;
        let mut before = BTreeMap::new();
        if is_logged {
            for entry in fs::read_dir(&folder)? {
                let entry = entry?;
                // The index of the log is made anew after a power cut.
                if entry.file_type()?.is_file() && !entry.file_name().to_string_lossy().ends_with("-shm") {
                    before.insert(entry.file_name(), fs::read(entry.path())?);
                }
            }
        }
        let state = Mutex::new(State { before, is_logged, ..State::default() });
        let shared = Arc::new(Shared { state, is_at_ease });
        disks().insert(folder.clone(), Arc::clone(&shared));
        Ok(Self { folder, shared })
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A lead was acknowledged.
    pub fn acknowledge(&self, lead: Uuid) {
        self.shared.note(|| Op::Acknowledged(lead));
    }

    /// Lets so many calls pass, then all fail until [`Disk::mend`].
    pub fn fail(&self, fault: Fault, after: usize) {
        self.shared.state().fault = Some((fault, after));
    }

    /// Nothing fails any more. How many calls did.
    #[must_use]
    pub fn mend(&self) -> usize {
        let mut state = self.shared.state();
        state.fault = None;
        std::mem::take(&mut state.failures)
    }

    /// All that happened so far.
    #[must_use]
    pub fn log(&self) -> Log {
        let state = self.shared.state();
        Log::new(state.before.clone(), state.ops.clone())
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        disks().remove(&self.folder);
    }
}

fn disks() -> MutexGuard<'static, BTreeMap<PathBuf, Arc<Shared>>> {
    DISKS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The disk that a file is on.
pub(crate) fn of(path: &Path) -> Option<Arc<Shared>> {
    disks().get(path.parent()?).cloned()
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether `SQLite` is told to sync less than was asked.
    pub(crate) const fn is_at_ease(&self) -> bool {
        self.is_at_ease
    }

    fn note(&self, op: impl FnOnce() -> Op) {
        let mut state = self.state();
        if state.is_logged {
            state.ops.push(op());
        }
    }

    /// Does something to the file and logs it as one step, so that the log has the order of the disk.
    pub(crate) fn write(
        &self,
        file: &OsStr,
        offset: usize,
        bytes: &[u8],
        write: impl FnOnce() -> bool,
    ) -> Result<bool, Fault> {
        let mut state = self.state();
        state.try_fault(&[Fault::Full, Fault::Write])?;
        let done = write();
        if done && state.is_logged {
            state.ops.push(Op::Write { file: file.to_owned(), offset, bytes: bytes.to_vec() });
        }
        Ok(done)
    }

    pub(crate) fn truncate(&self, file: &OsStr, size: usize, truncate: impl FnOnce() -> bool) -> Result<bool, Fault> {
        let mut state = self.state();
        state.try_fault(&[Fault::Write])?;
        let done = truncate();
        if done && state.is_logged {
            state.ops.push(Op::Truncate { file: file.to_owned(), size });
        }
        Ok(done)
    }

    /// With `folder`, what the folder holds is synced too.
    pub(crate) fn sync(&self, file: &OsStr, folder: bool) -> Result<(), Fault> {
        let mut state = self.state();
        let tried = state.try_fault(&[Fault::Sync]);
        if state.is_logged {
            let file = file.to_owned();
            state.ops.push(if tried.is_ok() { Op::Sync { file } } else { Op::FailedSync { file } });
            if folder && tried.is_ok() {
                state.ops.push(Op::SyncFolder);
            }
        }
        tried
    }

    /// With `folder`, what the folder holds is synced after it.
    pub(crate) fn delete(&self, file: &OsStr, folder: bool) {
        self.note(|| Op::Delete { file: file.to_owned() });
        if folder {
            self.note(|| Op::SyncFolder);
        }
    }
}

impl State {
    fn try_fault(&mut self, kinds: &[Fault]) -> Result<(), Fault> {
        let Some((fault, left)) = self.fault.as_mut().filter(|(fault, _)| kinds.contains(fault)) else { return Ok(()) };
        if let Some(less) = left.checked_sub(1) {
            *left = less;
            return Ok(());
        }
        self.failures += 1;
        Err(*fault)
    }
}
