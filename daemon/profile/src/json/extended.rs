//! Scalars of MongoDB Extended JSON: version 2, canonical and relaxed, and the forms of version 1
//! that are still written.
//!
//! | an object of these keys and no other, in any order | counts as |
//! |---|---|
//! | `$oid` (24 hexadecimal digits), `$uuid` (in its usual form), `$symbol`, `$code` | its text |
//! | `$code` with `$scope` (an object) | the code, and the scope as it is written unless it is empty |
//! | `$numberInt`, `$numberLong` (32 and 64 bits), `$numberDouble`, `$numberDecimal` | a number; `NaN` and the infinities are texts |
//! | `$date` (ISO 8601, `$numberLong` of milliseconds, or a bare number) | a datetime in ISO 8601 |
//! | `$timestamp` of `t` and `i` | the datetime of `t`; the ordinal `i` within the second is not kept |
//! | `$binary` of `base64` and `subType`; `$binary` with `$type` | binary, in Base64 |
//! | `$regularExpression` of `pattern` and `options`; `$regex` with `$options` | the text `/pattern/options` |
//! | `$dbPointer` of `$ref` and `$id` | the text `namespace/id` |
//! | `$minKey`, `$maxKey` of 1 | the texts `MinKey` and `MaxKey` |
//! | `$undefined` of `true` | a missing value |
//!
//! Anything else, be it off by one character, is an ordinary object (so is a `DBRef`, as the
//! specification has it).

use super::lexer::{escape_end, unescape};
use super::scan::{ends_plain, lanes};
use crate::accumulate::Kind;
use crate::lex::{Class, temporal};

/// The first keys of wrappers.
pub(super) const KEYS: &[&[u8]] = &[
    b"$oid",
    b"$date",
    b"$numberInt",
    b"$numberLong",
    b"$numberDouble",
    b"$numberDecimal",
    b"$binary",
    b"$uuid",
    b"$timestamp",
    b"$regularExpression",
    b"$symbol",
    b"$code",
    b"$scope",
    b"$dbPointer",
    b"$minKey",
    b"$maxKey",
    b"$undefined",
    b"$type",
    b"$regex",
    b"$options",
];

/// Bytes of the longest of them.
pub(super) const LONGEST_KEY: usize = {
    let (mut longest, mut at) = (0, 0);
    while at < KEYS.len() {
        if KEYS[at].len() > longest {
            longest = KEYS[at].len();
        }
        at += 1;
    }
    longest
};

/// What a wrapper stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scalar {
    /// A part of the text, from byte to byte.
    Written(Kind, usize, usize),
    Made(Kind, String),
    Missing,
}

/// A value within a wrapper.
#[derive(Debug, Clone, Copy)]
enum Part<'t> {
    /// Its first byte, and what stands between the quotes.
    Text(usize, &'t [u8]),
    Integer(&'t [u8]),
    True,
    /// Of one or two members.
    Object(Members<'t>, &'t [u8]),
    /// An object that is no part of a wrapper, as it is written.
    Other(&'t [u8]),
}

/// One or two members of an object.
#[derive(Debug, Clone, Copy)]
struct Members<'t> {
    first: (&'t [u8], Value<'t>),
    second: Option<(&'t [u8], Value<'t>)>,
}

/// Where a value stands; containers are read when they are looked at.
#[derive(Debug, Clone, Copy)]
struct Value<'t> {
    start: usize,
    raw: &'t [u8],
}

/// Reads objects of one or two members.
struct Reader<'t> {
    text: &'t [u8],
    /// In JSON lines a line feed is no white space.
    lines: bool,
    /// The text is known to be valid: a container may be passed over by its brackets.
    valid: bool,
}

/// Reads the wrapper that begins at `at`, and tells the byte after it; `None` when what begins
/// there is an object in its own right, or no valid one. `valid` when it is known to be valid.
pub(super) fn wrapper(text: &[u8], at: usize, lines: bool, valid: bool) -> Option<(Scalar, usize)> {
    let reader = Reader { text, lines, valid };
    let (members, end) = reader.object(at)?;
    let scalar = match members.second {
        None => reader.single(members.first),
        Some(second) => reader
            .pair(members.first, second)
            .or_else(|| reader.pair(second, members.first)),
    };
    Some((scalar?, end))
}

