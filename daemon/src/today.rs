//! Which day it is, for an engine that has no clock.

use jiff::{Timestamp, ToSpan, tz::TimeZone};

/// The latest day it is anywhere on earth, `YYYY-MM-DD`: whatever zone a file was written in, its own
/// day is none of the future.
#[must_use]
pub fn latest_day() -> String {
    day_at(Timestamp::now())
}

fn day_at(now: Timestamp) -> String {
    // The first to see a day are 14 hours ahead.
    let ahead = now.saturating_add(14.hours()).unwrap_or(now);
    ahead.to_zoned(TimeZone::UTC).date().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_in_the_east() {
        for (now, day) in [
            ("2026-11-23T09:59:59Z", "2026-11-23"),
            ("2026-11-23T10:00:00Z", "2026-11-24"),
            ("2026-12-31T23:00:00Z", "2027-01-01"),
        ] {
            assert_eq!(day_at(now.parse().unwrap()), day, "{now}");
        }
    }
}
