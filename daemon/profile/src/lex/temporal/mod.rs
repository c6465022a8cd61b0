//! Dates, times and durations, each with the one format that reads it.
//!
//! `01/02/2003` reads two ways; both are kept, and the field's other values decide.

mod calendar;
mod clock;
mod date;
mod duration;
mod iso;
#[cfg(test)]
mod tests;

pub use duration::read_duration;

use super::Class;
pub(crate) use calendar::civil;
use calendar::{DAY, SECOND};

/// Order and separators of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DateFormat {
    None,
    /// `2003-02-01`, with its separator.
    YearMonthDay(u8),
    /// `01/02/2003` as the first of February.
    DayMonthYear(u8),
    /// `01/02/2003` as the second of January.
    MonthDayYear(u8),
    /// `01/02/03` as the first of February.
    DayMonthShortYear(u8),
    /// `01/02/03` as the second of January.
    MonthDayShortYear(u8),
    /// `1 Feb 2003`, `01-Feb-2003`; full month names when true.
    DayNameYear(u8, bool),
    /// `Feb 1, 2003`; full month names when true.
    NameDayYear(bool),
    /// `2003-02`.
    YearMonth,
}

/// Precision of a time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimeFormat {
    None,
    Minutes,
    Seconds,
    /// `5:30 PM`; seconds when true.
    Halves(bool),
}

/// One way to read a date, a time or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Format {
    pub date: DateFormat,
    /// Between date and time; 0 when one of them is absent.
    pub between: u8,
    pub time: TimeFormat,
    pub zone: bool,
}

/// The one or two ways a value reads, with the microseconds since 1970 (of the day, for a time).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Readings {
    pub first: (Format, i64),
    pub second: Option<(Format, i64)>,
    pub fraction: bool,
}

impl Readings {
    /// The moment by one format.
    pub fn by(&self, format: Format) -> Option<i64> {
        [Some(self.first), self.second]
            .into_iter()
            .flatten()
            .find(|(f, _)| *f == format)
            .map(|(_, m)| m)
    }
}

impl Format {
    /// The look of values of this format.
    pub fn class(&self) -> Class {
        match (self.date, self.time) {
            (DateFormat::YearMonth, _) => Class::YearMonth,
            (DateFormat::None, _) => Class::Time,
            (_, TimeFormat::None) => Class::Date,
            _ => Class::Datetime,
        }
    }

    /// The `strptime` pattern; `fraction` when any value has parts of a second.
    pub fn pattern(&self, fraction: bool) -> String {
        let mut text = match self.date {
            DateFormat::None => String::new(),
            DateFormat::YearMonthDay(s) => joined("%Y", "%m", "%d", s),
            DateFormat::DayMonthYear(s) => joined("%d", "%m", "%Y", s),
            DateFormat::MonthDayYear(s) => joined("%m", "%d", "%Y", s),
            DateFormat::DayMonthShortYear(s) => joined("%d", "%m", "%y", s),
            DateFormat::MonthDayShortYear(s) => joined("%m", "%d", "%y", s),
            DateFormat::DayNameYear(s, full) => {
                joined("%d", if full { "%B" } else { "%b" }, "%Y", s)
            }
            DateFormat::NameDayYear(true) => "%B %d, %Y".into(),
            DateFormat::NameDayYear(false) => "%b %d, %Y".into(),
            DateFormat::YearMonth => "%Y-%m".into(),
        };
        if self.between != 0 {
            text.push(char::from(self.between));
        }
        text.push_str(match self.time {
            TimeFormat::None => "",
            TimeFormat::Minutes => "%H:%M",
            TimeFormat::Seconds => "%H:%M:%S",
            TimeFormat::Halves(false) => "%I:%M %p",
            TimeFormat::Halves(true) => "%I:%M:%S %p",
        });
        if fraction {
            text.push_str(".%f");
        }
        if self.zone {
            text.push_str("%z");
        }
        text
    }

