//! Dates, in figures and with names of months.

use super::calendar::days;
use super::{DateFormat, digits};

pub(super) type Dates = [Option<(DateFormat, i64)>; 2];

/// A date at the start of a text, and its length.
pub(super) fn read_date(text: &[u8]) -> Option<(Dates, usize)> {
    let mut at = 0;
    if text[0].is_ascii_alphabetic() {
        return read_named_first(text);
    }
    let (a, a_length) = digits(text, &mut at, 4)?;
    let separator = *text.get(at)?;
    if !matches!(separator, b'-' | b'/' | b'.' | b' ') {
        return None;
    }
    at += 1;
    if text.get(at)?.is_ascii_alphabetic() {
        return read_named_second(text, a, a_length, separator, at);
    }
    let (b, b_length) = digits(text, &mut at, 2)?;
    if a_length == 4 && separator == b'-' && b_length == 2 && at == text.len() {
        let plausible = (1000..=2999).contains(&a) && (1..=12).contains(&b);
        let day = days(a, b, 1)?;
        return plausible.then_some(([Some((DateFormat::YearMonth, day)), None], at));
    }
    if text.get(at) != Some(&separator) || separator == b' ' {
        return None;
    }
    at += 1;
    let (c, c_length) = digits(text, &mut at, 4)?;
    if a_length == 4 && c_length <= 2 {
        let day = days(a, b, c)?;
        return Some(([Some((DateFormat::YearMonthDay(separator), day)), None], at));
    }
    let candidates = match (a_length, c_length) {
        (1 | 2, 4) => [
            days(c, b, a).map(|d| (DateFormat::DayMonthYear(separator), d)),
            days(c, a, b).map(|d| (DateFormat::MonthDayYear(separator), d)),
        ],
        (1 | 2, 2) => {
            // The pivot of POSIX `strptime`.
            let year = if c < 69 { 2000 + c } else { 1900 + c };
            [
                days(year, b, a).map(|d| (DateFormat::DayMonthShortYear(separator), d)),
                days(year, a, b).map(|d| (DateFormat::MonthDayShortYear(separator), d)),
            ]
        }
        _ => return None,
    };
    match candidates {
        [None, None] => None,
        [None, second] => Some(([second, None], at)),
        both => Some((both, at)),
    }
}

/// `1 Feb 2003`, the day being read.
fn read_named_second(
    text: &[u8],
    day: i64,
    day_length: usize,
    separator: u8,
    mut at: usize,
) -> Option<(Dates, usize)> {
    let (month, full) = month_name(text, &mut at)?;
    if day_length > 2 || text.get(at) != Some(&separator) {
        return None;
    }
    at += 1;
    let (year, 4) = digits(text, &mut at, 4)? else {
        return None;
    };
    let moment = days(year, month, day)?;
    Some((
        [
            Some((DateFormat::DayNameYear(separator, full), moment)),
            None,
        ],
        at,
    ))
}

/// `Feb 1, 2003`.
fn read_named_first(text: &[u8]) -> Option<(Dates, usize)> {
    let mut at = 0;
    let (month, full) = month_name(text, &mut at)?;
    if text.get(at) != Some(&b' ') {
        return None;
    }
    at += 1;
    let (day, _) = digits(text, &mut at, 2)?;
    if text.get(at..at + 2) != Some(b", ") {
        return None;
    }
    at += 2;
    let (year, 4) = digits(text, &mut at, 4)? else {
        return None;
    };
    let moment = days(year, month, day)?;
    Some(([Some((DateFormat::NameDayYear(full), moment)), None], at))
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The month at `at`, and whether its name is written out (`May` is not).
fn month_name(text: &[u8], at: &mut usize) -> Option<(i64, bool)> {
    let length = text[*at..]
        .iter()
        .take_while(|b| b.is_ascii_alphabetic())
        .count();
    let word = &text[*at..*at + length];
    // Most words are no months; a month is never the last of a date.
    if !(3..=9).contains(&length) || matches!(text.get(*at + length), None | Some(b'0'..=b'9')) {
        return None;
    }
    *at += length;
    (1..).zip(MONTHS).find_map(|(number, name)| {
        let name = name.as_bytes();
        let full = word.eq_ignore_ascii_case(name);
        let short = length == 3 && word.eq_ignore_ascii_case(&name[..3]);
        (full || short).then_some((number, full && length > 3))
    })
}
