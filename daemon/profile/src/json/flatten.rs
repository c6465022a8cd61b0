//! From values to fields: the exact reader, which says what is wrong and where.

use super::count::{Room, Side, count};
use super::extended::{self, Scalar};
use super::fast::Fast;
use super::held::{Event, Held, MISSING};
use super::lexer::{NO_VALUE, UNCLOSED};
use super::paths::{KeyCounts, LONGEST_KEY, NodeId, Paths, ROOT};
use super::stop::Stop;
use super::window::Window;
use crate::accumulate::hash::mix;
use crate::accumulate::{Columns, Kind};

/// Counts the values of records under their paths.
pub(super) struct Flatten<'c> {
    columns: &'c mut Columns,
    side: Side<'c>,
    paths: Paths,
    depth: usize,
    held: Held,
    room: Room,
    /// Place of the first record that is held.
    base: u64,
    /// What is held of a record may be counted before it ends: what fails refuses everything.
    early: bool,
    /// Keys and nodes of the records that ended.
    kept: (KeyCounts, usize),
    /// The keys above the value that its path does not tell; 0 of none.
    key: u64,
    value: Option<NodeId>,
}

impl<'c> Flatten<'c> {
    pub(super) fn new(columns: &'c mut Columns, depth: usize) -> Self {
        Self {
            columns,
            side: Side::default(),
            paths: Paths::new(),
            depth,
            held: Held::default(),
            room: Room::default(),
            base: 0,
            early: true,
            kept: (KeyCounts::default(), 1),
            key: 0,
            value: None,
        }
    }

    /// The same on one of several threads.
    pub(super) fn on(self, side: Side<'c>) -> Self {
        Self { side, ..self }
    }

    /// The records that follow belong to this chunk, whose text has so many bytes.
    pub(super) fn begin_chunk(&mut self, number: u32, length: usize) {
        self.base = u64::from(number) << 32;
        self.held.begin(length);
    }

    /// All records of the chunk have been read.
    pub(super) fn end_chunk(&mut self, text: &[u8]) {
        self.count(text);
        self.columns
            .chunk_records
            .insert((self.base >> 32) as u32, self.base & u64::from(u32::MAX));
    }

    /// This thread reads no more.
    pub(super) fn end_part(&mut self) {
        self.columns.record_hashes.settle();
    }

    /// Whether a record may be counted before it has ended.
    pub(super) fn count_early(&mut self, early: bool) {
        self.early = early;
    }

    pub(super) fn keys(&self) -> KeyCounts {
        self.paths.keys
    }

    fn count(&mut self, text: &[u8]) {
        let records = u64::from(self.held.records());
        count(
            &mut self.held,
            text,
            self.base,
            &mut self.paths,
            self.columns,
            self.side,
            &mut self.room,
        );
        self.base += records;
        self.held.begin_again();
        self.columns.enforce();
    }

    /// Counts what is held where it is much.
    fn relieve(&mut self, window: &Window<'_>) {
        if self.early && self.held.is_full() {
            self.count(window.whole());
        }
    }

    /// The record is whole.
    #[inline(always)]
    pub(super) fn end_record(&mut self) {
        self.held.end_record();
        self.kept = (self.paths.keys, self.paths.len());
    }

    /// Forgets what is held of a record.
    pub(super) fn discard(&mut self) {
        self.held.discard();
        self.paths.keys = self.kept.0;
        self.paths.truncate(self.kept.1);
        if self
            .value
            .is_some_and(|node| node.0 as usize >= self.kept.1)
        {
            self.value = None;
        }
    }

    /// The record at the next byte of a chunk, if it is written as most are; else nothing is held
    /// of it, and the window stands where it stood.
    #[inline]
    pub(super) fn fast_record(&mut self, window: &mut Window<'_>, lines: bool) -> bool {
        self.held.begin_record(window.offset());
        let mut fast = Fast {
            text: window.whole(),
            paths: &mut self.paths,
            held: &mut self.held,
            depth: self.depth,
            lines,
            key: 0,
            value: self.value,
        };
        match fast.record(window.at()) {
            Some(after) => {
                window.go_to(after);
                true
            }
            None => {
                self.discard();
                false
            }
        }
    }

    /// One record, exactly.
    pub(super) fn record(&mut self, window: &mut Window<'_>) -> Result<(), Stop> {
        let first = window.next_token(NO_VALUE)?;
        self.held.begin_record(window.offset());
        self.key = 0;
        let scalar = if first == b'{' {
            take_wrapper(window)?
        } else {
            None
        };
        if let Some(scalar) = scalar {
            let node = self.value_node()?;
            self.emit_scalar(node, window, &scalar);
        } else if first == b'{' {
            window.bump();
            self.members(window, ROOT)?;
        } else {
            let node = self.value_node()?;
            self.value(window, node)?;
        }
        Ok(())
    }

    /// The field of records that are no objects.
    fn value_node(&mut self) -> Result<NodeId, Stop> {
        if let Some(node) = self.value {
            return Ok(node);
        }
        let object = self.paths.open_object();
        let node = self.paths.member(ROOT, b"value", object)?.node;
        self.value = Some(node);
        Ok(node)
    }

