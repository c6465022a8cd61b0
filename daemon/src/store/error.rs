//! What can go wrong with the store, in words.

use std::borrow::Cow;
use std::path::PathBuf;

use rusqlite::ErrorCode;
use thiserror::Error;

/// Every failure of the store. Cheap to clone: one failed commit is told to all who shared it.
#[derive(Debug, Clone, Error)]
pub enum StoreError {
    /// Stop leasing jobs; reads still work.
    #[error(
        "the disk of the store (ddgen.db) is full: free some space, work goes on by itself ({0})"
    )]
    DiskFull(String),
    #[error(
        "another program holds the store (ddgen.db) locked: end it, or wait until it is done ({0})"
    )]
    Locked(String),
    #[error(
        "the store (ddgen.db) is damaged: stop ddgend, keep a copy of the file and restore a \
         backup ({0})"
    )]
    Corrupt(String),
    #[error("the store (ddgen.db) cannot be read or written: {0}")]
    Io(String),
    #[error("cannot open the store {}: {because}", path.display())]
    Open { path: PathBuf, because: String },
    #[error(
        "{} is a SQLite database, but not a store of ddgen: point --data-dir somewhere else",
        path.display()
    )]
    Foreign { path: PathBuf },
    #[error(
        "the store (ddgen.db) was written by a newer ddgend: it has schema {found}, this one knows \
         up to {known}. Start the newer ddgend, or restore a backup made before the update"
    )]
    NewerSchema { found: u32, known: u32 },
    #[error(
        "migration {number} ({name}) of the store (ddgen.db) is not the one this ddgend carries: \
         its text has changed since it was applied. Start the ddgend that made the store"
    )]
    ChangedMigration { number: u32, name: String },
    #[error("migration {number} ({name}) of the store (ddgen.db) failed and was undone: {because}")]
    FailedMigration {
        number: u32,
        name: String,
        because: String,
    },
    #[error("there is no {what} `{name}`{}", did_you_mean(nearest))]
    NotFound {
        what: Cow<'static, str>,
        name: String,
        nearest: Vec<String>,
    },
    #[error("the store is closed: ddgend is stopping")]
    Closed,
    #[error("the store did not answer within {0} ms")]
    Late(u128),
    /// The caller handed in what it must not.
    #[error("the store refuses this: {0}")]
    Refused(String),
    /// A search that cannot be meant; in words.
    #[error("{0}")]
    Asked(String),
    /// Somebody else was first; in words.
    #[error("{0}")]
    Conflict(String),
    /// A defect of ddgend; the log knows more.
    #[error("the store failed inside: {0}")]
    Internal(String),
}

fn did_you_mean(nearest: &[String]) -> String {
    if nearest.is_empty() {
        return String::new();
    }
    let names: Vec<String> = nearest.iter().map(|name| format!("`{name}`")).collect();
    format!("; did you mean {}?", names.join(" or "))
}

impl StoreError {
    /// Whether the caller may hope that trying again later helps.
    #[must_use]
    pub fn passes(&self) -> bool {
        matches!(
            self,
            Self::DiskFull(_) | Self::Locked(_) | Self::Io(_) | Self::Late(_)
        )
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let text = error.to_string();
        let rusqlite::Error::SqliteFailure(code, _) = &error else {
            return Self::Internal(text);
        };
        match code.code {
            ErrorCode::DiskFull => Self::DiskFull(text),
            // Growing the shared memory of the log fails thus when the disk is full.
            ErrorCode::SystemIoFailure
                if code.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE =>
            {
                Self::DiskFull(text)
            }
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Locked(text),
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Corrupt(text),
            ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied => Self::Io(text),
            _ => Self::Internal(text),
        }
    }
}
