//! The distinct values of one field with their exact counts.
//!
//! Past its share of memory a table keeps the values whose hash lies below a limit that halves with
//! every level: a uniform sample of the distinct values, each with the exact count of all its
//! occurrences. Which values stay depends on nothing but the values, so tables merge in any order.
//!
//! Values of up to 16 bytes lie in the slots themselves: counting one touches a single cache line.

mod slots;
mod words;

use super::hash::{TINY, hash, words};
use crate::lex::marker;
use crate::machine::prefetch;
use slots::{FIRST_SLOTS, Short, Slots, shown};
use words::Words;

/// Bytes an entry is said to take beside its text; the same on every machine, since the decision
/// between exact and estimated hangs on it.
const ENTRY_COST: u64 = 48;

/// Bytes of a value that fit into a slot.
pub const SHORT: usize = 16;

/// Values that are counted at once at most.
pub const BATCH: usize = 64;

/// Tables of fewer values lie in a core's own cache.
const LARGE: usize = 512;

/// Values that are counted at once, by their keys: the bytes of a value of 1 to [`TINY`] bytes,
/// little-endian and padded with zeros, with the length in the uppermost one.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a> {
    pub keys: &'a [u64; BATCH],
    pub hashes: &'a [u64; BATCH],
    /// How many of them are meant.
    pub count: usize,
}

/// A value of 1 to [`SHORT`] bytes as two little-endian words padded with zeros.
#[derive(Debug, Clone, Copy)]
pub struct Pair {
    pub low: u64,
    pub high: u64,
    pub length: u32,
}

/// Numbers of values of a batch, in their order: those that are kept whatever they are, and others.
pub struct Split {
    kept: [u8; BATCH],
    passed: [u8; BATCH],
    counts: (usize, usize),
}

impl Split {
    /// Those that are kept.
    #[inline(always)]
    pub fn kept(&self) -> impl Iterator<Item = usize> {
        self.kept[..self.counts.0.min(BATCH)]
            .iter()
            .map(|at| usize::from(*at))
    }

    /// Those that are kept only if they may be markers.
    #[inline(always)]
    pub fn passed(&self) -> impl Iterator<Item = usize> {
        self.passed[..self.counts.1.min(BATCH)]
            .iter()
            .map(|at| usize::from(*at))
    }
}

/// A value of more than [`SHORT`] bytes; its text lies in the table's arena.
#[derive(Debug, Clone, Copy)]
struct Long {
    hash: u64,
    at: u32,
    length: u32,
    count: u64,
    first: u64,
}

impl Long {
    fn shown<'a>(&self, text: &'a [u8]) -> Value<'a> {
        Value {
            text,
            hash: self.hash,
            count: self.count,
            first: self.first,
        }
    }
}

/// A table of values. Level 0 is exact.
pub struct ValueTable {
    tiny: Words,
    short: Slots<Short>,
    longs: Vec<Long>,
    /// Numbers into `longs` from 1, by hash; 0 is free.
    index: Vec<u32>,
    /// The long value that was counted last: values come in runs.
    last: usize,
    arena: Vec<u8>,
    text_bytes: u64,
    level: u32,
    /// Largest hash that is kept.
    limit: u64,
    /// No value was first seen at a larger place.
    newest: u64,
}

/// A distinct value as the table shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Value<'a> {
    pub text: &'a [u8],
    pub hash: u64,
    pub count: u64,
    pub first: u64,
}

/// What became of a value that was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    Counted,
    /// Its hash lies above the limit: the caller tallies it.
    Passed,
}

impl Default for ValueTable {
    fn default() -> Self {
        Self::at_level(0)
    }
}

impl ValueTable {
    fn at_level(level: u32) -> Self {
        Self {
            tiny: Words::new(),
            short: Slots::new(),
            longs: Vec::new(),
            index: Vec::new(),
            last: 0,
            arena: Vec::new(),
            text_bytes: 0,
            level,
            limit: u64::MAX >> level.min(63),
            newest: 0,
        }
    }

    /// No value was first seen at a larger place: from there on places need no comparing.
    pub fn newest(&self) -> u64 {
        self.newest
    }

    /// Takes down that a value came to be held.
    #[inline(always)]
    fn note_new(&mut self, length: u64, first: u64) {
        self.text_bytes += length;
        self.newest = self.newest.max(first);
    }

    /// Memory as the budget counts it.
    pub fn cost(&self) -> u64 {
        self.len() as u64 * ENTRY_COST + self.text_bytes
    }

    /// How often the limit was halved.
    pub fn level(&self) -> u32 {
        self.level
    }

    /// Distinct values held.
    pub fn len(&self) -> usize {
        self.tiny.held + self.short.held + self.longs.len()
    }

    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Counts `count` occurrences of a value, the first of them at `first`.
    pub fn add(&mut self, text: &[u8], count: u64, first: u64) -> Added {
        self.add_hashed(text, hash(text), count, first)
    }

