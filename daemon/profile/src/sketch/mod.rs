//! What is kept of the values of every field beside the profile, to compare files by: which values
//! two fields share, how far the values of one have moved.
//!
//! Sketches merge in any order and grouping to the same bytes. Values are hashed under the
//! installation's key, so that they cannot be told from their hashes; numbers are known to six digits,
//! and of personal data not at all.

mod code;
mod key;
mod order;
#[cfg(test)]
mod tests;
mod values;

pub use code::{FORMAT, Packed, Unusable};
pub use key::{KeyId, SketchKey};
pub use order::{Order, Quantiles, Scale};
pub use values::{Entry, Overlap, ValueSketch};

use crate::accumulate::Kind;
use crate::accumulate::values::Value;
use crate::assemble::population::{Population, number};
use crate::assemble::verdict::Verdict;
use crate::lex::Class;

/// Bytes that the sketch of one field takes at most.
pub const FIELD_BYTES: usize = 8 << 10;

/// Bytes that those of one file take at most, told apart and in order.
pub const FILE_BYTES: usize = 4 << 20;

/// What a sketch takes beside its values and buckets, its length among the others included.
const HEAD: usize = 64;

/// A value at most: hash, depth and a count of any size; a bucket: step and count of any size.
const ENTRY: usize = 8 + 1 + 10;
const BUCKET: usize = 5 + 10;

/// The sketch of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldSketch {
    /// Values that are not missing.
    present: u64,
    missing: u64,
    values: ValueSketch,
    order: Order,
}

/// The sketches of all fields of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sketches {
    /// Of every table those of its fields, in the order of the document.
    pub tables: Vec<Vec<FieldSketch>>,
}

/// How much one field may keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    values: usize,
    buckets: usize,
}

impl Bounds {
    /// Of each of the fields of a file. None where there are so many that nothing would be left for
    /// any of them (past 65,536).
    #[must_use]
    pub fn of(fields: usize) -> Option<Self> {
        let room = (FILE_BYTES / fields.max(1)).min(FIELD_BYTES);
        let room = room.checked_sub(HEAD)?;
        Some(Self {
            values: room * 3 / 4 / ENTRY,
            buckets: room / 4 / BUCKET,
        })
    }
}

/// How the fields of a file are sketched.
#[derive(Debug, Clone, Copy)]
pub struct Sketching<'a> {
    pub key: &'a SketchKey,
    pub bounds: Bounds,
}

/// What a field is sketched from.
pub(crate) struct Seen<'a> {
    /// Distinct values that are not missing; a text comes once for each kind it was seen as.
    pub values: &'a [(Kind, Value<'a>)],
    pub kinds: usize,
    /// How often the field was thinned out.
    pub level: u32,
    pub present: u64,
    pub missing: u64,
    pub verdict: &'a Verdict,
    /// Its values in order, or a sample of them.
    pub population: &'a Population<'a>,
    pub sampled: bool,
}

impl FieldSketch {
    pub(crate) fn of(seen: &Seen<'_>, sketching: Sketching<'_>) -> Self {
        let Sketching { key, bounds } = sketching;
        let values = seen.values.iter().map(|(_, value)| *value);
        let level = u8::try_from(seen.level).unwrap_or(u8::MAX);
        Self {
            present: seen.present,
            missing: seen.missing,
            values: ValueSketch::new(values, seen.kinds.max(1), level, bounds.values, key),
            order: order_of(seen, bounds.buckets),
        }
    }

    /// Leaves out in which order the values lie: of personal data and of what is shown masked.
    pub(crate) fn hide_order(&mut self) {
        self.order = Order::Untold;
    }

    /// Nothing seen yet: merged with another, the other.
    #[must_use]
    pub fn empty(bounds: Bounds) -> Self {
        Self {
            present: 0,
            missing: 0,
            values: ValueSketch::empty(bounds.values),
            order: Order::Open,
        }
    }

    /// Joins what was seen of the same field elsewhere.
    pub fn merge(&mut self, other: &Self) {
        self.present = self.present.saturating_add(other.present);
        self.missing = self.missing.saturating_add(other.missing);
        self.values.merge(&other.values);
        self.order.merge(&other.order);
    }

    /// Values that are not missing, with repetitions.
    #[must_use]
    pub fn present(&self) -> u64 {
        self.present
    }

    /// Missing values.
    #[must_use]
    pub fn missing(&self) -> u64 {
        self.missing
    }

    /// Its sampled values.
    #[must_use]
    pub fn values(&self) -> &ValueSketch {
        &self.values
    }

    /// Its buckets; none of texts and of personal data.
    #[must_use]
    pub fn quantiles(&self) -> Option<&Quantiles> {
        match &self.order {
            Order::Told(quantiles) => Some(quantiles),
            Order::Open | Order::Untold => None,
        }
    }

    /// See [`ValueSketch::overlap`].
    #[must_use]
    pub fn overlap(&self, other: &Self) -> Option<Overlap> {
        self.values.overlap(&other.values)
    }

    /// See [`Quantiles::quantile`].
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<f64> {
        self.quantiles()?.quantile(q)
    }

    /// The share that the value with this hash ([`SketchKey::hash`]) has of all that are not missing;
    /// none where the sample does not reach it.
    #[must_use]
    pub fn share(&self, hash: u64) -> Option<f64> {
        let count = self.values.count(hash)?;
        (self.present > 0).then(|| count as f64 / self.present as f64)
    }
}

fn order_of(seen: &Seen<'_>, bound: usize) -> Order {
    let scale = match seen.verdict {
        Verdict::Integer(_) | Verdict::Number(_) => Scale::Number,
        Verdict::Temporal {
            class: Class::Time, ..
        } => Scale::Clock,
        Verdict::Temporal { .. } => Scale::Moment,
        Verdict::Duration => Scale::Duration,
        _ if seen.present == 0 => return Order::Open,
        _ => return Order::Untold,
    };
    let total = seen.population.total.max(1);
    let scaled = |count: u64| {
        if !seen.sampled {
            return count;
        }
        let all = u128::from(count) * u128::from(seen.present) + u128::from(total / 2);
        u64::try_from(all / u128::from(total)).map_or(u64::MAX, |n| n.max(1))
    };
    let members = seen.population.members.iter();
    let numbers = members.filter_map(|m| Some((number(m.key)?, scaled(m.count))));
    Order::Told(Quantiles::new(numbers, scale, seen.sampled, bound))
}
