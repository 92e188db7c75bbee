//! What was written, synced and promised, in its order; and what is left of it after a power cut.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    fs, io,
    path::Path,
};

use uuid::Uuid;

use crate::Chance;

/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

/// One thing that happened. Files are told by their names: a database's are all in one folder.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Write {
        file: OsString,
        offset: usize,
        bytes: Vec<u8>,
    },
    Truncate {
        file: OsString,
        size: usize,
    },
    Sync {
        file: OsString,
    },
    /// The system says that a sync failed, and forgets what it has not written (as Linux does): it may be on the disk or
    /// not, and no later sync will bring it there.
    FailedSync {
        file: OsString,
    },
    /// Gone from the folder, but the disk may still know it.
    Delete {
        file: OsString,
    },
    /// What was deleted and made in the folder so far is on the disk.
    SyncFolder,
    Acknowledged(Uuid),
}

/// All that happened since a folder was given to a disk.
#[derive(Clone, Debug)]
pub struct Log {
    before: BTreeMap<OsString, Vec<u8>>,
    ops: Vec<Op>,
}

/// What a power cut leaves.
#[derive(Clone, Debug)]
pub struct Remains {
    files: BTreeMap<OsString, Vec<u8>>,
    /// The leads that were acknowledged before.
    pub acknowledged: BTreeSet<Uuid>,
}

impl Log {
    pub(crate) const fn new(before: BTreeMap<OsString, Vec<u8>>, ops: Vec<Op>) -> Self {
        Self { before, ops }
    }

    /// How many places there are to cut: before everything, and after each thing.
    #[must_use]
    pub const fn places(&self) -> usize {
        self.ops.len() + 1
    }

    /// The places right after a sync or an acknowledgement, where a promise is the youngest.
    #[must_use]
    pub fn promises(&self) -> Vec<usize> {
        let is_promise = |op: &Op| matches!(op, Op::Sync { .. } | Op::Acknowledged(_));
        self.ops.iter().enumerate().filter(|(_, op)| is_promise(op)).map(|(number, _)| number + 1).collect()
    }

    /// How many leads were acknowledged.
    #[must_use]
    pub fn acknowledged(&self) -> usize {
        self.ops.iter().filter(|op| matches!(op, Op::Acknowledged(_))).count()
    }

    /// Cuts the power at a place.
    ///
    /// # Panics
    /// Where there is no such place.
    #[must_use]
    pub fn cut(&self, place: usize, chance: &mut Chance) -> Remains {
        let mut files: BTreeMap<&OsString, File> = BTreeMap::new();
        for (name, bytes) in &self.before {
            files.insert(name, File { synced: Some(bytes.clone()), pending: Vec::new() });
        }
        let mut ghosts: BTreeMap<&OsString, File> = BTreeMap::new();
        let mut acknowledged = BTreeSet::new();
        for op in &self.ops[..place] {
            match op {
                Op::Write { file, .. } | Op::Truncate { file, .. } => files.entry(file).or_default().pending.push(op),
                Op::Sync { file } => files.entry(file).or_default().settle(|_| Fate::Kept),
                Op::FailedSync { file } => files.entry(file).or_default().settle(|length| fate(length, chance)),
                Op::Delete { file } => drop(files.remove(file).map(|it| ghosts.insert(file, it))),
                Op::SyncFolder => ghosts.clear(),
                Op::Acknowledged(id) => drop(acknowledged.insert(*id)),
            }
        }
        for (name, ghost) in ghosts {
            if chance.once_in(2) {
                files.insert(name, ghost);
            }
        }
        for file in files.values_mut() {
            file.settle(|length| fate(length, chance));
        }
        let files = files.into_iter().filter_map(|(name, file)| Some((name.clone(), file.synced?))).collect();
        Remains { files, acknowledged }
    }
}

impl Remains {
    /// Writes the files into a folder, where none of them is yet.
    ///
    /// # Errors
    /// Where they can't be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        self.files.iter().try_for_each(|(name, bytes)| fs::write(folder.join(name), bytes))
    }
}

/// A file as the disk has it, and what is still on the way there.
#[derive(Default)]
struct File<'l> {
    /// `None` as long as the disk knows nothing of it.
    synced: Option<Vec<u8>>,
    pending: Vec<&'l Op>,
}