    /// As [`Self::add`], for a caller that has the hash already.
    #[inline]
    pub fn add_hashed(&mut self, text: &[u8], hash: u64, count: u64, first: u64) -> Added {
        if hash > self.limit && !marker::is_candidate(text) {
            return Added::Passed;
        }
        if text.len() > SHORT {
            self.count_long(text, hash, count, first);
            return Added::Counted;
        }
        let (low, high) = words(text);
        let new = if (1..=TINY).contains(&text.len()) {
            let key = low | (text.len() as u64) << 56;
            self.tiny.add(key, hash, count, first, true)
        } else {
            let slot = Short::new(bytes_of(low, high), text.len(), count);
            self.short.add(slot, hash, first, true)
        };
        if new {
            self.note_new(text.len() as u64, first);
        }
        Added::Counted
    }

    /// Counts one occurrence each of the values that are held where their hashes say; the numbers of
    /// the others, and how many they are. Every value of a key must be kept.
    #[inline(always)]
    pub fn add_known(&mut self, batch: &Batch<'_>) -> ([u8; BATCH], usize) {
        self.tiny.count_known(batch)
    }

    /// Counts occurrences of a value by its key, the first of them at `place`. Only where they come
    /// `late` it may have been seen at a larger place before.
    #[inline(always)]
    pub fn add_word(&mut self, key: u64, hash: u64, count: u64, place: u64, late: bool) {
        if self.tiny.add(key, hash, count, place, late) {
            self.note_new(key >> 56, place);
        }
    }

    /// Whether values of a hash are kept, whatever they are.
    #[inline(always)]
    pub fn keeps(&self, hash: u64) -> bool {
        hash <= self.limit
    }

    /// Tells hashes of values that are kept, whatever they are, from others.
    #[inline(always)]
    pub fn split(&self, hashes: &[u64]) -> Split {
        let mut split = Split {
            kept: [0; BATCH],
            passed: [0; BATCH],
            counts: (0, 0),
        };
        for (at, hash) in hashes.iter().enumerate().take(BATCH) {
            let kept = usize::from(*hash <= self.limit);
            split.kept[split.counts.0 % BATCH] = at as u8;
            split.passed[split.counts.1 % BATCH] = at as u8;
            split.counts.0 += kept;
            split.counts.1 += 1 - kept;
        }
        split
    }

    /// Has the processor bring near where up to [`BATCH`] values that are kept lie, by hash and length,
    /// before they are counted one after the other: their ways from memory then overlap.
    #[inline]
    pub fn fetch(&self, values: impl Iterator<Item = (u64, u32)>) {
        if self.len() < LARGE {
            return;
        }
        let (mut longs, mut count) = ([0; BATCH], 0);
        for (hash, length) in values {
            match length as usize {
                1..=TINY => self.tiny.prefetch(hash),
                0..=SHORT => self.short.prefetch(hash),
                _ => {
                    longs[count % BATCH] = hash;
                    count += 1;
                    prefetch(self.index.get(self.index_at(hash)));
                }
            }
        }
        let longs = &longs[..count.min(BATCH)];
        let long = |hash: &u64| {
            let number = self.index.get(self.index_at(*hash))?;
            self.longs.get((*number as usize).wrapping_sub(1))
        };
        longs.iter().for_each(|hash| prefetch(long(hash)));
        for hash in longs {
            if let Some(long) = long(hash) {
                prefetch(self.arena.get(long.at as usize));
            }
        }
    }

    fn index_at(&self, hash: u64) -> usize {
        hash as usize & self.index.len().wrapping_sub(1)
    }

    /// Whether every value is kept.
    #[inline]
    pub fn is_exact(&self) -> bool {
        self.limit == u64::MAX
    }

    /// Counts one more occurrence of the long value that was counted last, if it is this one; its
    /// hash.
    #[inline]
    pub fn again(&mut self, text: &[u8]) -> Option<u64> {
        let last = self.longs.get_mut(self.last)?;
        if slice(&self.arena, last) != text {
            return None;
        }
        last.count += 1;
        Some(last.hash)
    }

    /// Counts one occurrence of a value of 1 to [`SHORT`] bytes.
    /// As for [`Self::add_word`] it is said whether it comes `late`.
    #[inline(always)]
    pub fn add_short(&mut self, value: Pair, hash: u64, place: u64, late: bool) -> Added {
        let text = bytes_of(value.low, value.high);
        let length = value.length as usize;
        if hash > self.limit && !marker::is_candidate(&text[..length]) {
            return Added::Passed;
        }
        let new = if length <= TINY {
            let key = value.low | u64::from(value.length) << 56;
            self.tiny.add(key, hash, 1, place, late)
        } else {
            let slot = Short::new(text, length, 1);
            self.short.add(slot, hash, place, late)
        };
        if new {
            self.note_new(u64::from(value.length), place);
        }
        Added::Counted
    }

