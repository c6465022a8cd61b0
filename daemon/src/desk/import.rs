//! Many edits at once, whichever door they came in by.

use std::collections::BTreeSet;

use ddgen_ipc::message::{ImportCell, ImportOutcome, ImportedCell, OnConflict};

use super::Desk;
use crate::caller::Caller;
use crate::store::{AuditEntry, AuditOutcome, StoreError};

impl Desk {
    /// Writes what an import changed, all of it or nothing, tells clients of it and leaves a line in
    /// the audit log; a dry run only says what would be written.
    ///
    /// # Errors
    /// As [`crate::store::Store::import`].
    pub async fn import(
        &self,
        cells: Vec<ImportCell>,
        on_conflict: OnConflict,
        caller: &Caller,
        dry_run: bool,
    ) -> Result<Vec<ImportedCell>, StoreError> {
        let store = &self.store;
        let imported = store
            .import(cells, on_conflict, &caller.name, dry_run)
            .await;
        if dry_run {
            return imported;
        }
        let written: BTreeSet<&str> = imported
            .iter()
            .flatten()
            .filter(|cell| cell.outcome != ImportOutcome::Skipped)
            .map(|cell| cell.dictionary.as_str())
            .collect();
        let target = Vec::from_iter(written.iter().copied()).join(", ");
        let entry = AuditEntry::done(caller, "import", target);
        self.audit(match &imported {
            Ok(_) => entry,
            Err(error) => entry.but(AuditOutcome::Refused, error.to_string()),
        })
        .await;
        let verdicts = imported
            .iter()
            .flatten()
            .any(|cell| cell.aspect.is_verdict());
        for dictionary in written {
            self.tell_written(dictionary, verdicts).await;
        }
        imported
    }
}
