//! The product's data and the truth: dictionaries, versions, fields and drops in SQLite.
//!
//! One file, `ddgen.db`, in the data directory. One writer that commits in groups, many readers
//! beside it. Whoever opens a [`Store`] holds the lock of the data directory.

mod annotations;
mod arrived;
mod audit;
mod backups;
mod changes;
mod commit;
mod condition;
mod connect;
mod contracts;
mod coverage;
mod drift;
mod drop_write;
mod drops;
mod error;
mod finals;
mod find;
mod findings;
mod freshness;
mod import;
mod inventory;
mod keys;
mod migrate;
mod moves;
mod newest_drop;
mod place;
mod prepare;
mod quarantine;
mod read;
mod readers;
mod redact;
mod remembered;
mod remove;
mod renames;
mod reshape;
mod rows;
mod search;
mod severities;
mod show;
mod sketches;
mod standing;
mod upkeep;
mod values;
mod verdicts;
mod version_write;
mod writer;

#[cfg(test)]
mod tests;

pub use arrived::{Arrived, Committed, Outcome, Renamed, Unprofiled};
pub use audit::{AuditEntry, AuditOutcome};
pub use backups::BackupRecord;
pub use condition::{Pulse, Stats, TableCounts};
pub use contracts::{ContractOf, ContractRow};
pub use error::StoreError;
pub use finals::{Broken, Finals};
pub use inventory::{ColumnRow, TableRow};
pub use keys::StoredKey;
pub use moves::{Errand, Move};
pub use quarantine::{Aside, Breach, Verdict};
pub use remove::Cleared;
pub use search::Part;
pub use sketches::{StoredSketch, VersionSketches};
pub use standing::{BrokenContract, Delivered};
pub use upkeep::{Checkpoint, FreePages, ThinAt, Thinning};
pub use verdicts::SaidOfTables;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use ddgen_ipc::Timestamp;
use ddgen_ops::backup::Journal;

use readers::Readers;
use writer::Writer;

/// Rows that one answer may have; a larger `limit` is lowered to this.
pub const PAGE: u32 = 10_000;

/// The name of the file in the data directory.
pub const FILE: &str = "ddgen.db";
/// The folder of its journal beside it.
pub const JOURNAL: &str = "journal";

/// A handle to the store; clones share it.
#[derive(Clone)]
pub struct Store {
    path: PathBuf,
    writer: Writer,
    readers: Readers,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
    journal: Option<Arc<Journal>>,
}

impl Store {
    /// Opens or makes the store in `data_dir` and brings its schema up to date. `busy` is how long
    /// to wait for another program that holds the file locked. Blocks: call it at start, or on a
    /// thread that may.
    ///
    /// # Errors
    /// When the file cannot be opened, is no store, or its schema is not one of this build.
    pub fn open(data_dir: &Path, busy: Duration) -> Result<Self, StoreError> {
        Self::open_as(data_dir, busy, false)
    }

    /// The same; with a journal each commit is noted before it is acknowledged.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_as(data_dir: &Path, busy: Duration, journal: bool) -> Result<Self, StoreError> {
        let path = data_dir.join(FILE);
        let journal = journal.then(|| {
            let (journal, error) = Journal::open(&data_dir.join(JOURNAL), &path);
            if let Some(error) = error {
                tracing::warn!(%error, "the journal of the store is begun anew");
            }
            Arc::new(journal)
        });
        let mut db = connect::writer(&path, busy)?;
        let applied = migrate::migrate(&mut db, &path, migrate::ALL, Timestamp::now().0)?;
        if applied > 0 {
            tracing::info!(applied, "the schema of the store was brought up to date");
        }
        search::catch_up(&db)?;
        if let Some(journal) = &journal
            && (applied > 0 || journal.may_have_missed())
        {
            let because = "the store was brought up to date";
            journal.hold().end(because.to_owned());
        }
        let readers = Readers::open(&path, busy)?;
        let (writer, thread) = Writer::start(db, search::settle, journal.clone())?;
        let thread = Arc::new(Mutex::new(Some(thread)));
        Ok(Self {
            path,
            writer,
            readers,
            thread,
            journal,
        })
    }

    /// The journal of its commits, where one is kept.
    #[must_use]
    pub fn journal(&self) -> Option<&Arc<Journal>> {
        self.journal.as_ref()
    }

    /// Commits all that was asked for, then closes the file; what is asked later is refused.
    ///
    /// # Errors
    /// When the last bytes could not be brought home; they are in the log, and the next start
    /// finds them there.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.readers.close();
        let closed = self.writer.close().await;
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
        closed
    }

    /// Bytes of the file and its log.
    #[must_use]
    pub fn size_on_disk(&self) -> u64 {
        condition::size_on_disk(&self.path)
    }

    /// Where the file lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|_| Err(StoreError::Internal("preparing a drop panicked".to_owned())))
}
