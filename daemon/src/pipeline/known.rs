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
        ask_both(
            sightings,
            |some| Ok(self.store.known_blocking(some)?),
            |some| Ok(self.runtime.block_on(self.queue.contains(some.to_vec()))?),
        )
    }
}

/// The store has a file before the queue lets it go. So the store has the last word: a file that was
/// in neither when each was asked once may have passed between the questions. It is asked first as
/// well, since it knows nearly all that a scan finds.
fn ask_both(
    sightings: &[Sighting],
    store: impl Fn(&[Sighting]) -> Result<Vec<bool>, KnownError>,
    queue: impl Fn(&[Sighting]) -> Result<Vec<bool>, KnownError>,
) -> Result<Vec<bool>, KnownError> {
    let mut known = store(sightings)?;
    add(&mut known, sightings, queue)?;
    add(&mut known, sightings, store)?;
    Ok(known)
}

/// Asks about those that are not known so far.
fn add(
    known: &mut [bool],
    sightings: &[Sighting],
    ask: impl Fn(&[Sighting]) -> Result<Vec<bool>, KnownError>,
) -> Result<(), KnownError> {
    let (places, rest): (Vec<&mut bool>, Vec<Sighting>) = known
        .iter_mut()
        .zip(sightings)
        .filter(|(known, _)| !**known)
        .map(|(known, sighting)| (known, sighting.clone()))
        .unzip();
    if !rest.is_empty() {
        for (known, answer) in places.into_iter().zip(ask(&rest)?) {
            *known = answer;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use super::*;

    fn sighting(name: &str) -> Sighting {
        Sighting {
            watch: "w".to_owned(),
            root: "/w".into(),
            path: name.into(),
            size: 1,
            mtime_ns: 2,
            inode: 3,
        }
    }

    #[test]
    fn a_file_that_passes_from_the_queue_to_the_store_is_known() {
        let all = ["stored", "queued", "new", "passing"].map(sighting);
        let has_passed = Cell::new(false);
        let questions = RefCell::new(Vec::new());
        let store = |some: &[Sighting]| {
            questions.borrow_mut().push(some.len());
            let knows = |one: &Sighting| {
                one.path.ends_with("stored") || (one.path.ends_with("passing") && has_passed.get())
            };
            Ok(some.iter().map(knows).collect())
        };
        let queue = |some: &[Sighting]| {
            questions.borrow_mut().push(some.len());
            has_passed.set(true);
            Ok(some
                .iter()
                .map(|one| one.path.ends_with("queued"))
                .collect())
        };
        let known = ask_both(&all, store, queue).unwrap();
        assert_eq!(known, [true, true, false, true]);
        assert_eq!(*questions.borrow(), [4, 3, 2]);
    }

    #[test]
    fn no_answer_is_no_no() {
        let all = [sighting("a")];
        let fails = |_: &[Sighting]| Err("the queue is away".into());
        assert!(ask_both(&all, |_| Ok(vec![false]), fails).is_err());
    }
}
