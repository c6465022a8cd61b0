//! A window that moves over the text: what is being read stays in memory, what was read does not.

use std::io::{ErrorKind, Read};

use super::held::PADDING;
use super::stop::Stop;

/// Bytes asked for at once.
const BLOCK: usize = 256 << 10;

/// The largest scalar, value that is kept as one, or line. It may be held three times: as it is
/// read, as it is without its escapes, and as it is counted.
pub(super) const LARGEST: usize = 32 << 20;

/// What bytes come from.
pub(super) struct Chunked<'r>(Option<&'r mut (dyn Read + Send)>);

impl Chunked<'_> {
    /// Nothing more.
    pub(super) const NONE: Self = Self(None);

    /// Reads up to `room.len()` bytes from the place `offset`; 0 at the end.
    pub(super) fn read_into(&mut self, room: &mut [u8], offset: u64) -> Result<usize, Stop> {
        let Some(source) = &mut self.0 else {
            return Ok(0);
        };
        loop {
            match source.read(room) {
                Ok(n) => return Ok(n),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(source) => return Err(Stop::Io { offset, source }),
            }
        }
    }
}

/// The bytes from the token being read on.
pub(super) struct Window<'r> {
    source: Chunked<'r>,
    buffer: Vec<u8>,
    at: usize,
    end: usize,
    /// Offset of the buffer's first byte.
    base: u64,
    ended: bool,
    /// Start of a value that is kept as a whole.
    pin: Option<usize>,
    /// In JSON lines a line feed is no white space.
    lines: bool,
    /// A line feed was passed as white space.
    broken: bool,
    /// All of it is in memory.
    chunk: bool,
    /// Room for strings that have escapes.
    pub(super) scratch: Vec<u8>,
}

impl<'r> Window<'r> {
    pub(super) fn new(source: &'r mut (dyn Read + Send)) -> Self {
        Self::starting_at(source, 0)
    }

    /// A window whose first byte has the offset `base`.
    pub(super) fn starting_at(source: &'r mut (dyn Read + Send), base: u64) -> Self {
        Self::on(Chunked(Some(source)), Vec::new(), base)
    }

    /// A window over `length` bytes of a text that is in memory, [`PADDING`] after them.
    pub(super) fn over(text: Vec<u8>, length: usize, base: u64, lines: bool) -> Self {
        Self {
            lines,
            end: length,
            chunk: true,
            ..Self::on(Chunked::NONE, text, base)
        }
    }

    /// A window over a text that goes on in a source.
    pub(super) fn on(source: Chunked<'r>, buffer: Vec<u8>, base: u64) -> Self {
        Self {
            source,
            end: buffer.len(),
            buffer,
            at: 0,
            base,
            ended: false,
            pin: None,
            lines: false,
            broken: false,
            chunk: false,
            scratch: Vec::new(),
        }
    }

    /// The bytes that were not moved past, and where more come from.
    pub(super) fn into_rest(mut self) -> (Vec<u8>, Chunked<'r>) {
        self.buffer.truncate(self.end);
        self.buffer.drain(..self.at);
        (self.buffer, self.source)
    }

    /// The memory, for another text.
    pub(super) fn into_buffer(self) -> Vec<u8> {
        self.buffer
    }

    /// All of a text that is in memory, with its padding; nothing of one that moves.
    pub(super) fn whole(&self) -> &[u8] {
        if self.chunk {
            &self.buffer[..self.end + PADDING]
        } else {
            &[]
        }
    }

    /// Number of the next byte in memory.
    #[inline(always)]
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Goes to a byte of a text that is in memory.
    #[inline(always)]
    pub(super) fn go_to(&mut self, at: usize) {
        self.at = at.min(self.end);
    }

    /// Moves past a line feed where it is white space.
    #[inline]
    pub(super) fn pass_line_feed(&mut self) -> bool {
        if self.lines {
            return false;
        }
        self.broken = true;
        self.bump();
        true
    }

    /// Whether all that was read so far stands on one line.
    pub(super) fn is_one_line(&self) -> bool {
        !self.broken
    }

    /// Offset of the next byte.
    pub(super) fn offset(&self) -> u64 {
        self.base + self.at as u64
    }

