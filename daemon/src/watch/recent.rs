//! What was handed on a short while ago: covers the time until the queue knows of it.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::time::{Duration, Instant};

use super::look::Stamp;

/// More than one scan hands on at once, so that a hint and a scan never both hand on one content.
const MOST: usize = 65_536;
/// Older entries leave: by then the queue answers for what it took, and a sighting that was lost on
/// the way is found again by the next scan.
const LONGEST: Duration = Duration::from_secs(600);

/// A bounded memory of (path, stamp) pairs. Only their keyed hash is kept: 65,536 of 64 bits meet by
/// chance once in 2^47 files, and a scan after [`LONGEST`] would set even that right.
#[derive(Debug, Default)]
pub(super) struct Recent {
    hasher: RandomState,
    hashes: HashSet<u64>,
    order: VecDeque<(Instant, u64)>,
}

impl Recent {
    pub(super) fn contains(&self, path: &Path, stamp: Stamp) -> bool {
        self.hashes.contains(&self.hasher.hash_one((path, stamp)))
    }

    pub(super) fn insert(&mut self, path: &Path, stamp: Stamp, now: Instant) {
        let hash = self.hasher.hash_one((path, stamp));
        if self.hashes.insert(hash) {
            self.order.push_back((now, hash));
        }
        while self.order.len() > MOST {
            self.pop();
        }
    }

    /// Lets old entries go.
    pub(super) fn sweep(&mut self, now: Instant) {
        while self
            .order
            .front()
            .is_some_and(|(at, _)| now.saturating_duration_since(*at) > LONGEST)
        {
            self.pop();
        }
        if self.order.is_empty() {
            self.hashes.shrink_to_fit();
            self.order.shrink_to_fit();
        }
    }

    fn pop(&mut self) {
        if let Some((_, hash)) = self.order.pop_front() {
            self.hashes.remove(&hash);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(size: u64) -> Stamp {
        Stamp {
            size,
            mtime_ns: 1,
            inode: 2,
        }
    }

    #[test]
    fn it_is_bounded_and_forgets_the_oldest_first() {
        let (mut recent, now) = (Recent::default(), Instant::now());
        for size in 0..MOST as u64 + 1 {
            recent.insert(Path::new("a"), stamp(size), now);
        }
        assert!(!recent.contains(Path::new("a"), stamp(0)));
        assert!(recent.contains(Path::new("a"), stamp(1)));
        assert!(!recent.contains(Path::new("b"), stamp(1)));
        assert_eq!(recent.hashes.len(), MOST);
    }

    #[test]
    fn entries_leave_after_their_time() {
        let (mut recent, now) = (Recent::default(), Instant::now());
        recent.insert(Path::new("a"), stamp(1), now);
        recent.sweep(now + LONGEST);
        assert!(recent.contains(Path::new("a"), stamp(1)));
        recent.sweep(now + LONGEST + Duration::from_secs(1));
        assert!(!recent.contains(Path::new("a"), stamp(1)));
    }
}
