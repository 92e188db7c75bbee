//! Leads from a table that was kept elsewhere, through the same door as those of forms: validated, scored, told from
//! their twins, and each once, however often the table is imported.

mod door;
pub mod map;
mod plan;
mod rejected;
mod row;
mod time;

use std::{fmt, io::Read, sync::Arc};

use csv::ByteRecord;
use jiff::tz::TimeZone;
use leadglass_scoring::{Decision, Language};
use leadglass_training::delimited::{self, Block, Blocks, Ending};

use self::{
    door::Came,
    map::Map,
    row::{ReadRow, Reader},
    time::Clock as TableClock,
};
pub use self::{
    plan::{Plan, Unfit},
    rejected::Rejected,
    row::Fault,
};
use crate::{
    assets::Assets,
    clock::Clock,
    forms::LiveForm,
    spam::Keys,
    state::State,
    store::{Store, StoreError},
};

/// The column that says what was wrong with a row, in files of rejected rows; passed over where it is read again.
pub const PROBLEMS: &str = "what is wrong (leadglass)";

/// Rows that are on their way to the disk at a time.
const AT_ONCE: usize = 128;

/// How a table is imported.
pub struct Import {
    /// Where leads go.
    pub door: Door,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The form whose fields are answered and whose card scores.
    pub live: Arc<LiveForm>,
    /// Which columns answer what.
    pub map: Map,
    /// Whether the map is one for a tool, whose tables may lack some of its columns.
    pub is_ready: bool,
    /// The language of who left none.
    pub language: Option<Language>,
    /// Whether others are told of each lead.
    pub tell: bool,
}

/// Where leads go.
#[derive(Clone)]
pub enum Door {
    /// Through the door that every lead goes through.
    In(Arc<State>),
    /// Nowhere: they are only judged, with the model that reads their moments, beside what was kept before.
    Out(Arc<Assets>, Option<Arc<dyn Store>>),
}

/// What came of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Rows with something in them.
    pub rows: u64,
    /// New leads, by their decision: accept, nurture, decline.
    pub new: [u64; 3],
    /// Leads that were imported before.
    pub before: u64,
    /// Those of them that say something else now, and stay as they were.
    pub changed: u64,
    /// Rows whose leads were erased, which are not taken again.
    pub erased: u64,
    /// Rows that are no leads.
    pub rejected: u64,
    /// Outcomes that were noted for the first time.
    pub outcomes: u64,
    /// Leads whose outcome was not understood.
    pub unclear: u64,
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [accept, nurture, decline] = self.new;
        let new = self.new.iter().sum::<u64>();
        write!(
            formatter,
            "{} rows: {new} new leads ({accept} accept, {nurture} nurture, {decline} decline), ",
            self.rows
        )?;
        write!(formatter, "{} imported before, {} rejected", self.before, self.rejected)?;
        if self.changed > 0 {
            let changed = self.changed;
            write!(formatter, "\n{changed} of those imported before say something else now and stay as they were")?;
        }
        if self.erased > 0 {
            write!(formatter, "\n{} were erased and are not taken again", self.erased)?;
        }
        if self.outcomes > 0 {
            write!(formatter, "\n{} outcomes noted", self.outcomes)?;
        }
        if self.unclear > 0 {
            write!(formatter, "\n{} outcomes not understood and not noted", self.unclear)?;
        }
        Ok(())
    }
}

/// Why an import ended before its table did. What was imported until then stays, and is not imported twice.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The table and the form do not fit.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// The zone of its times is not known.
    #[error("the time zone `{0}` is not known to this machine")]
    TimeZone(String),
    /// Reading or writing failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The store failed.
    #[error("line {line}: {error}; what came before it is in, and is not imported twice")]
    Store {
        /// The first row that is not in.
        line: u64,
        /// Why.
        error: StoreError,
    },
}

/// A row of the table.
struct Row {
    line: u64,
    record: ByteRecord,
}

impl Import {
    /// Imports a table. What is wrong with a row is told to `problem` by its line, and to `rejected` with the row.
    ///
    /// # Errors
    /// Why it ended before the table did.
    pub async fn run(
        &self,
        table: impl Read,
        rejected: &mut Rejected,
        mut plan_made: impl FnMut(&Plan),
        mut problem: impl FnMut(u64, &Fault),
    ) -> Result<Summary, ImportError> {
        let (header, delimiter, rows) = read(table)?;
        let names: Vec<String> = header.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
        let plan = Plan::new(&self.map, self.is_ready, &self.live.full, names)?;
        plan_made(&plan);
        rejected.begin(&header, delimiter, plan.names.iter().position(|name| name == PROBLEMS));
        let clock = self.clock(&plan, &rows)?;
        let secret = self.secret().await.map_err(|error| ImportError::Store { line: 1, error })?;
        let reader = Reader {
            secret: secret.as_bytes(),
            plan: &plan,
            form: &self.live.shown.form,
            clock: &clock,
            language: self.language,
            now: self.clock.now(),
            quiet: !self.tell,
        };
        let mut summary = Summary::default();
        for some in rows.chunks(AT_ONCE) {
            let read: Vec<_> = some.iter().filter_map(|row| Some((row, Self::read_row(&reader, row)?))).collect();
            let sent = read
                .into_iter()
                .map(|(row, read)| (row, read.map(|mut read| (std::mem::take(&mut read.notes), self.send(read)))));
            // Each is on its way before the first is waited for: they share a commit.
            for (row, sent) in sent.collect::<Vec<_>>() {
                summary.rows += 1;
                let (mut notes, came) = match sent {
                    Ok((notes, sent)) => {
                        let fault = |_| Err(StoreError::Failed("a fault in the program".into()));
                        (notes, sent.await.unwrap_or_else(fault))
                    }
                    Err(faults) => (Vec::new(), Ok(Came::Faulty(faults))),
                };
                let came = came.map_err(|error| ImportError::Store { line: row.line, error })?;
                match came {
                    Came::Taken { is_changed, .. } => {
                        summary.unclear += u64::from(!notes.is_empty());
                        notes.extend(is_changed.then(|| reader.changed()));
                    }
                    Came::Erased => notes = vec![reader.erased()],
                    Came::Invalid(_) | Came::Faulty(_) => notes.clear(),
                }
                for note in &notes {
                    problem(row.line, note);
                }
                if let Some(faults) = summary.count(came, &reader) {
                    for fault in &faults {
                        problem(row.line, fault);
                    }
                    rejected.add(&row.record, &faults)?;
                }
            }
        }
        Ok(summary)
    }

