//! What the daemon states about itself.

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{DropCounts, QueueCounts, WatchRow, WorkerRow};

/// How far the daemon is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Starting,
    Running,
    Stopping,
}

/// The store as of the last time it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StoreFacts {
    /// Why it does not answer; `None` when it does.
    pub silent: Option<String>,
    /// Why nothing can be written while reading goes on, for example a full disk.
    pub read_only: Option<String>,
    /// Why no write comes to an end while reading goes on: a lock, a disk that hangs.
    pub stuck: Option<String>,
    /// Bytes on disk.
    pub bytes: u64,
    pub dictionaries: u64,
    pub versions: u64,
}

/// Everything probes and metrics know of the daemon: plain numbers, gathered at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    pub taken_at: Timestamp,
    pub started_at: Timestamp,
    pub version: String,
    pub stage: Stage,
    pub store: StoreFacts,
    pub queue: QueueCounts,
    /// When the pending job came that is first in line.
    pub oldest_pending: Option<Timestamp>,
    pub drops: DropCounts,
    pub watches: Vec<WatchRow>,
    pub workers: Vec<WorkerRow>,
    /// How many workers there should be.
    pub workers_wanted: u32,
    pub clients: u32,
}

impl Facts {
    /// What is known before anything has started.
    #[must_use]
    pub fn at_start(version: &str, now: Timestamp) -> Self {
        Self {
            taken_at: now,
            started_at: now,
            version: version.to_owned(),
            stage: Stage::Starting,
            store: StoreFacts {
                silent: Some("the store is not open yet".to_owned()),
                ..StoreFacts::default()
            },
            queue: QueueCounts::default(),
            oldest_pending: None,
            drops: DropCounts::default(),
            watches: Vec::new(),
            workers: Vec::new(),
            workers_wanted: 0,
            clients: 0,
        }
    }
}
