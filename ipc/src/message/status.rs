//! The daemon's account of itself.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Timestamp;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Ok,
    Degraded,
    Down,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ok => "ok",
            Self::Degraded => "degraded",
            Self::Down => "down",
        })
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Status {
    pub status: Verdict,
    pub queue: QueueCounts,
    pub drops: DropCounts,
    pub probes: Vec<ProbeRow>,
    pub watches: Vec<WatchRow>,
    pub workers: Vec<WorkerRow>,
    pub version: String,
    pub pid: u32,
    pub started_at: Timestamp,
    pub data_dir: String,
    /// Where HTTP is served; none when it is off.
    pub http: Option<String>,
    pub clients: u32,
    pub dictionaries: u64,
    /// Bytes of the store on disk.
    pub store_bytes: u64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueCounts {
    pub pending: u64,
    pub running: u64,
    pub parked: u64,
}

/// `total` is the sum of all states.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DropCounts {
    pub total: u64,
    pub done: u64,
    pub failed: u64,
    pub duplicate: u64,
    pub parked: u64,
    pub quarantined: u64,
}

/// One health check with a verdict, and because.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProbeRow {
    pub name: String,
    pub verdict: Verdict,
    pub because: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WatchRow {
    pub name: String,
    pub root: String,
    /// `native`, `polled` or `broken`.
    pub how: String,
    pub because: Option<String>,
    pub folders: u64,
    /// Files and folders that cannot be read.
    pub unreadable: u64,
    /// Files and folders whose name is not UTF-8, so that they are left alone.
    pub refused_names: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkerRow {
    pub pid: u32,
    pub busy: bool,
    pub jobs_done: u64,
}
