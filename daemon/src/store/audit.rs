//! The audit log: who wrote what, when, from where, and how it ended. Rows are only ever added.

use ddgen_ipc::Timestamp;
use rusqlite::{Connection, params};

use super::Store;
use super::error::StoreError;
use crate::caller::Caller;

/// How a write ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditOutcome {
    Done,
    /// The caller may not, or asked for what cannot be.
    Refused,
    Failed,
}

impl AuditOutcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// One line of the log.
#[derive(Debug, Clone)]
pub struct AuditEntry {
    pub at: Timestamp,
    pub caller: Caller,
    /// The verb: `keys create`, `ingest`.
    pub action: &'static str,
    /// What it was done to: a dictionary, a drop, a key.
    pub target: String,
    pub outcome: AuditOutcome,
    /// Why it was refused or failed.
    pub because: Option<String>,
}

/// Most characters of a target or a reason that are kept: both may hold what a stranger sent.
const LONGEST: usize = 500;

impl AuditEntry {
    /// A write that was done, now.
    #[must_use]
    pub fn done(caller: &Caller, action: &'static str, target: impl Into<String>) -> Self {
        Self {
            at: Timestamp::now(),
            caller: caller.clone(),
            action,
            target: target.into(),
            outcome: AuditOutcome::Done,
            because: None,
        }
    }

    /// The same write with another end.
    #[must_use]
    pub fn but(mut self, outcome: AuditOutcome, because: impl Into<String>) -> Self {
        self.outcome = outcome;
        self.because = Some(because.into());
        self
    }
}

impl Store {
    /// Notes a write that is no transaction of the store's own.
    ///
    /// # Errors
    /// When nothing could be stored.
    pub async fn audit(&self, entry: AuditEntry) -> Result<(), StoreError> {
        self.writer.write(move |db| write(db, &entry)).await
    }
}

pub(super) fn write(db: &Connection, entry: &AuditEntry) -> Result<(), StoreError> {
    let short = |text: &str| text.chars().take(LONGEST).collect::<String>();
    db.prepare_cached(
        "INSERT INTO audit (at, who, door, origin, action, target, outcome, because) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        entry.at.0,
        entry.caller.name,
        entry.caller.via.as_str(),
        entry.caller.origin,
        entry.action,
        short(&entry.target),
        entry.outcome.as_str(),
        entry.because.as_deref().map(short),
    ])?;
    Ok(())
}
