//! Whole numbers of a few digits, many at once: row numbers, years, identifiers.

use super::hash::TINY;

/// What a run of natural numbers without leading zeros, each of at most [`TINY`] digits, comes to.
/// At most 2^16 of them: the sums have a word each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wholes {
    pub count: u64,
    pub sum: u64,
    pub squares: u64,
    /// Smallest and largest.
    pub range: (u64, u64),
    /// First and last as texts.
    pub texts: (Digits, Digits),
    /// Shortest and longest.
    pub lengths: (u64, u64),
    pub digits: u64,
    /// Place and text of the first.
    pub first: (u64, Digits),
}

/// The key of such a number (see [`super::values::ValueTable::add_words`]) with its bytes turned
/// round: in the order of texts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digits(u64);

impl Digits {
    /// The text and the bytes after it.
    pub fn text(self) -> ([u8; 8], usize) {
        (self.0.to_be_bytes(), (self.0 & 0xff) as usize)
    }
}

impl Wholes {
    /// Adds the value of a key that was met at a place, where it is such a number; whether it is.
    /// Places must not decrease.
    #[inline(always)]
    pub fn add(&mut self, key: u64, place: u64) -> bool {
        let Some(value) = read(key) else {
            return false;
        };
        let (text, length) = (Digits(key.swap_bytes()), key >> 56);
        if self.count == 0 {
            self.range = (value, value);
            self.texts = (text, text);
            self.lengths = (length, length);
            self.first = (place, text);
        }
        self.count += 1;
        self.sum += value;
        self.squares += value * value;
        self.range = (self.range.0.min(value), self.range.1.max(value));
        self.texts = (self.texts.0.min(text), self.texts.1.max(text));
        self.lengths = (self.lengths.0.min(length), self.lengths.1.max(length));
        self.digits += length;
        true
    }
}

/// The number a key writes, if it is one without leading zeros.
#[inline(always)]
fn read(key: u64) -> Option<u64> {
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    let length = (key >> 56) as u32;
    if length == 0 || length > TINY as u32 || length > 1 && key as u8 == b'0' {
        return None;
    }
    // Aligned to the right, with zeros before it.
    let digits = (key << (64 - 8 * length) | ZEROS >> (8 * length)) ^ ZEROS;
    let beyond = (digits.wrapping_add(0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080;
    if beyond != 0 {
        return None;
    }
    // Pairs, then fours, then all eight.
    let pairs = digits.wrapping_mul(1 + (10 << 8)) >> 8 & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(1 + (100 << 16)) >> 16 & 0x0000_ffff_0000_ffff;
    Some(fours.wrapping_mul(1 + (10_000 << 32)) >> 32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::accumulate::hash::words;

    fn key(text: &str) -> u64 {
        words(text.as_bytes()).0 | (text.len() as u64) << 56
    }

    proptest! {
        #[test]
        fn numbers_read_as_the_standard_library_reads_them(text in "[0-9]{1,7}|[0-9a/:.\u{0}-]{1,7}") {
            let plain = text.bytes().all(|b| b.is_ascii_digit()) && !(text.len() > 1 && text.starts_with('0'));
            let expected = if plain { text.parse::<u64>().ok() } else { None };
            prop_assert_eq!(read(key(&text)), expected);
        }

        #[test]
        fn a_run_comes_to_what_its_numbers_do(numbers in prop::collection::vec(0_u64..10_000_000, 1..100)) {
            let mut run = Wholes::default();
            let texts: Vec<String> = numbers.iter().map(u64::to_string).collect();
            for (place, text) in (7..).zip(&texts) {
                prop_assert!(run.add(key(text), place));
            }
            let shown = |digits: Digits| {
                let (text, length) = digits.text();
                String::from_utf8(text[..length].to_vec()).expect("digits")
            };
            prop_assert_eq!(run.count, numbers.len() as u64);
            prop_assert_eq!(run.sum, numbers.iter().sum::<u64>());
            prop_assert_eq!(run.squares, numbers.iter().map(|n| n * n).sum::<u64>());
            prop_assert_eq!(Some(&run.range.0), numbers.iter().min());
            prop_assert_eq!(Some(&run.range.1), numbers.iter().max());
            prop_assert_eq!(Some(&shown(run.texts.0)), texts.iter().min());
            prop_assert_eq!(Some(&shown(run.texts.1)), texts.iter().max());
            prop_assert_eq!(run.digits, texts.iter().map(|t| t.len() as u64).sum::<u64>());
            prop_assert_eq!((run.first.0, shown(run.first.1)), (7, texts[0].clone()));
        }
    }
}
