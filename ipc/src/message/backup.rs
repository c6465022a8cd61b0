//! Backups: what there is, and what can be asked for.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What to do about backups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum BackupCall {
    /// Answered with [`super::Reply::Backups`].
    List,
    /// Makes a full one and verifies it; answered with [`super::Reply::Working`] while it lasts,
    /// then [`super::Reply::Backup`].
    Now,
    /// Restores the named one, or checks every byte of all and restores the newest, into a scratch
    /// place; answered with [`super::Reply::Working`], then [`super::Reply::BackupVerified`].
    Verify { id: Option<String> },
    /// Removes what the settings keep no longer, or says what it would remove; answered with
    /// [`super::Reply::Pruned`].
    Prune { dry_run: bool },
    /// Makes a full one, verifies it and copies it to the place elsewhere; answered with
    /// [`super::Reply::Working`], then [`super::Reply::Backup`], the copy.
    Elsewhere,
}

/// One backup in one place, or a run that failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BackupRow {
    pub id: String,
    pub place: String,
    /// `full` or `incremental`.
    pub kind: String,
    /// `schedule` or `on_demand`.
    pub why: String,
    /// The full one an increment needs.
    pub base: Option<String>,
    pub taken_at: Timestamp,
    pub finished_at: Timestamp,
    /// Packed.
    pub bytes: u64,
    /// Of the store in it.
    pub store_bytes: u64,
    /// It lies in its place, as far as the place was asked.
    pub there: bool,
    /// When it was last restored and found to be what was backed up.
    pub verified_at: Option<Timestamp>,
    /// Why it failed, or what is wrong with it.
    pub problem: Option<String>,
}

/// The catalogue, the newest first, and what it amounts to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BackupList {
    pub backups: Vec<BackupRow>,
    /// Older ones were left out.
    pub more: bool,
    /// Copies of the data, the store itself among them.
    pub copies: u32,
    /// Disks and services they lie on.
    pub media: u32,
    /// The newest backup that lies elsewhere.
    pub offsite_at: Option<Timestamp>,
    /// Which of 3-2-1 is broken (three copies, two media, one elsewhere), and what to do.
    pub broken: Vec<String>,
    /// What is not in any backup, and what to do.
    pub reminders: Vec<String>,
    /// When the schedule makes the next ones; none when it makes none.
    pub next_full: Option<Timestamp>,
    pub next_incremental: Option<Timestamp>,
    pub next_offsite: Option<Timestamp>,
}

/// One thing that is wrong with a backup or its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BackupProblem {
    pub id: Option<String>,
    pub place: String,
    pub because: String,
}

/// What a verification saw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BackupVerified {
    /// Backups whose every byte was read.
    pub checked: u32,
    /// Backups that were restored and compared.
    pub restored: Vec<String>,
    pub problems: Vec<BackupProblem>,
}

/// One backup that retention removes, and why no rule keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BackupPruned {
    pub id: String,
    pub place: String,
    pub bytes: u64,
    pub because: String,
}
