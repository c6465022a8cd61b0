//! What the daemon answers.

use serde::{Deserialize, Serialize};

use super::AlertList;
use super::QuarantineRow;
use super::UpkeepList;
use super::{
    AnnotationRow, CoverageRow, DictionaryRow, DropRow, FieldRow, Found, ImportedCell, KeyRow,
    RenameRow, Status, VersionRow,
};
use super::{BackupList, BackupPruned, BackupRow, BackupVerified, Reading};

/// One part of the answer to the call of the same id; the last has `more == false`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub id: u64,
    pub more: bool,
    pub result: Result<Reply, Refusal>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    Status(Box<Status>),
    Dictionaries(Vec<DictionaryRow>),
    /// A piece of a JSON text; pieces are joined in order.
    Json(Vec<u8>),
    Versions(Vec<VersionRow>),
    Fields {
        /// Fields of the version in all.
        total: u32,
        rows: Vec<FieldRow>,
    },
    Drops {
        rows: Vec<DropRow>,
        /// Older drops exist.
        older: bool,
    },
    /// How many drops were put back.
    Retried(u64),
    /// The work goes on.
    Working {
        bytes: u64,
        total: u64,
    },
    Drop(Box<DropRow>),
    Subscribed {
        /// The next event has this number.
        next: u64,
    },
    Annotations(Vec<AnnotationRow>),
    Backups(Box<BackupList>),
    Backup(Box<BackupRow>),
    BackupVerified(Box<BackupVerified>),
    Pruned(Vec<BackupPruned>),
    Keys(Vec<KeyRow>),
    /// A key that was made just now. Nobody can be told it again.
    NewKey {
        key: String,
        row: KeyRow,
    },
    Renames(Vec<RenameRow>),
    Found(Box<Found>),
    Readings(Vec<Reading>),
    Alerts(Box<AlertList>),
    /// Cells of an import that say something new.
    Imported(Vec<ImportedCell>),
    Coverage(Vec<CoverageRow>),
    Upkeep(Box<UpkeepList>),
    Quarantine(Vec<QuarantineRow>),
}

/// Why there is no answer: what happened, to what, and what to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    pub kind: RefusalKind,
    pub message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefusalKind {
    /// No such dictionary, version, field or drop.
    NotFound,
    /// The request itself, or the file it names, cannot be worked with.
    BadInput,
    /// The peer may not do this.
    Denied,
    /// Try again later.
    Busy,
    /// The daemon failed; its log knows more.
    Internal,
    /// Somebody else was first.
    Conflict,
}

impl Refusal {
    #[must_use]
    pub fn new(kind: RefusalKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }
}
