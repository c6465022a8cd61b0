use proptest::prelude::*;

use super::calendar::SECOND;
use super::{Class, iso, opens_date, read, read_any, read_duration};

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

proptest! {
    #[test]
    fn the_usual_form_reads_as_any_does(
        text in "[0-2][0-9]{3}-[01][0-9]-[0-3][0-9]([T \0][0-2][0-9]:[0-6][0-9]:[0-6][0-9][Z.]?)?|[0-9:/T -]{10,20}",
    ) {
        if let Some(readings) = iso::read(text.as_bytes()) {
            prop_assert_eq!(read_any(text.as_bytes()), Some(readings));
        }
    }

    #[test]
    fn what_opens_no_date_is_none(
        text in "[0-9]{1,4}[-/. ][0-9]{1,2}[-/. ][0-9]{1,4}|[0-9]{1,2}[-/. ][A-Za-z]{3}[-/. ][0-9]{4}|[A-Z][a-z]{2,8} [0-9]{1,2}, [0-9]{4}|[0-9a-z/. -]{0,12}",
    ) {
        let dated = read(text.as_bytes()).is_some_and(|r| matches!(r.first.0.class(), Class::Date | Class::Datetime));
        prop_assert!(!dated || opens_date(text.as_bytes()), "{text}");
    }
}

#[test]
fn every_month_opens_a_date() {
    for month in [
        "Jan", "feb", "Mar", "Apr", "MAY", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ] {
        let text = format!("{month} 5, 2003");
        assert!(
            opens_date(text.as_bytes()) && read(text.as_bytes()).is_some(),
            "{text}"
        );
    }
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
