//! Word from the queue: what it has of that which a watch handed on.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::look::Stamp;
use crate::arrival::Sighting;

/// Gathers until the watch comes to it. What lies here was handed on before: never more than the
/// way out holds and one batch a question.
#[derive(Debug, Default)]
pub(super) struct Taken(Mutex<Vec<(PathBuf, Stamp)>>);

impl Taken {
    pub(super) fn note(&self, sighting: &Sighting) {
        let stamp = Stamp {
            size: sighting.size,
            mtime_ns: sighting.mtime_ns,
            inode: sighting.inode,
        };
        let mut gathered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        gathered.push((sighting.path.clone(), stamp));
    }

    pub(super) fn take(&self) -> Vec<(PathBuf, Stamp)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