    fn count_long(&mut self, text: &[u8], hash: u64, count: u64, first: u64) {
        if let Some(last) = self.longs.get_mut(self.last)
            && last.hash == hash
            && same(slice(&self.arena, last), text)
        {
            last.count += count;
            last.first = last.first.min(first);
            return;
        }
        let mask = self.index.len().wrapping_sub(1);
        let mut at = hash as usize;
        while let Some(number) = self.index.get(at & mask) {
            let Some(found) = (*number as usize).checked_sub(1) else {
                break;
            };
            let long = &mut self.longs[found];
            if long.hash == hash && same(slice(&self.arena, long), text) {
                long.count += count;
                long.first = long.first.min(first);
                self.last = found;
                return;
            }
            at += 1;
        }
        self.insert_long(text, hash, count, first);
    }

    #[cold]
    #[inline(never)]
    fn insert_long(&mut self, text: &[u8], hash: u64, count: u64, first: u64) {
        let at = u32::try_from(self.arena.len()).expect("the budget keeps a table far below 4 GiB");
        let length = u32::try_from(text.len()).expect("a record is bounded below 4 GiB");
        self.arena.extend_from_slice(text);
        self.note_new(text.len() as u64, first);
        self.last = self.longs.len();
        self.longs.push(Long {
            hash,
            at,
            length,
            count,
            first,
        });
        if self.longs.len() * 2 > self.index.len() {
            self.make_index();
        } else {
            // Below u32: the arena is, and every value takes bytes of it.
            place_number(&mut self.index, self.longs.len() as u32, hash);
        }
    }

    /// Halves the limit and hands the values now above it to `dropped`.
    pub fn raise(&mut self, mut dropped: impl FnMut(Value<'_>)) {
        self.level += 1;
        self.limit = u64::MAX >> self.level.min(63);
        let Self {
            tiny,
            short,
            longs,
            arena,
            text_bytes,
            limit,
            ..
        } = self;
        let mut stays = |value: Value<'_>| {
            let stays = value.hash <= *limit || marker::is_candidate(value.text);
            if !stays {
                *text_bytes -= value.text.len() as u64;
                dropped(value);
            }
            stays
        };
        tiny.retain(&mut stays);
        short.retain(&mut stays);
        // Long values move down within their arena: they are many bytes.
        let mut end = 0;
        longs.retain_mut(|long| {
            if !stays(long.shown(slice(arena, long))) {
                return false;
            }
            let from = long.at as usize;
            arena.copy_within(from..from + long.length as usize, end);
            // Below u32, as the place it had was.
            long.at = end as u32;
            end += long.length as usize;
            true
        });
        arena.truncate(end);
        self.last = 0;
        self.make_index();
    }

    /// An index of the long values, a third full or less.
    fn make_index(&mut self) {
        if self.longs.is_empty() {
            self.index.clear();
            return;
        }
        let size = (self.longs.len() * 3).next_power_of_two().max(FIRST_SLOTS);
        self.index.clear();
        self.index.resize(size, 0);
        for (number, long) in (1..).zip(&self.longs) {
            place_number(&mut self.index, number, long.hash);
        }
    }

    /// All values held, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = Value<'_>> {
        let longs = self.longs.iter();
        let longs = longs.map(|long| long.shown(slice(&self.arena, long)));
        self.tiny.iter().chain(shown(&self.short)).chain(longs)
    }
}

/// The bytes of two little-endian words.
#[inline(always)]
pub fn bytes_of(low: u64, high: u64) -> [u8; SHORT] {
    (u128::from(low) | u128::from(high) << 64).to_le_bytes()
}

fn place_number(index: &mut [u32], number: u32, hash: u64) {
    let mask = index.len() - 1;
    let mut at = hash as usize & mask;
    while index[at] != 0 {
        at = (at + 1) & mask;
    }
    index[at] = number;
}

fn slice<'a>(arena: &'a [u8], long: &Long) -> &'a [u8] {
    &arena[long.at as usize..][..long.length as usize]
}

/// Whether two long values are the same: most are not much longer than [`SHORT`], and compared without
/// a call.
#[inline(always)]
fn same(a: &[u8], b: &[u8]) -> bool {
    let ends = |text: &[u8]| Some((*text.first_chunk::<SHORT>()?, *text.last_chunk::<SHORT>()?));
    if a.len() != b.len() {
        return false;
    }
    match (ends(a), ends(b)) {
        (Some((a_head, a_tail)), Some((b_head, b_tail))) if a.len() <= 2 * SHORT => {
            u128::from_le_bytes(a_head) == u128::from_le_bytes(b_head)
                && u128::from_le_bytes(a_tail) == u128::from_le_bytes(b_tail)
        }
        _ => a == b,
    }
}

#[cfg(test)]
mod tests;
