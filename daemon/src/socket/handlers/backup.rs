use std::time::Duration;

use ddgen_ipc::message::{BackupCall, Reply};
use ddgen_ops::backup::{BackupError, Why};

use crate::backup::Job;
use crate::desk::{Desk, refuse};
use crate::socket::outbox::{Answering, HungUp};
use crate::socket::peer::Peer;
use crate::store::{AuditEntry, AuditOutcome};

/// The client is told at least this often that the work goes on.
const HEARTBEAT: Duration = Duration::from_secs(1);

pub(super) async fn answer(
    desk: &Desk,
    call: BackupCall,
    peer: &Peer,
    answering: &Answering,
) -> Result<(), HungUp> {
    let backups = &desk.backups;
    if !matches!(call, BackupCall::List) {
        tracing::info!(?call, peer = %peer.name, "a backup command");
    }
    match call {
        BackupCall::List => {
            let list = backups
                .list()
                .await
                .map(|list| Reply::Backups(Box::new(list)));
            answering
                .last(list.map_err(|error| refuse::backup(&error)))
                .await
        }
        BackupCall::Now => {
            let job = backups.start_full(Why::OnDemand);
            note(desk, peer, "backup now", &job).await;
            finish(job, answering, |row| Reply::Backup(Box::new(row))).await
        }
        BackupCall::Elsewhere => {
            let job = backups.start_elsewhere(Why::OnDemand);
            note(desk, peer, "backup elsewhere", &job).await;
            finish(job, answering, |row| Reply::Backup(Box::new(row))).await
        }
        BackupCall::Verify { id } => {
            let job = backups.start_verify(id);
            finish(job, answering, |seen| Reply::BackupVerified(Box::new(seen))).await
        }
        BackupCall::Prune { dry_run } => {
            let job = backups.start_prune(dry_run);
            if !dry_run {
                note(desk, peer, "backup prune", &job).await;
            }
            finish(job, answering, Reply::Pruned).await
        }
    }
}

/// Notes in the log of writes that it was begun, or why not. How it ended is in the catalogue.
async fn note<T>(
    desk: &Desk,
    peer: &Peer,
    action: &'static str,
    job: &Result<Job<T>, BackupError>,
) {
    let entry = AuditEntry::done(&peer.caller(), action, "the store");
    desk.audit(match job {
        Ok(_) => entry,
        Err(error) => entry.but(AuditOutcome::Refused, error.to_string()),
    })
    .await;
}

/// Waits for the job; it goes on when the client hangs up.
async fn finish<T>(
    job: Result<Job<T>, BackupError>,
    answering: &Answering,
    reply: impl FnOnce(T) -> Reply,
) -> Result<(), HungUp> {
    let mut job = match job {
        Ok(job) => job,
        Err(error) => return answering.last(Err(refuse::backup(&error))).await,
    };
    loop {
        match tokio::time::timeout(HEARTBEAT, job.end()).await {
            Ok(done) => {
                return answering
                    .last(done.map(reply).map_err(|error| refuse::backup(&error)))
                    .await;
            }
            Err(_) => {
                let (bytes, total) = job.progress();
                answering.part(Reply::Working { bytes, total }).await?;
            }
        }
    }
}
