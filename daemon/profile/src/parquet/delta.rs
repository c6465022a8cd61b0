//! Integers as differences, in blocks of packed bits.

use super::thrift::{ENDS_EARLY, Read};

/// A block may not hold more: writers use 128 or 256.
const MOST_VALUES: u64 = 1 << 16;

/// Decodes one sequence.
pub(super) struct Delta<'a> {
    bytes: &'a [u8],
    at: usize,
    /// In a miniblock.
    values: u64,
    miniblocks: u64,
    /// Still to come.
    left: u64,
    value: i64,
    /// The first value stands in the header.
    first: bool,
    min: i64,
    /// Widths of the miniblocks of this block, and which is the next.
    widths: (usize, u64),
    width: u32,
    /// Numbers left of the miniblock, and the bit the next begins at.
    packed: u64,
    bit: usize,
}

impl<'a> Delta<'a> {
    /// Of the bytes from `at` on.
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Read<Self> {
        let mut delta = Self {
            bytes,
            at,
            values: 0,
            miniblocks: 0,
            left: 0,
            value: 0,
            first: true,
            min: 0,
            widths: (0, 0),
            width: 0,
            packed: 0,
            bit: 0,
        };
        let block = delta.varint()?;
        delta.miniblocks = delta.varint()?;
        delta.left = delta.varint()?;
        delta.value = delta.zigzag()?;
        if block == 0
            || block > MOST_VALUES
            || delta.miniblocks == 0
            || block % delta.miniblocks != 0
        {
            return Err("blocks of differences have an odd size");
        }
        delta.values = block / delta.miniblocks;
        if !delta.values.is_multiple_of(8) {
            return Err("blocks of differences have an odd size");
        }
        delta.widths = (0, delta.miniblocks);
        Ok(delta)
    }

    fn byte(&mut self) -> Read<u8> {
        let byte = *self.bytes.get(self.at).ok_or(ENDS_EARLY)?;
        self.at += 1;
        Ok(byte)
    }

    fn varint(&mut self) -> Read<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err("a number has more than 64 bits")
    }

    fn zigzag(&mut self) -> Read<i64> {
        let value = self.varint()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// The next value.
    pub(super) fn next(&mut self) -> Read<i64> {
        if self.left == 0 {
            return Err("there are fewer values than the page says");
        }
        self.left -= 1;
        if self.first {
            self.first = false;
            return Ok(self.value);
        }
        if self.packed == 0 {
            self.open()?;
        }
        let raw = bits(self.bytes, self.bit, self.width)?;
        self.bit += self.width as usize;
        self.packed -= 1;
        self.value = self.value.wrapping_add(self.min).wrapping_add(raw as i64);
        Ok(self.value)
    }

    /// Opens the next miniblock.
    fn open(&mut self) -> Read<()> {
        if self.widths.1 == self.miniblocks {
            self.min = self.zigzag()?;
            let count = usize::try_from(self.miniblocks).map_err(|_| ENDS_EARLY)?;
            self.widths = (self.at, 0);
            self.at = self
                .at
                .checked_add(count)
                .filter(|at| *at <= self.bytes.len())
                .ok_or(ENDS_EARLY)?;
        }
        self.width = u32::from(self.bytes[self.widths.0 + self.widths.1 as usize]);
        if self.width > 64 {
            return Err("differences are said to have more than 64 bits");
        }
        self.widths.1 += 1;
        self.packed = self.values;
        self.bit = self.at * 8;
        // The last may be cut where no more of it is needed.
        let bytes = (self.values / 8) as usize * self.width as usize;
        self.at = (self.at + bytes).min(self.bytes.len());
        Ok(())
    }

    /// Where the sequence ends: what follows it begins there.
    pub(super) fn end(mut self) -> Read<usize> {
        if self.first && self.left > 0 {
            self.left -= 1;
            self.first = false;
        }
        let here = self.packed.min(self.left);
        self.left -= here;
        while self.left > 0 {
            self.open()?;
            self.left -= self.values.min(self.left);
        }
        Ok(self.at)
    }
}

/// A number of up to 64 bits from a bit on.
#[inline(always)]
fn bits(bytes: &[u8], bit: usize, width: u32) -> Read<u64> {
    if width == 0 {
        return Ok(0);
    }
    let (at, shift) = (bit >> 3, (bit & 7) as u32);
    if let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let low = u64::from_le_bytes(*word) >> shift;
        if width + shift <= 64 {
            return Ok(low & (u64::MAX >> (64 - width)));
        }
        let high = u64::from(*bytes.get(at + 8).ok_or(ENDS_EARLY)?) << (64 - shift);
        return Ok((low | high) & (u64::MAX >> (64 - width)));
    }
    let mut value = 0_u128;
    let last = (bit + width as usize).div_ceil(8);
    for (place, byte) in bytes.get(at..last).ok_or(ENDS_EARLY)?.iter().enumerate() {
        value |= u128::from(*byte) << (8 * place);
    }
    Ok((value >> shift) as u64 & (u64::MAX >> (64 - width)))
}
