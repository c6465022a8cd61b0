//! Values far from all others, and texts that were cut at a round length.

use super::{finding, percent};
use crate::accumulate::tally::characters;
use crate::document::{Field, Finding, Number, Severity};
use crate::meaning::View;

/// Tukey's outer fences: this many times the middle half's span beyond its ends.
const FENCE: f64 = 3.0;
/// Fewer values have no middle half to speak of.
const FEWEST: u64 = 20;
/// More of them than this are a tail of the distribution.
const TAIL: f64 = 0.05;

/// Lengths at which databases and forms cut texts.
const ROUND: &[u64] = &[
    30, 32, 40, 50, 60, 64, 80, 100, 120, 128, 140, 150, 160, 200, 240, 250, 254, 255, 256, 500,
    512, 1_000, 1_024, 2_000, 2_048, 4_000, 4_096, 8_000, 8_192, 32_767, 65_535,
];
/// Distinct texts of one length that are no accident.
const CUT: u64 = 3;

pub(super) fn findings(field: &Field, view: &View<'_>, present: u64, found: &mut Vec<Finding>) {
    if field.pii.is_some() || !view.values.is_complete() {
        return;
    }
    match field.field_type.as_str() {
        "integer" | "number" if present >= FEWEST => found.extend(outliers(field, view, present)),
        "string" => found.extend(truncated(field, view)),
        _ => {}
    }
}

fn outliers(field: &Field, view: &View<'_>, present: u64) -> Option<Finding> {
    let quantiles = field.quantiles.as_ref()?;
    let (lower, upper) = (number(&quantiles.p25)?, number(&quantiles.p75)?);
    let span = upper - lower;
    let (low, high) = (lower - FENCE * span, upper + FENCE * span);
    if span <= 0.0 || !low.is_finite() || !high.is_finite() {
        return None;
    }
    let (mut below, mut above) = (0_u64, 0_u64);
    for (text, count) in view.values.iter() {
        let value: f64 = text.trim().parse().ok()?;
        below += if value < low { count } else { 0 };
        above += if value > high { count } else { 0 };
    }
    let far = below + above;
    let share = far as f64 / present as f64;
    (far > 0 && share <= TAIL).then(|| {
        finding(
            "OUTLIERS",
            Severity::Info,
            format!(
                "{far} of {present} values lie far from the others ({}): {below} below {low} and {above} above {high}, \
                 while half of all lie between {lower} and {upper}.",
                percent(share)
            ),
            &[
                ("below", below as f64),
                ("above", above as f64),
                ("low", low),
                ("high", high),
                ("share", share),
            ],
        )
    })
}

fn number(number: &Number) -> Option<f64> {
    match number {
        Number::Integer(value) => Some(*value as f64),
        Number::Float(value) => Some(*value),
        Number::Text(_) => None,
    }
}

/// Many texts of exactly the longest length, and hardly any just below it.
fn truncated(field: &Field, view: &View<'_>) -> Option<Finding> {
    let length = field.length.as_ref()?;
    if !ROUND.contains(&length.max) || length.min == length.max {
        return None;
    }
    let (mut longest, mut records, mut nearly) = (0_u64, 0_u64, 0_u64);
    for (text, count) in view.values.iter() {
        let long = characters(text.as_bytes());
        if long == length.max {
            longest += 1;
            records += count;
        } else if long + 3 >= length.max {
            nearly += 1;
        }
    }
    (longest >= CUT && longest > 2 * nearly && longest * 2 <= field.distinct_count).then(|| {
        finding(
            "TRUNCATED",
            Severity::Warning,
            format!(
                "{records} values ({longest} different ones) are exactly {} characters long, and none is longer: \
                 they may have been cut.",
                length.max
            ),
            &[
                ("length", length.max as f64),
                ("values", records as f64),
                ("distinct", longest as f64),
            ],
        )
    })
}
