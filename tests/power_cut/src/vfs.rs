//! The layer: a VFS of `SQLite` over the machine's own, which does all the reading, locking and sharing of memory.
//!
//! It is the default one of this process, so that the store's own code opens its files through it and knows nothing.

use std::{
    ffi::{CStr, OsStr, c_char, c_int, c_void},
    os::unix::ffi::OsStrExt,
    path::Path,
    ptr, slice,
    sync::{
        Arc, Once, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use rusqlite::{Connection, ffi};

use crate::disk::{self, Fault, Shared};

/// The machine's own.
struct Own(*mut ffi::sqlite3_vfs);

// SAFETY: SQLite shares it between threads itself.
unsafe impl Send for Own {}
// SAFETY: as above.
unsafe impl Sync for Own {}

static OWN: OnceLock<Own> = OnceLock::new();

/// A file of ours; behind it in memory is the machine's.
#[repr(C)]
struct File {
    base: ffi::sqlite3_file,
    /// Where the file is on a disk of ours: the disk and the file's name there.
    place: *mut Place,
}

struct Place {
    disk: Arc<Shared>,
    name: Vec<u8>,
    /// A journal or log that was made new: `SQLite`'s own VFS syncs the folder with it once.
    is_new: AtomicBool,
}

impl Place {
    fn name(&self) -> &OsStr {
        OsStr::from_bytes(&self.name)
    }
}

/// Puts the layer below whatever is opened from now on.
pub(crate) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: a VFS lives as long as the process, and so does ours; nothing else changes the list of VFSs.
        unsafe {
            let own = ffi::sqlite3_vfs_find(ptr::null());
            assert!(!own.is_null(), "SQLite has no VFS");
            OWN.get_or_init(|| Own(own));
            let size = c_int::try_from(size_of::<File>()).unwrap_or(c_int::MAX);
            let ours = ffi::sqlite3_vfs {
                szOsFile: (*own).szOsFile + size,
                pNext: ptr::null_mut(),
                zName: c"power-cut".as_ptr(),
                xOpen: Some(open),
                xDelete: Some(delete),
                ..*own
            };
            let ours = Box::leak(Box::new(ours));
            assert_eq!(ffi::sqlite3_vfs_register(ours, 1), ffi::SQLITE_OK);
        }
    });
}

/// Lets each connection that is opened from now on sync less than it is asked to; for the control, in a process of its
/// own.
pub(crate) fn be_at_ease() {
    unsafe extern "C" fn at_ease(
        db: *mut ffi::sqlite3,
        fault: *mut *mut c_char,
        _: *const ffi::sqlite3_api_routines,
    ) -> c_int {
        // SAFETY: SQLite hands over a connection that lives for the call, and rusqlite does not close it.
        unsafe {
            rusqlite::auto_extension::init_auto_extension(db, fault, |connection: Connection| {
                connection.pragma_update(None, "synchronous", "NORMAL")
            })
        }
    }
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: it opens no database and closes none.
        unsafe { rusqlite::auto_extension::register_auto_extension(at_ease) }.unwrap();
    });
}

fn own_vfs() -> *mut ffi::sqlite3_vfs {
    OWN.get().map_or(ptr::null_mut(), |own| own.0)
}

fn place_of(name: *const c_char, flags: c_int) -> Option<Place> {
    if name.is_null() {
        return None;
    }
    // SAFETY: SQLite's names end in zero.
    let path = Path::new(OsStr::from_bytes(unsafe { CStr::from_ptr(name) }.to_bytes()));
    let is_journal =
        flags & (ffi::SQLITE_OPEN_MAIN_JOURNAL | ffi::SQLITE_OPEN_SUPER_JOURNAL | ffi::SQLITE_OPEN_WAL) != 0;
    let is_new = is_journal && flags & ffi::SQLITE_OPEN_CREATE != 0 && !path.exists();
    Some(Place { disk: disk::of(path)?, name: path.file_name()?.as_bytes().to_vec(), is_new: is_new.into() })
}

/// The machine's file behind ours.
///
/// # Safety
/// `file` must be one of ours.
unsafe fn own(file: *mut ffi::sqlite3_file) -> *mut ffi::sqlite3_file {
    // SAFETY: SQLite keeps as many bytes as `szOsFile` says, and ours is the first part.
    unsafe { file.cast::<u8>().add(size_of::<File>()).cast() }
}

