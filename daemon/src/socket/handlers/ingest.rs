use std::path::PathBuf;
use std::time::Duration;

use ddgen_ipc::message::{DropState, Refusal, RefusalKind, Reply};

use crate::desk::{Desk, refuse};
use crate::pipeline::ingest::{IngestError, Ingested};
use crate::socket::outbox::{Answering, HungUp};
use crate::socket::peer::Peer;
use crate::store::{AuditEntry, AuditOutcome, StoreError};

/// The client is told at least this often that the work goes on.
const HEARTBEAT: Duration = Duration::from_secs(1);

pub(super) async fn answer(
    desk: &Desk,
    path: &str,
    peer: &Peer,
    answering: &Answering,
) -> Result<(), HungUp> {
    tracing::info!(%path, peer = %peer.name, "a file is ingested by command");
    let ingested = match desk.pipeline.ingest(PathBuf::from(path)).await {
        Ok(ingested) => ingested,
        Err(error) => {
            let refused = Err(refusal(&error));
            desk.audit(entry(peer, path, &refused)).await;
            return answering.last(refused).await;
        }
    };
    loop {
        match tokio::time::timeout(HEARTBEAT, ingested.end()).await {
            Ok(()) => break,
            Err(_) => {
                let (bytes, total) = ingested.progress();
                answering.part(Reply::Working { bytes, total }).await?;
            }
        }
    }
    let outcome = outcome(desk, &ingested).await;
    desk.audit(entry(peer, path, &outcome)).await;
    answering.last(outcome).await
}

fn entry(peer: &Peer, path: &str, outcome: &Result<Reply, Refusal>) -> AuditEntry {
    let entry = AuditEntry::done(&peer.caller(), "ingest", path);
    match outcome {
        Ok(_) => entry,
        Err(refusal) => entry.but(AuditOutcome::Failed, &refusal.message),
    }
}

async fn outcome(desk: &Desk, ingested: &Ingested) -> Result<Reply, Refusal> {
    let found = desk.store.drop(&ingested.id().to_string()).await;
    match found {
        Ok(row) if matches!(row.state, DropState::Done | DropState::Duplicate) => {
            Ok(Reply::Drop(Box::new(row)))
        }
        Ok(row) => Err(Refusal::new(
            RefusalKind::BadInput,
            format!(
                "{} is {}: {}",
                row.path,
                row.state,
                row.reason.unwrap_or_default()
            ),
        )),
        Err(StoreError::NotFound { .. }) => Err(Refusal::new(
            RefusalKind::Busy,
            "the file waits in the queue and is not stored yet: `ddgend drops` shows when it is",
        )),
        Err(error) => Err(refuse::store(&error)),
    }
}

pub(super) fn refusal(error: &IngestError) -> Refusal {
    let kind = match error {
        IngestError::Full => RefusalKind::Busy,
        IngestError::Queue(_) => RefusalKind::Internal,
        _ => RefusalKind::BadInput,
    };
    Refusal::new(kind, error.to_string())
}
