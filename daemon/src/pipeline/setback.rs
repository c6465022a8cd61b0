//! What becomes of a file that did not become a version.
//!
//! Whatever ends here is written to the store first, and only then does its job end: a job that is
//! gone or parked has a row in the drops that says why, whatever happens in between.

use std::time::Duration;

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{DropRow, DropState, Event};
use ddgen_ops::Outcome;

use super::{FileRules, Pipeline, row_of};
use crate::arrival::{DropId, Origin};
use crate::queue::{Blame, Ended, Job, QueueError};
use crate::store::{StoreError, Unprofiled};

/// A queue that could not write is asked again after this.
const QUEUE_RETRY: Duration = Duration::from_secs(1);

/// Why a file did not become a version this time.
pub(super) enum Setback {
    /// The bytes will be refused again.
    Refused(String),
    /// The worker died or met a bound over it.
    Worker(String),
    /// It is not to be a version, and may still be replaced.
    NotFinal(String),
    /// The file is being written again: it settles first.
    Unsettled,
    /// The file is gone.
    Gone(String),
    /// Not the file's fault.
    Surroundings(String),
    /// The store took no write.
    Store(StoreError),
}

pub(super) async fn set_back(
    pipeline: &Pipeline,
    mut job: Job,
    rules: &FileRules,
    setback: Setback,
) {
    let final_at = job.first_seen.saturating_add(millis(rules.provisional));
    let provisional = job.origin == Origin::Watched && Timestamp::now().0 < final_at;
    match setback {
        // An upload that paused half-way parses no better than one that is broken: it waits until
        // its version would be final.
        Setback::Refused(reason) if provisional => {
            put_off(pipeline, &job, reason, Some(final_at)).await;
        }
        Setback::NotFinal(reason) => put_off(pipeline, &job, reason, Some(final_at)).await,
        // Whoever ingests by command is told at once, and can name the file again.
        Setback::Refused(reason) if job.origin == Origin::Ingest => {
            give_up(pipeline, &job, reason).await;
        }
        Setback::Refused(reason) => park(pipeline, &job, reason).await,
        Setback::Worker(reason) => {
            // As the queue counts it.
            job.tries = job.tries.saturating_add(1);
            worker_failed(pipeline, &job, reason).await;
        }
        Setback::Unsettled if job.origin == Origin::Watched => {
            // Forgotten first: the queue would take the file that settles for the one that runs. A
            // kill in between is covered by the scan at the next start.
            insist(job.id, || pipeline.queue.forget(vec![job.id])).await;
            pipeline.watches.settle_again(&job.sighting);
            pipeline.tell_end(job.id);
        }
        Setback::Unsettled => {
            let reason = "the file changed while it was read".to_owned();
            put_off(pipeline, &job, reason, None).await;
        }
        Setback::Gone(reason) => {
            give_up(pipeline, &job, reason).await;
            pipeline.watches.look_again(&job.sighting);
        }
        Setback::Surroundings(reason) => put_off(pipeline, &job, reason, None).await,
        // The same document would be refused again.
        Setback::Store(error @ StoreError::Refused(_)) => {
            park(pipeline, &job, error.to_string()).await;
        }
        Setback::Store(error) => wait_for_store(pipeline, &job, &error).await,
    }
}

async fn put_off(pipeline: &Pipeline, job: &Job, reason: String, not_before: Option<i64>) {
    let blame = Blame::Surroundings;
    let ask = || (pipeline.queue).retry_later(job.id, reason.clone(), blame, not_before);
    let ended = insist(job.id, ask).await;
    tell_waits(pipeline, job, ended);
}

fn tell_waits(pipeline: &Pipeline, job: &Job, ended: Option<Ended>) {
    if let Some(Ended::Waits { .. }) = ended {
        let row = row_of(job, DropState::Pending);
        pipeline.hub.publish(Event::Drop(Box::new(row)));
    }
}

async fn wait_for_store(pipeline: &Pipeline, job: &Job, error: &StoreError) {
    if error.passes() {
        pipeline.block(error);
    }
    put_off(pipeline, job, error.to_string(), None).await;
}

