//! How many records occurred before.
//!
//! Records are known by their 64-bit hashes: in a file of 10 million the chance that any two
//! different ones share a hash is below 3 in a million. Past its bound the set keeps the hashes
//! below a limit that halves with every level, as the value tables do.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The hashes of all records. Threads that count parts of one file share one set of them.
pub struct RecordHashes {
    shared: Arc<Mutex<Distinct>>,
    /// The level of the set when it was last seen; it may be higher by now.
    level: u32,
    /// Hashes kept back until there are so many.
    most: usize,
    pending: Vec<u64>,
    /// Room to sort in.
    sorted: Vec<u64>,
}

/// Distinct hashes below the limit of a level.
struct Distinct {
    bound: usize,
    level: u32,
    /// Sorted, each once.
    hashes: Vec<u64>,
}

/// Records that repeat an earlier one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Duplicates {
    pub count: u64,
    /// Set when estimated: how far off, broken once in ten thousand files.
    pub absolute_error: Option<u64>,
}

impl RecordHashes {
    /// A set of at most `bound` distinct hashes.
    pub fn new(bound: usize) -> Self {
        let distinct = Distinct {
            bound,
            level: 0,
            hashes: Vec::new(),
        };
        Self {
            shared: Arc::new(Mutex::new(distinct)),
            level: 0,
            most: (bound / 4).max(1024),
            pending: Vec::new(),
            sorted: Vec::new(),
        }
    }

    /// Another way into the same set, for another thread.
    pub fn beside(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            level: self.level,
            most: self.most,
            pending: Vec::new(),
            sorted: Vec::new(),
        }
    }

    /// Adds one record.
    #[inline]
    pub fn add(&mut self, hash: u64) {
        if hash <= u64::MAX >> self.level.min(63) {
            self.pending.push(hash);
            if self.pending.len() >= self.most {
                self.settle();
            }
        }
    }

    /// Brings what was kept back into the set: threads do it side by side before they are merged.
    pub(crate) fn settle(&mut self) {
        sort(&self.pending, &mut self.sorted, self.level);
        self.sorted.dedup();
        self.pending.clear();
        let mut distinct = locked(&self.shared);
        distinct.join(&self.sorted);
        self.level = distinct.level;
    }

    /// Joins the records of another part of the file.
    pub fn merge(&mut self, mut other: Self) {
        self.settle();
        other.settle();
        if Arc::ptr_eq(&self.shared, &other.shared) {
            return;
        }
        let mut theirs = locked(&other.shared);
        let mut ours = locked(&self.shared);
        ours.raise(theirs.level);
        let (level, hashes) = (ours.level, std::mem::take(&mut theirs.hashes));
        ours.join(&hashes[..below(&hashes, level)]);
        self.level = ours.level;
    }

    /// How many of `records` repeat an earlier one.
    pub fn duplicates(&mut self, records: u64) -> Duplicates {
        self.settle();
        let kept = locked(&self.shared).hashes.len() as u64;
        if self.level == 0 {
            return Duplicates {
                count: records.saturating_sub(kept),
                absolute_error: None,
            };
        }
        // The number kept of D distinct records is binomial with p = 1 / factor.
        let factor = (self.level.min(63) as f64).exp2();
        let error = 4.0 * factor * (kept.max(1) as f64 * (1.0 - 1.0 / factor)).sqrt();
        let distinct = (kept as f64 * factor) as u64;
        Duplicates {
            count: records.saturating_sub(distinct),
            absolute_error: Some(error.ceil() as u64),
        }
    }
}

impl Distinct {
    /// Joins hashes that are sorted and occur once each, from the end so that no copy is needed.
    fn join(&mut self, new: &[u64]) {
        // Whoever brings them may not know yet that the limit was lowered.
        let new = &new[..below(new, self.level)];
        let hashes = &mut self.hashes;
        let old = hashes.len();
        hashes.resize(old + new.len(), 0);
        let (mut a, mut b, mut to) = (old, new.len(), old + new.len());
        while b > 0 {
            to -= 1;
            if a > 0 && hashes[a - 1] >= new[b - 1] {
                b -= usize::from(hashes[a - 1] == new[b - 1]);
                a -= 1;
                hashes[to] = hashes[a];
            } else {
                b -= 1;
                hashes[to] = new[b];
            }
        }
        // What was in both leaves a gap between the untouched start and the merged end.
        hashes.drain(a..to);
        while self.hashes.len() > self.bound {
            self.raise(self.level + 1);
        }
    }

