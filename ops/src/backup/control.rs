//! How work on a backup is stopped, and how far it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::BackupError;

/// Handed to every step of a backup; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Control {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    stop: AtomicBool,
    done: AtomicU64,
    total: AtomicU64,
}

impl Control {
    /// Asks the work to end at its next step.
    pub fn stop(&self) {
        self.inner.stop.store(true, Ordering::Relaxed);
    }

    /// # Errors
    /// [`BackupError::Stopped`] once somebody asked.
    pub fn check(&self) -> Result<(), BackupError> {
        if self.inner.stop.load(Ordering::Relaxed) {
            Err(BackupError::Stopped)
        } else {
            Ok(())
        }
    }

    /// So many bytes more will be worked through.
    pub fn expect(&self, bytes: u64) {
        self.inner.total.fetch_add(bytes, Ordering::Relaxed);
    }

    /// So many bytes are behind us; says at once when to stop.
    ///
    /// # Errors
    /// As [`Control::check`].
    pub fn advance(&self, bytes: u64) -> Result<(), BackupError> {
        self.inner.done.fetch_add(bytes, Ordering::Relaxed);
        self.check()
    }

    /// Bytes done, and bytes expected in all.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        let done = self.inner.done.load(Ordering::Relaxed);
        (done, self.inner.total.load(Ordering::Relaxed).max(done))
    }
}
