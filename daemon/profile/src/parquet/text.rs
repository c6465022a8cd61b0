//! Values as text, in the notation the other readers hand on.

use std::io::Write;

use super::look::{Look, Unit, Zone};
use crate::accumulate::Kind;
use crate::lex::temporal::civil;
use crate::number::big::Big;
use crate::number::moments::decimal_text;

const SECONDS_A_DAY: i64 = 86_400;

/// Of the Julian day number of 1970-01-01.
const JULIAN_EPOCH: i64 = 2_440_588;

/// Writes a value that fits a word (integers with their sign, floats as their bits) and says what
/// kind it is.
pub(super) fn word(look: Look, bits: u64, out: &mut Vec<u8>) -> Kind {
    out.clear();
    let signed = bits as i64;
    match look {
        Look::Boolean => {
            out.extend_from_slice(if bits == 0 { b"false" } else { b"true" });
            return Kind::Boolean;
        }
        Look::Unsigned => integer(out, bits),
        Look::Float => {
            return float(
                out,
                f64::from(f32::from_bits(bits as u32)),
                Some(bits as u32),
            );
        }
        Look::Double => return float(out, f64::from_bits(bits), None),
        Look::Decimal(scale) => decimal(out, i128::from(signed), scale),
        Look::Date => {
            date(out, signed);
            return Kind::Text;
        }
        Look::Time(unit, zone) => {
            time(out, signed, unit, zone);
            // A cell: texts of times are taken for times only where the file says that they are.
            return Kind::Cell;
        }
        Look::Timestamp(unit, zone) => {
            timestamp(out, signed, unit, zone);
            return Kind::Text;
        }
        _ => integer(out, signed),
    }
    Kind::Number
}

/// Writes a value that is stored as bytes, and says what kind it is. Text that is not UTF-8 is
/// mended, and `damaged` is set.
pub(super) fn bytes(look: Look, raw: &[u8], out: &mut Vec<u8>, damaged: &mut bool) -> Kind {
    out.clear();
    match look {
        Look::Text => {
            text(raw, out, damaged);
            Kind::Text
        }
        Look::Json => {
            text(raw, out, damaged);
            match raw.trim_ascii_start().first() {
                Some(b'{') => Kind::Object,
                Some(b'[') => Kind::Array,
                _ => Kind::Text,
            }
        }
        // Longer ones take a time that grows with the square of their length, and mean nothing.
        Look::Decimal(_) if raw.len() > 64 => printable(raw, out),
        Look::Decimal(scale) => {
            wide_decimal(out, raw, scale);
            Kind::Number
        }
        Look::Uuid => {
            for (at, byte) in raw.iter().enumerate() {
                if matches!(at, 4 | 6 | 8 | 10) {
                    out.push(b'-');
                }
                hex(out, *byte);
            }
            Kind::Text
        }
        Look::Half => match raw {
            [low, high] => {
                let near = half(u16::from_le_bytes([*low, *high]));
                float(out, f64::from(near), Some(near.to_bits()))
            }
            _ => printable(raw, out),
        },
        Look::Interval => match raw.as_chunks::<4>() {
            ([months, days, millis], []) => {
                interval(out, [*months, *days, *millis].map(u32::from_le_bytes));
                Kind::Cell
            }
            _ => printable(raw, out),
        },
        Look::Int96 => match raw {
            [nanos @ .., a, b, c, d] if nanos.len() == 8 => {
                let in_day = nanos
                    .iter()
                    .rev()
                    .fold(0_i64, |n, b| n << 8 | i64::from(*b));
                let day = i64::from(u32::from_le_bytes([*a, *b, *c, *d])) - JULIAN_EPOCH;
                let seconds = day * SECONDS_A_DAY + in_day.div_euclid(1_000_000_000);
                moment(out, seconds, in_day.rem_euclid(1_000_000_000), Zone::Local);
                Kind::Text
            }
            _ => printable(raw, out),
        },
        _ => printable(raw, out),
    }
}

fn text(raw: &[u8], out: &mut Vec<u8>, damaged: &mut bool) {
    if std::str::from_utf8(raw).is_ok() {
        out.extend_from_slice(raw);
    } else {
        *damaged = true;
        out.extend_from_slice(String::from_utf8_lossy(raw).as_bytes());
    }
}

/// Bytes as DuckDB prints them: printable ASCII as it is, all else as `\xAB`. What is really text
/// stays readable, so that personal data in it is found.
fn printable(raw: &[u8], out: &mut Vec<u8>) -> Kind {
    for byte in raw {
        if (b' '..=b'~').contains(byte) && !matches!(byte, b'\\' | b'\'' | b'"') {
            out.push(*byte);
        } else {
            out.extend_from_slice(b"\\x");
            hex_upper(out, *byte);
        }
    }
    Kind::Binary
}

fn hex(out: &mut Vec<u8>, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.push(DIGITS[usize::from(byte >> 4)]);
    out.push(DIGITS[usize::from(byte & 15)]);
}

fn hex_upper(out: &mut Vec<u8>, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.push(DIGITS[usize::from(byte >> 4)]);
    out.push(DIGITS[usize::from(byte & 15)]);
}

fn integer(out: &mut Vec<u8>, value: impl itoa::Integer) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

