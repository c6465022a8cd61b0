//! The structure of a text, 64 bytes at a time.
//!
//! Every block becomes masks, one bit a byte: delimiters, quotes, `\n`, `\r`, not ASCII. The running
//! parity of the quotes tells inside from outside. One driver serves all machines; what differs is
//! how masks and parity are computed, chosen at run time.

use super::Signs;
use super::scan::{Ends, Stray};

/// Where the signs stand in a block of 64 bytes.
#[derive(Clone, Copy, Default)]
struct Masks {
    delimiter: u64,
    quote: u64,
    feed: u64,
    carriage: u64,
    /// Bytes beyond ASCII.
    wide: u64,
}

/// Finds all cell ends but that of a last record without a line end.
///
/// # Errors
/// [`Stray`] when a quote stands where parity cannot tell.
pub(super) fn scan(text: &[u8], signs: Signs, found: &mut Ends) -> Result<(), Stray> {
    #[cfg(target_arch = "x86_64")]
    {
        x86::scan(text, signs, found)
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        scan_portable(text, signs, found)
    }
}

/// As [`scan`], on any machine.
#[cfg(any(test, not(target_arch = "x86_64")))]
pub(super) fn scan_portable(text: &[u8], signs: Signs, found: &mut Ends) -> Result<(), Stray> {
    drive(
        text,
        found,
        |block| masks_portable(block, signs),
        parity_portable,
    )
}

#[cfg(any(test, not(target_arch = "x86_64")))]
fn masks_portable(block: &[u8; 64], signs: Signs) -> Masks {
    let mut masks = Masks::default();
    for (at, byte) in block.iter().enumerate() {
        masks.delimiter |= u64::from(*byte == signs.delimiter) << at;
        masks.quote |= u64::from(*byte == signs.quote) << at;
        masks.feed |= u64::from(*byte == b'\n') << at;
        masks.carriage |= u64::from(*byte == b'\r') << at;
        masks.wide |= u64::from(!byte.is_ascii()) << at;
    }
    masks
}

