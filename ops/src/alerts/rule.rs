//! What raises an alert.

use std::time::Duration;

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{AlertSeverity, ProbeRow, Verdict};
use serde::{Deserialize, Serialize};

/// When an alert is raised, when it is cleared, and who is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub name: String,
    pub on: On,
    pub severity: AlertSeverity,
    /// Not well for so long without a break before it is raised. Of no meaning over events.
    pub hold: Duration,
    /// Well for so long without a break, or without an event, before it is cleared.
    pub clear_after: Duration,
    /// Names of sinks; none: all of them.
    pub sinks: Option<Vec<String>>,
}

/// What a rule looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum On {
    /// A probe by its name, or all whose names begin so (`disk_*`), with this verdict or a worse one.
    Probe { probe: String, verdict: Verdict },
    /// So many events within so long, about one dictionary or watch.
    Event {
        happening: Happening,
        count: u32,
        within: Duration,
    },
    /// Something that stands for as long as it is so, each of one dictionary or watch.
    State(State),
}

impl On {
    /// Whether a probe of this name is one of the rule's.
    #[must_use]
    pub fn is_of(&self, name: &str) -> bool {
        match self {
            Self::Probe { probe, .. } => match probe.strip_suffix('*') {
                Some(beginning) => name.starts_with(beginning),
                None => name == probe,
            },
            Self::Event { .. } | Self::State(_) => false,
        }
    }

    pub(super) fn is_bad(&self, row: &ProbeRow) -> bool {
        match self {
            Self::Probe { verdict, .. } => row.verdict >= *verdict,
            Self::Event { .. } | Self::State(_) => false,
        }
    }
}

/// Kinds of events that rules may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happening {
    /// A drop went away or changed before it could be read.
    DropFailed,
    /// A drop was given up on and waits for a person.
    DropParked,
    /// A drop was moved aside, as its watch says.
    DropQuarantined,
    /// A final version breaks with the one before it.
    BreakingChange,
}

impl Happening {
    pub const WORDS: &[(&str, Self)] = &[
        ("drop_failed", Self::DropFailed),
        ("drop_parked", Self::DropParked),
        ("drop_quarantined", Self::DropQuarantined),
        ("breaking_change", Self::BreakingChange),
    ];
}

/// What can be so of a dictionary or a watch, until it is so no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// The newest final version of a dictionary breaks its contract.
    ContractBroken,
    /// Files of a watch lie in quarantine and wait for a person.
    Quarantine,
    /// Nothing came for longer than the contract of a dictionary allows.
    ContractLate,
    /// Files of a watch are to be moved or removed, and cannot be.
    FilesStuck,
}

impl State {
    pub const WORDS: &[(&str, Self)] = &[
        ("contract_broken", Self::ContractBroken),
        ("quarantine", Self::Quarantine),
        ("contract_late", Self::ContractLate),
        ("files_stuck", Self::FilesStuck),
    ];
}

/// One thing that is so at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub state: State,
    /// The dictionary or watch.
    pub subject: String,
    /// What is so, and what to do. Holds no value of a field with personal data.
    pub because: String,
}

/// One event, once nothing can take it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    pub happening: Happening,
    /// The dictionary or watch.
    pub subject: String,
    pub at: Timestamp,
    /// What is so, and what to do. Holds no value of a field with personal data.
    pub because: String,
}
