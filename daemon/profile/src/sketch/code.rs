//! Sketches as bytes. Numbers are LEB128 unless said otherwise; what is not exactly so is refused.
//!
//! A field: format (1 byte), key id (8), values, missing values, then
//! * the sampled values: bound, level (1), how many, their hashes (8 each, little endian, ascending),
//!   their depths (1 each, veiled), their counts;
//! * their order: 0 open, 1 untold, 2 told: scale (1), sampled (1), bound, width (1), how many
//!   buckets, of each how far it is from the one before and its count.
//!
//! A file: format (1), key id (8), how many tables, of each how many fields, of each its length and
//! bytes.

use thiserror::Error;

use super::key::{KeyId, SketchKey};
use super::order::{Order, Quantiles, Scale};
use super::values::{Entry, ValueSketch};
use super::{FieldSketch, Sketches};

/// How sketches are written. It goes up with any change of these bytes, of what is hashed, or of the
/// hash that depths come from: sketches are compared across years.
pub const FORMAT: u8 = 1;

/// More than any sketch has; nothing is reserved for what only claims to be there.
const MOST: u64 = 4096;

const SCALES: [Scale; 4] = [Scale::Number, Scale::Moment, Scale::Clock, Scale::Duration];

/// Why bytes are no sketch that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unusable {
    #[error("it is written in format {0}, and this ddgen reads format {FORMAT}")]
    Format(u8),
    #[error("it was made under the key {0}, which is not the present one")]
    OtherKey(KeyId),
    #[error("it is damaged")]
    Damaged,
}

/// The sketches of a file, told apart but not yet read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    pub key: KeyId,
    /// Of every table the sketches of its fields, in the order of the document.
    pub tables: Vec<Vec<Vec<u8>>>,
}

impl FieldSketch {
    /// As bytes that tell nothing of a value without the key.
    #[must_use]
    pub fn encode(&self, key: &SketchKey) -> Vec<u8> {
        let ValueSketch {
            level,
            bound,
            entries,
        } = &self.values;
        let mut out = Vec::with_capacity(64 + entries.len() * 11);
        out.push(FORMAT);
        out.extend(key.id().0);
        put(&mut out, self.present);
        put(&mut out, self.missing);
        put(&mut out, *bound as u64);
        out.push(*level);
        put(&mut out, entries.len() as u64);
        for entry in entries {
            out.extend(entry.hash.to_le_bytes());
        }
        let mut depths: Vec<u8> = entries.iter().map(|e| e.depth).collect();
        key.veil(entries.iter().map(|e| e.hash), &mut depths);
        out.extend(depths);
        for entry in entries {
            put(&mut out, entry.count);
        }
        match &self.order {
            Order::Open => out.push(0),
            Order::Untold => out.push(1),
            Order::Told(quantiles) => {
                out.push(2);
                put_quantiles(&mut out, quantiles);
            }
        }
        out
    }

    /// From such bytes, whoever wrote them.
    ///
    /// # Errors
    /// [`Unusable`]
    pub fn decode(bytes: &[u8], key: &SketchKey) -> Result<Self, Unusable> {
        let mut input = Input(bytes);
        let id = head(&mut input)?;
        if id != key.id() {
            return Err(Unusable::OtherKey(id));
        }
        let sketch = field(&mut input, key).filter(|_| input.0.is_empty());
        sketch.ok_or(Unusable::Damaged)
    }
}

fn put_quantiles(out: &mut Vec<u8>, quantiles: &Quantiles) {
    let scale = SCALES.iter().position(|s| *s == quantiles.scale);
    out.push(scale.unwrap_or_default() as u8);
    out.push(u8::from(quantiles.sampled));
    put(out, quantiles.bound as u64);
    out.push(quantiles.width as u8);
    put(out, quantiles.buckets.len() as u64);
    let mut before = 0;
    for (first, count) in &quantiles.buckets {
        put(out, u64::from(first - before));
        put(out, *count);
        before = *first;
    }
}

fn head(input: &mut Input<'_>) -> Result<KeyId, Unusable> {
    match input.byte() {
        Some(FORMAT) => input.array().map(KeyId).ok_or(Unusable::Damaged),
        Some(other) => Err(Unusable::Format(other)),
        None => Err(Unusable::Damaged),
    }
}

fn field(input: &mut Input<'_>, key: &SketchKey) -> Option<FieldSketch> {
    let (present, missing) = (input.number()?, input.number()?);
    let values = values(input, key)?;
    let order = match input.byte()? {
        0 => Order::Open,
        1 => Order::Untold,
        2 => Order::Told(quantiles(input)?),
        _ => return None,
    };
    Some(FieldSketch {
        present,
        missing,
        values,
        order,
    })
}

