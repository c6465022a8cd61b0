//! What a sink is told.

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{AlertRow, AlertSeverity};
use serde::{Deserialize, Serialize};

/// Characters of a sentence that go out; longer ones are cut.
const LONGEST: usize = 2_000;

/// Whether the trouble came or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    Raised,
    Cleared,
}

impl Turn {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Cleared => "cleared",
        }
    }
}

/// Which daemon speaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// What the installation is called.
    pub name: String,
    pub host: String,
    pub version: String,
}

/// One turn of one alert, as commands and webhooks get it: one JSON object. Fields may be added; a
/// meaning never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The same for every try: what came twice has the same key.
    pub key: String,
    pub event: Turn,
    pub id: u64,
    pub alert: String,
    pub rule: String,
    pub subject: String,
    pub severity: AlertSeverity,
    pub because: String,
    pub count: u64,
    pub since: Timestamp,
    pub raised_at: Option<Timestamp>,
    pub cleared_at: Option<Timestamp>,
    pub from: Origin,
}

impl Notice {
    #[must_use]
    pub fn of(row: &AlertRow, event: Turn, from: &Origin) -> Self {
        Self {
            key: format!("{}/{}/{}/{}", from.host, from.name, row.id, event.as_str()),
            event,
            id: row.id,
            alert: row.alert.clone(),
            rule: row.rule.clone(),
            subject: row.subject.clone(),
            severity: row.severity,
            because: row.because.chars().take(LONGEST).collect(),
            count: row.count,
            since: row.since,
            raised_at: row.raised_at,
            cleared_at: row.cleared_at,
            from: from.clone(),
        }
    }

    /// One line, without control characters: the subject of a message.
    #[must_use]
    pub fn headline(&self) -> String {
        let what = match self.event {
            Turn::Raised => self.severity.word(),
            Turn::Cleared => "cleared",
        };
        let line = format!("[{}] {what}: {}", self.from.name, self.alert);
        line.chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .take(200)
            .collect()
    }

    /// A few lines for a person.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{}\n\n", self.because);
        let mut say = |what: &str, at: Option<Timestamp>| {
            if let Some(at) = at {
                text.push_str(&format!("{what} {at}\n"));
            }
        };
        say("not well since", Some(self.since));
        say("raised at     ", self.raised_at);
        say("cleared at    ", self.cleared_at);
        if self.count > 1 {
            text.push_str(&format!("it happened {} times\n", self.count));
        }
        text.push_str(&format!(
            "\nrule {}, severity {}, alert {} of {} on {} (ddgen {})\n`ddgend alerts` shows all; \
             `ddgend alerts ack {}` says that you take care\n",
            self.rule,
            self.severity,
            self.id,
            self.from.name,
            self.from.host,
            self.from.version,
            self.alert
        ));
        text
    }
}
