//! Brackets and commas outside strings, 64 bytes at a time: where the elements of an array end.
//!
//! Of a text that is no JSON it says anything; who reads the elements finds what is wrong.

/// Bytes looked at together.
pub(super) const BLOCK: usize = 64;

/// What one block tells the next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Depth {
    /// Brackets that are open; 1 between the elements of the array.
    open: u64,
    /// All ones within a string.
    inside: u64,
    /// 1 where the first byte of the next block is escaped.
    escaped: u64,
}

/// What was found in a block.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Number of the last comma between two elements.
    pub comma: Option<usize>,
    /// Number of the bracket that closes the array; nothing after it was looked at.
    pub close: Option<usize>,
}

/// Bit n of each is byte n.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Masks {
    quote: u64,
    backslash: u64,
    open: u64,
    close: u64,
    comma: u64,
}

impl Depth {
    /// Between two elements.
    pub(super) const ELEMENTS: Self = Self {
        open: 1,
        inside: 0,
        escaped: 0,
    };

    /// Looks at the next block.
    #[inline]
    pub(super) fn pass(&mut self, block: &[u8; BLOCK]) -> Found {
        let masks = masks(block);
        let quote = masks.quote & !self.escapes(masks.backslash);
        let inside = parity(quote) ^ self.inside;
        self.inside = ((inside as i64) >> 63) as u64;
        let (open, close) = (masks.open & !inside, masks.close & !inside);
        let comma = masks.comma & !inside;
        let closes = u64::from(close.count_ones());
        if self.open > closes + 1 || (comma | close == 0 && self.open > closes) {
            self.open = self.open + u64::from(open.count_ones()) - closes;
            return Found::default();
        }
        self.walk(open, close, comma)
    }

    /// As [`Self::pass`], where the way leads between elements.
    fn walk(&mut self, open: u64, close: u64, comma: u64) -> Found {
        let mut found = Found::default();
        let mut rest = open | close | comma;
        while rest != 0 {
            let at = rest.trailing_zeros();
            let bit = 1 << at;
            rest &= rest - 1;
            if open & bit != 0 {
                self.open += 1;
            } else if close & bit != 0 {
                self.open -= 1;
                if self.open == 0 {
                    found.close = Some(at as usize);
                    return found;
                }
            } else if self.open == 1 {
                found.comma = Some(at as usize);
            }
        }
        found
    }

    /// The bytes that a backslash before them escapes.
    #[inline]
    fn escapes(&mut self, backslash: u64) -> u64 {
        if backslash == 0 {
            return std::mem::take(&mut self.escaped);
        }
        let mut rest = backslash & !self.escaped;
        let mut escaped = std::mem::take(&mut self.escaped);
        while rest != 0 {
            let at = rest.trailing_zeros();
            if at == 63 {
                self.escaped = 1;
                break;
            }
            // The byte after it means nothing by itself, be it another backslash.
            let next = 1 << (at + 1);
            escaped |= next;
            rest &= rest - 1;
            rest &= !next;
        }
        escaped
    }
}

/// Bit n is the parity of the bits up to and including n.
#[inline(always)]
fn parity(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

#[cfg(not(target_arch = "x86_64"))]
use portable as masks;

#[cfg(any(test, not(target_arch = "x86_64")))]
fn portable(block: &[u8; BLOCK]) -> Masks {
    let mask = |is: &dyn Fn(u8) -> bool| {
        let bits = block.iter().enumerate();
        bits.fold(0, |mask, (at, byte)| mask | u64::from(is(*byte)) << at)
    };
    Masks {
        quote: mask(&|b| b == b'"'),
        backslash: mask(&|b| b == b'\\'),
        open: mask(&|b| matches!(b, b'[' | b'{')),
        close: mask(&|b| matches!(b, b']' | b'}')),
        comma: mask(&|b| b == b','),
    }
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
#[inline(always)]
fn masks(block: &[u8; BLOCK]) -> Masks {
    use std::arch::x86_64::{
        __m128i, _mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8,
    };
    let mut masks = Masks {
        quote: 0,
        backslash: 0,
        open: 0,
        close: 0,
        comma: 0,
    };
    let (quarters, _) = block.as_chunks::<16>();
    for (number, quarter) in quarters.iter().enumerate() {
        // SAFETY: SSE2 is part of x86-64; the load needs no alignment, and a quarter is 16 bytes long.
        let bits = unsafe {
            let bytes = _mm_loadu_si128(quarter.as_ptr().cast::<__m128i>());
            // Brackets of both kinds are one bit apart, and no other bytes become them.
            let lower = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
            let is = |bytes, byte: u8| {
                let equal = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte as i8));
                u64::from(_mm_movemask_epi8(equal) as u32)
            };
            [
                is(bytes, b'"'),
                is(bytes, b'\\'),
                is(lower, b'{'),
                is(lower, b'}'),
                is(bytes, b','),
            ]
        };
        let shift = 16 * number;
        masks.quote |= bits[0] << shift;
        masks.backslash |= bits[1] << shift;
        masks.open |= bits[2] << shift;
        masks.close |= bits[3] << shift;
        masks.comma |= bits[4] << shift;
    }
    masks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same, one byte after the other: all commas between elements, and the end of the array.
    fn slowly(text: &[u8]) -> (Vec<usize>, Option<usize>) {
        let (mut open, mut inside, mut escaped) = (1, false, false);
        let mut commas = Vec::new();
        for (at, byte) in text.iter().enumerate() {
            // Only of a quote or another backslash does it matter.
            if std::mem::take(&mut escaped) && matches!(byte, b'"' | b'\\') {
                continue;
            }
            match byte {
                b'\\' => escaped = true,
                b'"' => inside = !inside,
                b'{' | b'[' if !inside => open += 1,
                b'}' | b']' if !inside => open -= 1,
                b',' if !inside && open == 1 => commas.push(at),
                _ => {}
            }
            if open == 0 {
                return (commas, Some(at));
            }
        }
        (commas, None)
    }

    proptest! {
        #[test]
        fn blocks_tell_what_bytes_tell(
            text in prop::collection::vec(prop::sample::select(b"{}[],,\"\"\\\\ a1".to_vec()), 0..600),
        ) {
            let (commas, close) = slowly(&text);
            let mut padded = text.clone();
            padded.resize(text.len().next_multiple_of(BLOCK), b' ');
            let mut depth = Depth::ELEMENTS;
            let (mut last, mut ends) = (Vec::new(), None);
            for (number, block) in padded.as_chunks::<BLOCK>().0.iter().enumerate() {
                prop_assert_eq!(masks(block), portable(block));
                let found = depth.pass(block);
                last.extend(found.comma.map(|at| number * BLOCK + at));
                ends = found.close.map(|at| number * BLOCK + at);
                if ends.is_some() {
                    break;
                }
            }
            prop_assert_eq!(ends, close);
            // Of every block the last comma is known.
            let expected: Vec<usize> = commas
                .chunk_by(|a, b| a / BLOCK == b / BLOCK)
                .filter_map(|run| run.last().copied())
                .collect();
            prop_assert_eq!(last, expected);
        }
    }
}