impl File<'_> {
    /// Decides what becomes of each write that was on its way; of a change of size it is kept or not.
    fn settle(&mut self, mut fate: impl FnMut(usize) -> Fate) {
        for op in self.pending.drain(..) {
            match op {
                Op::Write { offset, bytes, .. } => match fate(bytes.len()) {
                    Fate::Lost => {}
                    Fate::Kept => put(&mut self.synced, *offset, bytes),
                    Fate::Torn(sectors) => {
                        for (number, sector) in bytes.chunks(SECTOR).enumerate() {
                            match sectors.get(number) {
                                Some(Sector::Kept) => put(&mut self.synced, *offset + number * SECTOR, sector),
                                Some(Sector::Garbage(seed)) => {
                                    let mut chance = Chance::new(*seed);
                                    let garbage: Vec<u8> =
                                        sector.iter().map(|_| chance.number().to_le_bytes()[0]).collect();
                                    put(&mut self.synced, *offset + number * SECTOR, &garbage);
                                }
                                Some(Sector::Lost) | None => {}
                            }
                        }
                    }
                },
                Op::Truncate { size, .. } if !matches!(fate(0), Fate::Lost) => {
                    self.synced.get_or_insert_default().resize(*size, 0);
                }
                _ => {}
            }
        }
    }
}

fn put(file: &mut Option<Vec<u8>>, offset: usize, bytes: &[u8]) {
    let file = file.get_or_insert_default();
    let end = offset + bytes.len();
    if file.len() < end {
        file.resize(end, 0);
    }
    file[offset..end].copy_from_slice(bytes);
}

/// What becomes of a write that was not synced.
enum Fate {
    Kept,
    Lost,
    Torn(Vec<Sector>),
}

enum Sector {
    Kept,
    Lost,
    Garbage(u64),
}

fn fate(length: usize, chance: &mut Chance) -> Fate {
    match chance.below(3) {
        0 => Fate::Kept,
        1 => Fate::Lost,
        _ => {
            let sectors = (0..length.div_ceil(SECTOR)).map(|_| match chance.below(8) {
                0..=3 => Sector::Kept,
                4..=6 => Sector::Lost,
                _ => Sector::Garbage(chance.number()),
            });
            Fate::Torn(sectors.collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(offset: usize, bytes: &[u8]) -> Op {
        Op::Write { file: "a".into(), offset, bytes: bytes.to_vec() }
    }

    /// What a cut at the end leaves of one file, over many chances.
    fn left(ops: &[Op]) -> BTreeSet<Option<Vec<u8>>> {
        let log = Log::new(BTreeMap::new(), ops.to_vec());
        let cut = |seed| log.cut(log.places() - 1, &mut Chance::new(seed)).files.remove(&OsString::from("a"));
        (0..200).map(cut).collect()
    }

    #[test]
    fn what_was_synced_is_there_whatever_the_chance() {
        let all = left(&[write(0, b"abc"), Op::Sync { file: "a".into() }]);
        assert_eq!(all, BTreeSet::from([Some(b"abc".to_vec())]));
    }

    #[test]
    fn what_was_not_synced_is_there_or_not_or_spoilt() {
        let all = left(&[write(0, b"abc"), Op::Sync { file: "a".into() }, write(1, b"XY")]);
        assert!(all.contains(&Some(b"abc".to_vec())) && all.contains(&Some(b"aXY".to_vec())));
        assert!(all.len() > 2, "garbage is one of the fates: {all:?}");
        assert!(all.iter().flatten().all(|bytes| bytes[0] == b'a' && bytes.len() == 3), "{all:?}");
    }

    #[test]
    fn a_later_write_can_outlive_an_earlier_one() {
        let all = left(&[write(0, &[1; 3]), write(512, &[2; 3])]);
        assert!(all.iter().flatten().any(|bytes| bytes[..3] == [0; 3] && bytes[512..] == [2; 3]), "{all:?}");
    }

    #[test]
    fn after_a_failed_sync_no_later_one_brings_back_what_was_forgotten() {
        let all = left(&[write(0, b"abc"), Op::FailedSync { file: "a".into() }, Op::Sync { file: "a".into() }]);
        assert!(all.contains(&None) && all.contains(&Some(b"abc".to_vec())), "{all:?}");
    }

    #[test]
    fn what_was_deleted_can_come_back_until_its_folder_is_synced() {
        let deleted = [write(0, b"abc"), Op::Sync { file: "a".into() }, Op::Delete { file: "a".into() }];
        assert_eq!(left(&deleted), BTreeSet::from([None, Some(b"abc".to_vec())]));
        assert_eq!(left(&[&deleted[..], &[Op::SyncFolder]].concat()), BTreeSet::from([None]));
    }

    #[test]
    fn a_sector_is_torn_from_its_neighbours() {
        let all = left(&[write(0, &[7; 1024])]);
        let is_torn = |bytes: &Vec<u8>| bytes.len() == 1024 && bytes[..512] == [0; 512] && bytes[512..] == [7; 512];
        assert!(all.iter().flatten().any(is_torn));
    }
}
