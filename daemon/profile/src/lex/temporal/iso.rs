//! `2003-02-01` and `2003-02-01T04:05:06Z`, as most dates and datetimes of machines are written.

use super::calendar::{DAY, SECOND, days};
use super::{DateFormat, Format, Readings, TimeFormat};

/// Reads a text of this one form; none where it may read another way.
#[inline]
pub(super) fn read(text: &[u8]) -> Option<Readings> {
    let date = text.first_chunk::<10>()?;
    let (between, zone) = match text.len() {
        10 => (0, false),
        19 => (text[10], false),
        20 if text[19] == b'Z' => (text[10], true),
        _ => return None,
    };
    let day = read_day(date)?;
    let mut format = Format {
        date: DateFormat::YearMonthDay(b'-'),
        between,
        time: TimeFormat::None,
        zone,
    };
    let mut moment = day * DAY;
    if text.len() > date.len() {
        if !matches!(between, b'T' | b' ') {
            return None;
        }
        moment += read_clock(text[11..].first_chunk()?)?;
        format.time = TimeFormat::Seconds;
    }
    Some(Readings {
        first: (format, moment),
        second: None,
        fraction: false,
    })
}

fn read_day(text: &[u8; 10]) -> Option<i64> {
    let [a, b, c, d, dash, e, f, dash_too, g, h] = *text;
    if dash != b'-' || dash_too != b'-' || !are_digits(&[a, b, c, d, e, f, g, h]) {
        return None;
    }
    days(two(a, b) * 100 + two(c, d), two(e, f), two(g, h))
}

/// Microseconds of the day.
fn read_clock(text: &[u8; 8]) -> Option<i64> {
    let [a, b, colon, c, d, colon_too, e, f] = *text;
    if colon != b':' || colon_too != b':' || !are_digits(&[a, b, c, d, e, f, b'0', b'0']) {
        return None;
    }
    let (hour, minute, second) = (two(a, b), two(c, d), two(e, f));
    // 60 is a leap second.
    let valid = hour < 24 && minute < 60 && second <= 60;
    valid.then_some((hour * 3600 + minute * 60 + second) * SECOND)
}

#[inline(always)]
fn are_digits(bytes: &[u8; 8]) -> bool {
    let beyond = u64::from_le_bytes(*bytes) ^ 0x3030_3030_3030_3030;
    (beyond.wrapping_add(0x7676_7676_7676_7676) | beyond) & 0x8080_8080_8080_8080 == 0
}

#[inline(always)]
fn two(tens: u8, ones: u8) -> i64 {
    i64::from(tens - b'0') * 10 + i64::from(ones - b'0')
}
