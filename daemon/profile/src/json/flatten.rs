//! From values to fields.

use super::extended::{self, Scalar};
use super::lexer::{NO_VALUE, UNCLOSED};
use super::paths::{KeyCounts, NodeId, Paths, ROOT};
use super::stop::Stop;
use super::window::{LARGEST, Window};
use crate::accumulate::hash::mix;
use crate::accumulate::{Columns, Kind};

/// When values are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Records {
    /// At once: what fails refuses the whole document.
    Direct,
    /// When the record has proved valid: what fails rejects this record only.
    Held,
}

/// Counts the values of records under their paths.
pub(super) struct Flatten<'c> {
    columns: &'c mut Columns,
    paths: Paths,
    depth: usize,
    records: Records,
    held: Vec<Held>,
    held_bytes: Vec<u8>,
    /// Keys of the records that were counted.
    kept_keys: KeyCounts,
    /// The keys above the value that its path does not tell; 0 of none.
    key: u64,
    value: Option<NodeId>,
    /// Where the record began.
    start: u64,
}

struct Held {
    node: NodeId,
    key: u64,
    /// None of a missing value.
    kind: Option<Kind>,
    end: usize,
}

impl<'c> Flatten<'c> {
    pub(super) fn new(columns: &'c mut Columns, depth: usize, records: Records) -> Self {
        Self {
            columns,
            paths: Paths::new(),
            depth,
            records,
            held: Vec::new(),
            held_bytes: Vec::new(),
            kept_keys: KeyCounts::default(),
            key: 0,
            value: None,
            start: 0,
        }
    }

    /// The records that follow belong to this chunk.
    pub(super) fn begin_chunk(&mut self, number: u32) {
        self.columns.begin_chunk(number);
    }

    pub(super) fn keys(&self) -> KeyCounts {
        self.paths.keys
    }

    /// The elements of a top-level array, whose bracket was read: each one is a record.
    pub(super) fn elements(&mut self, window: &mut Window<'_>) -> Result<(), Stop> {
        if window.next_token(UNCLOSED)? == b']' {
            window.bump();
            return Ok(());
        }
        loop {
            self.record(window)?;
            if !window.comma_or(b']')? {
                return Ok(());
            }
        }
    }

    /// One record.
    pub(super) fn record(&mut self, window: &mut Window<'_>) -> Result<(), Stop> {
        let first = window.next_token(NO_VALUE)?;
        self.start = window.offset();
        self.key = 0;
        let scalar = if first == b'{' {
            take_wrapper(window)?
        } else {
            None
        };
        if let Some(scalar) = scalar {
            let node = self.value_node()?;
            self.emit_scalar(node, scalar)?;
        } else if first == b'{' {
            window.bump();
            self.members(window, ROOT)?;
        } else {
            let node = self.value_node()?;
            self.value(window, node)?;
        }
        if self.records == Records::Direct {
            self.columns.end_record();
        }
        Ok(())
    }

    /// The field of records that are no objects.
    fn value_node(&mut self) -> Result<NodeId, Stop> {
        if let Some(node) = self.value {
            return Ok(node);
        }
        let object = self.paths.open_object();
        let node = self.paths.member(ROOT, b"value", object, 0)?.node;
        self.value = Some(node);
        Ok(node)
    }

    fn value(&mut self, window: &mut Window<'_>, node: NodeId) -> Result<(), Stop> {
        match window.next_token(NO_VALUE)? {
            b'{' => match take_wrapper(window)? {
                Some(scalar) => self.emit_scalar(node, scalar),
                None => self.object(window, node),
            },
            b'[' => {
                if self.paths.level(node) >= self.depth {
                    return self.whole(window, node, Kind::Array);
                }
                window.bump();
                self.emit(node, Some(Kind::Array), b"")?;
                self.array(window, node)
            }
            b'"' => {
                let text = window.string()?;
                self.emit(node, Some(Kind::Text), text)
            }
            b'-' | b'0'..=b'9' => {
                let text = window.number()?;
                self.emit(node, Some(Kind::Number), text)
            }
            b't' => {
                window.word(b"true")?;
                self.emit(node, Some(Kind::Boolean), b"true")
            }
            b'f' => {
                window.word(b"false")?;
                self.emit(node, Some(Kind::Boolean), b"false")
            }
            b'n' => {
                window.word(b"null")?;
                self.emit(node, None, b"")
            }
            _ => Err(window.fail(NO_VALUE)),
        }
    }

