//! Numbers and moments as people read them.

use ddgen_ipc::Timestamp;
use jiff::tz::TimeZone;

/// `1,234,567`.
#[must_use]
pub fn count(number: u64) -> String {
    grouped(&number.to_string())
}

/// The whole number where it fits, else three digits of it (`12.3 M`), or as few as must be.
#[must_use]
pub fn count_in(number: u64, columns: usize) -> String {
    let short = scaled(number, &["", " K", " M", " G", " T", " P", " E"]);
    let unit = short.chars().last().unwrap_or_default();
    let digits = short.split(['.', ' ']).next().unwrap_or_default();
    let shortest = format!("{digits}{unit}");
    [count(number), number.to_string(), short]
        .into_iter()
        .find(|words| words.len() <= columns)
        .unwrap_or(shortest)
}

/// `31.1 MB`: decimal, as `ls --si` and file managers count.
#[must_use]
pub fn bytes(number: u64) -> String {
    scaled(number, &[" B", " kB", " MB", " GB", " TB", " PB", " EB"])
}

fn scaled(number: u64, units: &[&str]) -> String {
    let mut value = number as f64;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < units.len() {
        value /= 1000.0;
        unit += 1;
    }
    let decimals = match value {
        _ if unit == 0 => 0,
        value if value < 9.995 => 2,
        value if value < 99.95 => 1,
        _ => 0,
    };
    format!("{value:.decimals$}{}", units[unit])
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A share that never rounds to nothing or to all of it: `<0.1%`, `>99.9%`.
#[must_use]
pub fn share(part: u64, whole: u64) -> String {
    if part == 0 || whole == 0 {
        return "0%".to_owned();
    }
    if part >= whole {
        return "100%".to_owned();
    }
    let percent = part as f64 * 100.0 / whole as f64;
    if percent < 0.1 {
        "<0.1%".to_owned()
    } else if percent > 99.9 {
        ">99.9%".to_owned()
    } else {
        format!("{percent:.1}%")
    }
}

/// A measured number: whole ones with groups, others with six significant digits.
#[must_use]
pub fn real(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        let digits = grouped(&format!("{:.0}", number.abs()));
        return if number < 0.0 {
            format!("-{digits}")
        } else {
            digits
        };
    }
    let size = number.abs();
    if !(1e-4..1e15).contains(&size) {
        return format!("{number:.4e}");
    }
    let before = size.log10().floor() as i32 + 1;
    let decimals = usize::try_from((6 - before).clamp(1, 9)).unwrap_or(1);
    let text = format!("{size:.decimals$}");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction = fraction.trim_end_matches('0');
    let sign = if number < 0.0 { "-" } else { "" };
    if fraction.is_empty() {
        format!("{sign}{}", grouped(whole))
    } else {
        format!("{sign}{}.{fraction}", grouped(whole))
    }
}

/// A JSON value as a statistic: numbers formatted, texts as they are.
#[must_use]
pub fn value(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => "none".to_owned(),
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(whole), _) => count(whole),
            (None, Some(negative)) => format!("-{}", count(negative.unsigned_abs())),
            (None, None) => real(number.as_f64().unwrap_or(f64::NAN)),
        },
        other => other.to_string(),
    }
}

/// The clock of the reader.
#[derive(Debug, Clone)]
pub struct Clock {
    pub now: Timestamp,
    pub zone: TimeZone,
}

impl Clock {
    /// The time of today, the day and the time of this year, else the date; absolute, so that a
    /// screen on which nothing happens stays as it is. Never wider than 12 columns.
    #[must_use]
    pub fn moment(&self, moment: Timestamp) -> String {
        let (Some(then), Some(now)) = (self.zoned(moment), self.zoned(self.now)) else {
            return "?".to_owned();
        };
        let pattern = if then.date() == now.date() {
            "%H:%M:%S"
        } else if then.year() == now.year() {
            "%b %d %H:%M"
        } else {
            "%Y-%m-%d"
        };
        then.strftime(pattern).to_string()
    }

    /// Day, time and zone.
    #[must_use]
    pub fn full(&self, moment: Timestamp) -> String {
        self.zoned(moment).map_or_else(
            || "?".to_owned(),
            |then| then.strftime("%Y-%m-%d %H:%M:%S %Z").to_string(),
        )
    }

    fn zoned(&self, moment: Timestamp) -> Option<jiff::Zoned> {
        let moment = jiff::Timestamp::from_millisecond(moment.0).ok()?;
        Some(moment.to_zoned(self.zone.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_and_shortened_only_where_they_must_be() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(count_in(1_234_567, 9), "1,234,567");
        assert_eq!(count_in(1_234_567, 8), "1234567");
        assert_eq!(count_in(1_234_567, 6), "1.23 M");
        assert_eq!(count_in(u64::MAX, 8), "18.4 E");
        assert_eq!(count_in(3334, 4), "3334");
        assert_eq!(count_in(13_334, 4), "13K");
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(31_053_850), "31.1 MB");
        assert_eq!(bytes(999_999), "1.00 MB");
    }

    #[test]
    fn a_share_never_claims_none_or_all() {
        assert_eq!(share(0, 10), "0%");
        assert_eq!(share(1, 1_000_000), "<0.1%");
        assert_eq!(share(8255, 336_776), "2.5%");
        assert_eq!(share(999_999, 1_000_000), ">99.9%");
        assert_eq!(share(10, 10), "100%");
        assert_eq!(share(0, 0), "0%");
    }

    #[test]
    fn numbers_keep_six_digits() {
        assert_eq!(real(1_349.109_947), "1,349.11");
        assert_eq!(real(-0.5), "-0.5");
        assert_eq!(real(2400.0), "2,400");
        assert_eq!(real(0.000_012_3), "1.2300e-5");
        assert_eq!(real(-1_234_567.5), "-1,234,567.5");
        assert_eq!(value(&serde_json::json!(-5123)), "-5,123");
        assert_eq!(value(&serde_json::json!("2026-01-05")), "2026-01-05");
    }

    #[test]
    fn moments_are_as_long_as_they_need_be() {
        let at = |text: &str| Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond());
        let clock = Clock {
            now: at("2026-11-22T15:00:00Z"),
            zone: TimeZone::UTC,
        };
        assert_eq!(clock.moment(at("2026-11-22T14:05:12Z")), "14:05:12");
        assert_eq!(clock.moment(at("2026-03-05T14:05:12Z")), "Mar 05 14:05");
        assert_eq!(clock.moment(at("2025-03-05T14:05:12Z")), "2025-03-05");
        assert_eq!(
            clock.full(at("2025-03-05T14:05:12Z")),
            "2025-03-05 14:05:12 UTC"
        );
    }
}
