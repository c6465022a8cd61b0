//! Cuts a text into chunks of whole records, in order.

use super::held::PADDING;
use super::stop::Stop;
use super::structure::{BLOCK, Depth, Found};
use super::window::{Chunked, LARGEST, Window};

/// An element that goes on past so many bytes is read as it comes, by one thread.
const HUGE: usize = 4 << 20;

/// What stands between two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Between {
    LineFeed,
    Comma,
}

/// A run of whole records.
pub(super) struct Chunk {
    pub number: u32,
    pub offset: u64,
    /// The records, [`PADDING`] after them, and what was left of other chunks.
    pub text: Vec<u8>,
    pub length: usize,
}

/// A text that grows within memory that was used before, and is not cleared for it.
struct Text {
    bytes: Vec<u8>,
    length: usize,
}

impl Text {
    fn all(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// So many bytes after the text, whatever is in them.
    fn room(&mut self, bytes: usize) -> &mut [u8] {
        let end = self.length + bytes;
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        &mut self.bytes[self.length..end]
    }

    fn push(&mut self, bytes: &[u8]) {
        self.room(bytes.len()).copy_from_slice(bytes);
        self.length += bytes.len();
    }
}

/// What comes next.
pub(super) enum Next<'r> {
    Chunk(Chunk),
    /// An element that is not cut: the window stands at it, see [`Cutter::go_on`].
    Huge(u32, Box<Window<'r>>),
    End,
}

pub(super) struct Cutter<'r> {
    between: Between,
    source: Chunked<'r>,
    carry: Vec<u8>,
    /// Of the first byte of `carry`.
    offset: u64,
    next: u32,
    /// Bytes of a chunk, where its records are not longer.
    size: usize,
    ended: bool,
    /// The array is closed: nothing but white space may follow.
    closed: bool,
}

impl<'r> Cutter<'r> {
    /// Goes on where a window stands: at the start of a line, or after the bracket of an array.
    pub(super) fn new(window: Window<'r>, between: Between, size: usize, next: u32) -> Self {
        let offset = window.offset();
        let (carry, source) = window.into_rest();
        Self {
            between,
            source,
            carry,
            offset,
            next,
            size,
            ended: false,
            closed: false,
        }
    }

    /// Hands out nothing more: another thread has failed.
    pub(super) fn stop(&mut self) {
        self.ended = true;
        self.closed = true;
        self.carry.clear();
    }

    /// Number of the chunk that would be next.
    pub(super) fn number(&self) -> u32 {
        self.next
    }