    fn value(&mut self, window: &mut Window<'_>, node: NodeId) -> Result<(), Stop> {
        match window.next_token(NO_VALUE)? {
            b'{' => match take_wrapper(window)? {
                Some(scalar) => self.emit_scalar(node, window, &scalar),
                None => return self.object(window, node),
            },
            b'[' => {
                if self.paths.level(node) >= self.depth {
                    return self.whole(window, node, Kind::Array);
                }
                window.bump();
                self.emit(node, Some(Kind::Array), b"");
                return self.array(window, node);
            }
            b'"' => {
                let text = window.string()?;
                self.emit(node, Some(Kind::Text), text);
            }
            b'-' | b'0'..=b'9' => {
                let text = window.number()?;
                self.emit(node, Some(Kind::Number), text);
            }
            b't' => {
                window.word(b"true")?;
                self.emit(node, Some(Kind::Boolean), b"true");
            }
            b'f' => {
                window.word(b"false")?;
                self.emit(node, Some(Kind::Boolean), b"false");
            }
            b'n' => {
                window.word(b"null")?;
                self.emit(node, None, b"");
            }
            _ => return Err(window.fail(NO_VALUE)),
        }
        self.relieve(window);
        Ok(())
    }

    fn object(&mut self, window: &mut Window<'_>, node: NodeId) -> Result<(), Stop> {
        if self.paths.level(node) >= self.depth {
            return self.whole(window, node, Kind::Object);
        }
        window.bump();
        self.emit(node, Some(Kind::Object), b"");
        self.members(window, node)
    }

    /// The members of an object whose bracket was read.
    fn members(&mut self, window: &mut Window<'_>, node: NodeId) -> Result<(), Stop> {
        let object = self.paths.open_object();
        if window.next_token(UNCLOSED)? == b'}' {
            window.bump();
            return Ok(());
        }
        loop {
            window.open_key()?;
            let offset = window.offset();
            let key = window.string()?;
            if key.len() > LONGEST_KEY {
                let why = format!("a key is longer than {} KiB", LONGEST_KEY >> 10);
                return Err(Stop::TooLarge { offset, why });
            }
            let member = self.paths.member(node, key, object)?;
            window.colon()?;
            let above = self.key;
            if let Some(key) = member.hidden {
                self.key = mix(above, key);
            }
            self.value(window, member.node)?;
            self.key = above;
            if !window.comma_or(b'}')? {
                return Ok(());
            }
        }
    }

    /// The elements of an array whose bracket was read.
    fn array(&mut self, window: &mut Window<'_>, node: NodeId) -> Result<(), Stop> {
        if window.next_token(UNCLOSED)? == b']' {
            window.bump();
            return Ok(());
        }
        let element = self.paths.elements(node)?;
        loop {
            self.value(window, element)?;
            if !window.comma_or(b']')? {
                return Ok(());
            }
        }
    }

    /// A container at the deepest level: its source text is its value.
    fn whole(&mut self, window: &mut Window<'_>, node: NodeId, kind: Kind) -> Result<(), Stop> {
        let offset = window.offset();
        window.pin();
        window.pass_value()?;
        window.check_size(window.pinned().len(), offset)?;
        self.emit(node, Some(kind), window.unpin());
        self.relieve(window);
        Ok(())
    }

    fn emit_scalar(&mut self, node: NodeId, window: &mut Window<'_>, scalar: &Scalar) {
        match scalar {
            Scalar::Missing => self.emit(node, None, b""),
            Scalar::Made(kind, text) => self.emit(node, Some(*kind), text.as_bytes()),
            Scalar::Written(kind, from, to) => {
                self.emit(node, Some(*kind), &window.pinned()[*from..*to]);
            }
        }
        window.unpin();
    }

    fn emit(&mut self, node: NodeId, kind: Option<Kind>, text: &[u8]) {
        let start = self.held.keep(text);
        let kind = kind.map_or(MISSING, |kind| kind as u8);
        let event = Event::new(node, kind, start, text.len());
        self.held.push(event, self.key);
    }
}

/// Moves past the object that comes next where it is a scalar of MongoDB Extended JSON, and keeps
/// its text pinned; any other object is left where it is.
fn take_wrapper(window: &mut Window<'_>) -> Result<Option<Scalar>, Stop> {
    if !opens_wrapper(window)? {
        return Ok(None);
    }
    window.pin();
    window.pass_value()?;
    let scalar = extended::wrapper(window.pinned(), 0, false, true).map(|(scalar, _)| scalar);
    if scalar.is_none() {
        window.rewind();
    }
    Ok(scalar)
}

/// Whether the object that comes next has a first key that a wrapper has. Consumes nothing.
fn opens_wrapper(window: &mut Window<'_>) -> Result<bool, Stop> {
    let mut n = 1;
    while matches!(window.byte(n)?, Some(b' ' | b'\t' | b'\r' | b'\n')) {
        n += 1;
    }
    if window.byte(n)? != Some(b'"') || window.byte(n + 1)? != Some(b'$') {
        return Ok(false);
    }
    // Enough bytes for the longest key and its quote, as far as there are any.
    window.byte(n + extended::LONGEST_KEY + 2)?;
    let rest = &window.rest()[n + 1..];
    Ok(extended::KEYS
        .iter()
        .any(|key| rest.starts_with(key) && rest.get(key.len()) == Some(&b'"')))
}
