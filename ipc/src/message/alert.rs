//! Alerts: what is raised, who has seen it, and where it was told.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What to do about alerts; each is answered with [`super::Reply::Alerts`]: all as they stand then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum AlertCall {
    List,
    /// Says that somebody has seen a raised alert and takes care of it.
    Ack {
        /// As [`AlertRow::alert`], or the rule for all of its alerts.
        alert: String,
        note: Option<String>,
    },
    /// Nothing is told of an alert, a rule, or `all`, until then. What is still raised then is told.
    Silence {
        alert: String,
        until: Timestamp,
        because: Option<String>,
    },
    Unsilence {
        alert: String,
    },
}

/// How much an alert matters.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum AlertSeverity {
    Info,
    #[default]
    Warning,
    Critical,
}

impl AlertSeverity {
    pub const ALL: [Self; 3] = [Self::Info, Self::Warning, Self::Critical];

    /// The word, as in settings and documents.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

impl std::fmt::Display for AlertSeverity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.word())
    }
}

/// How far an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertState {
    /// Not well, and not for long enough.
    Pending,
    Raised,
    Cleared,
}

impl std::fmt::Display for AlertState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Pending => "pending",
            Self::Raised => "raised",
            Self::Cleared => "cleared",
        })
    }
}

/// One alert, from the first sign to its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertRow {
    /// Goes up by one with every alert of this daemon.
    pub id: u64,
    /// `rule/subject`, or only the rule where both are the same word.
    pub alert: String,
    pub rule: String,
    /// The probe, dictionary or watch it is about.
    pub subject: String,
    pub severity: AlertSeverity,
    pub state: AlertState,
    /// What is so, and what to do.
    pub because: String,
    /// How often it happened since then, for a rule over events.
    pub count: u64,
    pub since: Timestamp,
    pub raised_at: Option<Timestamp>,
    pub cleared_at: Option<Timestamp>,
    pub acknowledged_by: Option<String>,
    pub acknowledged_at: Option<Timestamp>,
    pub note: Option<String>,
    pub silenced_until: Option<Timestamp>,
}

/// Something that nothing is told of for a while.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SilenceRow {
    /// An alert, a rule, or `all`.
    pub alert: String,
    pub until: Timestamp,
    pub by: String,
    pub at: Timestamp,
    pub because: Option<String>,
}

/// One place where alerts are told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SinkRow {
    pub name: String,
    /// `log`, `command`, `webhook` or `email`.
    pub kind: String,
    /// Notices that wait to be sent, or to be tried again.
    pub waiting: u32,
    /// Since the daemon first had this sink.
    pub sent: u64,
    pub dead: u64,
    pub last_sent_at: Option<Timestamp>,
    /// Why the last try failed, while nothing has come through since.
    pub problem: Option<String>,
}

/// A notice that was given up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeadLetterRow {
    pub at: Timestamp,
    pub sink: String,
    pub alert: String,
    /// `raised` or `cleared`.
    pub event: String,
    pub tries: u32,
    pub because: String,
}

/// Everything about alerts.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct AlertList {
    /// Raised and pending ones, the gravest first.
    pub alerts: Vec<AlertRow>,
    /// The last that were cleared, newest first.
    pub cleared: Vec<AlertRow>,
    pub silences: Vec<SilenceRow>,
    pub sinks: Vec<SinkRow>,
    /// The last notices that were given up, newest first.
    pub dead_letters: Vec<DeadLetterRow>,
}
