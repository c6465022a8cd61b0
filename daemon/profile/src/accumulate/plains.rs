//! Plain numbers of a few digits, many at once: row numbers, years, identifiers, prices.

use super::hash::TINY;

/// Decimals of a number of at most [`TINY`] bytes, and none.
const SCALES: usize = TINY - 1;

/// What a run of numbers comes to, each of at most [`TINY`] bytes, without a sign, an exponent or
/// leading zeros. At most 2^16 of them: the sums have a word each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Plains {
    pub count: u64,
    /// By the number of decimals.
    scales: [Sums; SCALES],
    /// First and last as texts.
    pub texts: (Digits, Digits),
    /// Shortest and longest.
    pub lengths: (u64, u64),
    pub bytes: u64,
    /// Place and text of the first whole number and of the first with decimals.
    pub firsts: [(u64, Digits); 2],
}

/// Numbers with as many decimals, their points left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    pub count: u64,
    pub sum: u64,
    pub squares: u64,
    /// Smallest and largest.
    pub range: (u64, u64),
}

/// The key of a number (see [`super::values::ValueTable::add_words`]) with its bytes turned
/// round: in the order of texts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digits(u64);

impl Digits {
    /// The text and the bytes after it.
    pub fn text(self) -> ([u8; 8], usize) {
        (self.0.to_be_bytes(), (self.0 & 0xff) as usize)
    }
}

impl Plains {
    /// Adds the value of a key that was met at a place, where it is such a number; whether it is.
    /// Places must not decrease.
    #[inline(always)]
    pub fn add(&mut self, key: u64, place: u64) -> bool {
        let Some((value, scale)) = read(key) else {
            return false;
        };
        let (text, length) = (Digits(key.swap_bytes()), key >> 56);
        if self.count == 0 {
            self.texts = (text, text);
            self.lengths = (length, length);
        }
        let sums = &mut self.scales[scale];
        if sums.count == 0 {
            sums.range = (value, value);
            let first = &mut self.firsts[usize::from(scale > 0)];
            if first.1 == Digits::default() {
                *first = (place, text);
            }
        }
        sums.count += 1;
        sums.sum += value;
        sums.squares += value * value;
        sums.range = (sums.range.0.min(value), sums.range.1.max(value));
        self.count += 1;
        self.texts = (self.texts.0.min(text), self.texts.1.max(text));
        self.lengths = (self.lengths.0.min(length), self.lengths.1.max(length));
        self.bytes += length;
        true
    }

    /// What the numbers with each number of decimals come to.
    pub fn by_scale(&self) -> impl Iterator<Item = (i16, &Sums)> {
        (0..).zip(&self.scales).filter(|(_, sums)| sums.count > 0)
    }
}

/// The number a key writes without its point, if it is one without leading zeros that reads one way
/// only, and how many decimals it has.
#[inline(always)]
fn read(key: u64) -> Option<(u64, usize)> {
    let length = (key >> 56) as u32;
    if length == 0 || length > TINY as u32 {
        return None;
    }
    let word = key & (u64::MAX >> 8);
    if let Some(value) = digits(word, length) {
        let leads = length > 1 && word as u8 == b'0';
        return (!leads).then_some((value, 0));
    }
    // The lowest bit that is set belongs to the first byte that is a point.
    const ONES: u64 = 0x0101_0101_0101_0101;
    let others = word ^ (ONES * b'.' as u64);
    let points = others.wrapping_sub(ONES) & !others & (ONES << 7);
    let at = points.trailing_zeros() / 8;
    if at == 0 || at + 1 >= length || (at > 1 && word as u8 == b'0') {
        return None;
    }
    let before = word & ((1 << (8 * at)) - 1);
    let after = word >> (8 * (at + 1));
    let value = digits(before | after << (8 * at), length - 1)?;
    let scale = (length - at - 1) as usize;
    // `1.234` may be a thousand and more: see [`crate::lex::number::local::as_thousands`].
    (scale != 3 || value < 1000).then_some((value, scale))
}

/// The number that so many digits write.
#[inline(always)]
fn digits(word: u64, length: u32) -> Option<u64> {
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    // Aligned to the right, with zeros before it.
    let digits = (word << (64 - 8 * length) | ZEROS >> (8 * length)) ^ ZEROS;
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
    use crate::accumulate::Kind;
    use crate::accumulate::hash::words;
    use crate::accumulate::tally::Tally;
    use crate::lex::number::local::{self, Notation};
    use crate::lex::number::{self, Shape};

    fn key(text: &str) -> u64 {
        words(text.as_bytes()).0 | (text.len() as u64) << 56
    }

    /// All that a tally of plain numbers says.
    fn told(tally: &Tally) -> impl PartialEq + std::fmt::Debug {
        let numbers = tally.numbers.by(Notation::Plain);
        let notations = [0, 1].map(|locals| tally.numbers.notation(locals, Notation::Comma));
        (
            (
                tally.classes.clone(),
                tally.length,
                tally.text_range.clone(),
            ),
            (numbers.moments.summary(), numbers.range, notations),
        )
    }

    proptest! {
        #[test]
        fn numbers_read_as_any_are_read(text in "[0-9]{1,7}|[0-9]{1,3}[.][0-9]{1,3}|[0-9]{1,5}[.][0-9]|[0-9a/:.\u{0}-]{1,7}") {
            let Some((value, scale)) = read(key(&text)) else {
                // What is left to others: signs, exponents, codes, and points at an end.
                let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
                let inner = !text.starts_with('.') && !text.ends_with('.');
                let number = number::read(text.as_bytes()).filter(|(shape, _)| *shape != Shape::Code);
                let other = number.is_none_or(|(_, number)| local::as_thousands(number).is_some());
                prop_assert!(!plain || !inner || other, "{text}");
                return Ok(());
            };
            let (shape, number) = number::read(text.as_bytes()).expect("a number");
            prop_assert_eq!(shape == Shape::Integer, scale == 0);
            prop_assert_ne!(shape, Shape::Code);
            prop_assert_eq!((number.negative, number.mantissa, number.scale), (false, u128::from(value), scale as i16));
        }

        #[test]
        fn a_run_comes_to_what_its_numbers_do(
            texts in prop::collection::vec("0|[1-9][0-9]{0,6}|(0|[1-9][0-9]?)[.][0-9]{1,3}|[1-9][0-9]{0,3}[.][0-9]{1,2}", 1..100),
            before in prop::option::of("[1-9][.][0-9]{3}"),
        ) {
            for kind in [Kind::Cell, Kind::Number] {
                let (mut run, mut bulk, mut single) = (Plains::default(), Tally::new(kind), Tally::new(kind));
                if let Some(before) = &before {
                    bulk.add(before.as_bytes(), 1, 3);
                    single.add(before.as_bytes(), 1, 3);
                }
                for (place, text) in (7..).zip(&texts) {
                    single.add(text.as_bytes(), 1, place);
                    if !run.add(key(text), place) {
                        bulk.add(text.as_bytes(), 1, place);
                    }
                }
                bulk.add_plains(&run);
                prop_assert_eq!(told(&bulk), told(&single));
            }
        }
    }
}
