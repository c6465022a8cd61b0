//! The content of a file from its start, unpacked where it is packed; all bytes of the file hashed.

use super::decoder::{Decoder, Fault, Step};
use super::zip::Method;
use super::{Member, Packing};
use crate::Refusal;
use crate::input::ReadAt;
use crate::source::read_full;

/// Packed bytes that are read at once.
const BLOCK: usize = 64 << 10;

/// More than any kind of stream needs to be known by its start.
const LOOK: usize = 16;

/// The bytes of the content, in order.
pub struct Bytes<'a> {
    input: &'a dyn ReadAt,
    hasher: blake3::Hasher,
    /// Bytes of the file read so far.
    at: u64,
    packed: Option<Packed>,
}

struct Packed {
    packing: Packing,
    decoder: Decoder,
    room: Vec<u8>,
    from: usize,
    to: usize,
    /// Bytes of the file before the stream.
    skip: u64,
    /// Bytes of the stream that are not read yet.
    left: u64,
    /// Between two streams: nothing of the next one was decoded.
    between: bool,
    done: bool,
    crc: crc32fast::Hasher,
    made: u64,
}

impl<'a> Bytes<'a> {
    /// # Errors
    /// [`Refusal::TooLarge`] when there is no memory for a decoder.
    pub fn new(input: &'a dyn ReadAt, packing: Packing) -> Result<Self, Refusal> {
        Ok(Self {
            input,
            hasher: blake3::Hasher::new(),
            at: 0,
            packed: match packing {
                Packing::None => None,
                _ => Some(Packed::new(packing)?),
            },
        })
    }

    /// Fills the buffer; fewer bytes only at the end of the content.
    ///
    /// # Errors
    /// [`Refusal::Io`] when the medium fails; [`Refusal::Unreadable`] with its place when a packed
    /// stream is damaged or cut short.
    pub fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, Refusal> {
        let Some(mut packed) = self.packed.take() else {
            return self.read(buffer);
        };
        let filled = packed.fill(buffer, self);
        self.packed = Some(packed);
        filled
    }

    /// Bytes of the file read so far.
    pub fn position(&self) -> u64 {
        self.at
    }

    /// Bytes of the file in all.
    pub fn size(&self) -> u64 {
        self.input.size()
    }

    /// Whether the places of the content are not those of the file.
    pub fn is_packed(&self) -> bool {
        self.packed.is_some()
    }

    /// Size and hash of the file, of which all that was not read yet is read now.
    ///
    /// # Errors
    /// [`Refusal::Io`] when the medium fails.
    pub fn finish(mut self) -> Result<(u64, String), Refusal> {
        let mut room = vec![0; BLOCK];
        while self.read(&mut room)? > 0 {}
        Ok((self.at, self.hasher.finalize().to_hex().to_string()))
    }

    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Refusal> {
        let length = read_full(self.input, buffer, self.at)?;
        self.hasher.update(&buffer[..length]);
        self.at += length as u64;
        Ok(length)
    }
}

impl Packed {
    fn new(packing: Packing) -> Result<Self, Refusal> {
        let (skip, left) = match packing {
            Packing::Zip(member) => (member.start, member.packed_bytes),
            _ => (0, u64::MAX),
        };
        Ok(Self {
            packing,
            decoder: decoder(packing)?,
            room: Vec::new(),
            from: 0,
            to: 0,
            skip,
            left,
            between: false,
            done: false,
            crc: crc32fast::Hasher::new(),
            made: 0,
        })
    }

    fn fill(&mut self, buffer: &mut [u8], bytes: &mut Bytes<'_>) -> Result<usize, Refusal> {
        let mut filled = 0;
        while filled < buffer.len() && !self.done {
            if self.between && !self.next_stream(bytes)? {
                break;
            }
            if self.from == self.to {
                self.refill(bytes)?;
            }
            let (input, output) = (&self.room[self.from..self.to], &mut buffer[filled..]);
            let is_last = input.is_empty();
            let step = self.decoder.step(input, output);
            let Step {
                consumed,
                made,
                end,
            } = step.map_err(|fault| self.fault(fault, bytes))?;
            if let Packing::Zip(_) = self.packing {
                self.crc.update(&output[..made]);
            }
            filled += made;
            self.made += made as u64;
            self.from += consumed;
            if end {
                self.end_stream(bytes)?;
            } else if consumed == 0 && made == 0 {
                if !is_last {
                    return Err(self.fault(Fault::Corrupt, bytes));
                }
                if !matches!(self.decoder, Decoder::Stored) {
                    return Err(self.cut_short(bytes));
                }
                self.end_stream(bytes)?;
            }
        }
        Ok(filled)
    }

