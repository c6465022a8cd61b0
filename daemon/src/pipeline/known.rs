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
    /// Files go from the queue to the store, which has them before the queue lets them go. So the
    /// store has the last word: a file that was in neither when each was asked once may have passed
    /// between the questions. It is asked first as well, since it knows nearly all of a scan.
    fn known(&self, sightings: &[Sighting]) -> Result<Vec<bool>, KnownError> {
        let mut known = self.store.known_blocking(sightings)?;
        self.add(&mut known, sightings, |rest| {
            Ok(self.runtime.block_on(self.queue.contains(rest.to_vec()))?)
        })?;
        self.add(&mut known, sightings, |rest| {
            Ok(self.store.known_blocking(rest)?)
        })?;
        Ok(known)
    }
}

impl DropsAndQueue {
    /// Asks about those that are not known so far.
    fn add(
        &self,
        known: &mut [bool],
        sightings: &[Sighting],
        ask: impl FnOnce(&[Sighting]) -> Result<Vec<bool>, KnownError>,
    ) -> Result<(), KnownError> {
        let (places, rest): (Vec<usize>, Vec<Sighting>) = sightings
            .iter()
            .enumerate()
            .filter(|(at, _)| !known[*at])
            .map(|(at, sighting)| (at, sighting.clone()))
            .unzip();
        if !rest.is_empty() {
            for (at, answer) in places.into_iter().zip(ask(&rest)?) {
                known[at] = answer;
            }
        }
        Ok(())
    }
}
