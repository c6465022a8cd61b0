//! What records hold, by where it stands in their text, until it is counted field by field.

use super::lexer::unescape;
use super::paths::NodeId;
use crate::accumulate::Kind;

/// Zero bytes after a text, so that a few bytes can be loaded at once from any place of it.
pub(super) const PADDING: usize = 64;

/// Values and bytes of text held at most before they are counted, where a record may be counted
/// before it has ended.
const FULL_EVENTS: usize = 1 << 17;
const FULL_BYTES: usize = 4 << 20;

/// One value: where it belongs, what it is, where its text stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Event {
    /// The node below, what it is above.
    what: u32,
    /// Byte of the chunk; past its end, of the texts beside it.
    pub start: u32,
    pub length: u32,
}

/// Bits of a node's number. Paths are bounded far below.
const NODE_BITS: u32 = 24;

/// The number of a missing value among kinds.
pub(super) const MISSING: u8 = u8::MAX;

impl Event {
    #[inline(always)]
    pub(super) fn new(node: NodeId, kind: u8, start: usize, length: usize) -> Self {
        // Chunks and single values are bounded far below 4 GiB.
        Self {
            what: node.0 | u32::from(kind) << NODE_BITS,
            start: start as u32,
            length: length as u32,
        }
    }

    #[inline(always)]
    pub(super) fn node(self) -> usize {
        (self.what & ((1 << NODE_BITS) - 1)) as usize
    }

    /// The number of its kind, or [`MISSING`].
    #[inline(always)]
    pub(super) fn kind(self) -> u8 {
        (self.what >> NODE_BITS) as u8
    }
}

/// A value under a key that its path does not tell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keyed {
    pub event: Event,
    pub key: u64,
    /// Record of the chunk.
    pub record: u32,
    /// Events of that record before it.
    pub before: u32,
}

/// The values of some records.
#[derive(Debug, Default)]
pub(super) struct Held {
    pub events: Vec<Event>,
    pub keyed: Vec<Keyed>,
    /// Number of events up to the end of every record.
    pub ends: Vec<u32>,
    /// Byte of the file every record starts at, and the one that has not ended.
    pub starts: Vec<u64>,
    /// Texts that do not stand in the chunk as they are counted, and [`PADDING`] after them.
    extra: Vec<u8>,
    extra_length: usize,
    /// Bytes of the chunk: where the texts beside it begin.
    chunk: usize,
    /// What was there when the record began.
    kept: (usize, usize, usize),
}

impl Held {
    /// Forgets all, for a chunk of so many bytes.
    pub(super) fn begin(&mut self, chunk: usize) {
        self.events.clear();
        self.keyed.clear();
        self.ends.clear();
        self.starts.clear();
        self.extra.clear();
        self.extra_length = 0;
        self.chunk = chunk;
        self.kept = (0, 0, 0);
    }

    /// Forgets what has been counted. A record may go on.
    pub(super) fn begin_again(&mut self) {
        let open = self.starts.get(self.ends.len()).copied();
        self.begin(self.chunk);
        self.starts.extend(open);
    }

    /// A record starts at a byte of the file.
    #[inline(always)]
    pub(super) fn begin_record(&mut self, offset: u64) {
        self.starts.truncate(self.ends.len());
        self.starts.push(offset);
    }

    /// Forgets the record that did not end.
    pub(super) fn discard(&mut self) {
        let (events, keyed, extra) = self.kept;
        self.events.truncate(events);
        self.keyed.truncate(keyed);
        self.extra_length = extra;
    }

    /// The record has ended.
    #[inline(always)]
    pub(super) fn end_record(&mut self) {
        self.ends.push(self.events.len() as u32);
        self.kept = (self.events.len(), self.keyed.len(), self.extra_length);
    }

    /// Records that ended.
    pub(super) fn records(&self) -> u32 {
        self.ends.len() as u32
    }

    /// Keeps a text beside the chunk; where it stands.
    pub(super) fn keep(&mut self, text: &[u8]) -> usize {
        let start = self.extra_length;
        self.extra.truncate(start);
        self.extra.extend_from_slice(text);
        self.extra_length = self.extra.len();
        self.chunk + start
    }

    /// Keeps what a text with escapes stands for; where it stands, and its length.
    pub(super) fn keep_unescaped(&mut self, raw: &[u8]) -> (usize, usize) {
        let start = self.extra_length;
        self.extra.truncate(start);
        unescape(raw, &mut self.extra);
        self.extra_length = self.extra.len();
        (self.chunk + start, self.extra_length - start)
    }

    /// Adds a value; `key` is 0 of none.
    #[inline(always)]
    pub(super) fn push(&mut self, event: Event, key: u64) {
        if key == 0 {
            self.events.push(event);
        } else {
            let from = self.ends.last().copied().unwrap_or(0);
            self.keyed.push(Keyed {
                event,
                key,
                record: self.records(),
                before: self.events.len() as u32 - from,
            });
        }
    }

    /// Whether it is time to count.
    pub(super) fn is_full(&self) -> bool {
        self.events.len() + self.keyed.len() > FULL_EVENTS || self.extra_length > FULL_BYTES
    }

    /// Makes the texts ready to be counted.
    pub(super) fn pad(&mut self) {
        self.extra.truncate(self.extra_length);
        self.extra.resize(self.extra_length + PADDING, 0);
    }

    /// The texts of events; `chunk` is that of [`Self::begin`], padded.
    pub(super) fn texts<'a>(&'a self, chunk: &'a [u8]) -> Texts<'a> {
        Texts {
            chunk,
            length: self.chunk,
            extra: &self.extra,
        }
    }
}

/// Where the texts of events stand; both are padded.
#[derive(Clone, Copy)]
pub(super) struct Texts<'a> {
    chunk: &'a [u8],
    length: usize,
    extra: &'a [u8],
}

impl<'a> Texts<'a> {
    /// The text from an event's start on, with what follows it.
    #[inline(always)]
    pub(super) fn from(&self, start: u32) -> &'a [u8] {
        let start = start as usize;
        if start < self.length {
            &self.chunk[start..]
        } else {
            &self.extra[start - self.length..]
        }
    }

    /// The text of an event.
    #[inline(always)]
    pub(super) fn of(&self, event: Event) -> &'a [u8] {
        &self.from(event.start)[..event.length as usize]
    }
}

/// Kinds by their numbers.
pub(super) const KINDS: [Kind; 7] = [
    Kind::Cell,
    Kind::Text,
    Kind::Number,
    Kind::Boolean,
    Kind::Binary,
    Kind::Object,
    Kind::Array,
];
