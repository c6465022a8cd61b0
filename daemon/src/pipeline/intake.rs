//! Settled files into the queue.

use std::sync::Arc;
use std::time::Duration;

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{DropState, Event};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{Pipeline, row_of};
use crate::arrival::{DropId, Origin, Sighting};
use crate::queue::{Job, Outcome};

/// A full queue, or one that cannot be written, is asked again after this. The watch waits with us:
/// its files keep their places in their folder.
const FULL: Duration = Duration::from_secs(1);

/// Takes in what the watches hand on until they end or `stop`.
pub async fn take_in(
    pipeline: Arc<Pipeline>,
    mut settled: mpsc::Receiver<Vec<Sighting>>,
    stop: CancellationToken,
) {
    loop {
        let batch = tokio::select! {
            () = stop.cancelled() => return,
            batch = settled.recv() => batch,
        };
        let Some(mut batch) = batch else { return };
        while !batch.is_empty() {
            batch = enqueue(&pipeline, batch).await;
            if !batch.is_empty() {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(FULL) => {}
                }
            }
        }
    }
}

/// Enqueues and returns what found no place.
async fn enqueue(pipeline: &Pipeline, batch: Vec<Sighting>) -> Vec<Sighting> {
    let outcomes = match pipeline.queue.enqueue(batch.clone(), Origin::Watched).await {
        Ok(outcomes) => outcomes,
        Err(error) => {
            tracing::error!(%error, files = batch.len(), "the queue takes nothing in; trying again");
            return batch;
        }
    };
    let mut left = Vec::new();
    for (sighting, outcome) in batch.into_iter().zip(outcomes) {
        if outcome != Outcome::Full {
            pipeline.watches.taken_in(&sighting);
        }
        match outcome {
            Outcome::Full => left.push(sighting),
            Outcome::Added(id) | Outcome::Updated(id) | Outcome::Renewed { id, .. } => {
                tell_pending(pipeline, id, &sighting);
            }
            Outcome::Follows { .. } | Outcome::Known { .. } => {}
        }
    }
    if !left.is_empty() {
        tracing::warn!(
            files = left.len(),
            "the queue is full: files wait in their folders"
        );
    }
    left
}

fn tell_pending(pipeline: &Pipeline, id: DropId, sighting: &Sighting) {
    let now = Timestamp::now().0;
    let job = Job {
        id,
        sighting: sighting.clone(),
        origin: Origin::Watched,
        first_seen: now,
        arrived_at: now,
        tries: 0,
        waits: 0,
        reason: None,
    };
    pipeline
        .hub
        .publish(Event::Drop(Box::new(row_of(&job, DropState::Pending))));
}