    /// Reads on, behind what is there.
    fn refill(&mut self, bytes: &mut Bytes<'_>) -> Result<(), Refusal> {
        self.room.copy_within(self.from..self.to, 0);
        (self.from, self.to) = (0, self.to - self.from);
        self.room.resize(BLOCK, 0);
        while self.skip > 0 {
            let length = usize::try_from(self.skip).map_or(BLOCK, |skip| skip.min(BLOCK));
            let read = bytes.read(&mut self.room[..length])?;
            if read == 0 {
                return Err(self.cut_short(bytes));
            }
            self.skip -= read as u64;
        }
        let free = BLOCK - self.to;
        let wanted = usize::try_from(self.left).map_or(free, |left| left.min(free));
        let read = bytes.read(&mut self.room[self.to..self.to + wanted])?;
        self.left -= read as u64;
        self.to += read;
        Ok(())
    }

    fn end_stream(&mut self, bytes: &Bytes<'_>) -> Result<(), Refusal> {
        let Packing::Zip(member) = self.packing else {
            self.between = true;
            return Ok(());
        };
        self.done = true;
        let crc = std::mem::take(&mut self.crc).finalize();
        if crc == member.crc && self.made == member.bytes {
            Ok(())
        } else {
            Err(self.fault(Fault::Corrupt, bytes))
        }
    }

    /// Goes on to the next stream of the file; false when there is none. Zeros between streams, and
    /// behind the last, are the padding of tapes and of xz.
    fn next_stream(&mut self, bytes: &mut Bytes<'_>) -> Result<bool, Refusal> {
        loop {
            let zeros = self.room[self.from..self.to].iter();
            self.from += zeros.take_while(|byte| **byte == 0).count();
            if self.to - self.from >= LOOK {
                break;
            }
            let before = self.to - self.from;
            self.refill(bytes)?;
            if self.to - self.from == before {
                break;
            }
        }
        let rest = &self.room[self.from..self.to];
        if rest.is_empty() {
            self.done = true;
            return Ok(false);
        }
        if !self.packing.opens(rest) {
            return Err(Refusal::Unreadable {
                message: format!(
                    "the {} stream ends at byte {}, and what follows is no part of it; pack the \
                     file again",
                    self.name(),
                    self.place(bytes),
                ),
                offset: Some(self.place(bytes)),
            });
        }
        self.decoder = decoder(self.packing)?;
        self.between = false;
        Ok(true)
    }

    fn name(&self) -> &'static str {
        self.packing.name().unwrap_or("packed")
    }

    /// Byte of the file that is decoded next.
    fn place(&self, bytes: &Bytes<'_>) -> u64 {
        bytes.at - (self.to - self.from) as u64
    }

    fn fault(&self, fault: Fault, bytes: &Bytes<'_>) -> Refusal {
        let (name, place) = (self.name(), self.place(bytes));
        match fault {
            Fault::Window => Refusal::TooLarge(format!(
                "the {name} stream asks for a larger window than 128 MiB; pack the file again \
                 without `--long`"
            )),
            Fault::Corrupt => Refusal::Unreadable {
                message: format!(
                    "the {name} stream is damaged near byte {place}; pack the file again"
                ),
                offset: Some(place),
            },
        }
    }

    fn cut_short(&self, bytes: &Bytes<'_>) -> Refusal {
        Refusal::Unreadable {
            message: format!(
                "the {} stream is cut short: it does not end where the file does, at byte {}",
                self.name(),
                bytes.at,
            ),
            offset: Some(bytes.at),
        }
    }
}

fn decoder(packing: Packing) -> Result<Decoder, Refusal> {
    let made = match packing {
        Packing::None => Some(Decoder::Stored),
        Packing::Gzip => Some(Decoder::gzip()),
        Packing::Bzip2 => Some(Decoder::bzip2()),
        Packing::Zstd => Decoder::zstd(),
        Packing::Xz => Decoder::xz(),
        Packing::Zip(Member { method, .. }) => match method {
            Method::Stored => Some(Decoder::Stored),
            Method::Deflate => Some(Decoder::deflate()),
            Method::Bzip2 => Some(Decoder::bzip2()),
            Method::Zstd => Decoder::zstd(),
            Method::Xz => Decoder::xz(),
        },
    };
    made.ok_or_else(|| Refusal::TooLarge("there is no memory left to unpack the file".into()))
}
