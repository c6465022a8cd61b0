//! A uniform sample of whole records: what quantiles and top values of sketched fields are drawn
//! from. Which records are taken hangs on their place alone, and costs nothing for the others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Kind;
use super::hash::mix;

/// More records than this make no estimate better than its third digit.
const MAX_RECORDS: usize = 1 << 16;

/// A longer value is cut: only its order among others and its first characters matter here.
const MAX_VALUE: usize = 512;

/// More than there are kinds.
const KINDS: usize = 8;

struct Record {
    hash: u64,
    at: usize,
    length: usize,
}

/// What one thread holds of a sample that several fill.
#[derive(Debug, Clone, Copy, Default)]
struct Part {
    level: u32,
    records: usize,
    bytes: usize,
}

/// The sample. Threads that read parts of one file fill one each and merge them; each knows how much
/// the others hold, so that none keeps what all together have no room for.
pub struct RecordSample {
    bound: usize,
    level: u32,
    parts: Arc<Mutex<Vec<Part>>>,
    /// Which of the parts this is.
    own: usize,
    records: Vec<Record>,
    bytes: Vec<u8>,
    current: Vec<u8>,
    /// The place `current` was taken at, when it is taken.
    judged: Option<(u64, bool)>,
}

impl RecordSample {
    /// A sample of at most `bound` bytes.
    pub fn new(bound: usize) -> Self {
        Self {
            bound,
            level: 0,
            parts: Arc::new(Mutex::new(vec![Part::default()])),
            own: 0,
            records: Vec::new(),
            bytes: Vec::new(),
            current: Vec::new(),
            judged: None,
        }
    }

    /// An empty part of the same sample, for another thread.
    pub fn beside(&self) -> Self {
        let mut parts = locked(&self.parts);
        parts.push(Part::default());
        Self {
            parts: Arc::clone(&self.parts),
            own: parts.len() - 1,
            ..Self::new(self.bound)
        }
    }

    /// Thins the sample out as far as all parts of it together would be. The records of parts of one
    /// level are different ones: what is too much of them is too much of the whole.
    pub fn agree(&mut self) {
        let shared = Arc::clone(&self.parts);
        let mut parts = locked(&shared);
        let highest = parts.iter().map(|part| part.level).max();
        self.raise_to(highest.unwrap_or_default());
        loop {
            parts[self.own] = Part {
                level: self.level,
                records: self.records.len(),
                bytes: self.bytes.len(),
            };
            let alike = parts.iter().filter(|part| part.level == self.level);
            let (records, bytes) = alike.fold((0, 0), |(records, bytes), part| {
                (records + part.records, bytes + part.bytes)
            });
            if self.has_room(records, bytes) {
                return;
            }
            self.raise(self.level + 1);
        }
    }

    /// Expects about so many records: a sample that would be thinned out anyway starts thin.
    pub fn expect(&mut self, records: u64) {
        while records >> self.level > MAX_RECORDS as u64 {
            self.level += 1;
        }
    }

    fn hash_of(place: u64) -> u64 {
        mix(place, 0x5a3d)
    }

    /// Whether the record at a place belongs to the sample.
    #[inline]
    pub fn takes(&self, place: u64) -> bool {
        Self::takes_at(place, self.level)
    }

    /// Whether the record at a place belongs to a sample of a level.
    #[inline]
    pub fn takes_at(place: u64, level: u32) -> bool {
        Self::hash_of(place) <= u64::MAX >> level.min(63)
    }

    /// How often the sample was halved.
    pub fn level(&self) -> u32 {
        self.level
    }

    /// Whether a sample of so many records and bytes would be kept as it is.
    pub fn has_room(&self, records: usize, bytes: usize) -> bool {
        records <= MAX_RECORDS && bytes <= self.bound
    }

    /// Thins the sample out to a level, if it is not there yet.
    pub fn raise_to(&mut self, level: u32) {
        if level > self.level {
            self.raise(level);
        }
    }

    /// Adds a record made of [`entry`]s, where the sample takes it.
    pub fn add_at(&mut self, place: u64, bytes: &[u8]) {
        if self.takes(place) {
            self.add(Self::hash_of(place), bytes);
        }
    }

    /// Tells a value of the record at `place`.
    #[inline]
    pub fn observe(&mut self, place: u64, field: u32, kind: Kind, value: &[u8]) {
        let taken = match self.judged {
            Some((judged, taken)) if judged == place => taken,
            _ => {
                let taken = self.takes(place);
                self.judged = Some((place, taken));
                self.current.clear();
                taken
            }
        };
        if taken {
            entry(&mut self.current, field, kind, value);
        }
    }

