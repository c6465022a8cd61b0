//! The journal: every commit of the store as the pages it changed, in order, so that the store can be
//! had as it was at any moment since a backup.
//!
//! A *chain* is a run of commits without a gap, numbered from 1. A backup that was taken while one runs
//! carries a [`Mark`]: the number of the last commit in it. From there on pages are laid over it, commit
//! by commit. Whatever may have been missed ends the chain, and the next one needs a backup of its own.

mod keeper;
mod log;
mod resume;
mod segment;

pub(crate) use keeper::segments;
pub use keeper::{Closed, Held, Journal};
pub(crate) use segment::{Head, Record, Records};

use ddgen_ipc::Timestamp;
use serde::{Deserialize, Serialize};

/// A point of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    pub chain: String,
    /// Of the last commit before it; 0 at the beginning.
    pub commit: u64,
}

/// Commits that follow each other in one file or object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    pub chain: String,
    pub chain_started_at: Timestamp,
    pub first: u64,
    pub last: u64,
    /// When the first and the last were made.
    pub from_at: Timestamp,
    pub to_at: Timestamp,
}