/// Bit n is the parity of the bits up to and including n.
#[inline(always)]
fn parity_portable(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

/// What one block tells the next.
struct Carry {
    /// All ones while a quoted cell goes on.
    inside: u64,
    /// Bit 0: a quote may open a cell at the next byte.
    may_open: u64,
    /// Bit 0: the last byte was `\r`.
    carriage: u64,
}

#[inline(always)]
fn drive(
    text: &[u8],
    found: &mut Ends,
    masks: impl Fn(&[u8; 64]) -> Masks,
    parity: impl Fn(u64) -> u64,
) -> Result<(), Stray> {
    let mut carry = Carry {
        inside: 0,
        may_open: 1,
        carriage: 0,
    };
    let (blocks, rest) = text.as_chunks::<64>();
    for (number, block) in blocks.iter().enumerate() {
        step(masks(block), number * 64, &mut carry, found, &parity)?;
    }
    if !rest.is_empty() {
        let mut padded = [0; 64];
        padded[..rest.len()].copy_from_slice(rest);
        let keep = u64::MAX >> (64 - rest.len());
        let all = masks(&padded);
        // A sign may be the zero byte that pads.
        let cut = Masks {
            delimiter: all.delimiter & keep,
            quote: all.quote & keep,
            feed: all.feed & keep,
            carriage: all.carriage & keep,
            wide: all.wide,
        };
        step(cut, blocks.len() * 64, &mut carry, found, &parity)?;
    }
    Ok(())
}

#[inline(always)]
fn step(
    masks: Masks,
    base: usize,
    carry: &mut Carry,
    found: &mut Ends,
    parity: &impl Fn(u64) -> u64,
) -> Result<(), Stray> {
    let Masks {
        delimiter,
        quote,
        feed,
        carriage,
        wide,
    } = masks;
    let breaks = delimiter | feed | carriage;
    // The `\n` of `\r\n` ends nothing by itself.
    let line_ends = carriage | (feed & !(carriage << 1 | carry.carriage));
    let mut ends = delimiter | line_ends;
    let mut lines = line_ends;
    if quote | carry.inside != 0 {
        let inside = parity(quote) ^ carry.inside;
        let opening = quote & inside;
        // Outside, a quote before a quote has just closed its cell: the two are a doubled one.
        let may_open = (breaks | quote) << 1 | carry.may_open;
        if opening & !may_open != 0 {
            return Err(Stray);
        }
        carry.inside = ((inside as i64) >> 63) as u64;
        ends &= !inside;
        lines &= !inside;
    }
    carry.may_open = (breaks | quote) >> 63;
    carry.carriage = carriage >> 63;
    found.records += lines.count_ones() as usize;
    found.wide |= wide != 0;
    found.push_bits(ends, base);
    Ok(())
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
mod x86 {
    use std::arch::x86_64::{
        __m128i, __m256i, __m512i, _mm_clmulepi64_si128, _mm_cmpeq_epi8, _mm_cvtsi128_si64,
        _mm_loadu_si128, _mm_movemask_epi8, _mm_set_epi64x, _mm_set1_epi8, _mm256_cmpeq_epi8,
        _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_set1_epi8, _mm512_cmpeq_epi8_mask,
        _mm512_loadu_si512, _mm512_movepi8_mask, _mm512_set1_epi8,
    };

    use super::{Ends, Masks, Signs, Stray, drive, parity_portable};

    pub(super) fn scan(text: &[u8], signs: Signs, found: &mut Ends) -> Result<(), Stray> {
        let bits = is_x86_feature_detected!("pclmulqdq")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("popcnt");
        if bits && is_x86_feature_detected!("avx512bw") {
            // SAFETY: every feature the function is compiled for was found on this machine.
            unsafe { scan_avx512(text, signs, found) }
        } else if bits && is_x86_feature_detected!("avx2") {
            // SAFETY: as above.
            unsafe { scan_avx2(text, signs, found) }
        } else {
            // SSE2 is part of x86-64.
            drive(
                text,
                found,
                |block| masks_sse2(block, signs),
                parity_portable,
            )
        }
    }

    #[target_feature(enable = "avx512f,avx512bw,pclmulqdq,bmi1,popcnt")]
    fn scan_avx512(text: &[u8], signs: Signs, found: &mut Ends) -> Result<(), Stray> {
        let all = [signs.delimiter, signs.quote, b'\n', b'\r'].map(|b| _mm512_set1_epi8(b as i8));
        let masks = |block: &[u8; 64]| {
            // SAFETY: the load needs no alignment, and the block is 64 bytes long.
            let bytes = unsafe { _mm512_loadu_si512(block.as_ptr().cast::<__m512i>()) };
            let [delimiter, quote, feed, carriage] =
                all.map(|sign| _mm512_cmpeq_epi8_mask(bytes, sign));
            Masks {
                delimiter,
                quote,
                feed,
                carriage,
                wide: _mm512_movepi8_mask(bytes),
            }
        };
        drive(text, found, masks, |bits| parity_clmul(bits))
    }

    #[target_feature(enable = "avx2,pclmulqdq,bmi1,popcnt")]
    fn scan_avx2(text: &[u8], signs: Signs, found: &mut Ends) -> Result<(), Stray> {
        let all = [signs.delimiter, signs.quote, b'\n', b'\r'].map(|b| _mm256_set1_epi8(b as i8));
        let masks = |block: &[u8; 64]| {
            let (low, high) = block.split_at(32);
            // SAFETY: the loads need no alignment, and both halves are 32 bytes long.
            let (low, high) = unsafe {
                (
                    _mm256_loadu_si256(low.as_ptr().cast::<__m256i>()),
                    _mm256_loadu_si256(high.as_ptr().cast::<__m256i>()),
                )
            };
            let mask = |low, high| {
                let (low, high) = (_mm256_movemask_epi8(low), _mm256_movemask_epi8(high));
                u64::from(low as u32) | u64::from(high as u32) << 32
            };
            let [delimiter, quote, feed, carriage] =
                all.map(|sign| mask(_mm256_cmpeq_epi8(low, sign), _mm256_cmpeq_epi8(high, sign)));
            Masks {
                delimiter,
                quote,
                feed,
                carriage,
                wide: mask(low, high),
            }
        };
        drive(text, found, masks, |bits| parity_clmul(bits))
    }

    #[inline(always)]
    fn masks_sse2(block: &[u8; 64], signs: Signs) -> Masks {
        let (quarters, _) = block.as_chunks::<16>();
        let mut masks = Masks::default();
        for (at, quarter) in quarters.iter().enumerate() {
            // SAFETY: SSE2 is part of x86-64; the load needs no alignment, and a quarter is 16 bytes
            // long.
            let [delimiter, quote, feed, carriage, wide] = unsafe {
                let bytes = _mm_loadu_si128(quarter.as_ptr().cast::<__m128i>());
                let is =
                    |sign: u8| _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(sign as i8)));
                let signs = [signs.delimiter, signs.quote, b'\n', b'\r'].map(is);
                [
                    signs[0],
                    signs[1],
                    signs[2],
                    signs[3],
                    _mm_movemask_epi8(bytes),
                ]
            }
            .map(|bits| u64::from(bits as u32) << (16 * at));
            masks.delimiter |= delimiter;
            masks.quote |= quote;
            masks.feed |= feed;
            masks.carriage |= carriage;
            masks.wide |= wide;
        }
        masks
    }

    /// A product without carries with all ones: every bit adds itself to all bits from it upwards.
    #[target_feature(enable = "pclmulqdq")]
    #[inline]
    fn parity_clmul(bits: u64) -> u64 {
        let product = _mm_clmulepi64_si128(_mm_set_epi64x(0, bits as i64), _mm_set1_epi8(-1), 0);
        _mm_cvtsi128_si64(product) as u64
    }
}
