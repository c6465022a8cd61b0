//! The queue on real files.

mod coalescing;
mod damage;
mod disk_full;
mod handle;
mod kill;
mod line;
mod model;
mod records;
mod series;

use std::collections::HashMap;
use std::path::Path;

use super::book::Book;
use super::error::QueueError;
use super::file::open_file;
use super::handle::Queue;
use super::job::{Job, Limits, Outcome};
use super::room::Room;
use crate::arrival::{DropId, Origin, Sighting};

/// Room for whatever comes.
fn any() -> Room {
    Room::new(Box::new(|_| String::new()), 0, HashMap::new(), usize::MAX)
}

impl Book {
    fn lease(&mut self, most: usize, now: i64) -> Result<Vec<Job>, QueueError> {
        let leased = self.lease_within(most, &mut any(), now)?;
        assert_eq!(leased.held, None);
        Ok(leased.jobs)
    }
}

impl Queue {
    async fn lease_any(&self, most: usize) -> Result<Vec<Job>, QueueError> {
        Ok(self.lease(most, any()).await?.jobs)
    }
}

fn open(dir: &Path) -> Book {
    open_with(dir, Limits::default())
}

fn open_with(dir: &Path, limits: Limits) -> Book {
    Book::open(dir.join("queue.redb"), limits, Box::new(open_file)).unwrap()
}

/// A file of a watch whose content is told apart by its size.
fn file(watch: &str, path: &str, size: u64) -> Sighting {
    Sighting {
        watch: watch.to_owned(),
        root: format!("/srv/{watch}").into(),
        path: path.into(),
        size,
        mtime_ns: 1_700_000_000_000_000_000,
        inode: 7,
    }
}

fn add(book: &mut Book, sighting: &Sighting, now: i64) -> DropId {
    match enqueue(book, sighting, now) {
        Outcome::Added(id) => id,
        other => panic!("expected a new job, got {other:?}"),
    }
}

fn enqueue(book: &mut Book, sighting: &Sighting, now: i64) -> Outcome {
    let mut outcomes = book
        .enqueue(std::slice::from_ref(sighting), Origin::Watched, now)
        .unwrap();
    outcomes.pop().unwrap()
}

fn names(jobs: &[Job]) -> Vec<&str> {
    jobs.iter()
        .map(|job| job.sighting.path.to_str().unwrap())
        .collect()
}