impl<'t> Reader<'t> {
    fn token(&self, mut at: usize) -> Option<(u8, usize)> {
        loop {
            match self.text.get(at)? {
                b' ' | b'\t' | b'\r' => at += 1,
                b'\n' if !self.lines => at += 1,
                byte => return Some((*byte, at)),
            }
        }
    }

    /// The byte after the string whose opening quote is at `at`.
    fn string(&self, at: usize) -> Option<usize> {
        let mut at = at + 1;
        loop {
            if let Some(next) = lanes(self.text, at) {
                let plain = (ends_plain(next) | 1 << 16).trailing_zeros() as usize;
                at += plain;
                if plain == 16 {
                    continue;
                }
            }
            match self.text.get(at)? {
                b'"' => return Some(at + 1),
                b'\\' => at = escape_end(self.text, at)?,
                0..0x20 => return None,
                _ => at += 1,
            }
        }
    }

    /// The value at `at`, and the byte after it.
    fn value(&self, at: usize) -> Option<(Value<'t>, usize)> {
        let end = match self.text.get(at)? {
            b'"' => self.string(at)?,
            b'-' | b'0'..=b'9' => {
                let digits = at + usize::from(self.text[at] == b'-');
                let rest = self.text.get(digits..)?;
                let n = rest.iter().take_while(|b| b.is_ascii_digit()).count();
                if n == 0 || (n > 1 && rest[0] == b'0') {
                    return None;
                }
                digits + n
            }
            b't' => self.text[at..].starts_with(b"true").then_some(at + 4)?,
            b'{' => match self.object(at) {
                Some((_, end)) => end,
                None if self.valid => self.pass(at)?,
                None => return None,
            },
            _ => return None,
        };
        let raw = &self.text[at..end];
        Some((Value { start: at, raw }, end))
    }

    /// The byte after an object of a valid text.
    fn pass(&self, mut at: usize) -> Option<usize> {
        let mut open = 0_u32;
        loop {
            match self.text.get(at)? {
                b'"' => at = self.string(at)? - 1,
                b'{' | b'[' => open += 1,
                b'}' | b']' => open -= 1,
                _ => {}
            }
            at += 1;
            if open == 0 {
                return Some(at);
            }
        }
    }

    /// The object of one or two members at `at`, and the byte after it.
    fn object(&self, at: usize) -> Option<(Members<'t>, usize)> {
        if self.text.get(at)? != &b'{' {
            return None;
        }
        let (first, end) = self.member(at + 1)?;
        let (byte, at) = self.token(end)?;
        let (second, close) = match byte {
            b',' => {
                let (second, end) = self.member(at + 1)?;
                let (byte, at) = self.token(end)?;
                (Some(second), (byte == b'}').then_some(at)?)
            }
            b'}' => (None, at),
            _ => return None,
        };
        Some((Members { first, second }, close + 1))
    }

    /// A key that is written without escapes, and its value.
    fn member(&self, at: usize) -> Option<((&'t [u8], Value<'t>), usize)> {
        let (byte, at) = self.token(at)?;
        if byte != b'"' {
            return None;
        }
        let end = self.string(at)?;
        let key = &self.text[at + 1..end - 1];
        let (byte, colon) = self.token(end)?;
        // Values nested in values nested in wrappers are none of ours; this also bounds the depth.
        let known = KEYS.contains(&key)
            || matches!(
                key,
                b"base64" | b"subType" | b"t" | b"i" | b"pattern" | b"options" | b"$ref" | b"$id"
            );
        if byte != b':' || !known {
            return None;
        }
        let (_, at) = self.token(colon + 1)?;
        let (value, end) = self.value(at)?;
        Some(((key, value), end))
    }