fn values(input: &mut Input<'_>, key: &SketchKey) -> Option<ValueSketch> {
    let bound = input.small()?;
    let level = input.byte()?;
    let length = input.small().filter(|length| *length <= bound)?;
    let hashes: Vec<u64> = (0..length)
        .map(|_| input.array().map(u64::from_le_bytes))
        .collect::<Option<_>>()?;
    let mut depths = input.take(length)?.to_vec();
    key.veil(hashes.iter().copied(), &mut depths);
    let mut entries = Vec::with_capacity(length);
    for (hash, depth) in hashes.into_iter().zip(depths) {
        let count = input.number()?;
        entries.push(Entry { hash, depth, count });
    }
    let ascending = entries.is_sorted_by(|a, b| a.hash < b.hash);
    let deep = |e: &Entry| e.depth >= level && e.depth <= 64 && e.count > 0;
    (level <= 65 && ascending && entries.iter().all(deep)).then_some(ValueSketch {
        level,
        bound,
        entries,
    })
}

fn quantiles(input: &mut Input<'_>) -> Option<Quantiles> {
    let scale = *SCALES.get(usize::from(input.byte()?))?;
    let sampled = match input.byte()? {
        0 => false,
        1 => true,
        _ => return None,
    };
    let bound = input.small()?;
    let width = u32::from(input.byte()?);
    let length = input.small().filter(|length| *length <= bound)?;
    let (mut buckets, mut before, mut total) = (Vec::with_capacity(length), 0_u64, 0_u64);
    for at in 0..length {
        let (step, count) = (input.number()?, input.number()?);
        before = before.checked_add(step)?;
        total = total.checked_add(count)?;
        let first = u32::try_from(before).ok()?;
        if (step == 0 && at > 0) || count == 0 {
            return None;
        }
        buckets.push((first, count));
    }
    let fits = |first: u32| u64::from(first) << width <= u64::from(u32::MAX);
    let inside = width <= 32 && buckets.last().is_none_or(|(first, _)| fits(*first));
    inside.then_some(Quantiles {
        scale,
        sampled,
        bound,
        width,
        buckets,
    })
}

impl Sketches {
    /// All of a file, as the worker hands them on.
    #[must_use]
    pub fn pack(&self, key: &SketchKey) -> Vec<u8> {
        let mut out = vec![FORMAT];
        out.extend(key.id().0);
        put(&mut out, self.tables.len() as u64);
        for table in &self.tables {
            put(&mut out, table.len() as u64);
            for sketch in table {
                let bytes = sketch.encode(key);
                put(&mut out, bytes.len() as u64);
                out.extend(bytes);
            }
        }
        out
    }
}

impl Packed {
    /// Tells them apart, whoever wrote them.
    ///
    /// # Errors
    /// [`Unusable`]
    pub fn unpack(bytes: &[u8]) -> Result<Self, Unusable> {
        let mut input = Input(bytes);
        let key = head(&mut input)?;
        let tables = tables(&mut input).filter(|_| input.0.is_empty());
        let tables = tables.ok_or(Unusable::Damaged)?;
        Ok(Self { key, tables })
    }

    /// Whether there is one for every field of these tables.
    #[must_use]
    pub fn fits(&self, fields: impl ExactSizeIterator<Item = usize>) -> bool {
        fields.len() == self.tables.len()
            && fields.zip(&self.tables).all(|(n, table)| n == table.len())
    }
}

fn tables(input: &mut Input<'_>) -> Option<Vec<Vec<Vec<u8>>>> {
    let mut tables = Vec::new();
    for _ in 0..input.number()? {
        let mut fields = Vec::new();
        for _ in 0..input.number()? {
            let length = usize::try_from(input.number()?).ok()?;
            fields.push(input.take(length)?.to_vec());
        }
        tables.push(fields);
    }
    Some(tables)
}

fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Bytes that are still to be read.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|taken| taken[0])
    }

    fn array(&mut self) -> Option<[u8; 8]> {
        self.take(8)?.try_into().ok()
    }

    /// In its shortest form.
    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            if (part << shift) >> shift != part || (byte == 0 && shift > 0) {
                return None;
            }
            number |= part << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn small(&mut self) -> Option<usize> {
        let number = self.number().filter(|number| *number <= MOST)?;
        usize::try_from(number).ok()
    }
}
