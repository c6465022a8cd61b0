//! What was handed on and the queue may not have yet: covers the time until it answers for it.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::time::{Duration, Instant};

use super::look::Stamp;

/// More than one scan hands on at once, so that a hint and a scan never both hand on one content.
const MOST: usize = 65_536;
/// Older entries leave: a sighting that was lost on the way is found again by the next scan.
const LONGEST: Duration = Duration::from_secs(600);

/// A bounded memory of (path, stamp) pairs. An entry must never outlive the sighting it stands for:
/// it would overrule the queue and the store when they say that a file that went and came back is
/// not known. So it ends when the queue has the sighting, though not while a question that was put
/// before waits for its answer.
///
/// Only the keyed hash of a pair is kept: 65,536 of 64 bits meet by chance once in 2^47 files, and
/// a scan after [`LONGEST`] would set even that right.
#[derive(Debug, Default)]
pub(super) struct Recent {
    hasher: RandomState,
    entries: HashMap<u64, Entry>,
    order: VecDeque<(Instant, u64)>,
    /// Those the queue has.
    taken: Vec<u64>,
}

#[derive(Debug)]
struct Entry {
    since: Instant,
    taken: bool,
}

impl Recent {
    /// Whether this content was handed on and an answer to a question put before now may be older
    /// than that.
    pub(super) fn covers(&self, path: &Path, stamp: Stamp) -> bool {
        self.entries.contains_key(&self.key(path, stamp))
    }

    /// Whether this content is on its way to the queue.
    pub(super) fn on_its_way(&self, path: &Path, stamp: Stamp) -> bool {
        self.entries
            .get(&self.key(path, stamp))
            .is_some_and(|entry| !entry.taken)
    }

    pub(super) fn insert(&mut self, path: &Path, stamp: Stamp, now: Instant) {
        let key = self.key(path, stamp);
        let entry = Entry {
            since: now,
            taken: false,
        };
        self.entries.insert(key, entry);
        self.order.push_back((now, key));
        while self.order.len() > MOST {
            self.pop();
        }
    }

    /// The queue has this content.
    pub(super) fn taken(&mut self, path: &Path, stamp: Stamp) {
        let key = self.key(path, stamp);
        if let Some(entry) = self.entries.get_mut(&key)
            && !entry.taken
        {
            entry.taken = true;
            self.taken.push(key);
        }
    }

    /// Nobody waits for an answer, and the next question is put now: of what the queue has, it
    /// knows more than we.
    pub(super) fn before_a_question(&mut self) {
        for key in self.taken.drain(..) {
            // Handed on once more meanwhile, it is on its way again.
            if self.entries.get(&key).is_some_and(|entry| entry.taken) {
                self.entries.remove(&key);
            }
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
            self.entries.shrink_to_fit();
            self.order.shrink_to_fit();
            self.taken.shrink_to_fit();
        }
    }

    fn key(&self, path: &Path, stamp: Stamp) -> u64 {
        self.hasher.hash_one((path, stamp))
    }

    fn pop(&mut self) {
        if let Some((at, key)) = self.order.pop_front()
            && self
                .entries
                .get(&key)
                .is_some_and(|entry| entry.since == at)
        {
            self.entries.remove(&key);
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
        assert!(!recent.covers(Path::new("a"), stamp(0)));
        assert!(recent.covers(Path::new("a"), stamp(1)));
        assert!(!recent.covers(Path::new("b"), stamp(1)));
        assert_eq!(recent.entries.len(), MOST);
    }

    #[test]
    fn entries_leave_after_their_time() {
        let (mut recent, now) = (Recent::default(), Instant::now());
        let a = Path::new("a");
        recent.insert(a, stamp(1), now);
        recent.sweep(now + LONGEST);
        assert!(recent.covers(a, stamp(1)));
        // Handed on anew, it has its time anew.
        recent.insert(a, stamp(1), now + LONGEST);
        recent.sweep(now + LONGEST + Duration::from_secs(1));
        assert!(recent.covers(a, stamp(1)));
        recent.sweep(now + LONGEST * 2 + Duration::from_secs(1));
        assert!(!recent.covers(a, stamp(1)));
    }

    #[test]
    fn an_entry_ends_with_the_question_after_the_queue_took_it() {
        let (mut recent, now) = (Recent::default(), Instant::now());
        let a = Path::new("a");
        recent.insert(a, stamp(1), now);
        recent.before_a_question();
        assert!(recent.on_its_way(a, stamp(1)), "nobody has it yet");
        recent.taken(a, stamp(1));
        assert!(!recent.on_its_way(a, stamp(1)));
        assert!(recent.covers(a, stamp(1)), "the answer may be older");
        recent.before_a_question();
        assert!(!recent.covers(a, stamp(1)));
    }

    #[test]
    fn what_is_handed_on_once_more_is_on_its_way_again() {
        let (mut recent, now) = (Recent::default(), Instant::now());
        let a = Path::new("a");
        recent.insert(a, stamp(1), now);
        recent.taken(a, stamp(1));
        recent.insert(a, stamp(1), now);
        recent.before_a_question();
        assert!(recent.on_its_way(a, stamp(1)));
        recent.taken(a, stamp(1));
        recent.before_a_question();
        assert!(!recent.covers(a, stamp(1)));
    }
}
