//! How many files are in flight at a time, and of which series.

use std::sync::{Arc, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Pipeline;
use crate::queue::{Job, QueueError, Room};

/// Of one series there are this many files in flight beside one for each worker: the next ones are
/// read while the first wait for their turn and for the group commit of the store.
const AHEAD: usize = 8;
/// Files in flight at most, however many workers there are: each may hold an open file.
const MOST: usize = 512;

/// Files of one series that are in flight at most.
fn of_a_series(workers: usize) -> usize {
    workers + AHEAD
}

/// Files in flight at most: as many slow series as there are workers leave room for a further one,
/// so that a worker never rests while a file waits that it could read.
fn in_all(workers: usize) -> usize {
    ((workers + 1) * of_a_series(workers)).min(MOST)
}

/// Takes jobs from the queue as places become free.
pub(super) struct Leasing {
    places: Arc<Semaphore>,
    of_a_series: usize,
    held: Option<Held>,
}

/// All that was due belonged to series that had enough in flight.
struct Held {
    /// As of this state of the queue,
    queue: u64,
    /// and when so many had left their line.
    left: u64,
}

impl Leasing {
    pub(super) fn new(workers: usize) -> Self {
        let workers = workers.max(1);
        Self {
            places: Arc::new(Semaphore::new(in_all(workers))),
            of_a_series: of_a_series(workers),
            held: None,
        }
    }

    /// Jobs that are due, each with a place in flight; with none, ask again.
    pub(super) async fn next(
        &mut self,
        pipeline: &Pipeline,
    ) -> Result<Vec<(Job, OwnedSemaphorePermit)>, QueueError> {
        match &self.held {
            None => pipeline.queue.wait().await,
            Some(held) => tokio::select! {
                () = pipeline.queue.wait_beyond(held.queue) => {}
                () = pipeline.turns.more_left(held.left) => {}
            },
        }
        let Ok(first) = Arc::clone(&self.places).acquire_owned().await else {
            return Ok(Vec::new());
        };
        let mut permits = vec![first];
        while let Ok(permit) = Arc::clone(&self.places).try_acquire_owned() {
            permits.push(permit);
        }
        let (in_flight, left) = pipeline.turns.standing();
        let rules = Arc::clone(&pipeline.rules);
        let series = move |sighting: &_| {
            let rules = rules.read().unwrap_or_else(PoisonError::into_inner);
            rules.folding(sighting).stem
        };
        let set = pipeline.rules().set;
        let room = Room::new(Box::new(series), set, in_flight, self.of_a_series);
        self.held = None;
        let leased = pipeline.queue.lease(permits.len(), room).await?;
        self.held = leased.held.map(|queue| Held { queue, left });
        Ok(leased.jobs.into_iter().zip(permits).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_worker_can_be_kept_busy_and_one_series_more_has_room() {
        for workers in 1..=18 {
            let series = of_a_series(workers);
            assert!(series > workers);
            assert!(in_all(workers) >= workers * series + series);
        }
        assert_eq!(in_all(1_000), MOST);
    }
}
