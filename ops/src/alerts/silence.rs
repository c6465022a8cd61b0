//! What nothing is told of for a while.

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::SilenceRow;
use serde::{Deserialize, Serialize};

/// Stands for every alert.
pub(super) const ALL: &str = "all";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Silence {
    pub(super) alert: String,
    pub(super) until: Timestamp,
    pub(super) by: String,
    pub(super) at: Timestamp,
    pub(super) because: Option<String>,
}

impl Silence {
    pub(super) fn covers(&self, rule: &str, alert: &str, now: Timestamp) -> bool {
        self.until > now && (self.alert == ALL || self.alert == rule || self.alert == alert)
    }

    pub(super) fn row(&self) -> SilenceRow {
        SilenceRow {
            alert: self.alert.clone(),
            until: self.until,
            by: self.by.clone(),
            at: self.at,
            because: self.because.clone(),
        }
    }
}
