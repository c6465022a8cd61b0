//! Small numbers in runs and in packed bits: levels, indices of dictionaries, truths.

use super::page::PADDING;
use super::thrift::{ENDS_EARLY, Read};

/// Decodes numbers of one width.
pub(super) struct Hybrid<'a> {
    /// With [`PADDING`] bytes after `end`.
    bytes: &'a [u8],
    at: usize,
    end: usize,
    width: u32,
    /// What is left of a run, and its value.
    run: u64,
    value: u32,
    /// What is left of packed numbers, and the bit the next one begins at.
    packed: u64,
    bit: usize,
}

impl<'a> Hybrid<'a> {
    /// Of `bytes[from..end]`, after which there must be padding.
    pub(super) fn new(bytes: &'a [u8], (from, end): (usize, usize), width: u32) -> Read<Self> {
        if width > 32 {
            return Err("numbers are said to have more than 32 bits");
        }
        debug_assert!(end + PADDING <= bytes.len());
        Ok(Self {
            bytes,
            at: from,
            end,
            width,
            run: 0,
            value: 0,
            packed: 0,
            bit: 0,
        })
    }

    /// The value that comes at least `count` times, where that is known.
    pub(super) fn repeated(&mut self, count: usize) -> Read<Option<u32>> {
        if self.run == 0 && self.packed == 0 {
            self.open()?;
        }
        Ok((self.run >= count as u64).then_some(self.value))
    }

    /// Passes over numbers of the run that [`Self::repeated`] told of.
    pub(super) fn pass(&mut self, count: usize) {
        self.run -= count as u64;
    }

    fn open(&mut self) -> Read<()> {
        let mut head = 0_u64;
        for shift in (0..35).step_by(7) {
            if self.at >= self.end {
                return Err(ENDS_EARLY);
            }
            let byte = self.bytes[self.at];
            self.at += 1;
            head |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return self.start(head);
            }
        }
        Err("a run is too long")
    }

    fn start(&mut self, head: u64) -> Read<()> {
        let count = head >> 1;
        if count == 0 {
            return Err("a run has no length");
        }
        if head & 1 == 1 {
            // Groups of eight numbers; the last may be cut where the page needs no more of it.
            self.packed = count * 8;
            self.bit = self.at * 8;
            let bytes = count.saturating_mul(u64::from(self.width));
            let left = (self.end - self.at) as u64;
            if bytes > left {
                self.packed = if self.width == 0 {
                    self.packed
                } else {
                    left * 8 / u64::from(self.width)
                };
                self.at = self.end;
            } else {
                self.at += bytes as usize;
            }
            if self.packed == 0 {
                return Err(ENDS_EARLY);
            }
            return Ok(());
        }
        let width = self.width.div_ceil(8) as usize;
        let bytes = self.bytes[..self.end]
            .get(self.at..self.at + width)
            .ok_or(ENDS_EARLY)?;
        self.value = bytes.iter().rev().fold(0, |n, b| n << 8 | u32::from(*b));
        self.at += width;
        self.run = count;
        Ok(())
    }

    /// Fills `out`.
    pub(super) fn fill(&mut self, out: &mut [u32]) -> Read<()> {
        let mut done = 0;
        while done < out.len() {
            if self.run == 0 && self.packed == 0 {
                self.open()?;
            }
            let left = (out.len() - done) as u64;
            if self.run > 0 {
                let count = self.run.min(left) as usize;
                out[done..done + count].fill(self.value);
                self.run -= count as u64;
                done += count;
            } else {
                let count = self.packed.min(left) as usize;
                unpack(
                    self.bytes,
                    self.bit,
                    self.width,
                    &mut out[done..done + count],
                )?;
                self.bit += count * self.width as usize;
                self.packed -= count as u64;
                done += count;
            }
        }
        Ok(())
    }
}

/// Numbers of `width` bits from a bit on, least significant first.
#[inline(always)]
fn unpack(bytes: &[u8], bit: usize, width: u32, out: &mut [u32]) -> Read<()> {
    if width == 0 {
        out.fill(0);
        return Ok(());
    }
    let mask = (1_u64 << width) - 1;
    let load = |at: usize| -> Read<u64> {
        let word = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>());
        Ok(u64::from_le_bytes(*word.ok_or(ENDS_EARLY)?))
    };
    let mut bit = bit;
    // As many numbers as surely lie in one word.
    let at_once = (57 / width as usize).clamp(1, 8);
    for some in out.chunks_mut(at_once) {
        let mut word = load(bit >> 3)? >> (bit & 7);
        for number in some.iter_mut() {
            *number = (word & mask) as u32;
            word >>= width;
        }
        bit += some.len() * width as usize;
    }
    Ok(())
}

/// Bits that hold numbers up to `most`.
pub(super) fn width_of(most: u32) -> u32 {
    u32::BITS - most.leading_zeros()
}
