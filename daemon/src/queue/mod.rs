//! The durable queue of jobs: what has reached a watched folder and is not yet in the store.
//!
//! One redb file, `queue.redb`. It is the machine's own working memory: losing it loses nothing,
//! because a scan of the folders finds every file again and the store knows which are done.
//!
//! Three rules carry the promise "nothing is lost and nothing is doubled":
//!
//! * **A lease lives in memory only.** Of a job that is being worked on, the file says "pending".
//!   So a lease dies with the daemon that gave it, whatever kills it, and its death is no try.
//! * **An identity that may have reached the store is never given to other content.** The store
//!   inserts by [`DropId`](crate::arrival::DropId); were the id of a job that ran to be kept for
//!   newer content, the store would answer "done" and that content would never be profiled. A job
//!   that ran, or that an earlier start of the daemon left behind, gets a new id with new content.
//! * **`done` may be forgotten.** It is called after the store's commit and is written lazily. A
//!   crash brings the job back, the pipeline asks the store by its id, and is told "done".

mod book;
mod coalesce;
mod error;
mod file;
mod handle;
mod job;
mod mint;
mod passed;
mod peek;
mod record;
mod room;
mod signal;
mod tables;
#[cfg(test)]
mod tests;
mod turns;

pub use error::QueueError;
pub use file::SetAside;
pub use handle::Queue;
pub use job::{
    Blame, Counts, Ended, Job, Leased, Limits, Listed, Only, Outcome, Parked, State, Which,
};
pub use room::{Room, Series};
