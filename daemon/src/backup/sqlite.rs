//! The store as the subject of backups: one SQLite file.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ddgen_ops::backup::{BackupError, Contents, Control, Extra, Journal, Mark, Subject};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::contents;
use super::extras::Extras;
use crate::store;

/// Pages copied between two looks at whether to stop: 1 MiB of a usual store.
const PAGES: i32 = 256;
/// Instructions of SQLite between two looks, some milliseconds.
const INSTRUCTIONS: i32 = 100_000;

/// The store of a data directory, and the small files that belong to it.
pub struct SqliteSubject {
    /// The store's file.
    pub file: PathBuf,
    /// How long to wait for another program's lock.
    pub busy: Duration,
    pub extras: Extras,
    /// Of the store, while a daemon writes to it.
    pub journal: Option<Arc<Journal>>,
}

impl Subject for SqliteSubject {
    fn file_name(&self) -> &str {
        store::FILE
    }

    fn bytes(&self) -> u64 {
        // With its log: pages that are not in the file yet will be in the copy.
        let size = |path: &Path| std::fs::metadata(path).map_or(0, |data| data.len());
        let mut log = self.file.as_os_str().to_owned();
        log.push("-wal");
        size(&self.file) + size(Path::new(&log))
    }

    /// In WAL mode a reader's snapshot stands while the writer goes on: nobody waits for us.
    fn copy(
        &self,
        into: &Path,
        control: &Control,
    ) -> Result<(Contents, Option<Mark>), BackupError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let from = Connection::open_with_flags(&self.file, flags)
            .map_err(failed(format!("opening {}", self.file.display())))?;
        let reading = failed("copying the store");
        from.busy_timeout(self.busy).map_err(&reading)?;
        // The first read takes the snapshot that everything below sees.
        let begin = || {
            let snapshot = from.unchecked_transaction()?;
            snapshot.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
            Ok(snapshot)
        };
        let (snapshot, mark) = match self.journal() {
            Some(journal) => journal.mark(begin),
            None => (begin(), None),
        };
        let snapshot = snapshot.map_err(&reading)?;
        copy_pages(&snapshot, into, control)?;
        Ok((contents::of(&snapshot, control)?, mark))
    }

    fn journal(&self) -> Option<&Journal> {
        self.journal.as_deref()
    }

    fn examine(&self, file: &Path, control: &Control) -> Result<Contents, BackupError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let what = "the restored store";
        let mut db = Connection::open_with_flags(file, flags).map_err(failed(what))?;
        let control_of_handler = control.clone();
        db.progress_handler(
            INSTRUCTIONS,
            Some(move || control_of_handler.check().is_err()),
        )
        .map_err(failed(what))?;
        let found = sound(&db).and_then(|()| contents::of(&db, control));
        // What was interrupted was not found to be damaged.
        control.check()?;
        found
    }

    fn extras(&self, encrypted: bool) -> Result<Vec<Extra>, BackupError> {
        self.extras.read(encrypted)
    }
}

fn copy_pages(from: &Connection, into: &Path, control: &Control) -> Result<(), BackupError> {
    let writing = failed(format!("writing {}", into.display()));
    let mut to = Connection::open(into).map_err(&writing)?;
    // A copy that is cut short is thrown away: it needs no journal.
    to.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        .map_err(&writing)?;
    let page: u32 = from
        .query_row("PRAGMA page_size", [], |row| row.get(0))
        .map_err(&writing)?;
    let backup = Backup::new(from, &mut to).map_err(&writing)?;
    let mut left = None;
    loop {
        let step = backup.step(PAGES).map_err(&writing)?;
        let progress = backup.progress();
        let before = left.unwrap_or(progress.pagecount);
        let copied = u64::try_from(before.saturating_sub(progress.remaining)).unwrap_or(0);
        left = Some(progress.remaining);
        control.advance(copied * u64::from(page))?;
        match step {
            StepResult::Done => return Ok(()),
            StepResult::More => {}
            // Nobody else knows the copy, and a snapshot of WAL is never locked out.
            _ => std::thread::sleep(Duration::from_millis(10)),
        }
    }
}

/// Whether SQLite finds nothing wrong: structure, indexes, constraints, references.
fn sound(db: &Connection) -> Result<(), BackupError> {
    let damaged = |because: String| BackupError::Damaged {
        what: "the restored store".to_owned(),
        because,
    };
    let looking = failed("checking the restored store");
    let verdict: String = db
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(&looking)?;
    if verdict != "ok" {
        return Err(damaged(verdict));
    }
    let mut orphans = db.prepare("PRAGMA foreign_key_check").map_err(&looking)?;
    if orphans.exists([]).map_err(&looking)? {
        return Err(damaged("a row refers to one that is not there".to_owned()));
    }
    Ok(())
}

/// SQLite's errors as those of a backup.
pub(super) fn failed(what: impl Into<String>) -> impl Fn(rusqlite::Error) -> BackupError {
    let what = what.into();
    move |error| {
        let (what, because) = (what.clone(), error.to_string());
        let code = error.sqlite_error_code();
        match code {
            Some(ErrorCode::DiskFull) => BackupError::NoSpace {
                place: what,
                because,
            },
            Some(ErrorCode::OperationInterrupted) => BackupError::Stopped,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                BackupError::Damaged { what, because }
            }
            _ => BackupError::Io { what, because },
        }
    }
}
