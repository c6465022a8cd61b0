//! How connections to the file are opened: the same pragmas, always.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::error::StoreError;

/// Statements a connection keeps prepared; more than this crate has.
const STATEMENTS: usize = 128;

pub(super) fn writer(path: &Path, busy: Duration) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    make(path)?;
    let db = open(path, flags, busy)?;
    // Says something only to a file without a page: there free pages can be given back bit by bit.
    db.execute_batch("PRAGMA auto_vacuum = INCREMENTAL;")
        .map_err(|error| opening(path, error))?;
    // secure_delete: what is taken out of a page is overwritten where that costs no further write; free
    // pages keep their bytes until a redaction gives them back. journal_size_limit: the log shrinks again after a burst. wal_autocheckpoint: 16 MiB, so
    // that a flood of small commits is copied home rarely.
    db.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA secure_delete = FAST;
         PRAGMA wal_autocheckpoint = 4096;
         PRAGMA journal_size_limit = 67108864;
         PRAGMA cache_size = -16384;",
    )
    .map_err(|error| opening(path, error))?;
    Ok(db)
}

/// Makes an empty file that only its owner reads; SQLite gives its log the same rights.
fn make(path: &Path) -> Result<(), StoreError> {
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    match made {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(StoreError::Open {
            path: path.to_path_buf(),
            because: error.to_string(),
        }),
        _ => Ok(()),
    }
}

pub(super) fn reader(path: &Path, busy: Duration) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = open(path, flags, busy)?;
    db.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -4096;")
        .map_err(|error| opening(path, error))?;
    Ok(db)
}

fn open(path: &Path, flags: OpenFlags, busy: Duration) -> Result<Connection, StoreError> {
    let db = Connection::open_with_flags(path, flags).map_err(|error| opening(path, error))?;
    db.busy_timeout(busy)
        .map_err(|error| opening(path, error))?;
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(db)
}

/// A full disk, a lock or damage keeps its own words; all else names the file.
fn opening(path: &Path, error: rusqlite::Error) -> StoreError {
    match StoreError::from(error) {
        StoreError::Io(because) | StoreError::Internal(because) => StoreError::Open {
            path: path.to_path_buf(),
            because,
        },
        told => told,
    }
}
