//! Values of up to 16 bytes, counted where they lie.

use super::{SHORT, Value};
use crate::accumulate::hash::hash;
use crate::machine::prefetch;

/// Slots of a table that holds its first value.
pub(super) const FIRST_SLOTS: usize = 64;

/// Up to so many values a table is kept mostly empty: a value then lies where its hash says, and the
/// processor guesses right. Beyond, what matters is that the table stays in the cache.
const FEW: usize = 4096;

/// A value of up to [`SHORT`] bytes, padded with zeros.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Short {
    pub(super) text: [u8; SHORT],
    /// One more than its bytes; zero while free.
    pub(super) length: u64,
    pub(super) count: u64,
}

/// What a table of slots needs to know of them.
pub(super) trait Slot: Copy + Default {
    fn is_free(&self) -> bool;
    fn hash(&self) -> u64;
    fn same(&self, other: &Self) -> bool;
    fn count(&mut self) -> &mut u64;
    fn text(&self) -> &[u8];
}

impl Short {
    #[inline(always)]
    pub(super) fn new(text: [u8; SHORT], length: usize, count: u64) -> Self {
        Self {
            text,
            length: length as u64 + 1,
            count,
        }
    }
}

impl Slot for Short {
    #[inline(always)]
    fn is_free(&self) -> bool {
        self.length == 0
    }

    fn hash(&self) -> u64 {
        hash(self.text())
    }

    #[inline(always)]
    fn same(&self, other: &Self) -> bool {
        u128::from_le_bytes(self.text) == u128::from_le_bytes(other.text)
            && self.length == other.length
    }

    #[inline(always)]
    fn count(&mut self) -> &mut u64 {
        &mut self.count
    }

    fn text(&self) -> &[u8] {
        &self.text[..self.length.saturating_sub(1) as usize]
    }
}

/// Open addressing over slots. What is not looked at while counting lies beside them.
pub(super) struct Slots<S> {
    /// A power of two of them, at most half full; none before the first value.
    pub(super) slots: Vec<S>,
    /// Smallest place each was seen at.
    firsts: Vec<u64>,
    pub(super) held: usize,
}

impl<S: Slot> Slots<S> {
    pub(super) const fn new() -> Self {
        Self {
            slots: Vec::new(),
            firsts: Vec::new(),
            held: 0,
        }
    }

    /// Brings the slot a hash says nearer.
    #[inline(always)]
    pub(super) fn prefetch(&self, hash: u64) {
        let at = hash as usize & self.slots.len().wrapping_sub(1);
        prefetch(self.slots.get(at));
    }

    /// Counts a value that was seen at `first`; whether it is new. Only where it comes `late` it may
    /// have been seen at a larger place before.
    #[inline(always)]
    pub(super) fn add(&mut self, mut new: S, hash: u64, first: u64, late: bool) -> bool {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = hash as usize;
        while let Some(slot) = self.slots.get_mut(at & mask) {
            if slot.same(&new) {
                *slot.count() += *new.count();
                if late {
                    let known = &mut self.firsts[at & mask];
                    *known = first.min(*known);
                }
                return false;
            }
            if slot.is_free() {
                break;
            }
            at += 1;
        }
        self.insert(new, hash, first);
        true
    }

    #[cold]
    #[inline(never)]
    fn insert(&mut self, new: S, hash: u64, first: u64) {
        let share = if self.held < FEW { 4 } else { 2 };
        if (self.held + 1) * share > self.slots.len() {
            let size = (self.slots.len() * 2).max(FIRST_SLOTS);
            let slots = std::mem::replace(&mut self.slots, vec![S::default(); size]);
            let firsts = std::mem::replace(&mut self.firsts, vec![0; size]);
            for (old, first) in slots.into_iter().zip(firsts) {
                if !old.is_free() {
                    self.place(old, old.hash(), first);
                }
            }
        }
        self.held += 1;
        self.place(new, hash, first);
    }

    /// Forgets the values that do not stay. The room they took is kept: it is filled again.
    pub(super) fn retain(&mut self, mut stays: impl FnMut(Value<'_>) -> bool) {
        let mut kept = Vec::with_capacity(self.held / 2);
        let all = self.slots.iter().zip(&self.firsts);
        kept.extend(
            all.filter(|(slot, first)| !slot.is_free() && stays(value(*slot, **first)))
                .map(|(slot, first)| (*slot, *first)),
        );
        self.slots.fill(S::default());
        self.held = kept.len();
        for (slot, first) in kept {
            self.place(slot, slot.hash(), first);
        }
    }

    fn place(&mut self, slot: S, hash: u64, first: u64) {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while !self.slots[at].is_free() {
            at = (at + 1) & mask;
        }
        self.slots[at] = slot;
        self.firsts[at] = first;
    }
}

/// All values held, in no particular order.
pub(super) fn shown<S: Slot>(table: &Slots<S>) -> impl Iterator<Item = Value<'_>> {
    let all = table.slots.iter().zip(&table.firsts);
    all.filter(|(slot, _)| !slot.is_free())
        .map(|(slot, first)| value(slot, *first))
}

fn value<S: Slot>(slot: &S, first: u64) -> Value<'_> {
    Value {
        text: slot.text(),
        hash: slot.hash(),
        count: *{ *slot }.count(),
        first,
    }
}