/// # Safety
/// `file` must be one of ours that is open.
unsafe fn place<'f>(file: *mut ffi::sqlite3_file) -> Option<&'f Place> {
    // SAFETY: it is ours, and its place lives until it is closed.
    unsafe { (*file.cast::<File>()).place.as_ref() }
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    told: *mut c_int,
) -> c_int {
    // SAFETY: SQLite hands over memory for our file with the machine's behind it.
    unsafe {
        let ours = file.cast::<File>();
        (*ours).base.pMethods = ptr::null();
        (*ours).place = ptr::null_mut();
        let Some(open) = (*own_vfs()).xOpen else { return ffi::SQLITE_CANTOPEN };
        let place = place_of(name, flags);
        let code = open(own_vfs(), name, own(file), flags, told);
        if code == ffi::SQLITE_OK {
            (*ours).place = place.map_or(ptr::null_mut(), |place| Box::into_raw(Box::new(place)));
            (*ours).base.pMethods = &raw const METHODS;
        }
        code
    }
}

unsafe extern "C" fn delete(_: *mut ffi::sqlite3_vfs, name: *const c_char, is_synced: c_int) -> c_int {
    // SAFETY: handed on as it came.
    let code = unsafe {
        match (*own_vfs()).xDelete {
            Some(delete) => delete(own_vfs(), name, 0),
            None => ffi::SQLITE_IOERR_DELETE,
        }
    };
    if let (ffi::SQLITE_OK, Some(place)) = (code, place_of(name, 0)) {
        place.disk.delete(place.name(), is_synced != 0);
    }
    code
}

/// Hands a call on to the machine's file, where it has one for it.
macro_rules! own {
    ($file:ident, $method:ident ( $($argument:expr),* ) else $none:expr) => {{
        // SAFETY: SQLite calls methods of open files alone; behind ours is the machine's, open too.
        unsafe {
            let own = own($file);
            match (*(*own).pMethods).$method {
                Some(method) => method(own, $($argument),*),
                None => $none,
            }
        }
    }};
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    let code = own!(file, xClose() else ffi::SQLITE_OK);
    // SAFETY: it was made by `open`, and a file is closed once.
    unsafe {
        let place = std::mem::replace(&mut (*file.cast::<File>()).place, ptr::null_mut());
        if !place.is_null() {
            drop(Box::from_raw(place));
        }
    }
    code
}

unsafe extern "C" fn read(file: *mut ffi::sqlite3_file, to: *mut c_void, length: c_int, offset: i64) -> c_int {
    own!(file, xRead(to, length, offset) else ffi::SQLITE_IOERR_READ)
}

