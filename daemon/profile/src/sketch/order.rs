//! How the values of a field lie on their line: buckets for quantiles.
//!
//! A value is known by the first 32 bits of its f64, arranged so that their order is the numbers'; a
//! bucket is all values whose bits begin alike. The buckets are as narrow as their bound allows, which
//! again nothing but the values decides. 20 bits of fraction are six digits: enough for a quantile,
//! and too few for a card or an account number that hides among numbers.

use crate::assemble::population::{float, ordered};

/// Bits of a value that are known.
const BITS: u32 = 32;

/// What the numbers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Integers and decimals, as they are.
    Number,
    /// Dates and datetimes, in microseconds since 1970.
    Moment,
    /// Times of day, in microseconds.
    Clock,
    /// Durations, in microseconds.
    Duration,
}

/// The order of a field's values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// Nothing has been seen yet that could have one.
    Open,
    /// It is not told: texts, personal data, or numbers of several scales.
    Untold,
    Told(Quantiles),
}

/// Values in buckets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantiles {
    pub(super) scale: Scale,
    /// Whether a sample of the records stands for all.
    pub(super) sampled: bool,
    /// Buckets at most.
    pub(super) bound: usize,
    /// Bits that the values of a bucket do not share.
    pub(super) width: u32,
    /// First bits and occurrences, in order.
    pub(super) buckets: Vec<(u32, u64)>,
}

impl Order {
    /// Joins the values of another part, or of another file.
    pub(super) fn merge(&mut self, other: &Self) {
        *self = match (std::mem::replace(self, Self::Open), other) {
            (Self::Open, other) => other.clone(),
            (kept, Self::Open) => kept,
            (Self::Told(mut ours), Self::Told(theirs)) if ours.scale == theirs.scale => {
                ours.merge(theirs);
                Self::Told(ours)
            }
            _ => Self::Untold,
        };
    }
}

impl Quantiles {
    /// Of numbers with their occurrences, in any order.
    pub(super) fn new(
        values: impl Iterator<Item = (f64, u64)>,
        scale: Scale,
        sampled: bool,
        bound: usize,
    ) -> Self {
        let mut quantiles = Self {
            scale,
            sampled,
            bound,
            width: 0,
            buckets: values.map(|(value, count)| (bits(value), count)).collect(),
        };
        quantiles.settle();
        quantiles
    }

    /// What the numbers are.
    #[must_use]
    pub fn scale(&self) -> Scale {
        self.scale
    }

    /// Whether shares come from a sample of the records.
    #[must_use]
    pub fn is_sampled(&self) -> bool {
        self.sampled
    }

    /// The value that a share `q` of the occurrences does not exceed, to within its bucket.
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<f64> {
        let (first, part) = self.bucket(q)?;
        if self.width == 0 {
            return Some(shortest(first));
        }
        let (low, high) = self.edges(first);
        // Their difference may be more than a number holds.
        Some(low * (1.0 - part) + high * part)
    }

    /// Two numbers between which the quantile surely lies, unless [`Self::is_sampled`].
    #[must_use]
    pub fn bounds(&self, q: f64) -> Option<(f64, f64)> {
        self.bucket(q).map(|(first, _)| self.edges(first))
    }

    /// The share of occurrences that do not exceed `value`, to within its bucket.
    #[must_use]
    pub fn rank(&self, value: f64) -> Option<f64> {
        let total = self.total();
        if total == 0 {
            return None;
        }
        let wanted = shifted(bits(value), self.width);
        let below = self.buckets.iter().take_while(|(first, _)| *first < wanted);
        let below: u64 = below.map(|(_, count)| count).sum();
        let own = self.buckets.iter().find(|(first, _)| *first == wanted);
        let inside = own.map_or(0.0, |(first, count)| {
            let (low, high) = self.edges(*first);
            let part = if self.width == 0 {
                1.0
            } else {
                ((value / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0)).clamp(0.0, 1.0)
            };
            part * *count as f64
        });
        Some((below as f64 + inside) / total as f64)
    }

    fn total(&self) -> u64 {
        self.buckets.iter().map(|(_, count)| count).sum()
    }

    /// The bucket at a quantile, and how far into it the quantile lies.
    fn bucket(&self, q: f64) -> Option<(u32, f64)> {
        let total = self.total();
        let rank = ((q.clamp(0.0, 1.0) * total as f64).ceil()).max(1.0);
        let mut before = 0;
        for (first, count) in &self.buckets {
            let until = before + count;
            if until as f64 >= rank {
                let part = (rank - before as f64 - 0.5) / *count as f64;
                return Some((*first, part.clamp(0.0, 1.0)));
            }
            before = until;
        }
        None
    }

    /// The least number of a bucket, and the least of the next.
    fn edges(&self, first: u32) -> (f64, f64) {
        let next = u64::from(first) + 1;
        (
            number(u64::from(first) << self.width),
            number(next << self.width),
        )
    }

    fn merge(&mut self, other: &Self) {
        self.sampled |= other.sampled;
        self.bound = self.bound.min(other.bound);
        let width = self.width.max(other.width);
        self.widen(width);
        let more = width - other.width;
        let theirs = other.buckets.iter();
        self.buckets
            .extend(theirs.map(|(first, count)| (shifted(*first, more), *count)));
        self.settle();
    }

    fn widen(&mut self, width: u32) {
        let more = width - self.width;
        self.width = width;
        for (first, _) in &mut self.buckets {
            *first = shifted(*first, more);
        }
    }

    /// In order, each bucket once, and as narrow as the bound allows.
    fn settle(&mut self) {
        self.buckets.sort_unstable();
        self.join();
        while self.buckets.len() > self.bound && self.width < BITS {
            self.widen(self.width + 1);
            self.join();
        }
        // A bound of nothing is kept as well.
        self.buckets.truncate(self.bound);
    }

    fn join(&mut self) {
        self.buckets.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 = kept.1.saturating_add(next.1);
            }
            same
        });
    }
}

/// The first bits of a value, in order.
fn bits(value: f64) -> u32 {
    let in_order = (ordered(value) as u64) ^ (1 << 63);
    (in_order >> BITS) as u32
}

/// The least number that begins with these bits; beyond the last number the last.
fn number(bits: u64) -> f64 {
    let in_order = u32::try_from(bits).unwrap_or(u32::MAX);
    let value = float(((u64::from(in_order) << BITS) ^ (1 << 63)) as i64);
    if value.is_nan() || value.is_infinite() {
        return if in_order >> 31 == 1 {
            f64::MAX
        } else {
            f64::MIN
        };
    }
    value
}

/// The number of the fewest digits that begins with these bits: small integers are themselves.
fn shortest(bits: u32) -> f64 {
    let rest = if bits >> 31 == 1 {
        0
    } else {
        u64::from(u32::MAX)
    };
    float((((u64::from(bits) << BITS) | rest) ^ (1 << 63)) as i64)
}

fn shifted(bits: u32, by: u32) -> u32 {
    bits.checked_shr(by).unwrap_or(0)
}
