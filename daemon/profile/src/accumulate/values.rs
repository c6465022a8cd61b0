//! The distinct values of one field with their exact counts.
//!
//! Past its share of memory a table keeps the values whose hash lies below a limit that halves with
//! every level: a uniform sample of the distinct values, each with the exact count of all its
//! occurrences. Which values stay depends on nothing but the values, so tables merge in any order.

use hashbrown::HashTable;

use super::hash::hash;
use crate::lex::marker;

/// Bytes an entry is said to take beside its text; the same on every machine, since the decision
/// between exact and estimated hangs on it.
const ENTRY_COST: u64 = 48;

/// One distinct value.
#[derive(Debug, Clone, Copy)]
struct Entry {
    hash: u64,
    at: u32,
    length: u32,
    count: u64,
    /// Smallest place it was seen at.
    first: u64,
}

/// A table of values. Level 0 is exact.
#[derive(Default)]
pub struct ValueTable {
    entries: HashTable<Entry>,
    text: Vec<u8>,
    text_live: u64,
    level: u32,
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

impl ValueTable {
    /// Memory as the budget counts it.
    pub fn cost(&self) -> u64 {
        self.entries.len() as u64 * ENTRY_COST + self.text_live
    }

    /// How often the limit was halved.
    pub fn level(&self) -> u32 {
        self.level
    }

    /// Distinct values held.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Counts `count` occurrences of a value, the first of them at `first`.
    #[inline]
    pub fn add(&mut self, text: &[u8], count: u64, first: u64) -> Added {
        self.add_hashed(text, hash(text), count, first)
    }

    /// As [`Self::add`], for a caller that has the hash already.
    #[inline]
    pub fn add_hashed(&mut self, text: &[u8], hash: u64, count: u64, first: u64) -> Added {
        if self.level > 0 && passes(hash, self.level) && !marker::is_candidate(text) {
            return Added::Passed;
        }
        let stored = &self.text;
        let found = self
            .entries
            .find_mut(hash, |e| e.hash == hash && slice(stored, e) == text);
        if let Some(entry) = found {
            entry.count += count;
            entry.first = entry.first.min(first);
            return Added::Counted;
        }
        self.insert(text, hash, count, first);
        Added::Counted
    }

    #[cold]
    fn insert(&mut self, text: &[u8], hash: u64, count: u64, first: u64) {
        let at = u32::try_from(self.text.len()).expect("the budget keeps a table far below 4 GiB");
        let length = u32::try_from(text.len()).expect("a record is bounded below 4 GiB");
        self.text.extend_from_slice(text);
        self.text_live += text.len() as u64;
        let entry = Entry {
            hash,
            at,
            length,
            count,
            first,
        };
        self.entries.insert_unique(hash, entry, |e| e.hash);
    }

    /// Halves the limit and hands the values now above it to `dropped`.
    pub fn raise(&mut self, mut dropped: impl FnMut(Value<'_>)) {
        self.level += 1;
        let level = self.level;
        let text = std::mem::take(&mut self.text);
        let mut kept = Vec::with_capacity(text.len() / 2);
        let mut left = HashTable::with_capacity(self.entries.len() / 2 + 16);
        for entry in self.entries.drain() {
            let value = slice(&text, &entry);
            if passes(entry.hash, level) && !marker::is_candidate(value) {
                dropped(show(&text, &entry));
            } else {
                // Within u32: `kept` is never longer than `text`.
                let moved = Entry {
                    at: kept.len() as u32,
                    ..entry
                };
                kept.extend_from_slice(value);
                left.insert_unique(moved.hash, moved, |e| e.hash);
            }
        }
        self.entries = left;
        self.text_live = kept.len() as u64;
        self.text = kept;
    }

    /// All values held, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = Value<'_>> {
        self.entries.iter().map(|entry| show(&self.text, entry))
    }
}

fn passes(hash: u64, level: u32) -> bool {
    hash > u64::MAX >> level.min(63)
}

fn slice<'a>(text: &'a [u8], entry: &Entry) -> &'a [u8] {
    &text[entry.at as usize..][..entry.length as usize]
}

fn show<'a>(text: &'a [u8], entry: &Entry) -> Value<'a> {
    Value {
        text: slice(text, entry),
        hash: entry.hash,
        count: entry.count,
        first: entry.first,
    }
}