    fn object(&mut self, window: &mut Window<'_>, node: NodeId) -> Result<(), Stop> {
        if self.paths.level(node) >= self.depth {
            return self.whole(window, node, Kind::Object);
        }
        window.bump();
        self.emit(node, Some(Kind::Object), b"")?;
        self.members(window, node)
    }

    /// The members of an object whose bracket was read.
    fn members(&mut self, window: &mut Window<'_>, node: NodeId) -> Result<(), Stop> {
        let object = self.paths.open_object();
        self.paths.restart(node);
        if window.next_token(UNCLOSED)? == b'}' {
            window.bump();
            return Ok(());
        }
        loop {
            window.open_key()?;
            let offset = window.offset();
            let member = self.paths.member(node, window.string()?, object, offset)?;
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
        let element = self.paths.elements(node, window.offset())?;
        loop {
            self.value(window, element)?;
            if !window.comma_or(b']')? {
                return Ok(());
            }
        }
    }

    /// A container at the deepest level: its source text is its value.
    fn whole(&mut self, window: &mut Window<'_>, node: NodeId, kind: Kind) -> Result<(), Stop> {
        window.pin();
        window.pass_value()?;
        self.emit(node, Some(kind), window.unpin())
    }

    fn emit_scalar(&mut self, node: NodeId, scalar: Scalar) -> Result<(), Stop> {
        match scalar {
            Scalar::Missing => self.emit(node, None, b""),
            Scalar::Value(kind, text) => self.emit(node, Some(kind), text.as_bytes()),
        }
    }

    #[inline]
    fn emit(&mut self, node: NodeId, kind: Option<Kind>, text: &[u8]) -> Result<(), Stop> {
        if self.records == Records::Held {
            return self.hold(node, kind, text);
        }
        let field = self.paths.field(node, self.columns);
        self.columns.under(self.key);
        match kind {
            Some(kind) => self.columns.observe(field, kind, text),
            None => self.columns.observe_missing(field),
        }
        Ok(())
    }

    fn hold(&mut self, node: NodeId, kind: Option<Kind>, text: &[u8]) -> Result<(), Stop> {
        let size = self.held_bytes.len() + text.len() + self.held.len() * size_of::<Held>();
        if size > LARGEST {
            let why = format!("one record is larger than {} MiB", LARGEST >> 20);
            return Err(Stop::TooLarge {
                offset: self.start,
                why,
            });
        }
        self.held_bytes.extend_from_slice(text);
        self.held.push(Held {
            node,
            key: self.key,
            kind,
            end: self.held_bytes.len(),
        });
        Ok(())
    }

    /// Counts the record that was held.
    pub(super) fn release(&mut self) {
        let mut from = 0;
        for held in self.held.drain(..) {
            let field = self.paths.field(held.node, self.columns);
            self.columns.under(held.key);
            match held.kind {
                Some(kind) => self
                    .columns
                    .observe(field, kind, &self.held_bytes[from..held.end]),
                None => self.columns.observe_missing(field),
            }
            from = held.end;
        }
        self.held_bytes.clear();
        self.kept_keys = self.paths.keys;
        self.columns.end_record();
    }

    /// Forgets the record that was held.
    pub(super) fn discard(&mut self) {
        self.held.clear();
        self.held_bytes.clear();
        self.paths.keys = self.kept_keys;
    }
}

/// Moves past the object that comes next where it is a scalar of MongoDB Extended JSON; any other
/// object is left where it is.
fn take_wrapper(window: &mut Window<'_>) -> Result<Option<Scalar>, Stop> {
    if !opens_wrapper(window)? {
        return Ok(None);
    }
    window.pin();
    window.pass_value()?;
    let scalar = extended::scalar(window.pinned());
    if scalar.is_some() {
        window.unpin();
    } else {
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
    let longest = extended::KEYS
        .iter()
        .map(|key| key.len())
        .max()
        .unwrap_or(0);
    // Enough bytes for the longest key and its quote, as far as there are any.
    window.byte(n + longest + 2)?;
    let rest = &window.rest()[n + 1..];
    Ok(extended::KEYS
        .iter()
        .any(|key| rest.starts_with(key) && rest.get(key.len()) == Some(&b'"')))
}