    /// Ends the record at `place`.
    #[inline]
    pub fn end_record(&mut self, place: u64) {
        // Since it was judged, the sample may have been thinned out.
        if self.judged == Some((place, true)) && self.takes(place) {
            let current = std::mem::take(&mut self.current);
            self.add(Self::hash_of(place), &current);
            self.current = current;
        }
        self.judged = None;
    }

    fn add(&mut self, hash: u64, bytes: &[u8]) {
        self.records.push(Record {
            hash,
            at: self.bytes.len(),
            length: bytes.len(),
        });
        self.bytes.extend_from_slice(bytes);
        while self.records.len() > MAX_RECORDS || self.bytes.len() > self.bound {
            self.raise(self.level + 1);
        }
    }

    fn raise(&mut self, level: u32) {
        self.level = level;
        let limit = u64::MAX >> level.min(63);
        let (bytes, mut end) = (&mut self.bytes, 0);
        // Records lie one after the other: each moves down within the bytes.
        self.records.retain_mut(|record| {
            let stays = record.hash <= limit;
            if stays {
                bytes.copy_within(record.at..record.at + record.length, end);
                record.at = end;
                end += record.length;
            }
            stays
        });
        self.bytes.truncate(end);
    }

    /// Joins the sample of other chunks, whose fields are called by other numbers.
    pub fn merge(&mut self, other: &Self, field: impl Fn(u32) -> u32) {
        locked(&other.parts)[other.own] = Part::default();
        if other.level > self.level {
            self.raise(other.level);
        }
        let mut renamed = Vec::new();
        for record in &other.records {
            if record.hash > u64::MAX >> self.level.min(63) {
                continue;
            }
            renamed.clear();
            for (theirs, kind, value) in entries(&other.bytes[record.at..][..record.length]) {
                put(&mut renamed, field(theirs));
                renamed.push(kind);
                put(&mut renamed, value.len() as u32);
                renamed.extend_from_slice(value);
            }
            self.add(record.hash, &renamed);
        }
    }

    /// The sampled values of the fields that are `wanted`, one an occurrence.
    pub fn by_field(&self, wanted: impl Fn(u32) -> bool) -> SampledValues<'_> {
        // Fields are numbered from 0 without gaps, and kinds are few.
        let mut found: Vec<Vec<&[u8]>> = Vec::new();
        for record in &self.records {
            for (field, kind, value) in entries(&self.bytes[record.at..][..record.length]) {
                let at = field as usize * KINDS + usize::from(kind);
                if found.len() <= at && wanted(field) {
                    found.resize_with(at + 1, Vec::new);
                }
                if let Some(values) = found.get_mut(at).filter(|_| wanted(field)) {
                    values.push(value);
                }
            }
        }
        let numbered = found.into_iter().enumerate();
        numbered
            .filter(|(_, values)| !values.is_empty())
            .map(|(at, values)| (((at / KINDS) as u32, (at % KINDS) as u8), values))
            .collect()
    }
}

fn locked(parts: &Mutex<Vec<Part>>) -> MutexGuard<'_, Vec<Part>> {
    // Whoever panicked ends the run.
    parts.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Values by the number of their field and of their kind.
pub type SampledValues<'a> = HashMap<(u32, u8), Vec<&'a [u8]>>;

/// Appends a value of a record.
pub fn entry(out: &mut Vec<u8>, field: u32, kind: Kind, value: &[u8]) {
    let value = &value[..value.len().min(MAX_VALUE)];
    if let (Ok(field @ 0..0x80), Ok(length @ 0..0x80)) =
        (u8::try_from(field), u8::try_from(value.len()))
    {
        // As most are.
        out.extend_from_slice(&[field, kind as u8, length]);
    } else {
        put(out, field);
        out.push(kind as u8);
        put(out, value.len() as u32);
    }
    out.extend_from_slice(value);
}

/// Appends a number, seven bits a byte.
fn put(out: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn get(bytes: &mut &[u8]) -> Option<u32> {
    let (mut number, mut shift) = (0, 0);
    loop {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u32::from(first & 0x7f) << shift;
        shift += 7;
        if first & 0x80 == 0 {
            return Some(number);
        }
    }
}

fn entries(mut bytes: &[u8]) -> impl Iterator<Item = (u32, u8, &[u8])> {
    std::iter::from_fn(move || {
        let field = get(&mut bytes)?;
        let (kind, rest) = bytes.split_first()?;
        bytes = rest;
        let length = get(&mut bytes)? as usize;
        let (value, rest) = bytes.split_at(length);
        bytes = rest;
        Some((field, *kind, value))
    })
}
