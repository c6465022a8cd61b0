//! What is being worked on right now, for those who look.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{DropRow, DropState};

use crate::arrival::DropId;
use crate::queue::Job;

/// The running drops, in order of identity, each with the bytes read of it.
#[derive(Default)]
pub struct Board(Mutex<BTreeMap<DropId, (DropRow, u64)>>);

/// A drop's place on the board; dropping it takes it off.
pub(super) struct Pin {
    id: DropId,
    board: Arc<Board>,
}

impl Board {
    pub fn rows(&self) -> Vec<DropRow> {
        self.lock().values().map(|(row, _)| row.clone()).collect()
    }

    /// Bytes read of a running drop, and its size.
    pub fn progress(&self, id: DropId) -> Option<(u64, u64)> {
        self.lock().get(&id).map(|(row, bytes)| (*bytes, row.size))
    }

    pub(super) fn pin(self: &Arc<Self>, id: DropId, row: DropRow) -> Pin {
        self.lock().insert(id, (row, 0));
        Pin {
            id,
            board: Arc::clone(self),
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<DropId, (DropRow, u64)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pin {
    pub(super) fn progress(&self, bytes: u64) {
        if let Some(running) = self.board.lock().get_mut(&self.id) {
            running.1 = bytes;
        }
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        self.board.lock().remove(&self.id);
    }
}

/// A queued drop as a row of a list.
#[must_use]
pub fn row_of(job: &Job, state: DropState) -> DropRow {
    DropRow {
        id: job.id.to_string(),
        seq: 0,
        watch: job.sighting.watch.clone(),
        path: job.sighting.full_path().to_string_lossy().into_owned(),
        size: job.sighting.size,
        mtime: Timestamp(job.sighting.mtime_ns.div_euclid(1_000_000)),
        blake3: None,
        state,
        reason: job.reason.clone(),
        dictionary: None,
        version: None,
        tries: job.tries,
        arrived_at: Timestamp(job.first_seen),
        finished_at: None,
    }
}
