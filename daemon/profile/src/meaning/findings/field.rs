//! Findings on one field.

use super::{dates, extremes, finding, percent, spelling};
use crate::document::{Field, Finding, Pii, Severity};
use crate::meaning::{View, is_pii};
use crate::wording::is_or_are;

/// From this share of missing values a field is worth a word, and a warning.
const MISSING: f64 = 0.05;
const MOSTLY_MISSING: f64 = 0.5;
/// Of fewer values it is no wonder that most are different.
const KEYS: u64 = 100;
/// From this share of distinct values a repeated one is the exception.
const NEARLY_UNIQUE: f64 = 0.99;
/// Distinct values past which a text is no category.
const CATEGORIES: u64 = 50;
/// 0 is even, 1 is one value only.
const IMBALANCE: f64 = 0.5;
/// Third standardised moment past which a mean misleads.
const SKEWNESS: f64 = 10.0;
const ZEROS: f64 = 0.5;

/// Draws the findings of a field whose numbers, meaning and PII class are already in place and not
/// yet masked. `today` (`YYYY-MM-DD`) is what a date is called future by; without it only years
/// past 2100 are.
#[must_use]
pub fn field_findings(field: &Field, view: &View<'_>, today: Option<&str>) -> Vec<Finding> {
    let mut found = Vec::new();
    let present = field.count.saturating_sub(field.null_count);
    name(field, &mut found);
    missing(field, present, &mut found);
    if present > 0 {
        variety(field, view, present, &mut found);
        shape(field, view, present, &mut found);
        extremes::findings(field, view, present, &mut found);
        mixed(field, present, &mut found);
        spelling::findings(field, view, present, &mut found);
        dates::findings(field, view, today, &mut found);
        personal(field, &mut found);
    }
    found
}

fn name(field: &Field, found: &mut Vec<Finding>) {
    if field.name.trim().is_empty() {
        found.push(finding(
            "EMPTY_NAME",
            Severity::Warning,
            format!("Column {} has no name.", field.position),
            &[("position", f64::from(field.position))],
        ));
    }
    let repeated = field
        .path
        .rsplit_once('#')
        .is_some_and(|(head, n)| head == field.name && n.parse::<u32>().is_ok());
    if repeated {
        found.push(finding(
            "REPEATED_NAME",
            Severity::Warning,
            format!("An earlier column has the same name; this one, column {}, is told apart by a number.", field.position),
            &[("position", f64::from(field.position))],
        ));
    }
    if is_pii(&field.name) {
        found.push(finding(
            "PERSONAL_DATA_IN_NAME",
            Severity::Warning,
            "The name of the field is itself personal data, so it is shown masked.".into(),
            &[],
        ));
    }
}

fn missing(field: &Field, present: u64, found: &mut Vec<Finding>) {
    if field.count == 0 || field.null_count == 0 {
        return;
    }
    let share = field.null_count as f64 / field.count as f64;
    if share < MISSING {
        return;
    }
    let numbers = [
        ("missing", field.null_count as f64),
        ("count", field.count as f64),
        ("share", share),
    ];
    let (severity, message) = if present == 0 {
        (
            Severity::Warning,
            format!("All {} values are missing.", field.count),
        )
    } else {
        let severity = if share >= MOSTLY_MISSING {
            Severity::Warning
        } else {
            Severity::Info
        };
        (
            severity,
            format!(
                "{} of {} values {} missing ({}).",
                field.null_count,
                field.count,
                is_or_are(field.null_count),
                percent(share)
            ),
        )
    };
    found.push(finding("MISSING", severity, message, &numbers));
}

