//! Files in quarantine, whichever door they are asked for at.

use ddgen_ipc::message::{DropRow, DropState, QuarantineRow, Refusal, RefusalKind};

use super::{Desk, refuse};
use crate::caller::Caller;
use crate::pipeline::{IngestError, Ingested, VerdictError, quarantine_report};
use crate::store::{AuditEntry, AuditOutcome, StoreError, Verdict};

impl Desk {
    /// What lies in quarantine, the newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn quarantined(&self) -> Result<Vec<QuarantineRow>, Refusal> {
        let rows = self.store.quarantined().await;
        rows.map_err(|error| refuse::store(&error))
    }

    /// One of them, by its drop's id or the path that its producer gave it.
    ///
    /// # Errors
    /// When there is none, or the store cannot be read.
    pub async fn in_quarantine(&self, named: &str) -> Result<QuarantineRow, Refusal> {
        let rows = self.quarantined().await?;
        let found = rows
            .into_iter()
            .find(|row| row.id == named || row.path == named);
        found.ok_or_else(|| {
            let words = format!(
                "no file in quarantine is called `{named}`: `ddgend quarantine` lists them all"
            );
            Refusal::new(RefusalKind::NotFound, words)
        })
    }

    /// The report that lies beside it, as it would be written now.
    ///
    /// # Errors
    /// As [`Desk::in_quarantine`].
    pub async fn quarantine_report(&self, named: &str) -> Result<String, Refusal> {
        Ok(quarantine_report(&self.in_quarantine(named).await?))
    }

    /// Begins to make a version of a file in quarantine.
    ///
    /// # Errors
    /// Why it is none; the log of writes has it then.
    pub async fn let_through(
        &self,
        named: &str,
        verdict: Verdict,
        caller: &Caller,
    ) -> Result<Ingested, Refusal> {
        let begun = self
            .pipeline
            .let_through(named, verdict, &caller.name)
            .await;
        match begun {
            Ok(ingested) => Ok(ingested),
            Err(error) => {
                let words = error.to_string();
                let entry = AuditEntry::done(caller, action(verdict), named);
                self.audit(entry.but(AuditOutcome::Refused, words)).await;
                Err(refused(&error))
            }
        }
    }

    /// What came of it, once the work has ended.
    ///
    /// # Errors
    /// Why it is no version: it lies in quarantine still.
    pub async fn let_through_ended(
        &self,
        named: &str,
        verdict: Verdict,
        caller: &Caller,
        ingested: &Ingested,
    ) -> Result<DropRow, Refusal> {
        let row = self.store.drop(&ingested.id().to_string()).await;
        let row = row.map_err(|error| refuse::store(&error));
        let ended = row.and_then(|row| match row.state {
            DropState::Done | DropState::Duplicate => Ok(row),
            state => {
                let because = row.reason.unwrap_or_default();
                let words = format!("{named} stays in quarantine: its drop is {state}: {because}");
                Err(Refusal::new(RefusalKind::BadInput, words))
            }
        });
        let entry = AuditEntry::done(caller, action(verdict), named);
        self.audit(match &ended {
            Ok(_) => entry,
            Err(refusal) => entry.but(AuditOutcome::Failed, &refusal.message),
        })
        .await;
        ended
    }
}

fn action(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Release => "quarantine release",
        Verdict::Accept => "quarantine accept",
    }
}

fn refused(error: &VerdictError) -> Refusal {
    let kind = match error {
        VerdictError::Store(StoreError::NotFound { .. }) => {
            let words = format!("{error}: `ddgend quarantine` lists them all");
            return Refusal::new(RefusalKind::NotFound, words);
        }
        VerdictError::Store(StoreError::Refused(_)) | VerdictError::Taken(_) => {
            RefusalKind::Conflict
        }
        VerdictError::Store(error) => return refuse::store(error),
        VerdictError::Gone(_) => RefusalKind::NotFound,
        VerdictError::Ingest(IngestError::Full) => RefusalKind::Busy,
        VerdictError::Ingest(_) => RefusalKind::Internal,
    };
    Refusal::new(kind, error.to_string())
}
