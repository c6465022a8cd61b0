//! Records as most are written: keys in the order of the record before, strings and numbers without
//! oddities. What is odd, and what is not valid, is left to the exact reader, which begins the
//! record again and says what is wrong and where.
//!
//! The text is valid UTF-8 and ends in padding, whose zeros end every token.

use super::extended::{self, Scalar};
use super::held::{Event, Held, MISSING, PADDING};
use super::paths::{LONGEST_KEY, NodeId, Paths, ROOT};
use super::scan::{LANES, WIDE, lanes, no_digit, no_space, wide_ends_plain};
use crate::accumulate::Kind;
use crate::accumulate::hash::mix;

/// Values of one record that are held at most: a longer one is counted as it comes.
const MOST_HELD: usize = 1 << 18;

/// Reads records of one chunk.
pub(super) struct Fast<'a> {
    pub text: &'a [u8],
    pub paths: &'a mut Paths,
    pub held: &'a mut Held,
    pub depth: usize,
    /// In JSON lines a line feed is no white space.
    pub lines: bool,
    /// The keys above the value that its path does not tell; 0 of none.
    pub key: u64,
    /// The field of records that are no objects.
    pub value: Option<NodeId>,
}

impl Fast<'_> {
    /// The record that begins at `at`; the byte after it.
    #[inline]
    pub(super) fn record(&mut self, at: usize) -> Option<usize> {
        if self.byte(at)? == b'{' {
            // A record that may be a scalar is left to the exact reader.
            if self.opens_wrapper(at) {
                return None;
            }
            return self.members(ROOT, at + 1);
        }
        self.value(self.value?, at)
    }

    #[inline(always)]
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.get(at).copied()
    }

    /// The next byte that is not white space, and where it is.
    #[inline(always)]
    pub(super) fn token(&self, at: usize) -> Option<(u8, usize)> {
        let byte = self.byte(at)?;
        if byte > b' ' {
            return Some((byte, at));
        }
        if byte == b' ' {
            let byte = self.byte(at + 1)?;
            if byte > b' ' {
                return Some((byte, at + 1));
            }
        }
        self.far_token(at)
    }

    #[inline(never)]
    fn far_token(&self, mut at: usize) -> Option<(u8, usize)> {
        if self.lines {
            while matches!(self.byte(at)?, b' ' | b'\t' | b'\r') {
                at += 1;
            }
        } else {
            loop {
                let found = no_space(lanes(self.text, at)?);
                if found != 0 {
                    at += found.trailing_zeros() as usize;
                    break;
                }
                at += LANES;
            }
        }
        Some((self.byte(at)?, at))
    }

    /// Whether the object at `at` has a first key that a wrapper has.
    #[inline(always)]
    fn opens_wrapper(&self, at: usize) -> bool {
        let token = self.token(at + 1);
        token.is_some_and(|(byte, at)| {
            byte == b'"' && self.byte(at + 1) == Some(b'$') && self.is_wrapper_key(at + 1)
        })
    }

    #[inline(never)]
    fn is_wrapper_key(&self, at: usize) -> bool {
        let rest = &self.text[at..];
        let mut keys = extended::KEYS.iter();
        keys.any(|key| rest.starts_with(key) && rest.get(key.len()) == Some(&b'"'))
    }

    /// The members of an object at `node`, from the byte after its bracket on.
    fn members(&mut self, node: NodeId, at: usize) -> Option<usize> {
        let object = self.paths.open_object();
        let mut guess = 0;
        let (mut byte, mut at) = self.token(at)?;
        if byte == b'}' {
            return Some(at + 1);
        }
        loop {
            if byte != b'"' {
                return None;
            }
            let rest = self.text.get(at..)?;
            let above = self.key;
            let child = match self.paths.expected(node, guess, rest, object) {
                Some(found) => {
                    guess = found.number + 1;
                    at += found.length;
                    found.node
                }
                None => {
                    let (child, after) = self.other_key(node, at, object, &mut guess)?;
                    at = after;
                    child
                }
            };
            let (_, start) = self.token(at)?;
            at = self.value(child, start)?;
            self.key = above;
            (byte, at) = self.token(at)?;
            match byte {
                b',' => (byte, at) = self.token(at + 1)?,
                b'}' => return Some(at + 1),
                _ => return None,
            }
        }
    }

    /// A key that is not the one that was expected; the byte after its colon.
    #[inline(never)]
    fn other_key(
        &mut self,
        node: NodeId,
        at: usize,
        object: u64,
        guess: &mut usize,
    ) -> Option<(NodeId, usize)> {
        let end = self.plain_end(at + 1)?;
        if self.byte(end)? != b'"' {
            return None;
        }
        let key = &self.text[at + 1..end];
        if key.len() > LONGEST_KEY || self.is_full() {
            return None;
        }
        let place = self.paths.member(node, key, object).ok()?;
        if let Some(hidden) = place.hidden {
            self.key = mix(self.key, hidden);
        }
        *guess = place.next.unwrap_or(*guess);
        let (byte, at) = self.token(end + 1)?;
        (byte == b':').then_some((place.node, at + 1))
    }

    /// The first quote, backslash or control character from a byte on.
    #[inline(always)]
    fn plain_end(&self, mut at: usize) -> Option<usize> {
        loop {
            let found = wide_ends_plain(lanes(self.text, at)?);
            if found != 0 {
                return Some(at + found.trailing_zeros() as usize);
            }
            at += WIDE;
        }
    }

    #[inline(always)]
    fn value(&mut self, node: NodeId, at: usize) -> Option<usize> {
        match self.byte(at)? {
            b'"' => self.string(node, at),
            b'{' => self.object(node, at),
            b'[' => self.array(node, at),
            b'-' | b'0'..=b'9' => self.number(node, at),
            b't' => self.word(node, at, b"true", Kind::Boolean as u8),
            b'f' => self.word(node, at, b"false", Kind::Boolean as u8),
            b'n' => self.word(node, at, b"null", MISSING),
            _ => None,
        }
    }

    #[inline(always)]
    fn emit(&mut self, node: NodeId, kind: u8, start: usize, length: usize) {
        let event = Event::new(node, kind, start, length);
        self.held.push(event, self.key);
    }

    #[inline(always)]
    fn string(&mut self, node: NodeId, at: usize) -> Option<usize> {
        let end = self.plain_end(at + 1)?;
        if self.text[end] == b'"' {
            self.emit(node, Kind::Text as u8, at + 1, end - at - 1);
            return Some(end + 1);
        }
        self.escaped(node, at, end)
    }

    /// A string that has escapes, the first of them at `end`.
    #[inline(never)]
    fn escaped(&mut self, node: NodeId, at: usize, end: usize) -> Option<usize> {
        let mut end = end;
        while self.byte(end)? != b'"' {
            end = self.plain_end(super::lexer::escape_end(self.text, end)?)?;
        }
        let (start, length) = self.held.keep_unescaped(&self.text[at + 1..end]);
        self.emit(node, Kind::Text as u8, start, length);
        Some(end + 1)
    }

    #[inline(always)]
    fn number(&mut self, node: NodeId, start: usize) -> Option<usize> {
        let first = start + usize::from(self.byte(start)? == b'-');
        let mut end = self.digits(first)?;
        if end == first || (self.text[first] == b'0' && end > first + 1) {
            return None;
        }
        if self.byte(end)? == b'.' {
            let fraction = end + 1;
            end = self.digits(fraction)?;
            if end == fraction {
                return None;
            }
        }
        if matches!(self.byte(end)?, b'e' | b'E') {
            let sign = matches!(self.byte(end + 1)?, b'+' | b'-');
            let exponent = end + 1 + usize::from(sign);
            end = self.digits(exponent)?;
            if end == exponent {
                return None;
            }
        }
        self.emit(node, Kind::Number as u8, start, end - start);
        Some(end)
    }

    /// The byte after a run of digits.
    #[inline(always)]
    fn digits(&self, mut at: usize) -> Option<usize> {
        loop {
            let found = no_digit(lanes(self.text, at)?);
            if found != 0 {
                return Some(at + found.trailing_zeros() as usize);
            }
            at += LANES;
        }
    }

    #[inline(always)]
    fn word(&mut self, node: NodeId, at: usize, word: &[u8], kind: u8) -> Option<usize> {
        if !self.text.get(at..)?.starts_with(word) {
            return None;
        }
        let length = if kind == MISSING { 0 } else { word.len() };
        self.emit(node, kind, at, length);
        Some(at + word.len())
    }

    fn object(&mut self, node: NodeId, at: usize) -> Option<usize> {
        if self.opens_wrapper(at) {
            return self.wrapper(node, at);
        }
        if self.paths.level(node) >= self.depth {
            return None;
        }
        self.emit(node, Kind::Object as u8, at, 0);
        self.members(node, at + 1)
    }

    /// An object whose first key is one of Extended JSON.
    #[inline(never)]
    fn wrapper(&mut self, node: NodeId, at: usize) -> Option<usize> {
        let (scalar, end) = extended::wrapper(self.text, at, self.lines, false)?;
        match scalar {
            Scalar::Missing => self.emit(node, MISSING, at, 0),
            Scalar::Written(kind, from, to) => self.emit(node, kind as u8, from, to - from),
            Scalar::Made(kind, text) => {
                let start = self.held.keep(text.as_bytes());
                self.emit(node, kind as u8, start, text.len());
            }
        }
        Some(end)
    }

    fn is_full(&self) -> bool {
        self.held.events.len() + self.held.keyed.len() > MOST_HELD
    }

    fn array(&mut self, node: NodeId, at: usize) -> Option<usize> {
        if self.paths.level(node) >= self.depth {
            return None;
        }
        self.emit(node, Kind::Array as u8, at, 0);
        let (mut byte, mut at) = self.token(at + 1)?;
        if byte == b']' {
            return Some(at + 1);
        }
        let element = self.paths.elements(node).ok()?;
        loop {
            at = self.value(element, at)?;
            (byte, at) = self.token(at)?;
            match byte {
                b',' if self.is_full() => return None,
                b',' => (_, at) = self.token(at + 1)?,
                b']' => return Some(at + 1),
                _ => return None,
            }
        }
    }
}

const _: () = assert!(PADDING >= 2 * WIDE);