fn variety(field: &Field, view: &View<'_>, present: u64, found: &mut Vec<Finding>) {
    let distinct = field.distinct_count;
    let exact = !field.estimates.contains_key("distinct_count");
    let about = if exact { "" } else { "about " };
    let counts = [("distinct", distinct as f64), ("values", present as f64)];
    if distinct == 1 && present > 1 {
        found.push(finding(
            "CONSTANT",
            Severity::Warning,
            format!("All {present} values are the same."),
            &counts,
        ));
        return;
    }
    // Measurements seldom repeat, and identify nothing for all that.
    if exact && distinct == present && present >= 10 && field.field_type != "number" {
        found.push(finding(
            "UNIQUE",
            Severity::Info,
            format!("Each of the {present} values occurs once: a candidate for a key."),
            &counts,
        ));
        return;
    }
    let share = distinct as f64 / present as f64;
    let free_text = field.semantic_type.as_deref() == Some("text");
    let keys = matches!(field.field_type.as_str(), "string" | "integer") && !free_text;
    if exact && keys && present >= KEYS && share >= NEARLY_UNIQUE {
        let repeats = present - distinct;
        found.push(finding(
            "NEARLY_UNIQUE",
            Severity::Info,
            format!("{repeats} of {present} values repeat an earlier one: a candidate for a key but for these."),
            &[counts[0], counts[1], ("repeats", repeats as f64)],
        ));
        return;
    }
    if field.field_type == "string" && distinct > CATEGORIES && share > 0.5 && !free_text {
        found.push(finding(
            "HIGH_CARDINALITY",
            Severity::Info,
            format!(
                "{about}{distinct} distinct values among {present} ({}): too many for a category.",
                percent(share)
            ),
            &[counts[0], counts[1], ("share", share)],
        ));
    }
    imbalance(field, view, present, found);
}

/// One minus the entropy over that of an even spread.
fn imbalance(field: &Field, view: &View<'_>, present: u64, found: &mut Vec<Finding>) {
    let categories = view.values.len() as u64;
    let category = matches!(field.field_type.as_str(), "string" | "boolean")
        || field.semantic_type.as_deref() == Some("boolean");
    if !category || !view.values.is_complete() || !(2..=CATEGORIES).contains(&categories) {
        return;
    }
    let total = present as f64;
    let mut counts: Vec<u64> = view.values.iter().map(|(_, n)| n).collect();
    counts.sort_unstable();
    let entropy: f64 = counts
        .iter()
        .filter(|n| **n > 0)
        .map(|n| *n as f64 / total)
        .map(|p| -p * p.log2())
        .sum();
    let score = 1.0 - entropy / (categories as f64).log2();
    let largest = counts.last().map_or(0.0, |n| *n as f64 / total);
    if score > IMBALANCE && present >= 10 {
        found.push(finding(
            "IMBALANCE",
            Severity::Info,
            format!(
                "One of {categories} categories holds {} of the values.",
                percent(largest)
            ),
            &[
                ("score", score),
                ("largest_share", largest),
                ("categories", categories as f64),
            ],
        ));
    }
}

fn shape(field: &Field, view: &View<'_>, present: u64, found: &mut Vec<Finding>) {
    if !matches!(field.field_type.as_str(), "integer" | "number") || field.pii.is_some() {
        return;
    }
    if let Some(skewness) = skewness(field, view)
        && skewness.abs() > SKEWNESS
    {
        let side = if skewness > 0.0 {
            "a few very large values"
        } else {
            "a few very small values"
        };
        found.push(finding(
            "SKEWED",
            Severity::Info,
            format!("The distribution leans heavily (skewness {skewness:.1}): {side} pull the mean from the median."),
            &[("skewness", skewness)],
        ));
    }
    let flag = field.semantic_type.as_deref() == Some("boolean");
    if flag || !view.values.is_complete() {
        return;
    }
    let zeros: u64 = view
        .values
        .iter()
        .filter(|(v, _)| is_zero(v))
        .map(|(_, n)| n)
        .sum();
    let share = zeros as f64 / present as f64;
    if share >= ZEROS && zeros < present {
        found.push(finding(
            "ZEROS",
            Severity::Info,
            format!(
                "{zeros} of {present} values {} zero ({}).",
                is_or_are(zeros),
                percent(share)
            ),
            &[("zeros", zeros as f64), ("share", share)],
        ));
    }
}

