//! What subscribers are told without asking.

use serde::{Deserialize, Serialize};

use super::{AlertRow, DictionaryRow, DropRow, FindingRow, Reading, Verdict};

/// Numbers go up by one; a gap or [`Event::Resync`] means: ask again for what you show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventFrame {
    pub seq: u64,
    pub event: Event,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// A drop was queued, started, finished or parked.
    Drop(Box<DropRow>),
    /// Bytes of a running drop that have been read.
    Progress { id: String, bytes: u64, total: u64 },
    /// A dictionary is new or has another current version.
    Dictionary(Box<DictionaryRow>),
    /// The daemon's verdict on itself, and why.
    Verdict { verdict: Verdict, because: String },
    /// Events were left out because this client was slow: ask again for what you show.
    Resync,
    /// The daemon stops; the connection ends.
    Stopping,
    /// Somebody wrote about this dictionary or its fields.
    Annotated { dictionary: String },
    /// A minute has passed: how the daemon fared.
    Reading(Reading),
    /// An alert was raised, cleared, acknowledged, silenced or no longer silenced.
    Alert(Box<AlertRow>),
    /// A new version is not as those before it, or not as its contract says.
    Judged {
        dictionary: String,
        version: u32,
        findings: Vec<FindingRow>,
    },
}
