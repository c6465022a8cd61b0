//! What the handlers of socket and HTTP answer from.

mod drops;
mod import;
mod quarantine;
pub mod refuse;
mod reshape;
pub mod written;

use std::sync::Arc;

use crate::alerts::Alerts;
use crate::backup::Backups;
use crate::hub::Hub;
use crate::keys::KeyRing;
use crate::pipeline::Pipeline;
use crate::report::Reporter;
use crate::store::{AuditEntry, Store};
use crate::upkeep::Upkeep;

/// Handed to every session.
pub struct Desk {
    pub store: Store,
    pub pipeline: Arc<Pipeline>,
    pub reporter: Arc<Reporter>,
    pub hub: Arc<Hub>,
    pub backups: Backups,
    pub alerts: Alerts,
    pub upkeep: Upkeep,
    pub keys: Arc<KeyRing>,
}

impl Desk {
    /// Notes a write in the audit log. What was done stays done when the log cannot take it: the
    /// daemon's own log has the line then.
    pub async fn audit(&self, entry: AuditEntry) {
        let shown = entry.clone();
        if let Err(error) = self.store.audit(entry).await {
            tracing::error!(
                %error, who = %shown.caller.name, door = %shown.caller.via,
                origin = %shown.caller.origin, action = shown.action, target = %shown.target,
                outcome = ?shown.outcome, "the audit log did not take a write"
            );
        }
    }
}
