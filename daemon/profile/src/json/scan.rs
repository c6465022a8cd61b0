//! Sixteen bytes at a time: where a string, a run of digits or white space ends.

/// Bytes that are looked at together.
pub(super) const LANES: usize = 16;

/// The next bytes of a text that ends in padding.
#[inline(always)]
pub(super) fn lanes<const N: usize>(text: &[u8], at: usize) -> Option<&[u8; N]> {
    text.get(at..)?.first_chunk()
}

/// Bit n: byte n is a quote, a backslash or a control character.
#[inline(always)]
pub(super) fn ends_plain(bytes: &[u8; LANES]) -> u32 {
    chosen::ends_plain(bytes)
}

/// As many bytes as most strings have.
pub(super) const WIDE: usize = 2 * LANES;

/// As [`ends_plain`], of [`WIDE`] bytes.
#[inline(always)]
pub(super) fn wide_ends_plain(bytes: &[u8; WIDE]) -> u32 {
    let (halves, _) = bytes.as_chunks();
    ends_plain(&halves[0]) | ends_plain(&halves[1]) << LANES
}

/// Bit n: byte n is no digit.
#[inline(always)]
pub(super) fn no_digit(bytes: &[u8; LANES]) -> u32 {
    chosen::no_digit(bytes)
}

/// Bit n: byte n is not white space.
#[inline(always)]
pub(super) fn no_space(bytes: &[u8; LANES]) -> u32 {
    chosen::no_space(bytes)
}

#[cfg(not(target_arch = "x86_64"))]
use portable as chosen;
#[cfg(target_arch = "x86_64")]
use sse2 as chosen;

#[cfg(any(test, not(target_arch = "x86_64")))]
mod portable {
    use super::LANES;

    fn mask(bytes: &[u8; LANES], is: impl Fn(u8) -> bool) -> u32 {
        let bits = bytes.iter().enumerate();
        bits.fold(0, |mask, (at, byte)| mask | u32::from(is(*byte)) << at)
    }

    pub(super) fn ends_plain(bytes: &[u8; LANES]) -> u32 {
        mask(bytes, |b| b < 0x20 || b == b'"' || b == b'\\')
    }

    pub(super) fn no_digit(bytes: &[u8; LANES]) -> u32 {
        mask(bytes, |b| !b.is_ascii_digit())
    }

    pub(super) fn no_space(bytes: &[u8; LANES]) -> u32 {
        mask(bytes, |b| !matches!(b, b' ' | b'\t' | b'\r' | b'\n'))
    }
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
mod sse2 {
    use std::arch::x86_64::{
        __m128i, _mm_cmpeq_epi8, _mm_cmpgt_epi8, _mm_loadu_si128, _mm_min_epu8, _mm_movemask_epi8,
        _mm_or_si128, _mm_set1_epi8, _mm_sub_epi8,
    };

    use super::LANES;

    #[inline(always)]
    fn load(bytes: &[u8; LANES]) -> __m128i {
        // SAFETY: the load needs no alignment, and the array is 16 bytes long.
        unsafe { _mm_loadu_si128(bytes.as_ptr().cast::<__m128i>()) }
    }

    #[inline(always)]
    pub(super) fn ends_plain(bytes: &[u8; LANES]) -> u32 {
        // SAFETY: SSE2 is part of x86-64.
        unsafe {
            let bytes = load(bytes);
            let control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes);
            let quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(b'"' as i8));
            let escape = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(b'\\' as i8));
            _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, escape), control)) as u32
        }
    }

    #[inline(always)]
    pub(super) fn no_digit(bytes: &[u8; LANES]) -> u32 {
        // SAFETY: as above.
        unsafe {
            // Digits become the ten smallest signed numbers.
            let turned = _mm_sub_epi8(load(bytes), _mm_set1_epi8(b'0'.wrapping_sub(128) as i8));
            _mm_movemask_epi8(_mm_cmpgt_epi8(turned, _mm_set1_epi8(-128 + 9))) as u32
        }
    }

    #[inline(always)]
    pub(super) fn no_space(bytes: &[u8; LANES]) -> u32 {
        // SAFETY: as above.
        let spaces = unsafe {
            let bytes = load(bytes);
            let is = |byte: u8| _mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte as i8));
            let blank = _mm_or_si128(is(b' '), is(b'\t'));
            let line = _mm_or_si128(is(b'\r'), is(b'\n'));
            _mm_movemask_epi8(_mm_or_si128(blank, line)) as u32
        };
        !spaces & 0xffff
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_told_alike_on_every_machine() {
        for byte in 0..=u8::MAX {
            for at in 0..LANES {
                let mut bytes = [b'7'; LANES];
                bytes[at] = byte;
                assert_eq!(ends_plain(&bytes), portable::ends_plain(&bytes), "{byte}");
                let wide: Vec<u8> = [[b'7'; LANES], bytes].concat();
                let wide = wide.first_chunk().expect("two lanes");
                assert_eq!(wide_ends_plain(wide), ends_plain(&bytes) << LANES, "{byte}");
                assert_eq!(no_digit(&bytes), portable::no_digit(&bytes), "{byte}");
                assert_eq!(no_space(&bytes), portable::no_space(&bytes), "{byte}");
            }
        }
    }
}
