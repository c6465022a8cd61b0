//! What can go wrong with the queue's file, in words.

use std::path::PathBuf;

use thiserror::Error;

#[derive(Debug, Error)]
pub enum QueueError {
    #[error(
        "the job queue {} is in use by another process; stop that daemon, or give this one a data \
         directory of its own (--data-dir)", .path.display()
    )]
    InUse { path: PathBuf },
    #[error(
        "the job queue {} cannot be opened: {because}; check that the data directory exists and \
         that this user may write to it", .path.display()
    )]
    Open { path: PathBuf, because: String },
    /// Nothing in the file is harmed, and the same call can be made again.
    #[error(
        "the job queue {} cannot be read or written: {because}; free space on that disk or repair \
         it, the queue goes on by itself afterwards", .path.display()
    )]
    Disk { path: PathBuf, because: String },
    /// The queue goes on empty; a scan of the watched folders refills it.
    #[error(
        "the job queue was damaged ({because}); it was set aside as {} and starts empty, a scan \
         of the watched folders refills it", .aside.display()
    )]
    Damaged { aside: PathBuf, because: String },
    #[error(
        "the job queue {} is damaged ({damage}) and cannot be moved aside: {because}; move or \
         delete that file, a scan of the watched folders refills it", .path.display()
    )]
    CannotSetAside {
        path: PathBuf,
        damage: String,
        because: String,
    },
    #[error("the job queue has been closed because the daemon stops")]
    Closed,
}