    /// `None` where the row has nothing in it.
    async fn secret(&self) -> Result<String, StoreError> {
        let keys = match &self.door {
            Door::In(state) => return Ok(state.keys().await?.import.clone()),
            Door::Out(_, Some(store)) => store.known_secret(Keys::SECRET).await?,
            Door::Out(_, None) => None,
        };
        // Where nothing was kept before, any will do
        Ok(Keys::from_secret(&keys.unwrap_or_default()).import)
    }

    fn read_row(reader: &Reader<'_>, row: &Row) -> Option<Result<ReadRow, Vec<Fault>>> {
        if row.record.iter().all(<[u8]>::is_empty) {
            return None;
        }
        let fault = |column: Option<String>, what: String| Some(Err(vec![Fault { column, what }]));
        let (cells, columns) = (row.record.len(), reader.plan.names.len());
        if cells != columns {
            return fault(None, format!("it has {cells} cells where the first line has {columns}"));
        }
        let mut texts = Vec::with_capacity(cells);
        for (cell, name) in row.record.iter().zip(&reader.plan.names) {
            match str::from_utf8(cell) {
                Ok(text) => texts.push(text),
                Err(_) => return fault(Some(name.clone()), "it is not UTF-8; save the table as UTF-8".to_owned()),
            }
        }
        Some(reader.read(&texts))
    }

    fn clock(&self, plan: &Plan, rows: &[Row]) -> Result<TableClock, ImportError> {
        let zone = match &self.map.time_zone {
            Some(name) => TimeZone::get(name).map_err(|_| ImportError::TimeZone(name.clone()))?,
            None => TimeZone::UTC,
        };
        let told = || {
            let columns = plan.created.iter().flat_map(|source| &source.columns);
            let cells = columns.flat_map(|column| rows.iter().filter_map(|row| row.record.get(*column)));
            cells.filter_map(|cell| str::from_utf8(cell).ok()).find_map(time::day_first)
        };
        Ok(TableClock { zone, day_first: self.map.day_first.or_else(told).unwrap_or(false) })
    }
}

impl Summary {
    /// Counts what came of a row; returns what is wrong with it.
    fn count(&mut self, came: Came, reader: &Reader<'_>) -> Option<Vec<Fault>> {
        match came {
            Came::Taken { decision, is_new, is_changed, is_outcome_new } => {
                let place = Decision::ALL.into_iter().position(|known| known == decision).unwrap_or(0);
                self.new[place] += u64::from(is_new);
                self.before += u64::from(!is_new);
                self.changed += u64::from(is_changed);
                self.outcomes += u64::from(is_outcome_new);
                None
            }
            Came::Erased => {
                self.erased += 1;
                None
            }
            Came::Faulty(faults) => {
                self.rejected += 1;
                Some(faults)
            }
            Came::Invalid(violations) => {
                self.rejected += 1;
                Some(violations.iter().map(|violation| reader.violation(violation)).collect())
            }
        }
    }
}

/// The first line, what parts cells, and the rows.
fn read(mut table: impl Read) -> Result<(ByteRecord, u8, Vec<Row>), ImportError> {
    let mut start = [0; 3];
    let mut filled = 0;
    while filled < start.len() {
        match table.read(&mut start[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    let start = start[..filled].strip_prefix(b"\xef\xbb\xbf").unwrap_or(&start[..filled]);
    let packed =
        [(&b"\x1f\x8b"[..], "gzip; unpack it first"), (b"PK", "a spreadsheet or a ZIP; save the table as CSV")];
    if let Some((_, what)) = packed.into_iter().find(|(magic, _)| start.starts_with(magic)) {
        return Err(ImportError::Io(std::io::Error::other(format!("it is {what}"))));
    }
    if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") {
        return Err(ImportError::Io(std::io::Error::other("it is UTF-16; save the table as CSV in UTF-8")));
    }
    let mut blocks = Blocks::new(start.chain(table));
    let delimiter = delimited::delimiter(blocks.start()?);
    blocks.end_rows(Ending::LineOutsideQuotes { delimiter });
    let Some(mut first) = blocks.next()? else {
        return Err(ImportError::Io(std::io::Error::other("it is empty")));
    };
    let header = delimited::take_header(&mut first, delimiter)?;
    let mut rows = Vec::new();
    let mut take = |block: &Block| -> Result<(), ImportError> {
        if let Some(fault) = block.fault {
            return Err(ImportError::Io(std::io::Error::other(format!("line {}: {fault}", block.line))));
        }
        delimited::records(block, delimiter, header.len(), |line, record| {
            rows.push(Row { line, record: record.clone() });
        });
        Ok(())
    };
    take(&first)?;
    while let Some(block) = blocks.next()? {
        take(&block)?;
    }
    Ok((header, delimiter, rows))
}

#[cfg(test)]
mod tests;