    fn raise(&mut self, level: u32) {
        self.level = self.level.max(level);
        self.hashes.truncate(below(&self.hashes, self.level));
    }
}

fn locked(shared: &Mutex<Distinct>) -> MutexGuard<'_, Distinct> {
    // Whoever panicked ends the run; what is in the set shows nowhere then.
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many of sorted hashes lie below the limit of a level.
fn below(hashes: &[u64], level: u32) -> usize {
    let limit = u64::MAX >> level.min(63);
    hashes.partition_point(|hash| *hash <= limit)
}

/// Sorts hashes, all of which lie below the limit of a level: spread evenly as they are, each goes
/// close to its place at once.
fn sort(hashes: &[u64], sorted: &mut Vec<u64>, level: u32) {
    /// Hashes that share a bucket, on average.
    const SHARE: usize = 16;
    let bits = (hashes.len() / SHARE).max(1).ilog2();
    let bucket = |hash: u64| (hash << level.min(63) >> (63 - bits) >> 1) as usize;
    let mut ends = vec![0_u32; 1 << bits];
    for hash in hashes {
        ends[bucket(*hash)] += 1;
    }
    let mut before = 0;
    for end in &mut ends {
        before += std::mem::replace(end, before);
    }
    sorted.clear();
    sorted.resize(hashes.len(), 0);
    for hash in hashes {
        let end = &mut ends[bucket(*hash)];
        sorted[*end as usize] = *hash;
        *end += 1;
    }
    // What is left out of order is so by a few places.
    let mut from = 0;
    for end in ends {
        sorted[from..end as usize].sort_unstable();
        from = end as usize;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn parts_join_to_the_set_of_all(
            a in prop::collection::vec(0_u64..500, 0..3000),
            b in prop::collection::vec(0_u64..900, 0..3000),
            beside in any::<bool>(),
        ) {
            let mut ours = RecordHashes::new(10_000);
            let mut theirs = if beside { ours.beside() } else { RecordHashes::new(10_000) };
            a.iter().for_each(|hash| ours.add(*hash));
            b.iter().for_each(|hash| theirs.add(*hash));
            ours.merge(theirs);
            let all: BTreeSet<u64> = a.iter().chain(&b).copied().collect();
            prop_assert_eq!(&locked(&ours.shared).hashes, &all.iter().copied().collect::<Vec<_>>());
            let records = (a.len() + b.len()) as u64;
            let expected = Duplicates { count: records - all.len() as u64, absolute_error: None };
            prop_assert_eq!(ours.duplicates(records), expected);
        }

        #[test]
        fn a_full_set_is_the_same_however_it_was_filled(
            hashes in prop::collection::vec(any::<u64>(), 0..6000), parts in 1_usize..4, beside in any::<bool>(),
        ) {
            let mut one = RecordHashes::new(1000);
            hashes.iter().for_each(|hash| one.add(*hash));
            let mut all = RecordHashes::new(1000);
            let others = (0..parts).map(|part| {
                let mut other = if beside { all.beside() } else { RecordHashes::new(1000) };
                hashes.iter().skip(part).step_by(parts).for_each(|hash| other.add(*hash));
                other
            });
            for other in others.collect::<Vec<_>>() {
                all.merge(other);
            }
            let records = hashes.len() as u64;
            prop_assert_eq!(one.duplicates(records), all.duplicates(records));
            prop_assert_eq!(&locked(&one.shared).hashes, &locked(&all.shared).hashes);
        }
    }

    proptest! {
        #[test]
        fn hashes_are_sorted_at_every_level(
            hashes in prop::collection::vec(any::<u64>(), 0..500), level in 0..64_u32,
        ) {
            let below: Vec<u64> = hashes.iter().map(|hash| hash >> level).collect();
            let mut expected = below.clone();
            expected.sort_unstable();
            let mut sorted = Vec::new();
            sort(&below, &mut sorted, level);
            prop_assert_eq!(sorted, expected);
        }
    }

    #[test]
    fn a_full_set_estimates_within_its_error() {
        let mut set = RecordHashes::new(4096);
        for round in 0..2 {
            for record in 0..100_000_u64 {
                set.add(super::super::hash::mix(record, round / 2));
            }
        }
        let found = set.duplicates(200_000);
        assert!(
            found.count.abs_diff(100_000) <= found.absolute_error.expect("estimated"),
            "{found:?}"
        );
    }
}
