//! Dates outside of what dates of life and business are.

use super::finding;
use crate::document::{Field, Finding, Number, Severity};
use crate::meaning::View;

/// Days that systems write when they know none.
const DEFAULTS: &[&str] = &[
    "1900-01-01",
    "1970-01-01",
    "0001-01-01",
    "1899-12-30",
    "1901-01-01",
    "1753-01-01",
];

/// Without a clock: what lies past this is no date of a plan either.
const HORIZON: &str = "2100-12-31";

pub(super) fn findings(
    field: &Field,
    view: &View<'_>,
    today: Option<&str>,
    found: &mut Vec<Finding>,
) {
    if !matches!(field.field_type.as_str(), "date" | "datetime") {
        return;
    }
    let (mut future, mut ancient, mut default) = (0u64, 0u64, 0u64);
    let limit = today.unwrap_or(HORIZON);
    let mut judged = 0u64;
    for (text, count) in view.values.iter() {
        let Some(day) = iso_day(text) else { continue };
        judged += count;
        if day > limit {
            future += count;
        } else if DEFAULTS.contains(&day) {
            default += count;
        } else if day < "1900-01-01" {
            ancient += count;
        }
    }
    if judged == 0 {
        // Written in another format: the ends are in ISO form all the same.
        let past = |n: &Option<Number>| n.as_ref().map(Number::text);
        if past(&field.max)
            .as_deref()
            .and_then(iso_day)
            .is_some_and(|day| day > limit)
        {
            future = 1;
        }
        if past(&field.min)
            .as_deref()
            .and_then(iso_day)
            .is_some_and(|day| day < "1900-01-01")
        {
            ancient = 1;
        }
    }
    // Where most dates are old, the old ones are what the data is about.
    if ancient * 2 > judged && judged > 0 {
        ancient = 0;
    }
    if future + ancient + default == 0 {
        return;
    }
    let at_least = if judged == 0 || !view.values.is_complete() {
        "at least "
    } else {
        ""
    };
    let mut parts = Vec::new();
    for (n, what) in [
        (future, "in the future"),
        (ancient, "before 1900"),
        (default, "on a day that systems write when they know none"),
    ] {
        if n > 0 {
            parts.push(format!("{at_least}{n} {what}"));
        }
    }
    found.push(finding(
        "OUT_OF_RANGE_DATES",
        Severity::Warning,
        format!("Some dates are out of range: {}.", parts.join(", ")),
        &[
            ("future", future as f64),
            ("before_1900", ancient as f64),
            ("default", default as f64),
        ],
    ));
}

/// The `YYYY-MM-DD` at the head of a value.
fn iso_day(text: &str) -> Option<&str> {
    let day = text.trim().get(..10)?;
    crate::meaning::shape::fits(day.as_bytes(), b"9999-99-99").then_some(day)
}
