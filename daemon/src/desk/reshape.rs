//! Dictionaries renamed, put together and taken apart, whichever door it was asked at.

use std::sync::Arc;

use ddgen_ipc::message::{DictionaryRow, Event, ReshapeCall};

use super::Desk;
use crate::caller::Caller;
use crate::store::{AuditEntry, AuditOutcome, StoreError};

impl Desk {
    /// Does it, tells clients to look again, and leaves a line in the audit log.
    ///
    /// # Errors
    /// As [`crate::store::Store::reshape`].
    pub async fn reshape(
        &self,
        call: ReshapeCall,
        caller: &Caller,
    ) -> Result<Vec<DictionaryRow>, StoreError> {
        let (action, target) = named(&call);
        let entry = AuditEntry::done(caller, action, target);
        let pipeline = Arc::clone(&self.pipeline);
        let fold = move |watch: &str, file: &str| pipeline.fold(watch, file);
        let done = self.store.reshape(call, fold, entry.clone()).await;
        match &done {
            // Rows that went by another name are asked for anew.
            Ok(_) => self.hub.publish(Event::Resync),
            Err(error) => {
                let entry = entry.but(AuditOutcome::Refused, error.to_string());
                self.audit(entry).await;
            }
        }
        done
    }
}

/// The verb and what it is done to, as the audit log has them.
fn named(call: &ReshapeCall) -> (&'static str, String) {
    match call {
        ReshapeCall::Move { name, to } => ("move", format!("{name} to {to}")),
        ReshapeCall::Merge { name, into } => ("merge", format!("{name} into {into}")),
        ReshapeCall::Split { name, to, .. } => ("split", format!("{to} out of {name}")),
        ReshapeCall::Unfold { drop } => ("unfold", drop.clone()),
    }
}
