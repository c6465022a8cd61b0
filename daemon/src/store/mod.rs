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
mod newest_drop;
mod place;
mod prepare;
mod read;
mod readers;
mod remembered;
mod remove;
mod renames;
mod rows;
mod search;
mod show;
mod sketches;
mod upkeep;
mod values;
mod version_write;
mod writer;

#[cfg(test)]
mod tests;

pub use arrived::{Arrived, Committed, Outcome, Renamed, Unprofiled};
pub use audit::{AuditEntry, AuditOutcome};
pub use backups::BackupRecord;
pub use condition::{Pulse, Stats, TableCounts};
pub use contracts::ContractRow;
pub use error::StoreError;
pub use finals::{Broken, Finals};
pub use inventory::{ColumnRow, TableRow};
pub use keys::StoredKey;
pub use remove::Cleared;
pub use search::Part;
pub use sketches::{StoredSketch, VersionSketches};
pub use upkeep::{Checkpoint, FreePages, ThinAt, Thinning};

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{
    AnnotationRow, Aspect, CoverageRow, DictionaryRow, DropCounts, DropRow, DropState, Edit,
    FieldRow, Found, FoundDictionary, FoundField, ImportCell, ImportedCell, OnConflict, RenameCall,
    RenameRow, VersionRow,
};
use ddgen_ops::backup::Journal;

