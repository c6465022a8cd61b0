//! Values that are counted by their number: those of a dictionary page, and words that are given
//! numbers as they come.

use super::look::{Look, Physical};
use super::page::{Head, PADDING};
use super::thrift::Read;
use super::values::{Values, unpadded};
use crate::accumulate::hash::{hash, mix};

/// More entries than this would take more memory than a page may.
const MOST: u32 = 4 << 20;

/// A value of a dictionary: what it adds to the hash of a record, and how often it came.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Entry {
    pub(super) hash: u64,
    pub(super) count: u32,
    /// Row of the strip it first came in.
    pub(super) first: u32,
}

impl Entry {
    #[inline(always)]
    pub(super) fn note(&mut self, row: u32) -> u64 {
        if self.count == 0 {
            self.first = row;
        }
        self.count += 1;
        self.hash
    }
}

/// A dictionary page.
#[derive(Default)]
pub(super) struct Dictionary {
    pub(super) entries: Vec<Entry>,
    words: Vec<u64>,
    spans: Vec<(u32, u32)>,
    page: Vec<u8>,
    /// Whether this strip has read it.
    pub(super) loaded: bool,
}

/// A value of a dictionary as it is stored.
pub(super) enum Raw<'a> {
    Word(u64),
    Bytes(&'a [u8]),
}

impl Dictionary {
    /// Forgets what was counted and read.
    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.words.clear();
        self.spans.clear();
        self.loaded = false;
    }

    /// Takes a page that was loaded.
    pub(super) fn take(
        &mut self,
        head: &Head,
        page: &mut Vec<u8>,
        physical: Physical,
        look: Look,
    ) -> Read<()> {
        self.clear();
        if head.entries > MOST {
            return Err("the dictionary has more than 4 million entries");
        }
        std::mem::swap(&mut self.page, page);
        let end = unpadded(&self.page).len();
        let count = head.entries as usize;
        match Values::of(&self.page, (0, end), 0, physical, look)? {
            Values::Words(mut words) => {
                // A word takes four bytes at least, but for truths.
                if count > end * 8 {
                    return Err("the dictionary claims more entries than it has");
                }
                self.words.resize(count, 0);
                words.fill(&mut self.words)?;
                let entry = |word: &u64| Entry {
                    hash: word_hash(look, *word),
                    ..Entry::default()
                };
                self.entries.extend(self.words.iter().map(entry));
            }
            Values::Bytes(mut values) => {
                let base = self.page.as_ptr() as usize;
                for _ in 0..count {
                    let value = values.next()?;
                    // Plain values are slices of the page itself, which is below 4 GiB.
                    let from = (value.as_ptr() as usize - base) as u32;
                    self.spans.push((from, from + value.len() as u32));
                    self.entries.push(Entry {
                        hash: hash(value),
                        ..Entry::default()
                    });
                }
            }
            Values::Indices(_) => return Err("the dictionary has a dictionary"),
        }
        self.loaded = true;
        Ok(())
    }

    /// A value by its number.
    pub(super) fn raw(&self, number: usize) -> Raw<'_> {
        match self.words.get(number) {
            Some(word) => Raw::Word(*word),
            None => {
                let (from, to) = self.spans.get(number).copied().unwrap_or_default();
                Raw::Bytes(&self.page[from as usize..to as usize])
            }
        }
    }

    /// Gives back the memory of a large page.
    pub(super) fn shrink(&mut self) {
        if self.page.capacity() + 16 * self.entries.capacity() > 8 << 20 {
            *self = Self::default();
        }
    }
}

/// The hash of a word: both zeros are one value, as are all that are no number.
#[inline(always)]
pub(super) fn word_hash(look: Look, word: u64) -> u64 {
    let bits = match look {
        Look::Double => {
            let value = f64::from_bits(word);
            if value.is_nan() {
                f64::NAN.to_bits()
            } else {
                (value + 0.0).to_bits()
            }
        }
        Look::Float => {
            let value = f32::from_bits(word as u32);
            if value.is_nan() {
                u64::from(f32::NAN.to_bits())
            } else {
                u64::from((value + 0.0).to_bits())
            }
        }
        _ => word,
    };
    mix(bits, 1)
}

/// Words that are counted as they come.
#[derive(Default)]
pub(super) struct Words {
    slots: Vec<Slot>,
    held: usize,
}

/// Slots of the table: 256 KiB stay in a core's own cache.
const SLOTS: usize = 1 << 14;

/// A table fuller than this is emptied before the next values.
const FULL: usize = SLOTS / 2;

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    word: u64,
    /// Zero while free.
    count: u32,
    first: u32,
}

impl Words {
    /// Counts a word; what it adds to the hash of a record. There must be room.
    #[inline(always)]
    pub(super) fn note(&mut self, look: Look, word: u64, row: u32) -> u64 {
        let hash = word_hash(look, word);
        if self.slots.is_empty() {
            self.slots = vec![Slot::default(); SLOTS];
        }
        let mut at = hash as usize % SLOTS;
        loop {
            let slot = &mut self.slots[at];
            if slot.count == 0 {
                *slot = Slot {
                    word,
                    count: 1,
                    first: row,
                };
                self.held += 1;
                return hash;
            }
            if slot.word == word {
                slot.count += 1;
                return hash;
            }
            at = (at + 1) % SLOTS;
        }
    }

    /// Whether a batch of values may find no room.
    pub(super) fn is_full(&self) -> bool {
        self.held >= FULL
    }

    /// Hands out all words, and forgets them.
    pub(super) fn drain(&mut self, mut each: impl FnMut(u64, u32, u32)) {
        if self.held == 0 {
            return;
        }
        for slot in &mut self.slots {
            if slot.count > 0 {
                each(slot.word, slot.count, slot.first);
                slot.count = 0;
            }
        }
        self.held = 0;
    }
}

const _: () = assert!(PADDING >= 8);
