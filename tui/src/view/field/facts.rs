//! What was counted and measured, and what was concluded.

use serde_json::Value;

use super::super::brush::{Piece, bar};
use super::super::paragraph::Lines;
use super::super::theme::Theme;
use super::section;
use crate::app::document::FieldDocument;
use crate::format;
use crate::text;

/// Columns of the labels.
const LABEL: usize = 12;

fn fact(label: &str, words: String, estimate: Option<String>, theme: Theme) -> Vec<Piece> {
    let mut pieces = vec![
        (format!("{label:<LABEL$}"), theme.quiet()),
        (words, theme.text()),
    ];
    if let Some(error) = estimate {
        pieces.push((format!("  ≈ {error}"), theme.quiet()));
    }
    pieces
}

/// Whose word it is.
fn by(who: Option<&str>) -> String {
    format!("said by {}", text::safe(who.unwrap_or("a person")))
}

pub(super) fn summary(field: &FieldDocument, width: u16, theme: Theme) -> Lines {
    let mut lines = Lines::new();
    let mut kind = field.field_type.clone();
    if let Some(format) = &field.format {
        kind = format!("{kind}  {format}");
    }
    let mut first = fact("type", kind, None, theme);
    if let Some(piece) = first.get_mut(1) {
        piece.1 = theme.strong();
    }
    lines.push(first);
    if field.name != field.path {
        let name = if field.name.is_empty() {
            "(empty)".to_owned()
        } else {
            field.name.clone()
        };
        lines.push(fact("name", name, None, theme));
    }
    if let Some(meaning) = &field.semantic_type {
        let said = field
            .said
            .as_ref()
            .filter(|said| said.semantic_type.is_some());
        let sure = match said {
            Some(said) => format!("  {}", by(said.type_by.as_deref())),
            None => field
                .semantic_confidence
                .map_or_else(String::new, |sure| format!("  {:.0}% sure", sure * 100.0)),
        };
        lines.push(fact("meaning", format!("{meaning}{sure}"), None, theme));
    }
    if let Some(said) = field.said.as_ref().filter(|said| said.pii.is_some())
        && field.pii.is_none()
    {
        let words = format!("no  {}", by(said.pii_by.as_deref()));
        lines.push(fact("personal", words, None, theme));
    }
    if let Some(count) = field.count {
        lines.push(fact("values", format::count(count), None, theme));
    }
    if let (Some(nulls), Some(count)) = (field.null_count, field.count) {
        let mut words = match nulls {
            0 => "none".to_owned(),
            _ => format!("{}  {}", format::count(nulls), format::share(nulls, count)),
        };
        if !field.missing_values.is_empty() {
            let shown: Vec<String> = field
                .missing_values
                .iter()
                .take(8)
                .map(|value| format!("“{}”", text::head(value, 16)))
                .collect();
            words = format!("{words}  as {}", shown.join(" "));
        }
        lines.push(fact("missing", words, None, theme));
    }
    if let Some(distinct) = field.distinct_count {
        let estimate = field.estimate("distinct_count");
        lines.push(fact("distinct", format::count(distinct), estimate, theme));
    }
    if let Some(unique) = &field.unique_count {
        let estimate = field.estimate("unique_count");
        let words = format!("{}  values that occur once", format::value(unique));
        lines.push(fact("unique", words, estimate, theme));
    }
    if let Some(declared) = field.declared.as_ref().filter(|value| !value.is_null()) {
        let words = text::head(
            &declared.to_string(),
            usize::from(width).saturating_sub(LABEL),
        );
        lines.push(fact("declared", words, None, theme));
    }
    if let Some(odd) = &field.type_exception {
        let words = format!("record {}: “{}”", format::count(odd.record), odd.value);
        lines.push(fact("odd one", words, None, theme));
    }
    lines
}