    /// A moment in ISO 8601, as precise as the format.
    pub fn show(&self, moment: i64) -> String {
        let day = moment.div_euclid(DAY);
        let (year, month, date) = civil(day);
        let rest = moment.rem_euclid(DAY);
        let second = rest / SECOND;
        let clock = format!(
            "{:02}:{:02}:{:02}",
            second / 3600,
            second / 60 % 60,
            second % 60
        );
        let fraction = match rest % SECOND {
            0 => String::new(),
            micros => format!(".{micros:06}"),
        };
        let zone = if self.zone { "Z" } else { "" };
        match self.class() {
            Class::YearMonth => format!("{year:04}-{month:02}"),
            Class::Date => format!("{year:04}-{month:02}-{date:02}"),
            Class::Time => format!("{clock}{fraction}{zone}"),
            _ => format!("{year:04}-{month:02}-{date:02}T{clock}{fraction}{zone}"),
        }
    }
}

fn joined(a: &str, b: &str, c: &str, separator: u8) -> String {
    let s = char::from(separator);
    format!("{a}{s}{b}{s}{c}")
}

/// Whether a text may begin with a date, at a glance.
#[inline]
pub fn opens_date(text: &[u8]) -> bool {
    let Some(start) = text.first_chunk::<6>() else {
        // The shortest are `1/2/03`.
        return false;
    };
    if start[0].is_ascii_digit() {
        // Four digits at most, and a sign.
        return start[1..5].iter().any(|b| b"-/. ".contains(b));
    }
    let name = [start[0] | 0x20, start[1] | 0x20, start[2] | 0x20];
    matches!(
        &name,
        b"jan"
            | b"feb"
            | b"mar"
            | b"apr"
            | b"may"
            | b"jun"
            | b"jul"
            | b"aug"
            | b"sep"
            | b"oct"
            | b"nov"
            | b"dec"
    )
}

/// Reads a whole text as a date, a datetime, a time or a year and month.
pub fn read(text: &[u8]) -> Option<Readings> {
    iso::read(text).or_else(|| read_any(text))
}

fn read_any(text: &[u8]) -> Option<Readings> {
    // `September 30, 2003 11:59:59.123456 PM +00:00` is the longest.
    if text.len() < 4 || text.len() > 44 {
        return None;
    }
    let Some((dates, date_length)) = date::read_date(text) else {
        let (format, moment, fraction) = clock::read_time(text)?;
        return Some(Readings {
            first: (format, moment),
            second: None,
            fraction,
        });
    };
    let rest = &text[date_length..];
    if rest.is_empty() {
        let [first, second] = dates.map(|d| d.map(|(date, day)| (only_date(date), day * DAY)));
        return Some(Readings {
            first: first?,
            second,
            fraction: false,
        });
    }
    if dates[0]?.0 == DateFormat::YearMonth || !matches!(rest[0], b'T' | b' ') {
        return None;
    }
    let (time, moment, fraction) = clock::read_time(&rest[1..])?;
    let [first, second] = dates.map(|d| {
        d.map(|(date, day)| {
            (
                Format {
                    date,
                    between: rest[0],
                    ..time
                },
                day * DAY + moment,
            )
        })
    });
    Some(Readings {
        first: first?,
        second,
        fraction,
    })
}

fn only_date(date: DateFormat) -> Format {
    Format {
        date,
        between: 0,
        time: TimeFormat::None,
        zone: false,
    }
}

/// Up to `most` digits at `at`, at least one, and how many there were.
fn digits(text: &[u8], at: &mut usize, most: usize) -> Option<(i64, usize)> {
    let rest = &text[*at..];
    let length = rest
        .iter()
        .take(most)
        .take_while(|b| b.is_ascii_digit())
        .count();
    *at += length;
    let value = rest[..length]
        .iter()
        .fold(0, |n, d| n * 10 + i64::from(d - b'0'));
    (length > 0).then_some((value, length))
}
