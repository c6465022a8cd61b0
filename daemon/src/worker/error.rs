//! Why a job brought no profile, and whether that counts.

use thiserror::Error;

use super::wire::RefusalKind;

/// The outcome of a job that brought no profile. Reasons complete the sentence "the file ...", name
/// no value of it, and can be shown as they are.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WorkerError {
    /// The engine refused the bytes; the same bytes will be refused again.
    #[error("{message}")]
    Refused {
        kind: RefusalKind,
        message: String,
        offset: Option<u64>,
    },
    /// The medium failed; another try may succeed and this one does not count.
    #[error("{0}")]
    Io(String),
    /// The worker broke over this file, or was killed: counts as a try.
    #[error("{reason}")]
    Died { reason: String },
    /// The worker met a bound over this file: counts as a try.
    #[error("{reason}")]
    Breached { reason: String },
    /// No worker took the file: none can be started at the moment, or too many callers wait. Does
    /// not count; try again later.
    #[error("no worker is at hand: {0}")]
    Unavailable(String),
    /// The pool is stopping; the file was not profiled and this does not count.
    #[error("the daemon is stopping")]
    Stopped,
}