    /// The next chunk; `room` gives its memory.
    pub(super) fn next(&mut self, room: Vec<u8>) -> Result<Next<'r>, Stop> {
        let mut text = Text {
            bytes: room,
            length: 0,
        };
        text.push(&self.carry);
        self.carry.clear();
        let cut = match self.between {
            Between::LineFeed => self.cut_lines(&mut text),
            Between::Comma if self.closed => return self.pass_end(text).map(|()| Next::End),
            Between::Comma => self.cut_elements(&mut text),
        };
        let cut = match cut {
            Ok(Some(cut)) => cut,
            Ok(None) => {
                let source = std::mem::replace(&mut self.source, Chunked::NONE);
                let Text { mut bytes, length } = text;
                bytes.truncate(length);
                let window = Window::on(source, bytes, self.offset);
                return Ok(Next::Huge(self.take_number()?, Box::new(window)));
            }
            Err(stop) => {
                self.stop();
                return Err(stop);
            }
        };
        self.carry.extend_from_slice(&text.all()[cut..]);
        text.length = cut;
        if cut == 0 && (self.between == Between::LineFeed || self.closed) {
            return Ok(Next::End);
        }
        text.push(&[0; PADDING]);
        let chunk = Chunk {
            number: self.take_number()?,
            offset: self.offset,
            text: text.bytes,
            length: cut,
        };
        self.offset += cut as u64;
        Ok(Next::Chunk(chunk))
    }

    fn take_number(&mut self) -> Result<u32, Stop> {
        let number = self.next;
        self.next = self.next.checked_add(1).ok_or_else(|| Stop::TooLarge {
            offset: self.offset,
            why: "the text has more chunks than can be counted".into(),
        })?;
        Ok(number)
    }

    /// Goes on after a huge element and the comma or bracket after it.
    pub(super) fn go_on(&mut self, window: Window<'r>, closed: bool) {
        self.offset = window.offset();
        (self.carry, self.source) = window.into_rest();
        self.closed = closed;
    }

    /// Reads more behind `text`; whether there was more.
    fn fill(&mut self, text: &mut Text) -> Result<bool, Stop> {
        if self.ended {
            return Ok(false);
        }
        let offset = self.offset + text.length as u64;
        let n = self.source.read_into(text.room(self.size), offset)?;
        text.length += n;
        self.ended = n == 0;
        Ok(n > 0)
    }

    /// Where the last whole line ends.
    fn cut_lines(&mut self, text: &mut Text) -> Result<Option<usize>, Stop> {
        let mut searched = 0;
        loop {
            if text.length >= self.size || self.ended {
                let fresh = &text.all()[searched..];
                let first = memchr::memchr(b'\n', fresh).map(|at| searched + at);
                // The same whatever the blocks are: it hangs on the line alone.
                if first.unwrap_or(text.length) > LARGEST {
                    return Err(Stop::TooLarge {
                        offset: self.offset,
                        why: format!("one line is larger than {} MiB", LARGEST >> 20),
                    });
                }
                if self.ended {
                    return Ok(Some(text.length));
                }
                if let Some(at) = memchr::memrchr(b'\n', fresh) {
                    return Ok(Some(searched + at + 1));
                }
                searched = text.length;
            }
            self.fill(text)?;
        }
    }

    /// The byte after the last comma between elements or after the bracket that closes the array;
    /// none where an element goes on and on.
    fn cut_elements(&mut self, text: &mut Text) -> Result<Option<usize>, Stop> {
        let mut depth = Depth::ELEMENTS;
        let mut searched = 0;
        let mut comma = None;
        loop {
            while text.length < searched + self.size.max(BLOCK) && self.fill(text)? {}
            let (blocks, rest) = text.all()[searched..].as_chunks::<BLOCK>();
            for block in blocks {
                let found = depth.pass(block);
                if self.note(found, searched, &mut comma) {
                    return Ok(comma);
                }
                searched += BLOCK;
            }
            if self.ended {
                let mut padded = [b' '; BLOCK];
                padded[..rest.len()].copy_from_slice(rest);
                let found = depth.pass(&padded);
                if !self.note(found, searched, &mut comma) {
                    // It is never closed, as its reader will find.
                    comma = Some(text.length);
                }
                return Ok(comma);
            }
            if comma.is_some() {
                return Ok(comma);
            }
            if text.length > HUGE {
                return Ok(None);
            }
        }
    }

    /// Keeps what was found in the block at `from`; whether the array is closed.
    fn note(&mut self, found: Found, from: usize, cut: &mut Option<usize>) -> bool {
        if let Some(at) = found.close.or(found.comma) {
            *cut = Some(from + at + 1);
        }
        self.closed |= found.close.is_some();
        found.close.is_some()
    }

    /// Refuses anything but white space after the array.
    fn pass_end(&mut self, mut text: Text) -> Result<(), Stop> {
        loop {
            let space = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n');
            if let Some(at) = text.all().iter().position(|b| !space(b)) {
                let offset = self.offset + at as u64;
                let why = super::after_document(text.all()[at]);
                self.stop();
                return Err(Stop::Syntax { offset, why });
            }
            self.offset += text.length as u64;
            text.length = 0;
            if !self.fill(&mut text)? {
                return Ok(());
            }
        }
    }
}