    fn part(&self, value: Value<'t>) -> Part<'t> {
        match value.raw {
            [b'"', text @ .., b'"'] => Part::Text(value.start + 1, text),
            [b'{', ..] => match self.object(value.start) {
                Some((members, _)) => Part::Object(members, value.raw),
                None => Part::Other(value.raw),
            },
            b"true" => Part::True,
            digits => Part::Integer(digits),
        }
    }

    fn single(&self, (key, value): (&[u8], Value<'t>)) -> Option<Scalar> {
        let part = self.part(value);
        if let Part::Text(start, text) = part {
            return single_text(key, start, text);
        }
        match (key, part) {
            (b"$minKey", Part::Integer(b"1")) => Some(made(Kind::Text, "MinKey")),
            (b"$maxKey", Part::Integer(b"1")) => Some(made(Kind::Text, "MaxKey")),
            (b"$undefined", Part::True) => Some(Scalar::Missing),
            (b"$date", Part::Integer(ms)) => Some(made(Kind::Text, iso(integer(ms)?))),
            (b"$date", Part::Object(inner, _)) => match (inner.first, inner.second) {
                ((b"$numberLong", ms), None) => {
                    let Part::Text(_, ms) = self.part(ms) else {
                        return None;
                    };
                    Some(made(Kind::Text, iso(integer(ms)?)))
                }
                _ => None,
            },
            (_, Part::Object(inner, _)) => {
                let second = inner.second?;
                self.inner(key, inner.first, second)
                    .or_else(|| self.inner(key, second, inner.first))
            }
            _ => None,
        }
    }

    /// A wrapper whose value is an object of two members, these in their order.
    fn inner(
        &self,
        key: &[u8],
        (one, first): (&[u8], Value<'t>),
        (two, second): (&[u8], Value<'t>),
    ) -> Option<Scalar> {
        let parts = (self.part(first), self.part(second));
        match (key, one, two, parts) {
            (
                b"$binary",
                b"base64",
                b"subType",
                (Part::Text(start, base64), Part::Text(_, sub)),
            ) => ((1..=2).contains(&sub.len()) && is_hex(sub) && is_base64(base64))
                .then(|| Scalar::Written(Kind::Binary, start, start + base64.len())),
            (b"$timestamp", b"t", b"i", (Part::Integer(t), Part::Integer(i))) => {
                let [t, _] = [t, i].map(|n| integer(n).filter(|n| u32::try_from(*n).is_ok()));
                integer(i).filter(|n| u32::try_from(*n).is_ok())?;
                Some(made(Kind::Text, iso(t? * 1000)))
            }
            (
                b"$regularExpression",
                b"pattern",
                b"options",
                (Part::Text(_, pattern), Part::Text(_, options)),
            ) => expression(pattern, options),
            (b"$dbPointer", b"$ref", b"$id", (Part::Text(_, namespace), Part::Object(id, _))) => {
                let ((b"$oid", id), None) = (id.first, id.second) else {
                    return None;
                };
                let Part::Text(_, id) = self.part(id) else {
                    return None;
                };
                is_object_id(id)
                    .then(|| made(Kind::Text, format!("{}/{}", plain(namespace), plain(id))))
            }
            _ => None,
        }
    }

    /// Wrappers of two keys, these in their order.
    fn pair(
        &self,
        (one, first): (&[u8], Value<'t>),
        (two, second): (&[u8], Value<'t>),
    ) -> Option<Scalar> {
        match (one, two, self.part(first), self.part(second)) {
            (b"$code", b"$scope", Part::Text(_, code), Part::Object(_, raw) | Part::Other(raw)) => {
                let empty = raw.iter().all(|b| b"{} \t\r\n".contains(b));
                let scope = if empty {
                    ""
                } else {
                    &format!(" {}", plain_bytes(raw))
                };
                Some(made(Kind::Text, plain(code) + scope))
            }
            (b"$binary", b"$type", Part::Text(start, base64), Part::Text(_, sub))
                if (1..=2).contains(&sub.len()) && is_hex(sub) && is_base64(base64) =>
            {
                Some(Scalar::Written(Kind::Binary, start, start + base64.len()))
            }
            (b"$regex", b"$options", Part::Text(_, pattern), Part::Text(_, options)) => {
                expression(pattern, options)
            }
            _ => None,
        }
    }
}

/// A wrapper of one string, of which `text` stands between the quotes from byte `start` on.
fn single_text(key: &[u8], start: usize, text: &[u8]) -> Option<Scalar> {
    let written = |kind| Some(Scalar::Written(kind, start, start + text.len()));
    match key {
        b"$oid" if is_object_id(text) => written(Kind::Text),
        b"$uuid" if is_uuid(text) => written(Kind::Text),
        b"$symbol" | b"$code" => Some(made(Kind::Text, plain(text))),
        b"$numberInt" => i32::try_from(integer(text)?)
            .ok()
            .and_then(|_| written(Kind::Number)),
        b"$numberLong" => integer(text).and_then(|_| written(Kind::Number)),
        b"$numberDouble" | b"$numberDecimal" => number(text),
        b"$date" => {
            let class = temporal::read(text)?.first.0.class();
            let iso = text.first().is_some_and(u8::is_ascii_digit) && text.get(4) == Some(&b'-');
            (iso && matches!(class, Class::Date | Class::Datetime))
                .then(|| written(Kind::Text))
                .flatten()
        }
        _ => None,
    }
}

fn made(kind: Kind, text: impl Into<String>) -> Scalar {
    Scalar::Made(kind, text.into())
}

/// What stands between quotes, its escapes undone.
fn plain(raw: &[u8]) -> String {
    let mut text = Vec::with_capacity(raw.len());
    unescape(raw, &mut text);
    plain_bytes(&text)
}

fn plain_bytes(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

fn expression(pattern: &[u8], options: &[u8]) -> Option<Scalar> {
    options.iter().all(u8::is_ascii_alphabetic).then(|| {
        made(
            Kind::Text,
            format!("/{}/{}", plain(pattern), plain(options)),
        )
    })
}

fn number(text: &[u8]) -> Option<Scalar> {
    let text = std::str::from_utf8(text).ok()?;
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(digits, "Infinity" | "NaN") {
        return Some(made(Kind::Text, text));
    }
    let sound = digits
        .bytes()
        .next()
        .is_some_and(|b| b.is_ascii_digit() || b == b'.')
        && digits
            .bytes()
            .all(|b| b.is_ascii_digit() || b".eE+-".contains(&b))
        && text.parse::<f64>().is_ok();
    sound.then(|| made(Kind::Number, text.strip_prefix('+').unwrap_or(text)))
}

/// A whole number of 64 bits, written as one: no plus, no zeros before it.
fn integer(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let sound = matches!(digits, [b'0'] | [b'1'..=b'9', ..]);
    let text = std::str::from_utf8(text).ok().filter(|_| sound)?;
    text.parse().ok()
}

fn is_hex(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_hexdigit)
}

fn is_object_id(text: &[u8]) -> bool {
    text.len() == 24 && is_hex(text)
}

fn is_uuid(text: &[u8]) -> bool {
    text.len() == 36
        && text.iter().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => *b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

fn is_base64(text: &[u8]) -> bool {
    let padding = text.iter().rev().take_while(|b| **b == b'=').count();
    let digit = |b: &u8| b.is_ascii_alphanumeric() || b"+/-_".contains(b);
    padding <= 2 && text[..text.len() - padding].iter().all(digit)
}

/// ISO 8601 in UTC of a count of milliseconds; years past four digits have a sign and six.
fn iso(milliseconds: i64) -> String {
    let (days, in_day) = (
        milliseconds.div_euclid(86_400_000),
        milliseconds.rem_euclid(86_400_000),
    );
    // Days since 0000-03-01, in eras of 400 years.
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let year = if (0..=9999).contains(&year) {
        format!("{year:04}")
    } else {
        format!("{year:+07}")
    };
    let (hour, minute) = (in_day / 3_600_000, in_day / 60_000 % 60);
    let (second, milli) = (in_day / 1000 % 60, in_day % 1000);
    let fraction = if milli == 0 {
        String::new()
    } else {
        format!(".{milli:03}")
    };
    format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
}
