//! One leased job, from opening its file to telling what became of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{DropRow, DropState, Event};
use ddgen_ops::Outcome;
use ddgen_profile::{Brief, Profile};

use super::board::Pin;
use super::turns::Turn;
use super::{FileRules, Pipeline, Shown, row_of};
use crate::arrival::{DropId, Origin};
use crate::dataset::Folding;
use crate::queue::{Blame, Ended, Job, QueueError};
use crate::store::{Arrived, StoreError, Unprofiled};
use crate::worker::{self, OpenError, OpenedFile, WorkerError};

/// From this size on a file is worth threads of its own; smaller ones are profiled beside each other.
const LARGE: u64 = 8 << 20;
/// Progress is told at most this often.
const PROGRESS_EVERY: Duration = Duration::from_millis(200);

/// A queue that could not write is asked again after this.
const QUEUE_RETRY: Duration = Duration::from_secs(1);

/// Why a file did not become a version this time.
enum Setback {
    /// The bytes will be refused again.
    Refused(String),
    /// The worker died or met a bound over it.
    Worker(String),
    /// The file is being written again: it settles first.
    Unsettled,
    /// The file is gone.
    Gone(String),
    /// Not the file's fault.
    Surroundings(String),
    /// The store took no write.
    Store(StoreError),
}

pub(super) async fn run(
    pipeline: &Arc<Pipeline>,
    mut job: Job,
    rules: &FileRules,
    shown: Shown,
    folding: Folding,
    turn: Turn,
) {
    let result = read_and_store(pipeline, &mut job, rules, shown, folding, &turn).await;
    if let Err(setback) = result {
        turn.wait().await;
        set_back(pipeline, job, rules, setback).await;
    }
}

async fn read_and_store(
    pipeline: &Arc<Pipeline>,
    job: &mut Job,
    rules: &FileRules,
    shown: Shown,
    folding: Folding,
    turn: &Turn,
) -> Result<(), Setback> {
    // A job from before this start may have reached the store without its end reaching the queue.
    if job.arrived_at < pipeline.started_at
        && pipeline
            .store
            .is_done(job.id)
            .await
            .map_err(Setback::Store)?
    {
        finish(pipeline, job.id).await;
        return Ok(());
    }
    let opened = open(job).await?;
    job.sighting.size = opened.size;
    job.sighting.mtime_ns = opened.mtime_ns;
    job.sighting.inode = opened.inode;
    let running = row_of(job, DropState::Running);
    let pin = pipeline.board.pin(job.id, running.clone());
    pipeline.hub.publish(Event::Drop(Box::new(running)));

    let started = Instant::now();
    let document = profile(pipeline, job, &opened, shown, &pin).await?;
    pipeline.metrics.profiled(opened.size, started.elapsed());
    let unchanged = worker::unchanged(&opened);
    if !unchanged.map_err(|error| Setback::Surroundings(error.to_string()))? {
        return Err(Setback::Unsettled);
    }
    let document: Profile = serde_json::from_slice(&document).map_err(|error| {
        Setback::Worker(format!(
            "its worker answered with no profile document: {error}"
        ))
    })?;
    let provisional_until = match job.origin {
        Origin::Watched => Some(job.first_seen.saturating_add(millis(rules.provisional))),
        Origin::Ingest => None,
    };
    turn.wait().await;
    let committing = Instant::now();
    let committed = pipeline
        .store
        .commit(Arrived {
            drop: job.id,
            sighting: job.sighting.clone(),
            origin: job.origin,
            folding,
            document,
            tries: job.tries,
            arrived_at: Timestamp(job.first_seen),
            provisional_until: provisional_until.map(Timestamp),
            finished_at: Timestamp::now(),
            profiler_version: env!("CARGO_PKG_VERSION").to_owned(),
            duration_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        })
        .await
        .map_err(Setback::Store)?;
    pipeline.metrics.committed(committing.elapsed());
    finish(pipeline, job.id).await;
    note_end(pipeline, &committed.drop);
    pipeline.hub.publish(Event::Drop(Box::new(committed.drop)));
    // Rows that have gone by another name until now are asked for anew.
    if !committed.renamed.is_empty() || committed.revised.is_some() {
        pipeline.hub.publish(Event::Resync);
    }
    for dictionary in std::iter::once(committed.dictionary).chain(committed.others) {
        pipeline
            .hub
            .publish(Event::Dictionary(Box::new(dictionary)));
    }
    Ok(())
}

async fn open(job: &Job) -> Result<OpenedFile, Setback> {
    let (root, path) = (job.sighting.root.clone(), job.sighting.path.clone());
    let opened = tokio::task::spawn_blocking(move || worker::open_beneath(&root, &path)).await;
    let opened = opened.map_err(|error| Setback::Surroundings(error.to_string()))?;
    opened.map_err(|error| match error {
        OpenError::Gone { .. } => Setback::Gone(error.to_string()),
        OpenError::Replaced { .. } => Setback::Unsettled,
        OpenError::Io { .. } => Setback::Surroundings(error.to_string()),
        OpenError::Denied { .. }
        | OpenError::NotAFile { .. }
        | OpenError::BehindLink { .. }
        | OpenError::Outside { .. } => Setback::Refused(error.to_string()),
    })
}

