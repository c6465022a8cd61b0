//! Dates, times and durations, each with the one format that reads it.
//!
//! `01/02/2003` reads two ways; both are kept, and the field's other values decide.

use super::Class;

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

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// Reads a whole text as a date, a datetime, a time or a year and month.
pub fn read(text: &[u8]) -> Option<Readings> {
    // `September 30, 2003 11:59:59.123456 PM +00:00` is the longest.
    if text.len() < 4 || text.len() > 44 {
        return None;
    }
    let Some((dates, date_length)) = read_date(text) else {
        let (format, moment, fraction) = read_time(text)?;
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
    let (time, moment, fraction) = read_time(&rest[1..])?;
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

type Dates = [Option<(DateFormat, i64)>; 2];

/// A date at the start of a text, and its length.
fn read_date(text: &[u8]) -> Option<(Dates, usize)> {
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

/// A whole text as a time of day, in microseconds brought to UTC by its offset.
fn read_time(text: &[u8]) -> Option<(Format, i64, bool)> {
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

/// Days since 1970-01-01 of a date that exists (proleptic Gregorian calendar).
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) || year < 1 {
        return None;
    }
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year
            - 719_468,
    )
}

/// Year, month and day of a day since 1970-01-01.
fn civil(day: i64) -> (i64, i64, i64) {
    let z = day + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

/// A whole text as an ISO 8601 duration (`P1DT2H`, `PT0.5S`, `-P3W`).
pub fn read_duration(text: &[u8]) -> Option<i64> {
    let (sign, mut rest) = match text {
        [b'-', rest @ ..] => (-1, rest),
        _ => (1, text),
    };
    rest = rest.strip_prefix(b"P")?;
    let (mut total, mut parts, mut in_time) = (0_i64, 0, false);
    while let Some(first) = rest.first() {
        if *first == b'T' && !in_time {
            in_time = true;
            parts = 0;
            rest = &rest[1..];
            continue;
        }
        let mut at = 0;
        let (value, _) = digits(rest, &mut at, 9)?;
        let mut micros = 0;
        if let Some(b'.' | b',') = rest.get(at) {
            at += 1;
            let (part, length) = digits(rest, &mut at, 6)?;
            micros = part * 10_i64.pow(6 - u32::try_from(length).ok()?);
        }
        let unit = match (rest.get(at)?, in_time) {
            (b'Y', false) => 365 * 86_400,
            (b'M', false) => 30 * 86_400,
            (b'W', false) => 7 * 86_400,
            (b'D', false) => 86_400,
            (b'H', true) => 3_600,
            (b'M', true) => 60,
            (b'S', true) => 1,
            _ => return None,
        };
        total = total.checked_add(value.checked_mul(unit)?.checked_mul(SECOND)?)?;
        total = total.checked_add(micros.checked_mul(unit)?)?;
        parts += 1;
        rest = &rest[at + 1..];
    }
    (parts > 0).then_some(sign * total)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(text: &str) -> Vec<(String, String)> {
        let Some(readings) = read(text.as_bytes()) else {
            return Vec::new();
        };
        [Some(readings.first), readings.second]
            .into_iter()
            .flatten()
            .map(|(format, moment)| (format.pattern(readings.fraction), format.show(moment)))
            .collect()
    }

    fn one(text: &str, pattern: &str, shown: &str) {
        assert_eq!(
            patterns(text),
            [(pattern.to_owned(), shown.to_owned())],
            "{text}"
        );
    }

    #[test]
    fn dates_and_times_are_read_and_shown() {
        one("2013-01-31", "%Y-%m-%d", "2013-01-31");
        one("2000/2/29", "%Y/%m/%d", "2000-02-29");
        one("31.12.1999", "%d.%m.%Y", "1999-12-31");
        one("12/31/1999", "%m/%d/%Y", "1999-12-31");
        one("31/12/69", "%d/%m/%y", "1969-12-31");
        one("1-Feb-2003", "%d-%b-%Y", "2003-02-01");
        one("September 30, 2003", "%B %d, %Y", "2003-09-30");
        one(
            "2013-01-01T10:00:00Z",
            "%Y-%m-%dT%H:%M:%S%z",
            "2013-01-01T10:00:00Z",
        );
        one(
            "2013-01-01 01:30:00+02:00",
            "%Y-%m-%d %H:%M:%S%z",
            "2012-12-31T23:30:00Z",
        );
        one(
            "1969-12-31 23:59:59.5",
            "%Y-%m-%d %H:%M:%S.%f",
            "1969-12-31T23:59:59.500000",
        );
        one(
            "1/31/2020 5:07 PM",
            "%m/%d/%Y %I:%M %p",
            "2020-01-31T17:07:00",
        );
        one("23:59", "%H:%M", "23:59:00");
        one("2024-07", "%Y-%m", "2024-07");
    }

    #[test]
    fn an_ambiguous_date_reads_two_ways() {
        let both = [("%d/%m/%Y", "2003-02-01"), ("%m/%d/%Y", "2003-01-02")];
        assert_eq!(
            patterns("01/02/2003"),
            both.map(|(a, b)| (a.to_owned(), b.to_owned()))
        );
    }

    #[test]
    fn what_is_no_date_stays_text() {
        for text in [
            "2013-02-30",
            "2013-13-01",
            "1.2.3",
            "10.0.0.1",
            "24:00",
            "12:60",
            "2013-01-01x",
            "1900-02-29",
            "555-1234",
            "2013-01-01T",
            "may",
            "12-34",
            "2020-1",
            "0000-00-00",
            "1/2/345",
        ] {
            assert_eq!(patterns(text), [], "{text}");
        }
    }

    #[test]
    fn durations_are_read() {
        assert_eq!(read_duration(b"P1DT2H"), Some(26 * 3600 * SECOND));
        assert_eq!(read_duration(b"-PT0.5S"), Some(-SECOND / 2));
        for text in ["P", "PT", "P1", "P1H", "PT1D", "1D", "P1DT"] {
            assert_eq!(read_duration(text.as_bytes()), None, "{text}");
        }
    }
}
