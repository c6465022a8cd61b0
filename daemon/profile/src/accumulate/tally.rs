//! Running statistics of values that are not kept.

use super::Kind;
use super::hash::words;
use super::numbers::NumberTally;
use super::plains::{Digits, Plains};
use crate::lex::temporal::{Format, Readings};
use crate::lex::{self, Class, Lexeme};

/// Bytes of a value that is kept: what is shown of it is shorter by far, and where values agree so
/// long it shows the same.
const KEPT: usize = 16 << 10;

/// A value that is kept.
pub type Text = Box<[u8]>;

/// What is known of values after they have gone. Any order of adding and merging ends in the same.
#[derive(Debug, Clone)]
pub struct Tally {
    kind: Kind,
    pub classes: [ClassTally; Class::COUNT],
    pub numbers: NumberTally,
    pub formats: Vec<FormatTally>,
    /// Of durations, in microseconds.
    pub duration_range: Option<(i64, i64)>,
    /// Smallest and largest value as text, by bytes.
    pub text_range: Option<(Text, Text)>,
    /// How the two start: see [`start_of`].
    text_starts: (u64, u64),
    pub length: LengthTally,
}

/// Values of one look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClassTally {
    pub count: u64,
    /// The first of them: its place and text.
    pub first: Option<(u64, Box<[u8]>)>,
}

/// Temporal values that read by the same one or two formats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatTally {
    pub first: Format,
    pub second: Option<Format>,
    pub count: u64,
    pub range: (i64, i64),
    pub second_range: (i64, i64),
    pub fraction: bool,
    pub first_place: (u64, Box<[u8]>),
}

/// Characters a value, over all values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LengthTally {
    pub min: u64,
    pub max: u64,
    pub total: u128,
}

impl ClassTally {
    #[inline]
    fn add(&mut self, count: u64, place: u64, value: &[u8]) {
        self.count += count;
        if self.first.as_ref().is_none_or(|(first, _)| place < *first) {
            self.first = Some((place, kept(value).into()));
        }
    }
}

