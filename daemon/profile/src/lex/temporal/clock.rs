//! Times of day, with halves of the day and offsets from UTC.

use super::calendar::SECOND;
use super::{DateFormat, Format, TimeFormat, digits};

/// A whole text as a time of day, in microseconds brought to UTC by its offset.
pub(super) fn read_time(text: &[u8]) -> Option<(Format, i64, bool)> {
    let mut at = 0;
    let (hour, _) = digits(text, &mut at, 2)?;
    if text.get(at) != Some(&b':') {
        return None;
    }
    at += 1;
    let (minute, 2) = digits(text, &mut at, 2)? else {
        return None;
    };
    let mut time = TimeFormat::Minutes;
    let (mut second, mut micros, mut fraction) = (0, 0, false);
    if text.get(at) == Some(&b':') {
        at += 1;
        let (value, 2) = digits(text, &mut at, 2)? else {
            return None;
        };
        second = value;
        time = TimeFormat::Seconds;
        if let Some(b'.' | b',') = text.get(at) {
            at += 1;
            let start = at;
            let (value, length) = digits(text, &mut at, 6)?;
            micros = value * 10_i64.pow(6 - u32::try_from(length).ok()?);
            // Nanoseconds are cut: no statistic shows more than microseconds.
            while at - start < 9 && text.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            fraction = true;
        }
    }
    let mut hour_of_day = hour;
    if let Some(half) = half_of_day(&text[at..]) {
        if !(1..=12).contains(&hour) || fraction {
            return None;
        }
        hour_of_day = hour % 12 + if half { 12 } else { 0 };
        time = TimeFormat::Halves(time == TimeFormat::Seconds);
        at = text.len();
    }
    let offset = read_zone(&text[at..])?;
    // 60 is a leap second.
    if hour_of_day > 23 || minute > 59 || second > 60 {
        return None;
    }
    let moment = (hour_of_day * 3600 + minute * 60 + second) * SECOND + micros;
    let format = Format {
        date: DateFormat::None,
        between: 0,
        time,
        zone: offset.is_some(),
    };
    Some((format, moment - offset.unwrap_or(0) * 60 * SECOND, fraction))
}

fn half_of_day(rest: &[u8]) -> Option<bool> {
    let word = rest.trim_ascii_start();
    if word.eq_ignore_ascii_case(b"pm") {
        Some(true)
    } else if word.eq_ignore_ascii_case(b"am") {
        Some(false)
    } else {
        None
    }
}

/// Minutes east of UTC: `Some(None)` without a zone, `None` for what is none.
#[allow(clippy::option_option)]
fn read_zone(rest: &[u8]) -> Option<Option<i64>> {
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    match rest {
        b"" => return Some(None),
        b"Z" | b"z" | b"UTC" | b"GMT" => return Some(Some(0)),
        _ => {}
    }
    let sign = match rest[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let mut at = 1;
    let (hours, 2) = digits(rest, &mut at, 2)? else {
        return None;
    };
    let mut minutes = 0;
    if at < rest.len() {
        at += usize::from(rest[at] == b':');
        let (value, 2) = digits(rest, &mut at, 2)? else {
            return None;
        };
        minutes = value;
    }
    (at == rest.len() && hours <= 18 && minutes < 60).then_some(Some(sign * (hours * 60 + minutes)))
}
