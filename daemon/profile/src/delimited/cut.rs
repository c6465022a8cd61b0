//! Cuts a text into chunks of whole records, in order.

use super::Signs;
use super::footer::{Footer, HOLD, footer};
use super::scan::{last_end_exact, last_end_fast};
use crate::Refusal;
use crate::detect::dialect::Found;
use crate::source::Source;

/// No record may be longer: a quote that is never closed must not swallow the memory.
pub(super) const MAX_RECORD: usize = 64 << 20;

/// Zero bytes after a chunk, so that a short value can be loaded from any place of it at once.
pub const PADDING: usize = 32;

/// A run of whole records.
pub struct Chunk {
    pub number: u32,
    /// The records, and [`PADDING`] bytes after them.
    padded: Vec<u8>,
}

impl Chunk {
    /// The records.
    pub fn text(&self) -> &[u8] {
        &self.padded[..self.padded.len() - PADDING]
    }

    /// The records with the zeros after them.
    pub fn padded(&self) -> &[u8] {
        &self.padded
    }

    /// Forgets the first bytes.
    pub fn drop_front(&mut self, bytes: usize) {
        self.padded.drain(..bytes);
    }

    /// The memory, for the next chunk.
    pub fn into_room(self) -> Vec<u8> {
        self.padded
    }
}

/// Hands out chunks.
pub struct Cutter<'a> {
    pub source: Source<'a>,
    signs: Signs,
    /// Read byte by byte, since quotes stand in odd places.
    exact: bool,
    /// Columns of the table: what tells a footer from records.
    width: usize,
    /// What stood behind the last record, once all was read.
    pub footer: Footer,
    carry: Vec<u8>,
    next: u32,
    ended: bool,
}

impl<'a> Cutter<'a> {
    /// Goes on in a source, after a text that was taken from it already.
    pub fn new(
        source: Source<'a>,
        found: &Found,
        exact: bool,
        carry: Vec<u8>,
        ended: bool,
    ) -> Self {
        Self {
            source,
            signs: found.signs,
            width: found.width,
            footer: Footer::default(),
            exact,
            carry,
            next: 0,
            ended,
        }
    }

    /// The next chunk; `room` gives its memory.
    ///
    /// # Errors
    /// [`Refusal`] when the medium fails or a record is too long.
    pub fn next(&mut self, mut room: Vec<u8>) -> Result<Option<Chunk>, Refusal> {
        room.clear();
        room.append(&mut self.carry);
        loop {
            if !self.ended {
                self.ended = !self.source.append(&mut room)?;
            }
            if self.ended {
                // Asked once more when nothing is left.
                if !room.is_empty() {
                    self.footer = footer(&room, self.signs, self.width);
                    room.truncate(room.len() - self.footer.length);
                }
                break;
            }
            // What may yet turn out to be a footer is no record so far.
            let sure = &room[..room.len().saturating_sub(HOLD)];
            let end = if self.exact {
                last_end_exact(sure, self.signs)
            } else {
                last_end_fast(sure, self.signs)
            };
            if end > 0 {
                self.carry.extend_from_slice(&room[end..]);
                room.truncate(end);
                break;
            }
            if room.len() > MAX_RECORD {
                return Err(Refusal::TooLarge(format!(
                    "a record that starts about {} bytes before byte {} does not end; \
                     probably a quote is opened and never closed",
                    room.len(),
                    self.source.position(),
                )));
            }
        }
        if room.is_empty() {
            return Ok(None);
        }
        room.resize(room.len() + PADDING, 0);
        let number = self.next;
        self.next += 1;
        Ok(Some(Chunk {
            number,
            padded: room,
        }))
    }
}
