//! Dates outside of what dates of life and business are.

use std::borrow::Cow;

use super::finding;
use crate::accumulate::Kind;
use crate::document::{Field, Finding, Severity};
use crate::lex::temporal::Format;
use crate::lex::{self, Lexeme};
use crate::meaning::View;
use crate::meaning::hint::{self, says};
use crate::meaning::shape::fits;

/// Days that systems write when they know none.
const DEFAULTS: &[&str] = &[
    "1900-01-01",
    "1970-01-01",
    "0001-01-01",
    "1899-12-30",
    "1901-01-01",
    "1753-01-01",
];

/// What lies past this is no date of a plan either.
const HORIZON: &str = "2100-12-31";

/// Names of columns whose dates may lie ahead.
const PLANS: &[&str] = &[
    "due",
    "expiry",
    "expires",
    "expiration",
    "valid",
    "until",
    "end",
    "ends",
    "deadline",
    "plan",
    "planned",
    "schedule",
    "scheduled",
    "forecast",
    "target",
    "renewal",
    "maturity",
    "departure",
    "arrival",
    "delivery",
    "eta",
    "next",
    "appointment",
    "booking",
    "checkin",
    "checkout",
];

pub(super) fn findings(
    field: &Field,
    view: &View<'_>,
    today: Option<&str>,
    found: &mut Vec<Finding>,
) {
    if !matches!(field.field_type.as_str(), "date" | "datetime") {
        return;
    }
    let (mut ahead, mut beyond) = (0u64, 0u64);
    let (mut ancient, mut default) = (0u64, 0u64);
    let today = today.unwrap_or(HORIZON);
    let mut judged = 0u64;
    for (text, count) in view.values.iter() {
        let Some(day) = day(text, field) else {
            continue;
        };
        let day = day.as_ref();
        judged += count;
        if DEFAULTS.contains(&day) {
            default += count;
        } else if day < "1900-01-01" {
            ancient += count;
        }
        ahead += if day > today { count } else { 0 };
        beyond += if day > HORIZON { count } else { 0 };
    }
    // Where most dates are old, or lie ahead, that is what the data is about.
    if ancient * 2 > judged {
        ancient = 0;
    }
    let planned = says(&hint::words(view.name), PLANS) || ahead * 2 > judged;
    let future = if planned { beyond } else { ahead };
    if future + ancient + default == 0 {
        return;
    }
    let at_least = if view.values.is_complete() {
        ""
    } else {
        "at least "
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

/// The `YYYY-MM-DD` of a value, as its field is read.
fn day<'a>(text: &'a str, field: &Field) -> Option<Cow<'a, str>> {
    let text = text.trim();
    if let Some(day) = text.get(..10)
        && fits(day.as_bytes(), b"9999-99-99")
    {
        return Some(Cow::Borrowed(day));
    }
    let Lexeme::Temporal(readings) = lex::read(Kind::Text, text.as_bytes()) else {
        return None;
    };
    let own = |format: &Format| [false, true].map(|fraction| Some(format.pattern(fraction)));
    let mut readings = [Some(readings.first), readings.second]
        .into_iter()
        .flatten();
    let (format, moment) = readings.find(|(format, _)| own(format).contains(&field.format))?;
    format
        .show(moment)
        .get(..10)
        .map(|day| Cow::Owned(day.to_owned()))
}
