//! A sample of the distinct values of a field, by their keyed hashes, each with its exact count.
//!
//! A value's depth is the number of zeros its unkeyed hash begins with, the hash by which the engine
//! thins out a field that outgrows its memory. A sketch of level `n` holds the values of depth `n`
//! and more: one in `2^n`, and of two fields always the same ones. Its level is the least at which it
//! fits its bound, which nothing but the values decides: that is why merging knows no order.

use crate::accumulate::values::Value;

use super::key::SketchKey;

/// No hash has more zeros.
const DEEPEST: u8 = 64;

/// A distinct value that belongs to the sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// By the installation's key.
    pub hash: u64,
    pub depth: u8,
    /// Its occurrences: all of them.
    pub count: u64,
}

/// The sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueSketch {
    pub(super) level: u8,
    /// Entries at most.
    pub(super) bound: usize,
    /// In order of hash, each hash once.
    pub(super) entries: Vec<Entry>,
}

/// How much two fields have in common, of their distinct values. Estimates: with `n` witnesses the
/// standard error of a share `p` is `sqrt(p (1 - p) / n)`, of exact ones 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Overlap {
    /// Common values among all.
    pub jaccard: f64,
    /// Common values among those of the left field, and of the right.
    pub of_left: f64,
    pub of_right: f64,
    /// Distinct values that were compared.
    pub witnesses: usize,
    /// Whether these are all there are.
    pub exact: bool,
}

impl ValueSketch {
    /// Of distinct values with their counts, all of depth `level` and more, in any order; a text may
    /// come up to `repeated` times.
    pub(super) fn new<'a>(
        values: impl Iterator<Item = Value<'a>>,
        repeated: usize,
        level: u8,
        bound: usize,
        key: &SketchKey,
    ) -> Self {
        let depth = |value: &Value<'_>| value.hash.leading_zeros() as u8;
        let values: Vec<_> = values.collect();
        // Keyed hashes are for what may stay: never too few, and `settle` has the last word.
        let room = bound.saturating_mul(repeated);
        let level = least_level(values.iter().map(depth), level, room);
        let entries = values
            .into_iter()
            .filter(|value| depth(value) >= level)
            .map(|value| Entry {
                hash: key.hash(value.text),
                depth: depth(&value),
                count: value.count,
            })
            .collect();
        let mut sketch = Self {
            level,
            bound,
            entries,
        };
        sketch.settle();
        sketch
    }

    /// Nothing at all.
    #[must_use]
    pub fn empty(bound: usize) -> Self {
        Self {
            level: 0,
            bound,
            entries: Vec::new(),
        }
    }

    /// Whether every distinct value is there: shares are those of all categories then.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.level == 0
    }

    /// Values of this depth and more are all there.
    #[must_use]
    pub fn level(&self) -> u8 {
        self.level
    }

    /// The sampled values, in order of hash.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Distinct values in all; exact where [`Self::is_complete`], else an estimate.
    #[must_use]
    pub fn distinct(&self) -> f64 {
        self.entries.len() as f64 * f64::from(self.level).exp2()
    }

    /// The standard error of [`Self::distinct`], as a share of it.
    #[must_use]
    pub fn relative_error(&self) -> f64 {
        if self.is_complete() {
            return 0.0;
        }
        let missed = 1.0 - (-f64::from(self.level)).exp2();
        (missed / self.entries.len().max(1) as f64).sqrt()
    }

    /// The occurrences of the value with this hash; none where the sample does not reach it.
    #[must_use]
    pub fn count(&self, hash: u64) -> Option<u64> {
        match self.entries.binary_search_by_key(&hash, |e| e.hash) {
            Ok(at) => Some(self.entries[at].count),
            Err(_) => self.is_complete().then_some(0),
        }
    }

    /// Joins the values of another part, or of another file.
    pub(super) fn merge(&mut self, other: &Self) {
        self.level = self.level.max(other.level);
        self.bound = self.bound.min(other.bound);
        self.entries.extend(&other.entries);
        self.settle();
    }

    /// What this field has in common with another; none where one of them shows no value.
    #[must_use]
    pub fn overlap(&self, other: &Self) -> Option<Overlap> {
        let level = self.level.max(other.level);
        let taken = |e: &&Entry| e.depth >= level;
        let left = self.entries.iter().filter(taken).count();
        let right = other.entries.iter().filter(taken).count();
        if left == 0 || right == 0 {
            return None;
        }
        let common = self.entries.iter().filter(taken);
        let common = common
            .filter(|e| {
                let found = other.entries.binary_search_by_key(&e.hash, |o| o.hash);
                found.is_ok()
            })
            .count();
        let all = left + right - common;
        let share = |of: usize| common as f64 / of as f64;
        Some(Overlap {
            jaccard: share(all),
            of_left: share(left),
            of_right: share(right),
            witnesses: all,
            exact: level == 0,
        })
    }

    /// Each hash once, no entry below the level, and the least level that keeps the bound.
    fn settle(&mut self) {
        let Self { level, entries, .. } = self;
        entries.retain(|e| e.depth >= *level);
        entries.sort_unstable_by_key(|e| e.hash);
        entries.dedup_by(|next, kept| {
            let same = next.hash == kept.hash;
            if same {
                kept.count = kept.count.saturating_add(next.count);
                // Of one value they are equal.
                kept.depth = kept.depth.min(next.depth);
            }
            same
        });
        *level = least_level(entries.iter().map(|e| e.depth), *level, self.bound);
        entries.retain(|e| e.depth >= *level);
    }
}

/// The least level from `from` on at which no more than `bound` values stay.
fn least_level(depths: impl Iterator<Item = u8>, from: u8, bound: usize) -> u8 {
    let mut at_depth = [0_usize; DEEPEST as usize + 1];
    for depth in depths {
        at_depth[usize::from(depth.min(DEEPEST))] += 1;
    }
    let mut level = DEEPEST + 1;
    let mut stay = 0;
    while level > from {
        stay += at_depth[usize::from(level) - 1];
        if stay > bound {
            break;
        }
        level -= 1;
    }
    level.max(from)
}