/// The shortest text that reads as the same number, of 32 bits where `single` has them. What is no
/// number is a text: it is for the evidence of the other values to say what it stands for.
fn float(out: &mut Vec<u8>, value: f64, single: Option<u32>) -> Kind {
    if value.is_nan() {
        out.extend_from_slice(b"NaN");
        return Kind::Text;
    }
    if value.is_infinite() {
        out.extend_from_slice(if value < 0.0 {
            b"-Infinity"
        } else {
            b"Infinity"
        });
        return Kind::Text;
    }
    let mut buffer = zmij::Buffer::new();
    let text = match single {
        Some(bits) => buffer.format_finite(f32::from_bits(bits)),
        None => buffer.format_finite(value),
    };
    out.extend_from_slice(text.as_bytes());
    Kind::Number
}

/// A number of 16 bits as one of 32.
fn half(bits: u16) -> f32 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f32::from(bits & 1023));
    match exponent {
        0 => sign * fraction * 2_f32.powi(-24),
        31 if fraction == 0.0 => sign * f32::INFINITY,
        31 => f32::NAN,
        _ => sign * (1.0 + fraction / 1024.0) * 2_f32.powi(exponent - 15),
    }
}

fn decimal(out: &mut Vec<u8>, value: i128, scale: u32) {
    let size = value.unsigned_abs();
    if value < 0 {
        out.push(b'-');
    }
    let mut buffer = itoa::Buffer::new();
    let digits = buffer.format(size).as_bytes();
    point(out, digits, scale as usize);
}

/// Digits with a point before the last `places` of them, all of which are shown.
fn point(out: &mut Vec<u8>, digits: &[u8], places: usize) {
    if places == 0 {
        out.extend_from_slice(digits);
        return;
    }
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(places));
    out.extend_from_slice(if whole.is_empty() { b"0" } else { whole });
    out.push(b'.');
    out.resize(out.len() + places - fraction.len(), b'0');
    out.extend_from_slice(fraction);
}

/// A decimal of any width: big-endian, in two's complement.
fn wide_decimal(out: &mut Vec<u8>, raw: &[u8], scale: u32) {
    let negative = raw.first().is_some_and(|b| b & 0x80 != 0);
    let fill = if negative { 0xff } else { 0 };
    let same = |byte: &u8| *byte == fill;
    let spare = raw.iter().take_while(|b| same(b)).count();
    let digits = &raw[spare..];
    if digits.len() < 16 {
        let start = if negative { -1_i128 } else { 0 };
        let value = digits.iter().fold(start, |n, b| n << 8 | i128::from(*b));
        return decimal(out, value, scale);
    }
    // The size of a negative number is its complement and one more.
    let mut words = vec![0_u64; raw.len().div_ceil(8)];
    for (at, byte) in raw.iter().rev().enumerate() {
        let byte = if negative { !byte } else { *byte };
        words[at / 8] |= u64::from(byte) << (at % 8 * 8);
    }
    let mut size = Big::from_words(&words);
    if negative {
        size.add(&Big::from(1));
        out.push(b'-');
    }
    point(
        out,
        decimal_text(false, &size, 0).as_bytes(),
        scale as usize,
    );
}

fn two(out: &mut Vec<u8>, value: i64) {
    out.push(b'0' + (value / 10 % 10) as u8);
    out.push(b'0' + (value % 10) as u8);
}

fn date(out: &mut Vec<u8>, day: i64) {
    let (year, month, date) = civil(day);
    if (0..=9999).contains(&year) {
        two(out, year / 100);
        two(out, year % 100);
    } else {
        // A year of more digits is no date to any reader of texts; it is shown as it is.
        let _ = write!(out, "{year:+05}");
    }
    out.push(b'-');
    two(out, month);
    out.push(b'-');
    two(out, date);
}

fn clock(out: &mut Vec<u8>, second: i64, nanos: i64, zone: Zone) {
    two(out, second / 3600);
    out.push(b':');
    two(out, second / 60 % 60);
    out.push(b':');
    two(out, second % 60);
    if nanos != 0 {
        let mut digits = [b'0'; 9];
        let mut left = nanos;
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (left % 10) as u8;
            left /= 10;
        }
        let length = 9 - digits.iter().rev().take_while(|d| **d == b'0').count();
        out.push(b'.');
        out.extend_from_slice(&digits[..length]);
    }
    if zone == Zone::Utc {
        out.push(b'Z');
    }
}

fn time(out: &mut Vec<u8>, value: i64, unit: Unit, zone: Zone) {
    let per = unit.per_second();
    let second = value.div_euclid(per);
    if !(0..=SECONDS_A_DAY).contains(&second) {
        // No time of any day.
        return integer(out, value);
    }
    clock(
        out,
        second,
        value.rem_euclid(per) * (1_000_000_000 / per),
        zone,
    );
}

fn timestamp(out: &mut Vec<u8>, value: i64, unit: Unit, zone: Zone) {
    let per = unit.per_second();
    let nanos = value.rem_euclid(per) * (1_000_000_000 / per);
    moment(out, value.div_euclid(per), nanos, zone);
}

fn moment(out: &mut Vec<u8>, seconds: i64, nanos: i64, zone: Zone) {
    date(out, seconds.div_euclid(SECONDS_A_DAY));
    out.push(b'T');
    clock(out, seconds.rem_euclid(SECONDS_A_DAY), nanos, zone);
}

/// ISO 8601.
fn interval(out: &mut Vec<u8>, [months, days, millis]: [u32; 3]) {
    out.push(b'P');
    for (value, unit) in [(months / 12, b'Y'), (months % 12, b'M'), (days, b'D')] {
        if value > 0 {
            integer(out, value);
            out.push(unit);
        }
    }
    if millis > 0 || out.len() == 1 {
        let _ = write!(out, "T{}", millis / 1000);
        if millis % 1000 > 0 {
            let _ = write!(out, ".{:03}", millis % 1000);
        }
        out.push(b'S');
    }
}