async fn profile(
    pipeline: &Arc<Pipeline>,
    job: &Job,
    opened: &OpenedFile,
    shown: Shown,
    pin: &Pin,
) -> Result<Vec<u8>, Setback> {
    let name = job.sighting.path.file_name().unwrap_or_default();
    let brief = Brief {
        name: name.to_string_lossy().into_owned(),
        sample_size: shown.sample_size,
        nested_depth_limit: shown.nested_depth_limit,
        threads: if opened.size < LARGE {
            1
        } else {
            pipeline.threads
        },
        ..Brief::default()
    };
    let mut told = Instant::now();
    let (id, total) = (job.id.to_string(), opened.size);
    let progress = |bytes| {
        if told.elapsed() >= PROGRESS_EVERY {
            told = Instant::now();
            pin.progress(bytes);
            pipeline.hub.publish(Event::Progress {
                id: id.clone(),
                bytes,
                total,
            });
        }
    };
    pipeline
        .workers
        .profile(&opened.file, &brief, progress)
        .await
        .map_err(|error| match error {
            WorkerError::Refused { message, .. } => Setback::Refused(message),
            WorkerError::Died { reason } | WorkerError::Breached { reason } => {
                Setback::Worker(reason)
            }
            WorkerError::Io(_) | WorkerError::Unavailable(_) | WorkerError::Stopped => {
                Setback::Surroundings(error.to_string())
            }
        })
}

/// Only after the store's commit: work done twice is better than work not done.
async fn finish(pipeline: &Pipeline, id: DropId) {
    insist(id, || pipeline.queue.done(vec![id])).await;
    pipeline.tell_end(id);
}

async fn set_back(pipeline: &Pipeline, mut job: Job, rules: &FileRules, setback: Setback) {
    let final_at = job.first_seen.saturating_add(millis(rules.provisional));
    let provisional = job.origin == Origin::Watched && Timestamp::now().0 < final_at;
    let (reason, blame, not_before) = match setback {
        // An upload that paused half-way parses no better than one that is broken: it waits until
        // its version would be final.
        Setback::Refused(reason) if provisional => (reason, Blame::Surroundings, Some(final_at)),
        // Whoever ingests by command is told at once, and can name the file again.
        Setback::Refused(reason) if job.origin == Origin::Ingest => {
            return give_up(pipeline, job, reason).await;
        }
        Setback::Refused(reason) => return park(pipeline, job, reason).await,
        Setback::Worker(reason) => {
            // As the queue counts it.
            job.tries += 1;
            (reason, Blame::Worker, None)
        }
        Setback::Unsettled if job.origin == Origin::Watched => {
            pipeline.watches.settle_again(&job.sighting);
            insist(job.id, || pipeline.queue.forget(vec![job.id])).await;
            return pipeline.tell_end(job.id);
        }
        Setback::Unsettled => {
            let reason = "the file changed while it was read".to_owned();
            (reason, Blame::Surroundings, None)
        }
        Setback::Gone(reason) => {
            let sighting = job.sighting.clone();
            give_up(pipeline, job, reason).await;
            pipeline.watches.look_again(&sighting);
            return;
        }
        Setback::Surroundings(reason) => (reason, Blame::Surroundings, None),
        // The same document would be refused again.
        Setback::Store(error @ StoreError::Refused(_)) => {
            return park(pipeline, job, error.to_string()).await;
        }
        Setback::Store(error) => {
            if error.passes() {
                pipeline.block(&error);
            }
            (error.to_string(), Blame::Surroundings, None)
        }
    };
    let queue = &pipeline.queue;
    let put_off = || queue.retry_later(job.id, reason.clone(), blame, not_before);
    match insist(job.id, put_off).await {
        Some(Ended::Parked) => settle(pipeline, job, DropState::Parked, reason).await,
        Some(Ended::Waits { .. }) => {
            pipeline
                .hub
                .publish(Event::Drop(Box::new(row_of(&job, DropState::Pending))));
        }
        Some(Ended::Superseded { .. } | Ended::Unknown) | None => {}
    }
}

/// Asks the queue until it has written what became of a job. One that it was not told of would stay
/// leased, and wait for the next start with everything that comes by its path. None when the
/// daemon stops.
async fn insist<T, F>(id: DropId, mut ask: impl FnMut() -> F) -> Option<T>
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

async fn give_up(pipeline: &Pipeline, job: Job, reason: String) {
    let id = job.id;
    settle(pipeline, job, DropState::Failed, reason).await;
    insist(id, || pipeline.queue.forget(vec![id])).await;
}

async fn park(pipeline: &Pipeline, job: Job, reason: String) {
    let parked = insist(job.id, || pipeline.queue.park(job.id, reason.clone())).await;
    if parked == Some(Ended::Parked) {
        settle(pipeline, job, DropState::Parked, reason).await;
    }
}

/// Writes down what became of a drop that taught nothing.
async fn settle(pipeline: &Pipeline, job: Job, state: DropState, reason: String) {
    let settled = Unprofiled {
        drop: job.id,
        sighting: job.sighting,
        origin: job.origin,
        state,
        reason: Some(reason),
        tries: job.tries,
        arrived_at: Timestamp(job.first_seen),
        finished_at: Some(Timestamp::now()),
    };
    let id = settled.drop;
    match pipeline.store.record(settled).await {
        Ok(row) => {
            note_end(pipeline, &row);
            pipeline.hub.publish(Event::Drop(Box::new(row)));
        }
        Err(error) => {
            tracing::error!(%error, drop = %id, "the store did not note what became of a drop");
            pipeline.block(&error);
        }
    }
    pipeline.tell_end(id);
}

fn note_end(pipeline: &Pipeline, row: &DropRow) {
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

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
