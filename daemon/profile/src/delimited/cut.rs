//! Cuts a text into chunks of whole records, in order.

use super::Signs;
use super::scan::last_record_end;
use crate::Refusal;
use crate::source::Source;

/// No record may be longer: a quote that is never closed must not swallow the memory.
const MAX_RECORD: usize = 64 << 20;

/// A run of whole records.
pub struct Chunk {
    pub number: u32,
    pub text: Vec<u8>,
}

/// Hands out chunks.
pub struct Cutter<'a> {
    pub source: Source<'a>,
    signs: Signs,
    carry: Vec<u8>,
    next: u32,
    ended: bool,
}

impl<'a> Cutter<'a> {
    /// Goes on in a source, after a text that was taken from it already.
    pub fn new(source: Source<'a>, signs: Signs, carry: Vec<u8>, ended: bool) -> Self {
        Self {
            source,
            signs,
            carry,
            next: 0,
            ended,
        }
    }

    /// The next chunk; `text` gives its memory.
    ///
    /// # Errors
    /// [`Refusal`] when the medium fails or a record is too long.
    pub fn next(&mut self, mut text: Vec<u8>) -> Result<Option<Chunk>, Refusal> {
        text.clear();
        text.append(&mut self.carry);
        let mut wanted = true;
        loop {
            if wanted && !self.ended {
                self.ended = !self.source.append(&mut text)?;
            }
            wanted = true;
            let end = last_record_end(&text, self.signs, self.ended);
            if end > 0 || self.ended {
                self.carry.extend_from_slice(&text[end..]);
                text.truncate(end);
                break;
            }
            if text.len() > MAX_RECORD {
                return Err(Refusal::TooLarge(format!(
                    "a record that starts about {} bytes before byte {} does not end; \
                     probably a quote is opened and never closed",
                    text.len(),
                    self.source.position(),
                )));
            }
        }
        if text.is_empty() {
            return Ok(None);
        }
        let number = self.next;
        self.next += 1;
        Ok(Some(Chunk { number, text }))
    }
}
