//! The text of a file in order: read once, unpacked, hashed, decoded to UTF-8.

use std::io::{self, Read};

use crate::Refusal;
use crate::charset::{Damage, Decoder};
use crate::delimited::rewrite::Rewriter;
use crate::detect::encoding::Plan;
use crate::input::ReadAt;
use crate::unpack::Bytes;

/// Bytes read at once: with the places of its cells a block stays in a core's own cache.
pub const BLOCK: usize = 256 << 10;

/// A reader that asks for so many bytes has them read where it wants them.
const DIRECT: usize = 64 << 10;

/// The decoded text of a file.
pub struct Source<'a> {
    bytes: Bytes<'a>,
    progress: &'a (dyn Fn(u64) + Sync),
    decoder: Option<Decoder>,
    block: usize,
    raw: Vec<u8>,
    /// Bytes of the content read so far.
    at: u64,
    skip: u64,
    /// Bytes of the smallest character.
    unit: u64,
    /// Of an odd dialect.
    rewriter: Option<Rewriter>,
    decoded: Vec<u8>,
    ended: bool,
    pub damage: Damage,
    /// Decoded and not yet handed out through [`Read`].
    pending: Vec<u8>,
    pending_at: usize,
}

impl<'a> Source<'a> {
    /// Reads from the start, `block` bytes at once.
    pub fn new(
        bytes: Bytes<'a>,
        plan: &Plan,
        block: usize,
        progress: &'a (dyn Fn(u64) + Sync),
    ) -> Self {
        Self {
            block,
            bytes,
            progress,
            decoder: (!plan.direct).then(|| plan.charset.decoder()),
            raw: Vec::new(),
            at: 0,
            skip: plan.mark,
            unit: plan.charset.unit(),
            rewriter: None,
            decoded: Vec::new(),
            ended: false,
            damage: Damage::default(),
            pending: Vec::new(),
            pending_at: 0,
        }
    }

    /// Appends the next block of text; false at the end.
    ///
    /// # Errors
    /// [`Refusal::Io`] when the medium fails, [`Refusal::Unreadable`] when a packed stream is
    /// damaged.
    pub fn append(&mut self, text: &mut Vec<u8>) -> Result<bool, Refusal> {
        if self.ended {
            return Ok(false);
        }
        // Text that is taken as it is is read where it stays.
        let from = text.len();
        let direct = self.decoder.is_none() && self.rewriter.is_none();
        let block = if direct {
            text.resize(from + self.block, 0);
            &mut text[from..]
        } else {
            self.raw.resize(self.block, 0);
            &mut self.raw
        };
        let length = self.bytes.fill(block)?;
        self.ended = length < self.block;
        let skipped = usize::try_from(self.skip).unwrap_or(length).min(length);
        self.skip -= skipped as u64;
        let start = self.at + skipped as u64;
        self.at += length as u64;
        (self.progress)(self.bytes.position());
        if direct {
            text.truncate(from + length);
            text.drain(from..from + skipped);
            return Ok(true);
        }
        let block = &self.raw[skipped..length];
        let Some(rewriter) = &mut self.rewriter else {
            if let Some(decoder) = &mut self.decoder {
                decoder.decode(block, self.ended, start, text, &mut self.damage);
            }
            return Ok(true);
        };
        self.decoded.clear();
        match &mut self.decoder {
            None => self.decoded.extend_from_slice(block),
            Some(decoder) => decoder.decode(
                block,
                self.ended,
                start,
                &mut self.decoded,
                &mut self.damage,
            ),
        }
        rewriter.rewrite(&self.decoded, self.ended, text)?;
        Ok(true)
    }

    /// Whether the content is the text as it is.
    fn reads_directly(&self) -> bool {
        self.decoder.is_none() && self.rewriter.is_none() && self.skip == 0 && !self.ended
    }

    /// Reads the next bytes of a content that is the text; 0 at the end.
    fn read_directly(&mut self, buffer: &mut [u8]) -> Result<usize, Refusal> {
        let length = self.bytes.fill(buffer)?;
        self.ended = length < buffer.len();
        self.at += length as u64;
        (self.progress)(self.bytes.position());
        Ok(length)
    }

    /// Has the text rewritten from here on; what was appended before and is not used yet becomes
    /// the first of it.
    ///
    /// # Errors
    /// As [`Rewriter::rewrite`].
    pub fn rewrite(&mut self, mut rewriter: Rewriter, before: &[u8]) -> Result<Vec<u8>, Refusal> {
        let mut text = Vec::new();
        rewriter.rewrite(before, self.ended, &mut text)?;
        self.rewriter = Some(rewriter);
        Ok(text)
    }

    /// Comments that rewriting left out.
    pub fn comments(&self) -> u64 {
        self.rewriter.as_ref().map_or(0, Rewriter::comments)
    }

    /// Hands text that was appended elsewhere back to [`Read`].
    pub fn unread(&mut self, text: Vec<u8>) {
        self.pending = text;
        self.pending_at = 0;
    }

    /// Whether all bytes were read.
    pub fn is_ended(&self) -> bool {
        self.ended
    }

    /// About how many bytes the text has in all, as far as the size of the file tells.
    pub fn size(&self) -> u64 {
        self.bytes.size() / self.unit
    }

    /// Bytes of the content read so far.
    pub fn position(&self) -> u64 {
        self.at
    }

    /// Whether places in the content are not places in the file.
    pub fn is_packed(&self) -> bool {
        self.bytes.is_packed()
    }

    /// Size and hash of the file, read to the end for it where a reader stopped early.
    ///
    /// # Errors
    /// As [`Source::append`]: a packed stream must be sound to its end.
    pub fn finish(mut self) -> Result<(u64, String), Refusal> {
        let mut rest = Vec::new();
        while self.append(&mut rest)? {
            rest.clear();
        }
        self.bytes.finish()
    }
}

fn io_error(refusal: Refusal) -> io::Error {
    match refusal {
        Refusal::Io { source, .. } => source,
        other => io::Error::other(other.to_string()),
    }
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.pending_at == self.pending.len() {
            if self.reads_directly() && buffer.len() >= DIRECT {
                return self.read_directly(buffer).map_err(io_error);
            }
            let mut text = std::mem::take(&mut self.pending);
            text.clear();
            self.pending_at = 0;
            let more = self.append(&mut text).map_err(io_error)?;
            self.pending = text;
            if !more {
                return Ok(0);
            }
        }
        let rest = &self.pending[self.pending_at..];
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        self.pending_at += length;
        Ok(length)
    }
}

/// Reads until the buffer is full or the input ends.
///
/// # Errors
/// [`Refusal::Io`] when the medium fails.
pub fn read_full(input: &dyn ReadAt, buffer: &mut [u8], at: u64) -> Result<usize, Refusal> {
    let mut length = 0;
    while length < buffer.len() {
        match input.read_at(&mut buffer[length..], at + length as u64) {
            Ok(0) => break,
            Ok(n) => length += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(source) => {
                return Err(Refusal::Io {
                    offset: at + length as u64,
                    source,
                });
            }
        }
    }
    Ok(length)
}