fn is_zero(text: &str) -> bool {
    let text = text.trim().trim_start_matches(['-', '+']);
    text.contains('0') && text.bytes().all(|b| matches!(b, b'0' | b'.' | b','))
}

/// The third standardised moment, over every distinct value where all are known.
fn skewness(field: &Field, view: &View<'_>) -> Option<f64> {
    if !view.values.is_complete() {
        return None;
    }
    let (mean, stddev) = (field.mean?, field.stddev?);
    if stddev <= 0.0 || !stddev.is_finite() {
        return None;
    }
    let mut n = 0u64;
    let mut third = 0.0;
    for (text, count) in view.values.iter() {
        let value: f64 = text.trim().parse().ok()?;
        third += count as f64 * ((value - mean) / stddev).powi(3);
        n += count;
    }
    (n >= 20).then(|| third / n as f64)
}

fn mixed(field: &Field, present: u64, found: &mut Vec<Finding>) {
    let mut families: Vec<(&str, u64)> = Vec::new();
    for (kind, count) in &field.type_counts {
        if kind == "missing" || *count == 0 {
            continue;
        }
        let name = family(kind);
        match families.iter_mut().find(|(known, _)| *known == name) {
            Some((_, n)) => *n += count,
            None => families.push((name, *count)),
        }
    }
    if families.len() < 2 {
        return;
    }
    families.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let minority: u64 = families[1..].iter().map(|(_, n)| n).sum();
    let share = minority as f64 / present as f64;
    // Few exceptions among many are a fault of the data, an even mixture is its nature.
    let severity = if share <= 0.05 {
        Severity::Warning
    } else {
        Severity::Info
    };
    let kinds: Vec<String> = families
        .iter()
        .map(|(name, n)| format!("{n} {name}"))
        .collect();
    found.push(finding(
        "MIXED_TYPES",
        severity,
        format!("Values look like several types: {}.", kinds.join(", ")),
        &[("minority", minority as f64), ("share", share)],
    ));
}

/// An integer is a number, and a date is a datetime: widening is no mixture.
fn family(kind: &str) -> &str {
    match kind {
        "integer" | "year" => "number",
        "datetime" => "date",
        other => other,
    }
}

fn personal(field: &Field, found: &mut Vec<Finding>) {
    found.extend(field.pii.as_ref().map(taken_for_personal));
}

pub(in crate::meaning) fn taken_for_personal(pii: &Pii) -> Finding {
    finding(
        "PERSONAL_DATA",
        Severity::Warning,
        format!(
            "Taken for {} ({}), so its values are masked.",
            pii.entity, pii.because
        ),
        &[
            ("confidence", pii.confidence),
            ("matched", pii.matched as f64),
            ("tested", pii.tested as f64),
        ],
    )
}

/// What was masked before a person's word cannot be shown by it.
pub(in crate::meaning) fn values_stay_masked() -> Finding {
    finding(
        "VALUES_STAY_MASKED",
        Severity::Info,
        "Its values were masked when they were read, and stay so here; those of the next file are shown."
            .into(),
        &[],
    )
}

/// A person's word against that of the values.
pub(in crate::meaning) fn said_not_personal(pii: &Pii) -> Finding {
    finding(
        "SAID_NOT_PERSONAL",
        Severity::Info,
        format!(
            "A person said that this is no personal data; by its values it would be taken for {} ({}).",
            pii.entity, pii.because
        ),
        &[
            ("confidence", pii.confidence),
            ("matched", pii.matched as f64),
            ("tested", pii.tested as f64),
        ],
    )
}

/// What is left out of a field of numbers of which single ones are masked.
pub(in crate::meaning) fn numbers_withheld() -> Finding {
    finding(
        "NUMBERS_WITHHELD",
        Severity::Warning,
        "Single values are personal data by themselves and masked; sum, mean, standard deviation, \
         histogram and the quantiles beside them are left out, since the values could be computed \
         back from these."
            .into(),
        &[],
    )
}