impl Tally {
    /// An empty tally of values of a kind.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            classes: std::array::from_fn(|_| ClassTally::default()),
            numbers: NumberTally::default(),
            formats: Vec::new(),
            duration_range: None,
            text_range: None,
            text_starts: (u64::MAX, 0),
            length: LengthTally {
                min: u64::MAX,
                max: 0,
                total: 0,
            },
        }
    }

    /// Values added.
    pub fn count(&self) -> u64 {
        self.classes.iter().map(|c| c.count).sum()
    }

    /// Values of a look.
    pub fn of(&self, class: Class) -> u64 {
        self.classes[class as usize].count
    }

    /// Adds `count` occurrences of a value, the first of them at `place`.
    pub fn add(&mut self, value: &[u8], count: u64, place: u64) {
        self.add_read(&lex::read(self.kind, value), value, count, place);
    }

    /// As [`Self::add`], for a caller that has read the value already.
    pub fn add_read(&mut self, lexeme: &Lexeme, value: &[u8], count: u64, place: u64) {
        self.classes[lexeme.class() as usize].add(count, place, value);
        match lexeme {
            Lexeme::Number(lex::number::Shape::Code, _) => {}
            Lexeme::Number(shape, number) => self.numbers.add_plain(*shape, *number, count),
            Lexeme::Local => self.numbers.add_local(value.trim_ascii(), count),
            Lexeme::Temporal(readings) => self.add_moment(readings, value, count, place),
            Lexeme::Duration(length) => join_range(&mut self.duration_range, (*length, *length)),
            _ => {}
        }
        self.add_text(value);
        let length = characters(value);
        self.length.min = self.length.min.min(length);
        self.length.max = self.length.max.max(length);
        self.length.total += u128::from(length) * u128::from(count);
    }

    #[inline]
    fn add_moment(&mut self, readings: &Readings, value: &[u8], count: u64, place: u64) {
        let (first, moment) = readings.first;
        let last = self.formats.last_mut();
        if let Some(ours) = last.filter(|f| f.first == first && f.second.is_none())
            && readings.second.is_none()
            && ours.first_place.0 <= place
        {
            ours.count += count;
            ours.range = (ours.range.0.min(moment), ours.range.1.max(moment));
            ours.fraction |= readings.fraction;
            return;
        }
        let second = readings.second;
        self.join_format(
            &FormatTally {
                first,
                second: second.map(|(format, _)| format),
                count,
                range: (moment, moment),
                second_range: second.map_or((0, 0), |(_, moment)| (moment, moment)),
                fraction: readings.fraction,
                first_place: (place, Box::default()),
            },
            value,
        );
    }

    /// Adds plain numbers that were read already, be they cells or numbers by their own format.
    pub fn add_plains(&mut self, run: &Plains) {
        if run.count == 0 {
            return;
        }
        let (whole, point) = self.numbers.add_plains(run);
        for ((class, count), (place, text)) in [(Class::Integer, whole), (Class::Number, point)]
            .into_iter()
            .zip(run.firsts)
        {
            if count > 0 {
                let (text, length) = text.text();
                self.classes[class as usize].add(count, place, &text[..length]);
            }
        }
        for (text, length) in [run.texts.0, run.texts.1].map(Digits::text) {
            self.add_text(&text[..length]);
        }
        self.length.min = self.length.min.min(run.lengths.0);
        self.length.max = self.length.max.max(run.lengths.1);
        self.length.total += u128::from(run.bytes);
    }

    fn add_text(&mut self, value: &[u8]) {
        let value = kept(value);
        // Nearly all values lie between the ends, and tell so by their first bytes.
        let start = start_of(value);
        if self.text_starts.0 < start && start < self.text_starts.1 {
            return;
        }
        self.widen(value);
        if let Some((low, high)) = &self.text_range {
            self.text_starts = (start_of(low), start_of(high));
        }
    }

    fn widen(&mut self, value: &[u8]) {
        match &mut self.text_range {
            None => self.text_range = Some((value.into(), value.into())),
            Some((low, high)) => {
                if value < &**low {
                    *low = value.into();
                }
                if value > &**high {
                    *high = value.into();
                }
            }
        }
    }

    /// `text` is that of the tally's first place, when the tally does not carry it yet.
    fn join_format(&mut self, theirs: &FormatTally, text: &[u8]) {
        let key = (theirs.first, theirs.second);
        let Some(ours) = self.formats.iter_mut().find(|f| (f.first, f.second) == key) else {
            let place = theirs.first_place.0;
            self.formats.push(FormatTally {
                first_place: (place, text.into()),
                ..theirs.clone()
            });
            return;
        };
        ours.count += theirs.count;
        ours.range = (
            ours.range.0.min(theirs.range.0),
            ours.range.1.max(theirs.range.1),
        );
        ours.second_range = (
            ours.second_range.0.min(theirs.second_range.0),
            ours.second_range.1.max(theirs.second_range.1),
        );
        ours.fraction |= theirs.fraction;
        if theirs.first_place.0 < ours.first_place.0 {
            ours.first_place = (theirs.first_place.0, text.into());
        }
    }

    /// Joins other values.
    pub fn merge(&mut self, other: Self) {
        for (ours, theirs) in self.classes.iter_mut().zip(other.classes) {
            ours.count += theirs.count;
            ours.first = match (ours.first.take(), theirs.first) {
                (Some(a), Some(b)) => Some(if a.0 <= b.0 { a } else { b }),
                (a, b) => a.or(b),
            };
        }
        self.numbers.merge(&other.numbers);
        for format in other.formats {
            let text = format.first_place.1.clone();
            self.join_format(&format, &text);
        }
        if let Some(range) = other.duration_range {
            join_range(&mut self.duration_range, range);
        }
        if let Some((low, high)) = other.text_range {
            self.add_text(&low);
            self.add_text(&high);
        }
        self.length.min = self.length.min.min(other.length.min);
        self.length.max = self.length.max.max(other.length.max);
        self.length.total += other.length.total;
    }
}

/// The first eight bytes, as a number whose order is that of the texts as far as it tells them apart.
#[inline]
fn start_of(value: &[u8]) -> u64 {
    match value.first_chunk() {
        Some(start) => u64::from_be_bytes(*start),
        None => words(value).0.swap_bytes(),
    }
}

/// Bytes of a value that are counted word by word.
const FEW: usize = 64;

#[inline]
fn characters_of_few(value: &[u8]) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    // Of every byte the highest bit and not the one after it.
    let inner = |word: u64| (word >> 7 & !(word >> 6) & ONES).wrapping_mul(ONES) >> 56;
    let (all, rest) = value.as_chunks::<8>();
    let whole: u64 = all
        .iter()
        .map(|word| inner(u64::from_le_bytes(*word)))
        .sum();
    value.len() as u64 - whole - inner(words(rest).0)
}

/// Characters of a value in UTF-8.
pub fn characters(value: &[u8]) -> u64 {
    if value.len() <= FEW {
        return characters_of_few(value);
    }
    // A continuation byte is 0b10......: as a signed number below -64. Runs short enough for a
    // counter of 8 bits let 16 and more bytes be counted at once.
    let starts = |run: &[u8]| run.iter().map(|b| u8::from((*b as i8) >= -64)).sum::<u8>();
    value.chunks(128).map(|run| u64::from(starts(run))).sum()
}

/// What is kept of a value.
fn kept(value: &[u8]) -> &[u8] {
    &value[..value.len().min(KEPT)]
}

fn join_range(range: &mut Option<(i64, i64)>, with: (i64, i64)) {
    *range = Some(range.map_or(with, |(low, high)| (low.min(with.0), high.max(with.1))));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn characters_are_those_of_the_text(text in "[aäß\u{20ac}\u{1f600}]{0,300}") {
            prop_assert_eq!(characters(text.as_bytes()), text.chars().count() as u64);
        }
    }
}
