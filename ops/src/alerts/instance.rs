//! One alert, from the first sign to its end.

use std::time::Duration;

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{AlertRow, AlertSeverity, AlertState};
use serde::{Deserialize, Serialize};

use super::rule::Rule;

/// Moments of events that are kept to count by: as many as a rule may ask for.
pub(super) const MOMENTS: usize = 1_000;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Instance {
    pub(super) id: u64,
    pub(super) rule: String,
    pub(super) subject: String,
    pub(super) severity: AlertSeverity,
    pub(super) because: String,
    pub(super) count: u64,
    pub(super) since: Timestamp,
    pub(super) well_since: Option<Timestamp>,
    pub(super) raised_at: Option<Timestamp>,
    pub(super) cleared_at: Option<Timestamp>,
    /// Sinks know that it is raised. They do not while it is silenced.
    pub(super) told: bool,
    pub(super) acknowledged: Option<Ack>,
    /// Of the newest events, for a rule over them.
    pub(super) moments: Vec<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ack {
    pub(super) by: String,
    pub(super) at: Timestamp,
    pub(super) note: Option<String>,
}

impl Instance {
    pub(super) fn begin(id: u64, rule: &Rule, subject: &str, because: &str, at: Timestamp) -> Self {
        Self {
            id,
            rule: rule.name.clone(),
            subject: subject.to_owned(),
            severity: rule.severity,
            because: because.to_owned(),
            count: 0,
            since: at,
            well_since: None,
            raised_at: None,
            cleared_at: None,
            told: false,
            acknowledged: None,
            moments: Vec::new(),
        }
    }

    pub(super) fn is(&self, rule: &str, subject: &str) -> bool {
        self.rule == rule && self.subject == subject
    }

    /// `rule/subject`, or one word where both are the same.
    pub(super) fn alert(&self) -> String {
        alert_name(&self.rule, &self.subject)
    }

    /// It is not well at this moment. Whether that raises it.
    pub(super) fn worsens(&mut self, because: &str, hold: Duration, now: Timestamp) -> bool {
        because.clone_into(&mut self.because);
        self.well_since = None;
        // A clock that was set back must not keep it from being raised.
        self.since = self.since.min(now);
        self.raise_if(passed(self.since, now, hold), now)
    }

    pub(super) fn raise_if(&mut self, due: bool, now: Timestamp) -> bool {
        let raises = due && self.raised_at.is_none();
        if raises {
            self.raised_at = Some(now);
        }
        raises
    }

    /// It is well at this moment. Whether that ends it.
    pub(super) fn betters(&mut self, clear_after: Duration, now: Timestamp) -> bool {
        let since = self.well_since.map_or(now, |since| since.min(now));
        self.well_since = Some(since);
        let ends = self.raised_at.is_none() || passed(since, now, clear_after);
        if ends && self.raised_at.is_some() {
            self.cleared_at = Some(now);
        }
        ends
    }

    /// An event; whether enough of them came within so long.
    pub(super) fn counts(
        &mut self,
        at: Timestamp,
        because: &str,
        wanted: u32,
        within: Duration,
    ) -> bool {
        because.clone_into(&mut self.because);
        self.count = self.count.saturating_add(1);
        self.moments.push(at);
        self.moments
            .retain(|moment| !passed(*moment, at, within) || *moment == at);
        if self.moments.len() > MOMENTS {
            self.moments.remove(0);
        }
        self.moments.len() >= wanted as usize
    }

    pub(super) fn last_event(&self) -> Option<Timestamp> {
        self.moments.iter().max().copied()
    }

    pub(super) fn row(&self, silenced_until: Option<Timestamp>) -> AlertRow {
        let ack = self.acknowledged.as_ref();
        AlertRow {
            id: self.id,
            alert: self.alert(),
            rule: self.rule.clone(),
            subject: self.subject.clone(),
            severity: self.severity,
            state: match (self.raised_at, self.cleared_at) {
                (_, Some(_)) => AlertState::Cleared,
                (Some(_), None) => AlertState::Raised,
                (None, None) => AlertState::Pending,
            },
            because: self.because.clone(),
            count: self.count,
            since: self.since,
            raised_at: self.raised_at,
            cleared_at: self.cleared_at,
            acknowledged_by: ack.map(|ack| ack.by.clone()),
            acknowledged_at: ack.map(|ack| ack.at),
            note: ack.and_then(|ack| ack.note.clone()),
            silenced_until,
        }
    }
}

pub(super) fn alert_name(rule: &str, subject: &str) -> String {
    if rule == subject {
        rule.to_owned()
    } else {
        format!("{rule}/{subject}")
    }
}

pub(super) fn passed(since: Timestamp, now: Timestamp, span: Duration) -> bool {
    now.0.saturating_sub(since.0) >= millis(span)
}

pub(super) fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}
