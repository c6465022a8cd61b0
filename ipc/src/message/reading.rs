//! How the daemon fared, minute by minute.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What happened since the reading before, and how things stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub at: Timestamp,
    /// Milliseconds since the reading before; 0 in the first one after a start.
    pub elapsed_ms: u64,
    /// Processor time of the daemon and its workers in that time, in milliseconds.
    pub cpu_ms: u64,
    /// Drops that ended in that time.
    pub drops: u64,
    /// Memory that the daemon and its workers hold, in bytes.
    pub memory: u64,
    /// Thousandths of the data directory's disk that are in use; none where the system does not
    /// say.
    pub disk_permille: Option<u16>,
    /// Files that wait or are being read.
    pub queued: u64,
}