pub(super) fn statistics(field: &FieldDocument, _width: u16, theme: Theme) -> Lines {
    let mut rows = Vec::new();
    let mut add = |label: &str, value: Option<&Value>, key: &str| {
        if let Some(value) = value.filter(|value| !value.is_null()) {
            rows.push(fact(
                label,
                format::value(value),
                field.estimate(key),
                theme,
            ));
        }
    };
    add("min", field.min.as_ref(), "min");
    if let Some(quantiles) = &field.quantiles {
        for (key, label) in [
            ("p05", "5%"),
            ("p25", "25%"),
            ("p50", "median"),
            ("p75", "75%"),
            ("p95", "95%"),
        ] {
            add(label, quantiles.get(key), "quantiles");
        }
    }
    add("max", field.max.as_ref(), "max");
    add("mean", field.mean.as_ref(), "mean");
    add("stddev", field.stddev.as_ref(), "stddev");
    add("sum", field.sum.as_ref(), "sum");
    if let Some(length) = &field.length {
        let words = format!(
            "{} to {}, mean {}",
            format::count(length.min),
            format::count(length.max),
            format::real(length.mean)
        );
        rows.push(fact("length", words, field.estimate("length"), theme));
    }
    if rows.is_empty() {
        return Lines::new();
    }
    let mut lines = Lines::new();
    section(&mut lines, "statistics", None, theme);
    lines.extend(rows);
    lines
}

/// Every value, by what it looks like.
pub(super) fn types(field: &FieldDocument, width: u16, theme: Theme) -> Lines {
    let whole: u64 = field.type_counts.values().sum();
    let mut counts: Vec<(&String, u64)> = field
        .type_counts
        .iter()
        .map(|(name, count)| (name, *count))
        .filter(|(_, count)| *count > 0)
        .collect();
    if counts.is_empty() {
        return Lines::new();
    }
    counts.sort_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(right.0)));
    let mut lines = Lines::new();
    section(&mut lines, "looks like", None, theme);
    let room = width.saturating_sub(28).min(30);
    for (name, count) in counts {
        let drawn = bar(count, whole, room);
        let blank = usize::from(room).saturating_sub(text::width(&drawn));
        lines.push(vec![
            (
                format!("{:<LABEL$}", text::head(name, LABEL - 1)),
                theme.text(),
            ),
            (drawn, theme.bar()),
            (
                format!("{} {:>6}", " ".repeat(blank), format::share(count, whole)),
                theme.text(),
            ),
            (format!("  {}", format::count_in(count, 9)), theme.quiet()),
        ]);
    }
    lines
}

pub(super) fn findings(field: &FieldDocument, width: u16, theme: Theme) -> Lines {
    let mut lines = Lines::new();
    if field.findings.is_empty() {
        return lines;
    }
    section(&mut lines, "findings", None, theme);
    for finding in &field.findings {
        let (sign, style) = match finding.severity.as_str() {
            "error" => ("✗", theme.bad()),
            "warning" => ("!", theme.warning()),
            _ => ("·", theme.text()),
        };
        lines.push(vec![
            (format!("{sign} "), style),
            (text::safe(&finding.code), style),
        ]);
        for words in text::wrap(&finding.message, usize::from(width.saturating_sub(2)), 6) {
            lines.push(vec![(format!("  {words}"), theme.text())]);
        }
    }
    lines
}

pub(super) fn privacy(field: &FieldDocument, width: u16, theme: Theme) -> Lines {
    let mut lines = Lines::new();
    let Some(pii) = &field.pii else { return lines };
    section(&mut lines, "personal data", None, theme);
    let sure = match field.said.as_ref().filter(|said| said.pii.is_some()) {
        Some(said) => format!("  {}", by(said.pii_by.as_deref())),
        None => pii
            .confidence
            .map_or_else(String::new, |sure| format!("  {:.0}% sure", sure * 100.0)),
    };
    lines.push(vec![
        (text::safe(&pii.entity), theme.private()),
        (sure, theme.text()),
    ]);
    if let (Some(matched), Some(tested)) = (pii.matched, pii.tested) {
        let words = format!(
            "{} of {} values tested",
            format::count(matched),
            format::count(tested)
        );
        lines.push(vec![(words, theme.text())]);
    }
    for words in text::wrap(&pii.because, usize::from(width), 6) {
        lines.push(vec![(words, theme.text())]);
    }
    if field.masked {
        lines.push(vec![(
            "values are masked wherever they are shown".to_owned(),
            theme.quiet(),
        )]);
    }
    lines
}
