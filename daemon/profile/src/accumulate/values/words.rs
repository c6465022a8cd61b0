//! Values of a word: counted in buckets of four that fill a line of the cache, without a branch on
//! which of the four it is.

use super::{BATCH, Batch, Value};
use crate::accumulate::hash::{TINY, hash_tiny};
use crate::machine::{chosen, prefetch};

/// Values of one bucket.
const WAYS: usize = 4;

/// Buckets of a table that holds its first value.
const FIRST_BUCKETS: usize = 16;

/// Values that lie together; free while the key is zero. Each lies in the bucket its hash says, or
/// in the next one that was not full.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(64))]
struct Bucket {
    keys: [[u8; 8]; WAYS],
    counts: [u64; WAYS],
}

impl Bucket {
    #[inline(always)]
    fn key(&self, way: usize) -> u64 {
        u64::from_le_bytes(self.keys[way])
    }

    /// The ways that are held: the first ones.
    fn ways(&self) -> impl Iterator<Item = usize> + '_ {
        (0..WAYS).take_while(|way| self.key(*way) != 0)
    }

    fn shown(&self, way: usize, firsts: &[u64; WAYS]) -> Value<'_> {
        Value {
            text: &self.keys[way][..usize::from(self.keys[way][TINY])],
            hash: hash_tiny(self.key(way)),
            count: self.counts[way],
            first: firsts[way],
        }
    }

    /// Where a key is, or the first free place where it is zero.
    #[inline(always)]
    fn position(&self, key: u64) -> Option<usize> {
        (0..WAYS).find(|way| self.key(*way) == key)
    }
}

/// Values of 1 to [`TINY`] bytes by their keys: the bytes, little-endian and padded with zeros, with
/// the length in the uppermost one.
pub(super) struct Words {
    /// A power of two of them, at most three quarters full; none before the first value.
    buckets: Vec<Bucket>,
    /// Smallest place each was seen at.
    firsts: Vec<[u64; WAYS]>,
    pub(super) held: usize,
}

impl Words {
    pub(super) const fn new() -> Self {
        Self {
            buckets: Vec::new(),
            firsts: Vec::new(),
            held: 0,
        }
    }

    /// Brings the bucket a hash says nearer.
    #[inline(always)]
    pub(super) fn prefetch(&self, hash: u64) {
        let at = hash as usize & self.buckets.len().wrapping_sub(1);
        prefetch(self.buckets.get(at));
    }

    /// Counts one occurrence each of the first `count` keys that are held where their hashes say;
    /// the numbers of the others, and how many they are.
    #[inline(always)]
    pub(super) fn count_known(&mut self, batch: &Batch<'_>) -> ([u8; BATCH], usize) {
        let mut others = [0; BATCH];
        let count = count_known(&mut self.buckets, batch, &mut others);
        (others, count)
    }

    /// Counts a value that was seen at `first`; whether it is new. Only where it comes `late` it may
    /// have been seen at a larger place before.
    #[inline(always)]
    pub(super) fn add(&mut self, key: u64, hash: u64, count: u64, first: u64, late: bool) -> bool {
        let Some((bucket, way)) = self.find(key, hash) else {
            self.insert(key, hash, count, first);
            return true;
        };
        self.buckets[bucket].counts[way] += count;
        if late {
            let known = &mut self.firsts[bucket][way];
            *known = first.min(*known);
        }
        false
    }

    #[inline(always)]
    fn find(&self, key: u64, hash: u64) -> Option<(usize, usize)> {
        let mask = self.buckets.len().wrapping_sub(1);
        let mut at = hash as usize & mask;
        loop {
            let bucket = self.buckets.get(at)?;
            if let Some(way) = bucket.position(key) {
                return Some((at, way));
            }
            if bucket.key(WAYS - 1) == 0 {
                return None;
            }
            at = (at + 1) & mask;
        }
    }

    #[cold]
    #[inline(never)]
    fn insert(&mut self, key: u64, hash: u64, count: u64, first: u64) {
        if (self.held + 1) * 4 > self.buckets.len() * WAYS * 3 {
            let size = (self.buckets.len() * 2).max(FIRST_BUCKETS);
            let old = std::mem::replace(self, Self::new());
            self.buckets = vec![Bucket::default(); size];
            self.firsts = vec![[0; WAYS]; size];
            self.held = old.held;
            for (bucket, firsts) in old.buckets.iter().zip(&old.firsts) {
                for way in bucket.ways() {
                    let key = bucket.key(way);
                    self.place(key, hash_tiny(key), bucket.counts[way], firsts[way]);
                }
            }
        }
        self.held += 1;
        self.place(key, hash, count, first);
    }

    fn place(&mut self, key: u64, hash: u64, count: u64, first: u64) {
        let mask = self.buckets.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let bucket = &mut self.buckets[at];
            if let Some(way) = bucket.position(0) {
                bucket.keys[way] = key.to_le_bytes();
                bucket.counts[way] = count;
                self.firsts[at][way] = first;
                return;
            }
            at = (at + 1) & mask;
        }
    }

    /// Forgets the values that do not stay. The room they took is kept: it is filled again.
    pub(super) fn retain(&mut self, mut stays: impl FnMut(Value<'_>) -> bool) {
        let mut kept = Vec::with_capacity(self.held / 2);
        for (bucket, firsts) in self.buckets.iter().zip(&self.firsts) {
            let ways = bucket
                .ways()
                .filter(|way| stays(bucket.shown(*way, firsts)));
            kept.extend(ways.map(|way| (bucket.key(way), bucket.counts[way], firsts[way])));
        }
        self.buckets.fill(Bucket::default());
        self.held = kept.len();
        for (key, count, first) in kept {
            self.place(key, hash_tiny(key), count, first);
        }
    }

    /// All values held, in no particular order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Value<'_>> {
        self.buckets
            .iter()
            .zip(&self.firsts)
            .flat_map(|(bucket, firsts)| bucket.ways().map(|way| bucket.shown(way, firsts)))
    }
}

#[inline(always)]
fn known_portable(buckets: &mut [Bucket], batch: &Batch<'_>, others: &mut [u8; BATCH]) -> usize {
    let mut unknown = 0;
    let mask = buckets.len().wrapping_sub(1);
    for at in 0..batch.count.min(BATCH) {
        let (key, hash) = (batch.keys[at], batch.hashes[at]);
        let mut known = 0;
        if let Some(bucket) = buckets.get_mut(hash as usize & mask) {
            for way in 0..WAYS {
                let same = u64::from(bucket.key(way) == key);
                bucket.counts[way] += same;
                known |= same;
            }
        }
        others[unknown % BATCH] = at as u8;
        unknown += 1 - known as usize;
    }
    unknown
}

fn count_known(buckets: &mut [Bucket], batch: &Batch<'_>, others: &mut [u8; BATCH]) -> usize {
    chosen!(
        known_avx512,
        known_avx2,
        known_portable,
        (buckets, batch, others)
    )
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
mod x86 {
    use super::{BATCH, Batch, Bucket, known_portable};

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
    pub(super) fn known_avx512(
        buckets: &mut [Bucket],
        batch: &Batch<'_>,
        others: &mut [u8; BATCH],
    ) -> usize {
        known_portable(buckets, batch, others)
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn known_avx2(
        buckets: &mut [Bucket],
        batch: &Batch<'_>,
        others: &mut [u8; BATCH],
    ) -> usize {
        known_portable(buckets, batch, others)
    }
}
