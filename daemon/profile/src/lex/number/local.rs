//! Numbers as countries write them: `1.234,56`, `1,234.56`, `1 234,56`, `1'234.56`.
//!
//! One value alone often reads both ways (`1,234`); which notation a field is written in is decided
//! over all its values.

use super::{Decimal, Shape, read as read_plain};

/// How the numbers of a field are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Notation {
    /// A decimal point and nothing else.
    #[default]
    Plain,
    /// A decimal point; commas, blanks or apostrophes between thousands.
    Point,
    /// A decimal comma; points, blanks or apostrophes between thousands.
    Comma,
}

/// What stands between thousands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    Comma,
    Point,
    Blank,
    Apostrophe,
}

/// A value by one notation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    pub shape: Shape,
    pub value: Decimal,
    pub group: Option<Group>,
    /// Digits before the decimal mark.
    pub digits: u8,
}

/// Longer texts are no numbers.
const MAX_LENGTH: usize = 48;

/// Whether a text that is no plain number is one in some notation.
pub fn is_local(text: &[u8]) -> bool {
    read(text, Notation::Point).is_some() || read(text, Notation::Comma).is_some()
}

/// Reads a text that is no plain number by a notation other than the plain one.
pub fn read(text: &[u8], notation: Notation) -> Option<Reading> {
    let (decimal, other) = match notation {
        Notation::Plain => return None,
        Notation::Point => (b'.', b','),
        Notation::Comma => (b',', b'.'),
    };
    if text.len() > MAX_LENGTH || is_address(text) {
        return None;
    }
    let mut plain = Plain::default();
    let mut rest = text;
    if let Some(sign @ (b'-' | b'+')) = rest.first() {
        plain.push(*sign);
        rest = &rest[1..];
    }
    let (mut run, mut group, mut first) = (0, None, true);
    let mut digits = 0_u8;
    while let Some(byte) = rest.first() {
        if byte.is_ascii_digit() {
            // Neither of thousands nor of a number does a group begin with a zero of its own.
            if first && run == 1 && plain.last() == b'0' {
                return None;
            }
            plain.push(*byte);
            (run, digits) = (run + 1, digits + 1);
            rest = &rest[1..];
            continue;
        }
        let Some((mark, length)) = mark(rest, other) else {
            break;
        };
        let known = *group.get_or_insert(mark);
        let is_short = run == 3 || (first && (1..=3).contains(&run) && plain.last_run(run) != b"0");
        if known != mark || !is_short {
            return None;
        }
        (run, first) = (0, false);
        rest = &rest[length..];
    }
    if run == 0 || (group.is_some() && run != 3) {
        return None;
    }
    if rest.first() == Some(&decimal) {
        let fraction = rest[1..].iter().take_while(|b| b.is_ascii_digit()).count();
        if fraction == 0 {
            return None;
        }
        plain.push(b'.');
        plain.extend(&rest[1..=fraction]);
        rest = &rest[1 + fraction..];
    }
    if matches!(rest.first(), Some(b'e' | b'E')) {
        plain.extend(rest);
        rest = &[];
    }
    if !rest.is_empty() {
        return None;
    }
    let (shape, value) = read_plain(plain.text())?;
    (shape != Shape::Code).then_some(Reading {
        shape,
        value,
        group,
        digits,
    })
}

/// A plain decimal (`1.234`) whose point may stand between thousands: its value then.
pub fn as_thousands(value: Decimal) -> Option<Decimal> {
    let is_group = value.scale == 3 && (1000..1_000_000).contains(&value.mantissa);
    is_group.then_some(Decimal { scale: 0, ..value })
}

/// The mark between thousands that a text opens with, and its bytes.
fn mark(text: &[u8], other: u8) -> Option<(Group, usize)> {
    match text {
        [b' ', ..] => Some((Group::Blank, 1)),
        // No-break, narrow no-break and thin.
        [0xc2, 0xa0, ..] => Some((Group::Blank, 2)),
        [0xe2, 0x80, 0xaf | 0x89, ..] => Some((Group::Blank, 3)),
        [b'\'', ..] => Some((Group::Apostrophe, 1)),
        [0xe2, 0x80, 0x99, ..] => Some((Group::Apostrophe, 3)),
        [b',', ..] if other == b',' => Some((Group::Comma, 1)),
        [b'.', ..] if other == b'.' => Some((Group::Point, 1)),
        _ => None,
    }
}

/// `192.168.100.200` is no number of twelve digits.
fn is_address(text: &[u8]) -> bool {
    let mut parts = 0;
    text.split(|byte| *byte == b'.').all(|part| {
        parts += 1;
        let number = std::str::from_utf8(part)
            .ok()
            .and_then(|p| p.parse::<u16>().ok());
        number.is_some_and(|number| number < 256)
    }) && parts == 4
}

/// The number in plain notation.
#[derive(Default)]
struct Plain {
    bytes: Vec<u8>,
}

impl Plain {
    fn push(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    fn extend(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    fn last(&self) -> u8 {
        self.bytes.last().copied().unwrap_or(0)
    }

    fn last_run(&self, length: usize) -> &[u8] {
        &self.bytes[self.bytes.len() - length..]
    }

    fn text(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(text: &str, notation: Notation) -> Option<(f64, Option<Group>)> {
        let reading = read(text.as_bytes(), notation)?;
        Some((reading.value.to_f64(), reading.group))
    }

    #[test]
    fn numbers_read_by_the_notation_they_are_written_in() {
        let cases: [(&str, Option<f64>, Option<f64>); 19] = [
            ("1.234,56", None, Some(1234.56)),
            ("1,234.56", Some(1234.56), None),
            ("1,5", None, Some(1.5)),
            ("-0,25", None, Some(-0.25)),
            ("1,234", Some(1234.0), Some(1.234)),
            ("1.234.567", None, Some(1_234_567.0)),
            ("1,234,567", Some(1_234_567.0), None),
            ("1 234,5", None, Some(1234.5)),
            ("1\u{a0}234\u{a0}567", Some(1_234_567.0), Some(1_234_567.0)),
            ("1\u{202f}234.5", Some(1234.5), None),
            ("1'234.50", Some(1234.5), None),
            ("1\u{2019}234", Some(1234.0), Some(1234.0)),
            ("1,5E+03", None, Some(1500.0)),
            ("+1.000,0", None, Some(1000.0)),
            ("0,123", None, Some(0.123)),
            ("12 34", None, None),
            ("01,5", None, None),
            ("1.23,4", None, None),
            ("192.168.100.200", None, None),
        ];
        for (text, point, comma) in cases {
            let found = (
                by(text, Notation::Point).map(|(value, _)| value),
                by(text, Notation::Comma).map(|(value, _)| value),
            );
            assert_eq!(found, (point, comma), "{text}");
            assert_eq!(
                is_local(text.as_bytes()),
                point.or(comma).is_some(),
                "{text}"
            );
        }
        assert_eq!(
            by("1.234,56", Notation::Comma).and_then(|(_, group)| group),
            Some(Group::Point)
        );
    }

    #[test]
    fn what_only_looks_like_a_number_is_none() {
        for text in [
            "1,2,3",
            "1,",
            ",5,",
            "1..5",
            "1 234 56",
            "030 123 456",
            "1'2",
            "5,5 kg",
            "1,234.567.8",
            "1.234 567",
            "1,e5",
            "",
            "-",
            "12:30,5",
        ] {
            assert!(!is_local(text.as_bytes()), "{text}");
        }
    }
}
