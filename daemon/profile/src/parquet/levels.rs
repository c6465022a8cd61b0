//! What the levels of a leaf say of it and of the containers around it.

use super::schema::{Leaf, Node};
use super::thrift::Read;
use crate::accumulate::hash::mix;

/// How often a pair of levels came in a strip.
#[derive(Debug, Clone, Copy, Default)]
struct Pair {
    count: u64,
    first: u32,
    /// What an entry with these levels adds to the hash of its record, beside its value.
    salt: u64,
}

/// All pairs of repetition and definition levels of a leaf.
pub(super) struct Levels {
    pairs: Vec<Pair>,
    width: usize,
    max_definition: u32,
    max_repetition: u32,
}

/// Occurrences of a node, and the first row of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) count: u64,
    pub(super) first: u32,
}

impl Levels {
    pub(super) fn new(leaf: &Leaf) -> Self {
        let width = leaf.max_definition as usize + 1;
        let mut pairs = vec![Pair::default(); width * (leaf.max_repetition as usize + 1)];
        for (at, pair) in pairs.iter_mut().enumerate() {
            // A value of a flat column adds nothing but itself.
            if at != leaf.max_definition as usize {
                pair.salt = mix(at as u64, 2);
            }
        }
        Self {
            pairs,
            width,
            max_definition: leaf.max_definition,
            max_repetition: leaf.max_repetition,
        }
    }

    /// Counts an entry; its salt.
    #[inline(always)]
    pub(super) fn note(&mut self, repetition: u32, definition: u32, row: u32) -> Read<u64> {
        if definition > self.max_definition || repetition > self.max_repetition {
            return Err("a level is larger than the schema allows");
        }
        let pair = &mut self.pairs[repetition as usize * self.width + definition as usize];
        if pair.count == 0 {
            pair.first = row;
        }
        pair.count += 1;
        Ok(pair.salt)
    }

    /// Counts entries of a flat column that have one definition level; their salt.
    pub(super) fn note_run(&mut self, definition: u32, count: usize, row: u32) -> Read<u64> {
        if count == 0 {
            return Ok(0);
        }
        let salt = self.note(0, definition, row)?;
        self.pairs[definition as usize].count += count as u64 - 1;
        Ok(salt)
    }

    /// Occurrences of a node with a definition level in the range.
    fn seen(&self, node: &Node, from: u32, to: u32) -> Option<Seen> {
        let mut seen: Option<Seen> = None;
        for repetition in 0..=node.repeats.min(self.max_repetition) {
            for definition in from..to {
                let pair = self.pairs[repetition as usize * self.width + definition as usize];
                if pair.count > 0 {
                    let so_far = seen.get_or_insert(Seen {
                        count: 0,
                        first: pair.first,
                    });
                    so_far.count += pair.count;
                    so_far.first = so_far.first.min(pair.first);
                }
            }
        }
        seen
    }

    /// How often a node was there.
    pub(super) fn present(&self, node: &Node) -> Option<Seen> {
        self.seen(node, node.present, self.max_definition + 1)
    }

    /// How often it was null.
    pub(super) fn missing(&self, node: &Node) -> Option<Seen> {
        self.seen(node, node.slot, node.present)
    }
}