unsafe extern "C" fn write(file: *mut ffi::sqlite3_file, from: *const c_void, length: c_int, offset: i64) -> c_int {
    let mut code = ffi::SQLITE_OK;
    let mut pass = || {
        code = own!(file, xWrite(from, length, offset) else ffi::SQLITE_IOERR_WRITE);
        code == ffi::SQLITE_OK
    };
    // SAFETY: the file is open, and SQLite hands over as many bytes as it says.
    let (place, bytes) =
        unsafe { (place(file), slice::from_raw_parts(from.cast::<u8>(), usize::try_from(length).unwrap_or(0))) };
    let Some(place) = place else {
        pass();
        return code;
    };
    match place.disk.write(place.name(), usize::try_from(offset).unwrap_or(0), bytes, pass) {
        Ok(_) => code,
        Err(Fault::Full) => ffi::SQLITE_FULL,
        Err(_) => ffi::SQLITE_IOERR_WRITE,
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: i64) -> c_int {
    let mut code = ffi::SQLITE_OK;
    let mut pass = || {
        code = own!(file, xTruncate(size) else ffi::SQLITE_IOERR_TRUNCATE);
        code == ffi::SQLITE_OK
    };
    // SAFETY: the file is open.
    let Some(place) = (unsafe { place(file) }) else {
        pass();
        return code;
    };
    let tried = place.disk.truncate(place.name(), usize::try_from(size).unwrap_or(0), pass);
    if tried.is_err() { ffi::SQLITE_IOERR_TRUNCATE } else { code }
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: the file is open.
    let Some(place) = (unsafe { place(file) }) else { return own!(file, xSync(flags) else ffi::SQLITE_OK) };
    // The machine's power stays on; only the log has to know.
    if place.disk.sync(place.name(), place.is_new.swap(false, Ordering::Relaxed)).is_ok() {
        ffi::SQLITE_OK
    } else {
        ffi::SQLITE_IOERR_FSYNC
    }
}

unsafe extern "C" fn size(file: *mut ffi::sqlite3_file, to: *mut i64) -> c_int {
    own!(file, xFileSize(to) else ffi::SQLITE_IOERR_FSTAT)
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    own!(file, xLock(level) else ffi::SQLITE_OK)
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    own!(file, xUnlock(level) else ffi::SQLITE_OK)
}

unsafe extern "C" fn is_reserved(file: *mut ffi::sqlite3_file, to: *mut c_int) -> c_int {
    own!(file, xCheckReservedLock(to) else ffi::SQLITE_OK)
}

unsafe extern "C" fn control(file: *mut ffi::sqlite3_file, what: c_int, argument: *mut c_void) -> c_int {
    if what == ffi::SQLITE_FCNTL_PRAGMA {
        // SAFETY: the file is open, and for this call the argument is a list of at least three strings.
        unsafe {
            if place(file).is_some_and(|place| place.disk.is_at_ease()) && pretend(argument.cast()) {
                return ffi::SQLITE_OK;
            }
        }
    }
    own!(file, xFileControl(what, argument) else ffi::SQLITE_NOTFOUND)
}

/// Answers `PRAGMA synchronous` as if it were `FULL`, and does not let it become so.
///
/// # Safety
/// `list` must be what a file control for a pragma gets: an answer to give, the pragma's name, its argument or null.
unsafe fn pretend(list: *mut *mut c_char) -> bool {
    // SAFETY: as above; the answer is freed by SQLite with its own `free`, which `mprintf` goes with.
    unsafe {
        if CStr::from_ptr(*list.add(1)) != c"synchronous" {
            return false;
        }
        let argument = *list.add(2);
        if argument.is_null() {
            *list = ffi::sqlite3_mprintf(c"2".as_ptr());
            return true;
        }
        CStr::from_ptr(argument).to_bytes().to_ascii_uppercase().windows(4).any(|word| word == b"FULL")
    }
}

unsafe extern "C" fn sector(file: *mut ffi::sqlite3_file) -> c_int {
    own!(file, xSectorSize() else 4096)
}

unsafe extern "C" fn characteristics(file: *mut ffi::sqlite3_file) -> c_int {
    own!(file, xDeviceCharacteristics() else 0)
}

unsafe extern "C" fn shared_map(
    file: *mut ffi::sqlite3_file,
    page: c_int,
    size: c_int,
    extend: c_int,
    to: *mut *mut c_void,
) -> c_int {
    own!(file, xShmMap(page, size, extend, to) else ffi::SQLITE_IOERR_SHMMAP)
}

unsafe extern "C" fn shared_lock(file: *mut ffi::sqlite3_file, offset: c_int, count: c_int, flags: c_int) -> c_int {
    own!(file, xShmLock(offset, count, flags) else ffi::SQLITE_IOERR_SHMLOCK)
}

unsafe extern "C" fn shared_barrier(file: *mut ffi::sqlite3_file) {
    own!(file, xShmBarrier() else ());
}

unsafe extern "C" fn shared_unmap(file: *mut ffi::sqlite3_file, delete: c_int) -> c_int {
    own!(file, xShmUnmap(delete) else ffi::SQLITE_OK)
}

/// Of version 2: files are read by calls, never as memory that no layer sees.
static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(is_reserved),
    xFileControl: Some(control),
    xSectorSize: Some(sector),
    xDeviceCharacteristics: Some(characteristics),
    xShmMap: Some(shared_map),
    xShmLock: Some(shared_lock),
    xShmBarrier: Some(shared_barrier),
    xShmUnmap: Some(shared_unmap),
    xFetch: None,
    xUnfetch: None,
};
