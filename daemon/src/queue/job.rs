//! What goes into the queue, and what it answers.

use std::path::PathBuf;

use crate::arrival::{DropId, Origin, Sighting};

/// One file that waits for its profile, or has one being made. Times are Unix milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    pub id: DropId,
    pub sighting: Sighting,
    pub origin: Origin,
    /// When this path came to the queue with something undone.
    pub first_seen: i64,
    /// When the content described by `sighting` came.
    pub arrived_at: i64,
    /// Times that a worker died or broke a limit over it.
    pub tries: u32,
    /// Times it was put off, whoever was to blame.
    pub waits: u32,
    /// Why it was last put off or parked.
    pub reason: Option<String>,
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Pending,
    Running,
    Parked,
}

/// What became of one sighting handed to [`Queue::enqueue`](super::Queue::enqueue).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A new job.
    Added(DropId),
    /// The pending job of this path took the newer sighting and kept id and place.
    Updated(DropId),
    /// The pending or parked job of this path took the newer sighting under a new id, because
    /// the old one may have reached the store. A pending one keeps its place.
    Renewed { id: DropId, instead_of: DropId },
    /// The path is being worked on: this content is enqueued when that ends.
    Follows { id: DropId, running: DropId },
    /// The very same sighting is here already; nothing was added.
    Known { id: DropId, state: State },
    /// The queue is at its bound. Wait, and hand it in again.
    Full,
}

/// Whose fault it was that a job could not be finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// The worker died or broke a limit: counts as a try.
    Worker,
    /// The store, the disk, the daemon: does not count.
    Surroundings,
}

/// What became of a job whose work ended without success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It will be leased again, not before this time (Unix milliseconds).
    Waits { until: i64 },
    /// It is parked until someone retries it or the file changes.
    Parked,
    /// Newer content of the same path had come meanwhile and took its place.
    Superseded { by: DropId },
    /// The queue does not know this job, or nobody was working on it; nothing changed.
    Unknown,
}

/// What a lease hands out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leased {
    pub jobs: Vec<Job>,
    /// All else that may be due belongs to series that have no room. Lease again once one has, or once
    /// [`Queue::wait_beyond`](super::Queue::wait_beyond) this returns.
    pub held: Option<u64>,
}

/// A job as it stands in line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The place in line: order of arrival.
    pub place: u64,
    pub job: Job,
    pub running: bool,
}

/// Which jobs a list is of; parked ones are in none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Only {
    All,
    Waiting,
    Running,
}

/// A job that will not be tried again by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parked {
    /// The place in line: order of arrival.
    pub place: u64,
    pub job: Job,
    /// Unix milliseconds.
    pub parked_at: i64,
}

/// Which jobs a person wants to have tried again, now and with all their tries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    Ids(Vec<DropId>),
    /// The file at this absolute path.
    Path(PathBuf),
    All,
}

/// What the queue holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Not being worked on: due, put off, or behind a running job of the same path.
    pub pending: u64,
    pub running: u64,
    pub parked: u64,
    /// Unix milliseconds when the pending job that is first in line came; `None` without one.
    pub oldest_pending_ms: Option<i64>,
}

/// The numbers the queue goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Jobs of every state together. A job was measured to take 400 to 700 bytes on disk, so that
    /// the default bounds the file to less than a gigabyte; in memory a waiting job takes none.
    pub jobs: u64,
    /// A job whose worker failed this often is parked.
    pub tries: u32,
    /// The first wait after a failure, in milliseconds; each further one is twice as long.
    pub first_wait_ms: i64,
    /// No wait is longer, nor one that the caller asks for.
    pub longest_wait_ms: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            jobs: 1_000_000,
            // Twice can be bad luck (memory taken by a neighbour in the same minute).
            tries: 3,
            first_wait_ms: 1_000,
            // A repaired disk or a freed gigabyte is noticed within five minutes.
            longest_wait_ms: 300_000,
        }
    }
}

impl Limits {
    /// How long a job waits that was put off for the `waits`-th time (counted from 1).
    #[must_use]
    pub fn wait_ms(&self, waits: u32) -> i64 {
        let doublings = waits.saturating_sub(1).min(40);
        self.first_wait_ms
            .saturating_mul(1_i64 << doublings)
            .min(self.longest_wait_ms)
    }
}
