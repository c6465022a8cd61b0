//! Durations in ISO 8601.

use super::calendar::SECOND;
use super::digits;

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
