//! Sizes and durations as people write them, and as we write them back.

use std::time::Duration;

/// Bytes: `512MiB`, `1.5 GB`, `524288000`. A bare `K`, `M`, `G` or `T` counts in 1024s, as docker
/// and systemd count.
pub(super) fn parse_size(text: &str) -> Option<u64> {
    let text = text.trim();
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.' && c != '_')
        .unwrap_or(text.len());
    let unit: u64 = match text[end..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "tb" => 1_000_000_000_000,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        "t" | "tib" => 1 << 40,
        _ => return None,
    };
    scaled(&text[..end].replace('_', ""), u128::from(unit)).and_then(|n| u64::try_from(n).ok())
}

/// The shortest writing that means exactly this many bytes.
pub(super) fn show_size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 4] = [
        (1 << 40, "TiB"),
        (1 << 30, "GiB"),
        (1 << 20, "MiB"),
        (1 << 10, "KiB"),
    ];
    UNITS
        .iter()
        .find(|(unit, _)| bytes >= *unit && bytes.is_multiple_of(*unit))
        .map_or_else(
            || bytes.to_string(),
            |(unit, name)| format!("{}{name}", bytes / unit),
        )
}

/// A span of time: `10s`, `500ms`, `1h30m`, `2.5s`; a bare number counts seconds. None: no span.
#[must_use]
pub fn parse_span(text: &str) -> Option<Duration> {
    let text = text.trim();
    if !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '.') {
        return nanos(scaled(text, 1_000_000_000)?);
    }
    let mut rest = text;
    let mut total = Duration::ZERO;
    let mut last_unit = u128::MAX;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let after = rest[end..].trim_start();
        let unit_end = after
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(after.len());
        let unit: u128 = match &after[..unit_end] {
            "ms" => 1_000_000,
            "s" | "sec" => 1_000_000_000,
            "m" | "min" => 60 * 1_000_000_000,
            "h" => 3600 * 1_000_000_000,
            "d" => 24 * 3600 * 1_000_000_000,
            _ => return None,
        };
        // `1m1h` or `1s1s` is more likely a slip than a wish.
        if unit >= last_unit {
            return None;
        }
        last_unit = unit;
        total = total.checked_add(nanos(scaled(&rest[..end], unit)?)?)?;
        rest = after[unit_end..].trim_start();
    }
    (last_unit != u128::MAX).then_some(total)
}

/// The shortest writing of a span, exact to the millisecond.
pub fn show_span(span: Duration) -> String {
    if span.is_zero() {
        return "0s".to_owned();
    }
    let mut millis = span.as_millis();
    let mut text = String::new();
    for (unit, name) in [
        (86_400_000, "d"),
        (3_600_000, "h"),
        (60_000, "m"),
        (1000, "s"),
        (1, "ms"),
    ] {
        if millis >= unit {
            text.push_str(&format!("{}{name}", millis / unit));
            millis %= unit;
        }
    }
    text
}

fn nanos(count: u128) -> Option<Duration> {
    let seconds = u64::try_from(count / 1_000_000_000).ok()?;
    let rest = u32::try_from(count % 1_000_000_000).ok()?;
    Some(Duration::new(seconds, rest))
}

/// `number` times `unit`, in integers: digits that do not come out even are cut.
fn scaled(number: &str, unit: u128) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let well_formed =
        |digits: &str| digits.len() <= 20 && digits.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !well_formed(whole) || !well_formed(fraction) {
        return None;
    }
    if number.contains('.') && fraction.is_empty() {
        return None;
    }
    let mut total = whole.parse::<u128>().ok()?.checked_mul(unit)?;
    if !fraction.is_empty() {
        let denominator = 10_u128.pow(u32::try_from(fraction.len()).ok()?);
        total = total.checked_add(fraction.parse::<u128>().ok()? * unit / denominator)?;
    }
    Some(total)
}

/// Words that settings choose from, and that nobody makes up.
const CHOICES: [&str; 27] = [
    "auto",
    "native",
    "poll",
    "private",
    "group",
    "text",
    "json",
    "trace",
    "debug",
    "info",
    "warning",
    "error",
    "off",
    "development",
    "test",
    "staging",
    "production",
    "log",
    "command",
    "webhook",
    "email",
    "starttls",
    "tls",
    "degraded",
    "down",
    "critical",
    "sunday",
];

/// Whether a setting's value is a number, a size, a span, yes or no, a time of day or one of our own
/// words: nothing that anybody has named.
#[must_use]
pub fn is_plain(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => true,
        serde_json::Value::String(text) => {
            let time = text.len() == 5
                && text.as_bytes()[2] == b':'
                && text.bytes().all(|b| b.is_ascii_digit() || b == b':');
            time || CHOICES.contains(&text.as_str())
                || parse_span(text).is_some()
                || parse_size(text).is_some()
        }
        serde_json::Value::Array(items) => items.is_empty(),
        serde_json::Value::Object(_) => false,
    }
}
