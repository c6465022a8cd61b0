//! The bytes of a file in order: read once, hashed, decoded to UTF-8.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult};

use crate::Refusal;
use crate::detect::encoding::Plan;
use crate::input::ReadAt;

/// Bytes read at once: with the places of its cells a block stays in a core's own cache.
pub const BLOCK: usize = 256 << 10;

/// Bytes that no character of the encoding stands for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Damage {
    pub sequences: u64,
    /// Byte of the file the first one lies near (exact where the encoding is UTF-8).
    pub first: Option<u64>,
}

/// The decoded text of a file.
pub struct Source<'a> {
    input: &'a dyn ReadAt,
    progress: &'a (dyn Fn(u64) + Sync),
    hasher: blake3::Hasher,
    decoder: Option<Decoder>,
    block: usize,
    raw: Vec<u8>,
    at: u64,
    skip: u64,
    ended: bool,
    pub damage: Damage,
    /// Decoded and not yet handed out through [`Read`].
    pending: Vec<u8>,
    pending_at: usize,
}

impl<'a> Source<'a> {
    /// Reads from the start, `block` bytes at once.
    pub fn new(
        input: &'a dyn ReadAt,
        plan: &Plan,
        block: usize,
        progress: &'a (dyn Fn(u64) + Sync),
    ) -> Self {
        Self {
            block,
            input,
            progress,
            hasher: blake3::Hasher::new(),
            decoder: (!plan.direct).then(|| plan.encoding.new_decoder_without_bom_handling()),
            raw: Vec::new(),
            at: 0,
            skip: plan.mark,
            ended: false,
            damage: Damage::default(),
            pending: Vec::new(),
            pending_at: 0,
        }
    }

    /// Appends the next block of text; false at the end.
    ///
    /// # Errors
    /// [`Refusal::Io`] when the medium fails.
    pub fn append(&mut self, text: &mut Vec<u8>) -> Result<bool, Refusal> {
        if self.ended {
            return Ok(false);
        }
        self.raw.resize(self.block, 0);
        let length = read_full(self.input, &mut self.raw, self.at)?;
        self.hasher.update(&self.raw[..length]);
        self.ended = length < self.block;
        let skipped = usize::try_from(self.skip).unwrap_or(length).min(length);
        self.skip = 0;
        let start = self.at + skipped as u64;
        self.at += length as u64;
        (self.progress)(self.at);
        let block = &self.raw[skipped..length];
        match &mut self.decoder {
            None => text.extend_from_slice(block),
            Some(decoder) => decode(decoder, block, self.ended, start, text, &mut self.damage),
        }
        Ok(true)
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

    /// Bytes of the file in all.
    pub fn size(&self) -> u64 {
        self.input.size()
    }

    /// Bytes of the file read so far.
    pub fn position(&self) -> u64 {
        self.at
    }

    /// The hash of all bytes of the file, read to the end for it where a reader stopped early.
    ///
    /// # Errors
    /// [`Refusal::Io`] when the medium fails.
    pub fn finish(mut self) -> Result<(u64, String), Refusal> {
        let mut rest = Vec::new();
        while self.append(&mut rest)? {
            rest.clear();
        }
        Ok((self.at, self.hasher.finalize().to_hex().to_string()))
    }
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.pending_at == self.pending.len() {
            let mut text = std::mem::take(&mut self.pending);
            text.clear();
            self.pending_at = 0;
            let more = self.append(&mut text).map_err(|refusal| match refusal {
                Refusal::Io { source, .. } => source,
                other => io::Error::other(other.to_string()),
            })?;
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

fn decode(
    decoder: &mut Decoder,
    block: &[u8],
    last: bool,
    start: u64,
    text: &mut Vec<u8>,
    damage: &mut Damage,
) {
    let mut read_so_far = 0;
    loop {
        let rest = &block[read_so_far..];
        let room = decoder.max_utf8_buffer_length_without_replacement(rest.len());
        let from = text.len();
        // A block is small, so the room is known and small.
        text.resize(from + room.unwrap_or(4 * BLOCK), 0);
        let (result, read, written) =
            decoder.decode_to_utf8_without_replacement(rest, &mut text[from..], last);
        text.truncate(from + written);
        read_so_far += read;
        match result {
            DecoderResult::InputEmpty => return,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(length, after) => {
                let back = u64::from(length) + u64::from(after);
                damage.sequences += 1;
                damage
                    .first
                    .get_or_insert((start + read_so_far as u64).saturating_sub(back));
                text.extend_from_slice("\u{fffd}".as_bytes());
            }
        }
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