    #[inline]
    pub(super) fn peek(&mut self) -> Result<Option<u8>, Stop> {
        self.byte(0)
    }

    /// The byte `n` after the next one.
    #[inline]
    pub(super) fn byte(&mut self, n: usize) -> Result<Option<u8>, Stop> {
        while self.at + n >= self.end {
            if !self.fill()? {
                return Ok(None);
            }
        }
        Ok(Some(self.buffer[self.at + n]))
    }

    #[inline]
    pub(super) fn bump(&mut self) {
        self.advance(1);
    }

    /// Moves past bytes that were looked at.
    #[inline]
    pub(super) fn advance(&mut self, n: usize) {
        self.at += n;
        debug_assert!(self.at <= self.end);
    }

    /// The bytes in memory from the next one on.
    #[inline]
    pub(super) fn rest(&self) -> &[u8] {
        &self.buffer[self.at..self.end]
    }

    /// The last `n` bytes that were moved past.
    #[inline]
    pub(super) fn behind(&self, n: usize) -> &[u8] {
        &self.buffer[self.at - n..self.at]
    }

    /// Reads more behind what is there; false at the end.
    pub(super) fn fill(&mut self) -> Result<bool, Stop> {
        if self.ended || self.source.0.is_none() {
            return Ok(false);
        }
        let keep = self.pin.unwrap_or(self.at).min(self.at);
        if keep > 0 {
            self.buffer.copy_within(keep..self.end, 0);
            self.base += keep as u64;
            self.at -= keep;
            self.end -= keep;
            self.pin = self.pin.map(|pin| pin - keep);
        }
        self.check_size(self.end, self.base)?;
        if self.buffer.len() < self.end + BLOCK {
            self.buffer
                .resize((self.end + BLOCK).max(self.buffer.len() * 2), 0);
        }
        let offset = self.base + self.end as u64;
        let n = self
            .source
            .read_into(&mut self.buffer[self.end..], offset)?;
        self.ended = n == 0;
        self.end += n;
        Ok(n > 0)
    }

    /// Refuses a value of more bytes than may be held, of which the first has the offset `offset`.
    #[inline]
    pub(super) fn check_size(&self, bytes: usize, offset: u64) -> Result<(), Stop> {
        if bytes <= LARGEST {
            return Ok(());
        }
        let why = format!("one value is larger than {} MiB", LARGEST >> 20);
        Err(Stop::TooLarge { offset, why })
    }

    /// Keeps everything from the next byte on until [`Self::unpin`].
    pub(super) fn pin(&mut self) {
        self.pin = Some(self.at);
    }

    /// What was kept so far.
    pub(super) fn pinned(&self) -> &[u8] {
        &self.buffer[self.pin.unwrap_or(self.at)..self.at]
    }

    /// Lets go, and goes back to where [`Self::pin`] was called.
    pub(super) fn rewind(&mut self) {
        self.at = self.pin.take().unwrap_or(self.at);
    }

    /// Lets go, and hands out what was kept.
    pub(super) fn unpin(&mut self) -> &[u8] {
        let from = self.pin.take().unwrap_or(self.at);
        &self.buffer[from..self.at]
    }

    /// A refusal at the next byte.
    pub(super) fn fail(&self, why: &'static str) -> Stop {
        Stop::Syntax {
            offset: self.offset(),
            why,
        }
    }

    /// A refusal at the byte `n` after the next one, which becomes the next: a line is skipped from
    /// where it failed.
    pub(super) fn fail_at(&mut self, n: usize, why: &'static str) -> Stop {
        self.at = (self.at + n).min(self.end);
        self.fail(why)
    }

    /// Bytes up to the next line feed of lines that are in memory.
    pub(super) fn line_length(&self) -> usize {
        let rest = self.rest();
        memchr::memchr(b'\n', rest).unwrap_or(rest.len())
    }

    /// Moves past the next line feed of lines that are in memory.
    pub(super) fn skip_line(&mut self) {
        self.pin = None;
        let rest = self.rest();
        let n = memchr::memchr(b'\n', rest).map_or(rest.len(), |n| n + 1);
        self.advance(n);
    }
}
