//! Whether a file is done is asked of the drops, and of the queue for what is on its way.

use tokio::runtime::Handle;

use crate::arrival::Sighting;
use crate::queue::Queue;
use crate::store::Store;
use crate::watch::{Known, KnownError};

/// The memory the watches ask.
pub struct DropsAndQueue {
    pub store: Store,
    pub queue: Queue,
    pub runtime: Handle,
}

impl Known for DropsAndQueue {
    fn known(&self, sightings: &[Sighting]) -> Result<Vec<bool>, KnownError> {
        let mut known = self.store.known_blocking(sightings)?;
        let rest: Vec<Sighting> = sightings
            .iter()
            .zip(&known)
            .filter(|(_, known)| !**known)
            .map(|(sighting, _)| sighting.clone())
            .collect();
        if rest.is_empty() {
            return Ok(known);
        }
        let queued = self.runtime.block_on(self.queue.contains(rest))?;
        for (known, queued) in known.iter_mut().filter(|known| !**known).zip(queued) {
            *known = queued;
        }
        Ok(known)
    }
}
