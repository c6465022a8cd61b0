//! What a value looks like, judged by its characters alone.

pub mod marker;
pub mod number;
pub mod temporal;

use crate::accumulate::Kind;
use number::local::{self, Notation};
use number::{Decimal, Shape};
use temporal::{Format, Readings};

/// The look of a value. The order is that of `type_counts` tables, nothing more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    Integer,
    Number,
    /// Digits with a leading zero: a code, and text.
    Code,
    /// A number that is not plain (`1.234,5`): one where all values of a field agree on how they
    /// are written, else text.
    Local,
    Boolean,
    /// `yes` and `no`: boolean where a column holds nothing else.
    YesNo,
    Date,
    Datetime,
    Time,
    YearMonth,
    Duration,
    Text,
    Binary,
    Object,
    Array,
}

impl Class {
    /// How many there are.
    pub const COUNT: usize = 15;

    /// All of them, by their number.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Integer,
        Self::Number,
        Self::Code,
        Self::Local,
        Self::Boolean,
        Self::YesNo,
        Self::Date,
        Self::Datetime,
        Self::Time,
        Self::YearMonth,
        Self::Duration,
        Self::Text,
        Self::Binary,
        Self::Object,
        Self::Array,
    ];

    /// The Table Schema type a value of this look has by itself.
    pub fn type_name(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean | Self::YesNo => "boolean",
            Self::Date => "date",
            Self::Datetime => "datetime",
            Self::Time => "time",
            Self::YearMonth => "yearmonth",
            Self::Duration => "duration",
            Self::Code | Self::Local | Self::Text => "string",
            Self::Binary => "binary",
            Self::Object => "object",
            Self::Array => "array",
        }
    }
}

/// A value, read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Lexeme {
    Number(Shape, Decimal),
    /// Read anew where the notation of its field is known.
    Local,
    Boolean(bool),
    YesNo(bool),
    Temporal(Readings),
    /// In microseconds, a month being 30 days: for order, not for arithmetic.
    Duration(i64),
    Text,
    Binary,
    Object,
    Array,
}

impl Lexeme {
    /// Its look.
    pub fn class(&self) -> Class {
        match self {
            Self::Number(Shape::Integer, _) => Class::Integer,
            Self::Number(Shape::Decimal, _) => Class::Number,
            Self::Number(Shape::Code, _) => Class::Code,
            Self::Local => Class::Local,
            Self::Boolean(_) => Class::Boolean,
            Self::YesNo(_) => Class::YesNo,
            Self::Temporal(readings) => readings.first.0.class(),
            Self::Duration(_) => Class::Duration,
            Self::Text => Class::Text,
            Self::Binary => Class::Binary,
            Self::Object => Class::Object,
            Self::Array => Class::Array,
        }
    }

    /// The moment it names when read by `format`.
    pub fn moment(&self, format: Format) -> Option<i64> {
        match self {
            Self::Temporal(readings) => readings.by(format),
            _ => None,
        }
    }
}

/// The number a text is by a notation, whatever its look.
pub fn number_by(kind: Kind, text: &[u8], notation: Notation) -> Option<Decimal> {
    match (read(kind, text), notation) {
        (Lexeme::Number(Shape::Decimal, value), Notation::Comma) => local::as_thousands(value),
        (Lexeme::Number(_, value), _) => Some(value),
        (Lexeme::Local, _) => local::read(text.trim_ascii(), notation).map(|r| r.value),
        _ => None,
    }
}

/// Reads a value of a kind.
pub fn read(kind: Kind, text: &[u8]) -> Lexeme {
    match kind {
        Kind::Cell => read_cell(text),
        Kind::Text => read_text(text),
        Kind::Number => match number::read(text) {
            Some((Shape::Integer, value)) => Lexeme::Number(Shape::Integer, value),
            Some((_, value)) => Lexeme::Number(Shape::Decimal, value),
            None => Lexeme::Text,
        },
        Kind::Boolean => Lexeme::Boolean(text == b"true"),
        Kind::Binary => Lexeme::Binary,
        Kind::Object => Lexeme::Object,
        Kind::Array => Lexeme::Array,
    }
}

fn read_text(text: &[u8]) -> Lexeme {
    let text = text.trim_ascii();
    if !temporal::opens_date(text) {
        return Lexeme::Text;
    }
    match temporal::read(text) {
        // `10:30` and `2024-01` are too often something else to be read out of a string that
        // its own format calls a string.
        Some(r) if matches!(r.first.0.class(), Class::Date | Class::Datetime) => {
            Lexeme::Temporal(r)
        }
        _ => Lexeme::Text,
    }
}

fn read_cell(text: &[u8]) -> Lexeme {
    if is_plain(text) {
        return Lexeme::Text;
    }
    let text = text.trim_ascii();
    let Some(first) = text.first() else {
        return Lexeme::Text;
    };
    match first {
        b'0'..=b'9' | b'-' | b'+' | b'.' => number::read(text)
            .map(|(shape, value)| Lexeme::Number(shape, value))
            .or_else(|| temporal::read(text).map(Lexeme::Temporal))
            .or_else(|| temporal::read_duration(text).map(Lexeme::Duration))
            .or_else(|| local::is_local(text).then_some(Lexeme::Local))
            .unwrap_or(Lexeme::Text),
        b'a'..=b'z' | b'A'..=b'Z' => read_word(text),
        _ => Lexeme::Text,
    }
}

/// Whether a text is nothing but text at a glance: hexadecimal digits, names, words.
#[inline]
fn is_plain(text: &[u8]) -> bool {
    // The longest value without a sign that is something else is a number, and the words for
    // booleans have five letters.
    if !(6..=64).contains(&text.len()) || text[0] == b'P' {
        return false;
    }
    let (mut signs, mut letters) = (false, false);
    for byte in text {
        // All that parts the figures of a date, time or number, and white space of any script.
        signs |= *byte < b'0' || *byte == b':' || !byte.is_ascii();
        letters |= byte.is_ascii_alphabetic() && !matches!(byte, b'e' | b'E');
    }
    letters && !signs
}

fn read_word(text: &[u8]) -> Lexeme {
    match text {
        b"true" | b"True" | b"TRUE" => return Lexeme::Boolean(true),
        b"false" | b"False" | b"FALSE" => return Lexeme::Boolean(false),
        b"yes" | b"Yes" | b"YES" => return Lexeme::YesNo(true),
        b"no" | b"No" | b"NO" => return Lexeme::YesNo(false),
        _ => {}
    }
    if text[0] == b'P'
        && let Some(length) = temporal::read_duration(text)
    {
        return Lexeme::Duration(length);
    }
    temporal::read(text).map_or(Lexeme::Text, Lexeme::Temporal)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_glance_takes_nothing_for_text_that_is_more(
            text in "[0-9a-fA-FPTWJMayun:/. +-]{0,24}|[0-9]{1,4}[-/. :][0-9]{1,2}[-/. :][0-9]{1,4}|[0-9a-fé]{6,40}",
        ) {
            let bytes = text.as_bytes();
            if is_plain(bytes) {
                prop_assert_eq!(number::read(bytes), None);
                prop_assert_eq!(temporal::read(bytes), None);
                prop_assert_eq!(temporal::read_duration(bytes), None);
                prop_assert!(!local::is_local(bytes));
                prop_assert!(!matches!(read_word(bytes), Lexeme::Boolean(_) | Lexeme::YesNo(_)));
            }
        }
    }
}
