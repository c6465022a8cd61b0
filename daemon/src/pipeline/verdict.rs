//! A file in quarantine that a person lets through: a version is made of it where it lies, and only
//! then it is moved.

use std::sync::Arc;

use thiserror::Error;

use super::Pipeline;
use super::afterwards::taken_away;
use super::ingest::{IngestError, Ingested};
use crate::arrival::Sighting;
use crate::store::{Move, StoreError, Verdict};

#[derive(Debug, Error)]
pub enum VerdictError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Ingest(#[from] IngestError),
    #[error(
        "another file lies at {0} now: move it away, or `accept` this one, which leaves it where it is"
    )]
    Taken(String),
    #[error(
        "{0} is not there any more: somebody took it out of quarantine; it is on the list no more"
    )]
    Gone(String),
}

impl Pipeline {
    /// Makes a version of a file in quarantine. It waits there again when that comes to nothing.
    ///
    /// # Errors
    /// [`VerdictError`]
    pub async fn let_through(
        self: &Arc<Self>,
        named: &str,
        verdict: Verdict,
        by: &str,
    ) -> Result<Ingested, VerdictError> {
        let held = self.store.decide(named, verdict, by).await?;
        let begun = self.begin(&held, verdict).await;
        match &begun {
            Ok(_) => {}
            Err(error) => {
                self.store.undecide(held.seq).await?;
                if matches!(error, VerdictError::Gone(_)) {
                    self.store.gone_from_quarantine(held.seq).await?;
                }
            }
        }
        begun
    }

    async fn begin(
        self: &Arc<Self>,
        held: &Move,
        verdict: Verdict,
    ) -> Result<Ingested, VerdictError> {
        let lies = held.root.join(&held.lies);
        match lies.symlink_metadata() {
            Ok(seen) if seen.is_file() => {}
            Ok(_) => return Err(IngestError::NotAFile(lies).into()),
            Err(_) if taken_away(&held.root, &held.lies) => {
                return Err(VerdictError::Gone(lies.display().to_string()));
            }
            Err(because) => {
                let path = lies;
                return Err(IngestError::Unreadable { path, because }.into());
            }
        }
        let place = held.root.join(&held.path);
        if verdict == Verdict::Release && place.symlink_metadata().is_ok() {
            return Err(VerdictError::Taken(place.display().to_string()));
        }
        let ingested = self.ingest_sighting(sighting(held)).await?;
        let (pipeline, seq, end) = (Arc::clone(self), held.seq, ingested.ending());
        tokio::spawn(async move {
            end.cancelled().await;
            // Nothing changes where it has become a version.
            if let Err(error) = pipeline.store.undecide(seq).await {
                tracing::warn!(%error, "a file in quarantine waits for a decision again after the next start");
            }
            pipeline.errands.notify_one();
        });
        Ok(ingested)
    }

    /// What was decided before this start and did not come to be.
    pub(super) async fn resume_verdicts(self: &Arc<Self>) {
        let undone = match self.store.undone().await {
            Ok(undone) => undone,
            Err(error) => {
                tracing::warn!(%error, "what was decided about files in quarantine waits for the next start");
                return;
            }
        };
        for held in undone {
            // Where it went is looked at when it is moved.
            if let Err(error) = self.begin(&held, Verdict::Accept).await {
                tracing::warn!(%error, "a file in quarantine waits for a decision again");
                if let Err(error) = self.store.undecide(held.seq).await {
                    tracing::warn!(%error, "that could not be noted");
                }
            }
        }
    }
}

/// The file as it lies in quarantine, where no watch looks.
fn sighting(held: &Move) -> Sighting {
    Sighting {
        watch: held.watch.clone(),
        root: held.root.clone(),
        path: held.lies.clone(),
        size: held.size,
        mtime_ns: held.mtime_ns,
        inode: held.inode,
    }
}
