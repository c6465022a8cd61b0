//! Drops: arrivals of files and what became of them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What became of a drop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DropState {
    /// Waits in the queue.
    Pending,
    /// A worker reads it.
    Running,
    /// It became a version.
    Done,
    /// The file went away or changed before it could be read: nothing is left to try.
    Failed,
    /// The dictionary has a version of the same content.
    Duplicate,
    /// Given up on, with its reason; `retry` tries again.
    Parked,
    /// Moved aside, as its watch says.
    Quarantined,
}

impl DropState {
    pub const ALL: [Self; 7] = [
        Self::Pending,
        Self::Running,
        Self::Done,
        Self::Failed,
        Self::Duplicate,
        Self::Parked,
        Self::Quarantined,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Duplicate => "duplicate",
            Self::Parked => "parked",
            Self::Quarantined => "quarantined",
        }
    }
}

impl fmt::Display for DropState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for DropState {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| {
                let known: Vec<_> = Self::ALL.iter().map(|state| state.as_str()).collect();
                format!(
                    "`{text}` is no state of a drop: one of {}",
                    known.join(", ")
                )
            })
    }
}

/// One arrival of one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DropRow {
    /// 32 hex digits, given when the drop was enqueued.
    pub id: String,
    /// Place in the list of drops, which goes on by falling numbers: the store's order, or from
    /// 2^52 on the place of a drop that is only queued; 0 in an event of such a drop.
    pub seq: u64,
    pub watch: String,
    /// Absolute path of the file.
    pub path: String,
    pub size: u64,
    pub mtime: Timestamp,
    pub blake3: Option<String>,
    pub state: DropState,
    /// Why it is not done, or what was decided on the way.
    pub reason: Option<String>,
    /// The dictionary it taught, and the number of the version.
    pub dictionary: Option<String>,
    pub version: Option<u32>,
    pub tries: u32,
    pub arrived_at: Timestamp,
    pub finished_at: Option<Timestamp>,
}