async fn give_up(pipeline: &Pipeline, job: &Job, reason: String) {
    if let Err(error) = record(pipeline, job, DropState::Failed, reason).await {
        return wait_for_store(pipeline, job, &error).await;
    }
    insist(job.id, || pipeline.queue.forget(vec![job.id])).await;
    pipeline.tell_end(job.id);
}

async fn park(pipeline: &Pipeline, job: &Job, reason: String) {
    if let Err(error) = record(pipeline, job, DropState::Parked, reason.clone()).await {
        return wait_for_store(pipeline, job, &error).await;
    }
    insist(job.id, || pipeline.queue.park(job.id, reason.clone())).await;
    pipeline.tell_end(job.id);
}

/// With its last try the queue parks the job.
async fn worker_failed(pipeline: &Pipeline, job: &Job, reason: String) {
    let is_last = job.tries >= pipeline.queue.tries();
    if is_last && let Err(error) = record(pipeline, job, DropState::Parked, reason.clone()).await {
        return wait_for_store(pipeline, job, &error).await;
    }
    let blame = Blame::Worker;
    let ask = || (pipeline.queue).retry_later(job.id, reason.clone(), blame, None);
    let ended = insist(job.id, ask).await;
    tell_waits(pipeline, job, ended);
    if is_last {
        pipeline.tell_end(job.id);
    }
}

/// Asks the queue until it has written what became of a job. One that it was not told of would stay
/// leased, and wait for the next start with everything that comes by its path. None when the
/// daemon stops.
pub(super) async fn insist<T, F>(id: DropId, mut ask: impl FnMut() -> F) -> Option<T>
where
    F: Future<Output = Result<T, QueueError>>,
{
    let mut told = false;
    loop {
        match ask().await {
            Ok(answer) => return Some(answer),
            Err(QueueError::Closed) => return None,
            Err(error) if !told => {
                told = true;
                tracing::error!(%error, drop = %id, "the queue did not note what became of a drop; trying again");
            }
            Err(_) => {}
        }
        tokio::time::sleep(QUEUE_RETRY).await;
    }
}

/// Writes down what became of a drop that taught nothing.
async fn record(
    pipeline: &Pipeline,
    job: &Job,
    state: DropState,
    reason: String,
) -> Result<(), StoreError> {
    let row = pipeline
        .store
        .record(Unprofiled {
            drop: job.id,
            sighting: job.sighting.clone(),
            origin: job.origin,
            state,
            reason: Some(reason),
            tries: job.tries,
            arrived_at: Timestamp(job.first_seen),
            finished_at: Some(Timestamp::now()),
        })
        .await?;
    note_end(pipeline, &row);
    pipeline.hub.publish(Event::Drop(Box::new(row)));
    Ok(())
}

pub(super) fn note_end(pipeline: &Pipeline, row: &DropRow) {
    let outcome = match row.state {
        DropState::Done => Some(Outcome::Done),
        DropState::Duplicate => Some(Outcome::Duplicate),
        DropState::Failed => Some(Outcome::Failed),
        DropState::Parked => Some(Outcome::Parked),
        DropState::Quarantined => Some(Outcome::Quarantined),
        DropState::Pending | DropState::Running => None,
    };
    if let Some(outcome) = outcome {
        let ms = row
            .finished_at
            .map_or(0, |end| end.0.saturating_sub(row.arrived_at.0));
        let landing = Duration::from_millis(u64::try_from(ms).unwrap_or(0));
        pipeline.metrics.drop_ended(outcome, landing);
    }
    let (path, state) = (&row.path, row.state.as_str());
    match (&row.dictionary, &row.reason) {
        (Some(dictionary), _) => {
            tracing::info!(%path, state, %dictionary, version = row.version, "a drop");
        }
        (None, reason) => {
            tracing::warn!(%path, state, because = reason.as_deref().unwrap_or(""), "a drop");
        }
    }
}

pub(super) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
