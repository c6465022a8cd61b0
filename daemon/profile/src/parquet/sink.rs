//! Where counted values go: the accumulators of a leaf's field.

use super::dictionary::{Dictionary, Raw, Words};
use super::look::Look;
use super::sampled::Sampled;
use super::schema::Leaf;
use super::text;
use crate::accumulate::hash::hash;
use crate::accumulate::{Columns, FieldId};

/// Bytes of values after which the fields are brought within their budget.
const ENFORCE: usize = 1 << 20;

/// Text that was not UTF-8.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Damage {
    pub(super) values: u64,
    /// The smallest place of them.
    pub(super) first: Option<u64>,
}

impl Damage {
    fn note(&mut self, count: u64, place: u64) {
        self.values += count;
        self.first = Some(self.first.map_or(place, |first| first.min(place)));
    }

    pub(super) fn merge(&mut self, other: Self) {
        if let Some(first) = other.first {
            self.note(other.values, first);
        }
    }
}

/// Counts the values of one leaf in one strip.
pub(super) struct Sink<'a> {
    columns: &'a mut Columns,
    sampled: &'a mut Sampled,
    damage: &'a mut Damage,
    text: &'a mut Vec<u8>,
    look: Look,
    field: Option<FieldId>,
    /// Place of the strip's first row.
    base: u64,
    added: usize,
}

impl<'a> Sink<'a> {
    pub(super) fn new(
        columns: &'a mut Columns,
        sampled: &'a mut Sampled,
        damage: &'a mut Damage,
        text: &'a mut Vec<u8>,
        leaf: &Leaf,
        base: u64,
    ) -> Self {
        Self {
            columns,
            sampled,
            damage,
            text,
            look: leaf.look,
            field: leaf.node.map(|node| node.field),
            base,
            added: 0,
        }
    }

    /// Counts a value `count` times, the first of them in `row`.
    pub(super) fn add(&mut self, raw: &Raw<'_>, count: u32, row: u32) {
        let Some(field) = self.field else { return };
        let mut damaged = false;
        let kind = match raw {
            Raw::Word(word) => text::word(self.look, *word, self.text),
            Raw::Bytes(bytes) => text::bytes(self.look, bytes, self.text, &mut damaged),
        };
        let place = self.base + u64::from(row);
        if damaged {
            self.damage.note(u64::from(count), place);
        }
        let data = &mut self.columns.fields[field.0 as usize];
        data.first = data.first.min(place);
        data.column(kind)
            .add_hashed(self.text, hash(self.text), u64::from(count), place);
        self.added += self.text.len() + 64;
        if self.added > ENFORCE {
            self.added = 0;
            self.columns.enforce();
        }
    }

    /// Counts all that was noted in a dictionary, and begins it anew.
    pub(super) fn fold(&mut self, dictionary: &mut Dictionary) {
        for number in 0..dictionary.entries.len() {
            let entry = dictionary.entries[number];
            if entry.count > 0 {
                self.add(&dictionary.raw(number), entry.count, entry.first);
                dictionary.entries[number].count = 0;
            }
        }
    }

    /// Counts all words that were noted.
    pub(super) fn drain(&mut self, words: &mut Words) {
        words.drain(|word, count, first| self.add(&Raw::Word(word), count, first));
    }

    /// Whether a row is sampled.
    pub(super) fn wants(&self, row: u32) -> bool {
        self.field.is_some() && self.sampled.wants(row)
    }

    /// The sampled rows from `from` up to `to`.
    pub(super) fn wanted(&self, from: u32, to: u32) -> Vec<u32> {
        if self.field.is_none() {
            return Vec::new();
        }
        self.sampled.wanted(from, to).to_vec()
    }

    /// Keeps a value of a sampled row.
    pub(super) fn sample(&mut self, raw: &Raw<'_>, row: u32) {
        let Some(field) = self.field else { return };
        let kind = match raw {
            Raw::Word(word) => text::word(self.look, *word, self.text),
            Raw::Bytes(bytes) => text::bytes(self.look, bytes, self.text, &mut false),
        };
        self.sampled
            .keep(&self.columns.sample, row, field.0, kind, self.text);
    }
}