use crate::arrival::{DropId, Sighting};
use crate::judge::drift::Overdue;
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

    // ---- writing -------------------------------------------------------------------------------

    /// Makes a version of a drop with its profile, or finds that there is none to make. Returns
    /// once it is on disk. The same drop again changes nothing and answers the same.
    ///
    /// # Errors
    /// Nothing was stored; where [`StoreError::passes`], the same call may succeed later.
    pub async fn commit(&self, arrived: Arrived) -> Result<Committed, StoreError> {
        let work = blocking(move || prepare::prepare(arrived)).await?;
        self.writer.write(move |db| commit::commit(db, &work)).await
    }

    /// Notes a drop that has no profile, one row a drop. A drop that is done stays done.
    ///
    /// # Errors
    /// When nothing could be stored, or the state needs a profile.
    pub async fn record(&self, drop: Unprofiled) -> Result<DropRow, StoreError> {
        self.writer
            .write(move |db| {
                let seq = drop_write::record(db, &drop)?;
                rows::drop_by_seq(db, seq)?
                    .ok_or_else(|| StoreError::Internal(format!("drop {seq} vanished")))
            })
            .await
    }

    /// Writes what a person has to say, all edits or none. Answers the dictionary's name, and the edits
    /// as they stand.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where another edit came first, [`StoreError::Refused`] for a text that
    /// cannot be kept, [`StoreError::NotFound`].
    pub async fn annotate(
        &self,
        name: &str,
        edits: Vec<Edit>,
        author: &str,
    ) -> Result<(String, Vec<AnnotationRow>), StoreError> {
        let (name, author) = (name.to_owned(), author.to_owned());
        self.writer
            .write(move |db| annotations::annotate(db, &name, &edits, &author, Timestamp::now()))
            .await
    }

    /// Takes proposed renames for what they are, or says one that was not found; without any named, all
    /// that are proposed. What is written about the old fields goes along. Answers the dictionary's name
    /// and the renames as they stand.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Refused`] where it cannot be one.
    pub async fn accept(
        &self,
        name: &str,
        calls: Vec<RenameCall>,
        author: &str,
    ) -> Result<(String, Vec<RenameRow>), StoreError> {
        let (name, author) = (name.to_owned(), author.to_owned());
        self.writer
            .write(move |db| renames::accept(db, &name, &calls, &author, Timestamp::now()))
            .await
    }

    /// Takes fields for two that were taken for one, or might have been; what a rename took along goes
    /// back.
    ///
    /// # Errors
    /// As [`Store::accept`].
    pub async fn refuse(
        &self,
        name: &str,
        calls: Vec<RenameCall>,
        author: &str,
    ) -> Result<(String, Vec<RenameRow>), StoreError> {
        let (name, author) = (name.to_owned(), author.to_owned());
        self.writer
            .write(move |db| renames::refuse(db, &name, &calls, &author, Timestamp::now()))
            .await
    }

    /// Writes what an import changed, in one transaction; a dry run only tells. Answers the cells that
    /// say something new.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with what is in the way, where that is not to be skipped: nothing was
    /// written then.
    pub async fn import(
        &self,
        cells: Vec<ImportCell>,
        on_conflict: OnConflict,
        author: &str,
        dry_run: bool,
    ) -> Result<Vec<ImportedCell>, StoreError> {
        let author = author.to_owned();
        let work = move |db: &rusqlite::Connection| {
            let now = Timestamp::now();
            import::import(db, &cells, on_conflict, &author, dry_run, now)
        };
        match dry_run {
            true => self.readers.read(work).await,
            false => self.writer.write(work).await,
        }
    }

    /// Notes a run of a backup, or a copy of one; the same again replaces the row.
    ///
    /// # Errors
    /// When nothing could be stored; so with the two below.
    pub async fn note_backup(&self, record: BackupRecord) -> Result<(), StoreError> {
        self.writer
            .write(move |db| backups::note(db, &record))
            .await
    }

    /// Notes what a verification found: `None` when the backup is what it was.
    ///
    /// # Errors
    /// As [`Store::note_backup`].
    pub async fn judge_backup(
        &self,
        id: &str,
        place: &str,
        at: Timestamp,
        problem: Option<String>,
    ) -> Result<(), StoreError> {
        let (id, place) = (id.to_owned(), place.to_owned());
        self.writer
            .write(move |db| backups::judge(db, &id, &place, at, problem.as_deref()))
            .await
    }

    /// Notes that a backup was taken away.
    ///
    /// # Errors
    /// As [`Store::note_backup`].
    pub async fn backup_removed(
        &self,
        id: &str,
        place: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let (id, place) = (id.to_owned(), place.to_owned());
        self.writer
            .write(move |db| backups::removed(db, &id, &place, at))
            .await
    }

    /// Notes what a part of the daemon wants to find again at the next start, in place of what it
    /// noted before.
    ///
    /// # Errors
    /// When nothing could be stored.
    pub async fn remember(&self, part: &'static str, text: String) -> Result<(), StoreError> {
        self.writer
            .write(move |db| remembered::note(db, part, &text, Timestamp::now()))
            .await
    }

    // ---- reading -------------------------------------------------------------------------------

    /// All dictionaries in order of name.
    ///
    /// # Errors
    /// When the store cannot be read; so with all readers.
    pub async fn dictionaries(&self) -> Result<Vec<DictionaryRow>, StoreError> {
        self.readers.read(read::dictionaries).await
    }

    /// # Errors
    /// [`StoreError::NotFound`] with the nearest names, or when the store cannot be read.
    pub async fn dictionary(&self, name: &str) -> Result<DictionaryRow, StoreError> {
        let name = name.to_owned();
        self.readers
            .read(move |db| read::dictionary(db, &name))
            .await
    }

    /// How many dictionaries there are, and those behind a name in order of name, at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn dictionaries_after(
        &self,
        name: Option<String>,
        limit: u32,
    ) -> Result<(u64, Vec<DictionaryRow>), StoreError> {
        self.readers
            .read(move |db| read::dictionaries_after(db, name.as_deref(), limit))
            .await
    }

    /// Fields of current versions by words and filters, the likeliest first; `limit` is at most
    /// [`PAGE`], so with the two below.
    ///
    /// # Errors
    /// [`StoreError::Asked`] for a filter that is none, or when the store cannot be read.
    pub async fn search_fields(
        &self,
        words: &str,
        part: Part,
    ) -> Result<Vec<FoundField>, StoreError> {
        let words = words.to_owned();
        self.readers
            .read(move |db| search::fields(db, &words, part))
            .await
    }

    /// Dictionaries in the same way: by what they are called, and what is written about themselves.
    ///
    /// # Errors
    /// As [`Store::search_fields`].
    pub async fn search_dictionaries(
        &self,
        words: &str,
        part: Part,
    ) -> Result<Vec<FoundDictionary>, StoreError> {
        let words = words.to_owned();
        self.readers
            .read(move |db| search::dictionaries(db, &words, part))
            .await
    }

    /// How much has been written about, by dictionary in order of name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn coverage(&self) -> Result<Vec<CoverageRow>, StoreError> {
        self.readers.read(coverage::of).await
    }

    /// Fields, and on the first page the dictionaries as well.
    ///
    /// # Errors
    /// As [`Store::search_fields`].
    pub async fn search(&self, words: &str, part: Part) -> Result<Found, StoreError> {
        let words = words.to_owned();
        self.readers
            .read(move |db| search::all(db, &words, part))
            .await
    }

    /// How many versions a dictionary has, and those below a number, newest first, at most `limit`.
    ///
    /// # Errors
    /// As [`Store::dictionary`].
    pub async fn versions_before(
        &self,
        name: &str,
        number: Option<u32>,
        limit: u32,
    ) -> Result<(u64, Vec<VersionRow>), StoreError> {
        let name = name.to_owned();
        self.readers
            .read(move |db| read::versions_before(db, &name, number, limit))
            .await
    }

    /// One version; without a number the current one.
    ///
    /// # Errors
    /// As [`Store::dictionary`].
    pub async fn version(&self, name: &str, number: Option<u32>) -> Result<VersionRow, StoreError> {
        let name = name.to_owned();
        self.readers
            .read(move |db| read::version(db, &name, number))
            .await
    }

    /// The profile document of one version, as JSON.
    ///
    /// # Errors
    /// As [`Store::dictionary`].
    pub async fn profile_json(
        &self,
        name: &str,
        number: Option<u32>,
    ) -> Result<String, StoreError> {
        let name = name.to_owned();
        self.readers
            .read(move |db| show::profile_json(db, &name, number))
            .await
    }

    /// The versions of a dictionary, newest first.
    ///
    /// # Errors
    /// As [`Store::dictionary`].
    pub async fn versions(&self, name: &str) -> Result<Vec<VersionRow>, StoreError> {
        let name = name.to_owned();
        self.readers.read(move |db| read::versions(db, &name)).await
    }

    /// How many fields the version has in all, and those from `offset`, at most `limit`, in order
    /// of position. Without a version: the current one.
    ///
    /// # Errors
    /// As [`Store::dictionary`].
    pub async fn fields(
        &self,
        name: &str,
        version: Option<u32>,
        offset: u32,
        limit: u32,
    ) -> Result<(u32, Vec<FieldRow>), StoreError> {
        let name = name.to_owned();
        self.readers
            .read(move |db| read::fields(db, &name, version, offset, limit))
            .await
    }

    /// One field as it stands in the profile document, as JSON.
    ///
    /// # Errors
    /// As [`Store::dictionary`]; an unknown path lists the nearest ones.
    pub async fn field_json(
        &self,
        name: &str,
        version: Option<u32>,
        path: &str,
    ) -> Result<String, StoreError> {
        let (name, path) = (name.to_owned(), path.to_owned());
        self.readers
            .read(move |db| read::field_json(db, &name, version, &path))
            .await
    }

    /// The dictionary with its annotations and the profile document of one version, as JSON.
    ///
    /// # Errors
    /// As [`Store::dictionary`].
    pub async fn show_json(&self, name: &str, version: Option<u32>) -> Result<String, StoreError> {
        let name = name.to_owned();
        self.readers
            .read(move |db| show::json(db, &name, version))
            .await
    }

    /// What is written about a dictionary and its fields.
    ///
    /// # Errors
    /// As [`Store::dictionary`].
    pub async fn annotations(&self, name: &str) -> Result<Vec<AnnotationRow>, StoreError> {
        let name = name.to_owned();
        self.readers
            .read(move |db| annotations::list(db, &name))
            .await
    }

    /// Dictionaries whose next version should have come by `now`, by the pauses between those before.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn overdue(&self, now: Timestamp) -> Result<Vec<(String, Overdue)>, StoreError> {
        self.readers
            .read(move |db| freshness::overdue_at(db, now))
            .await
    }

    /// Renames that were found in a dictionary or said by people, of the newest version first.
    ///
    /// # Errors
    /// As [`Store::dictionary`].
    pub async fn renames(&self, name: &str) -> Result<Vec<RenameRow>, StoreError> {
        let name = name.to_owned();
        self.readers
            .read(move |db| renames::list(db, find::dictionary(db, &name)?))
            .await
    }

    /// All that was written about one aspect of a field or the dictionary, newest first.
    ///
    /// # Errors
    /// As [`Store::dictionary`].
    pub async fn history(
        &self,
        name: &str,
        field: Option<String>,
        aspect: Aspect,
    ) -> Result<Vec<AnnotationRow>, StoreError> {
        let name = name.to_owned();
        self.readers
            .read(move |db| annotations::history(db, &name, field.as_deref(), aspect))
            .await
    }

    /// The changes from version `from` to version `to`, as JSON. Without `to` the current one, without
    /// `from` the one before it.
    ///
    /// # Errors
    /// As [`Store::dictionary`]; [`StoreError::Refused`] when there is none before.
    pub async fn diff_json(
        &self,
        name: &str,
        from: Option<u32>,
        to: Option<u32>,
    ) -> Result<String, StoreError> {
        let name = name.to_owned();
        self.readers
            .read(move |db| changes::diff_json(db, &name, from, to))
            .await
    }

    /// The sketches of the newest versions of a dictionary, at most `versions` of them, newest first.
    /// The oldest versions have none any more.
    ///
    /// # Errors
    /// As [`Store::dictionary`].
    pub async fn sketches(
        &self,
        name: &str,
        versions: u32,
    ) -> Result<Vec<VersionSketches>, StoreError> {
        let name = name.to_owned();
        self.readers
            .read(move |db| sketches::newest(db, find::dictionary(db, &name)?, versions))
            .await
    }

    /// The newest drops first, those before the number `before_seq` when given.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn drops(
        &self,
        state: Option<DropState>,
        before_seq: Option<u64>,
        limit: u32,
    ) -> Result<Vec<DropRow>, StoreError> {
        self.readers
            .read(move |db| drops::list(db, state, before_seq, limit))
            .await
    }

    /// A drop by its id, or the newest by the path of its file (absolute, or below its watch).
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or when the store cannot be read.
    pub async fn drop(&self, id_or_path: &str) -> Result<DropRow, StoreError> {
        let wanted = id_or_path.to_owned();
        self.readers.read(move |db| drops::find(db, &wanted)).await
    }

    /// Settled drops by state.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn drop_counts(&self) -> Result<DropCounts, StoreError> {
        self.readers.read(drops::counts).await
    }

    /// Whether the drop is a version or a duplicate of one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn is_done(&self, drop: DropId) -> Result<bool, StoreError> {
        self.readers.read(move |db| drops::is_done(db, drop)).await
    }

    /// For each sighting: whether the newest drop of its path is of exactly this file and needs no
    /// more work: done, duplicate or parked. A failed one does not count: its file was gone before
    /// it could be read, and here it is again; nor one in quarantine, which somebody has put back.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn known(&self, sightings: Vec<Sighting>) -> Result<Vec<bool>, StoreError> {
        self.readers
            .read(move |db| drops::known(db, &sightings))
            .await
    }

    /// As [`Store::known`], for threads that may block.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn known_blocking(&self, sightings: &[Sighting]) -> Result<Vec<bool>, StoreError> {
        self.readers.read_blocking(|db| drops::known(db, sightings))
    }

    /// Backups that should lie in their places, and failed runs; the newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn backups(&self) -> Result<Vec<BackupRecord>, StoreError> {
        self.readers.read(backups::all).await
    }

    /// What a part of the daemon noted last.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn remembered(&self, part: &'static str) -> Result<Option<String>, StoreError> {
        self.readers.read(move |db| remembered::of(db, part)).await
    }

    /// Versions that have become final since `seen` and break with those before them, and how far
    /// was looked.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn broken_since(
        &self,
        seen: Finals,
        now: Timestamp,
    ) -> Result<(Finals, Vec<Broken>), StoreError> {
        self.readers
            .read(move |db| finals::since(db, &seen, now))
            .await
    }

    // ---- its own condition ---------------------------------------------------------------------

    /// The tables of the store in order of name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn tables(&self) -> Result<Vec<TableRow>, StoreError> {
        self.readers.read(inventory::tables).await
    }

    /// # Errors
    /// When the store cannot be read.
    pub async fn stats(&self) -> Result<Stats, StoreError> {
        let path = self.path.clone();
        self.readers
            .read(move |db| condition::stats(db, &path))
            .await
    }

    /// Commits a write and reads it back.
    ///
    /// # Errors
    /// What failed, or [`StoreError::Late`] when both did not end within the deadline.
    pub async fn health(&self, deadline: Duration) -> Result<Pulse, StoreError> {
        let beat = async {
            let now = Timestamp::now().0;
            let start = Instant::now();
            self.writer
                .write(move |db| condition::beat(db, now))
                .await?;
            let write = start.elapsed();
            let read_back = self.readers.read(condition::last_beat).await?;
            if read_back < now {
                let because = format!("wrote {now} and read back {read_back}");
                return Err(StoreError::Internal(because));
            }
            Ok(Pulse {
                write,
                read: start.elapsed().saturating_sub(write),
            })
        };
        tokio::time::timeout(deadline, beat)
            .await
            .unwrap_or(Err(StoreError::Late(deadline.as_millis())))
    }

    /// A transaction that writes nothing: that it ends is the news.
    ///
    /// # Errors
    /// Why none can be written.
    pub async fn try_write(&self) -> Result<(), StoreError> {
        self.writer.write(|_| Ok(())).await
    }

    /// Reads the whole file and answers what is wrong with it; empty: nothing.
    ///
    /// # Errors
    /// When the store cannot be read at all.
    pub async fn quick_check(&self) -> Result<Vec<String>, StoreError> {
        self.readers.read(condition::quick_check).await
    }

    /// Renews statistics of tables that have changed much.
    ///
    /// # Errors
    /// When nothing could be stored; so with the steps below.
    pub async fn optimize(&self) -> Result<(), StoreError> {
        self.writer.write(upkeep::optimize).await
    }

    /// Renews statistics of one table.
    ///
    /// # Errors
    /// As [`Store::optimize`].
    pub async fn analyze(&self, table: String) -> Result<(), StoreError> {
        self.writer
            .write(move |db| upkeep::analyze(db, &table))
            .await
    }

    /// Pages that hold nothing.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn free_pages(&self) -> Result<FreePages, StoreError> {
        self.readers.read(upkeep::free_pages).await
    }

    /// Gives a megabyte of free pages back, where there are so many.
    ///
    /// # Errors
    /// As [`Store::optimize`].
    pub async fn vacuum_step(&self) -> Result<(), StoreError> {
        self.writer.write(upkeep::vacuum_step).await
    }

    /// Copies the log home beside the writer.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub async fn checkpoint(&self) -> Result<Checkpoint, StoreError> {
        let path = self.path.clone();
        blocking(move || upkeep::checkpoint(&path)).await
    }

    /// Thins a few fields of old versions; answers where to go on, none when nothing is left.
    ///
    /// # Errors
    /// As [`Store::optimize`].
    pub async fn thin_step(
        &self,
        rule: Thinning,
        at: Option<ThinAt>,
    ) -> Result<Option<ThinAt>, StoreError> {
        self.writer
            .write(move |db| upkeep::thin_step(db, rule, at, Timestamp::now()))
            .await
    }

    /// Versions that are thinned.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn thinned(&self) -> Result<u64, StoreError> {
        self.readers.read(upkeep::thinned).await
    }

    /// When the store was made.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn made_at(&self) -> Result<Timestamp, StoreError> {
        self.readers.read(backups::store_made_at).await
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
