//! All that is known of one field.

use ddgen_profile::document::{Bin, Estimate, Field, Number, Table};

use super::findings;
use super::name_of;
use super::page::Page;
use crate::cli::amounts::{grouped, real, share, value};
use crate::cli::progress::bar;
use crate::cli::screen::Ink;
use crate::cli::text::{self, middle, padded, printable};

/// Columns of bars.
const BAR: usize = 30;
/// Columns of a value beside a bar, where the screen has three times as many.
const VALUE: usize = 32;

pub(super) fn all(page: &mut Page, table: &Table, field: &Field) {
    page.hanging(Vec::new(), &name_of(field), Ink::Strong);
    let place = format!("{} of {}", field.position, printable(&table.name));
    page.fact("field", &place, Ink::Plain);
    facts(page, field);
    statistics(page, field);
    histogram(page, field);
    top_values(page, field);
    if !field.samples.is_empty() {
        let samples: Vec<String> = field.samples.iter().map(|it| printable(it)).collect();
        page.blank();
        page.fact("samples", &samples.join("  "), Ink::Plain);
    }
    if !field.findings.is_empty() {
        page.blank();
        for finding in &field.findings {
            findings::alone(page, finding);
        }
    }
}

fn facts(page: &mut Page, field: &Field) {
    let mut kind = printable(&field.field_type);
    if let Some(format) = &field.format {
        kind.push_str(&format!(", written {}", printable(format)));
    }
    page.fact("type", &kind, Ink::Kind);
    if field.type_counts.len() > 1 {
        let counts = field.type_counts.iter();
        let counts: Vec<String> = counts
            .map(|(name, count)| format!("{} {}", grouped(*count), printable(name)))
            .collect();
        page.fact("looks like", &counts.join(", "), Ink::Plain);
    }
    if let Some(odd) = &field.type_exception {
        let words = format!(
            "{} in record {}",
            printable(&odd.value),
            grouped(odd.record)
        );
        page.fact("odd one", &words, Ink::Plain);
    }
    if let Some(semantic) = &field.semantic_type {
        let sure = field.semantic_confidence;
        let sure = sure.map_or_else(String::new, |sure| format!(", {:.0} % sure", sure * 100.0));
        let said = field
            .said
            .as_ref()
            .filter(|said| said.semantic_type.is_some());
        let sure = match said.and_then(|said| said.type_by.as_deref()) {
            Some(by) => format!(", said by {}", printable(by)),
            None => sure,
        };
        page.fact(
            "meaning",
            &format!("{}{sure}", printable(semantic)),
            Ink::Good,
        );
    }
    if field.pii.is_none()
        && let Some(by) = field.said.as_ref().and_then(|said| said.pii_by.as_deref())
    {
        let words = format!("no, said by {}", printable(by));
        page.fact("personal", &words, Ink::Plain);
    }
    if let Some(pii) = &field.pii {
        let words = format!("{}: {}", printable(&pii.entity), printable(&pii.because));
        page.fact("personal", &words, Ink::Private);
    }
    page.fact("values", &grouped(field.count), Ink::Plain);
    let missing = match field.null_count {
        0 => "none".to_owned(),
        some => {
            let markers: Vec<String> = field
                .missing_values
                .iter()
                .map(|it| printable(it))
                .collect();
            let written = if markers.is_empty() {
                String::new()
            } else {
                format!(", written {}", markers.join(" "))
            };
            format!("{} ({}){written}", grouped(some), share(some, field.count))
        }
    };
    page.fact("missing", &missing, Ink::Plain);
    let distinct = grouped(field.distinct_count);
    page.fact(
        "distinct",
        &estimated(field, "distinct_count", distinct),
        Ink::Plain,
    );
    if let Some(unique) = field.unique_count {
        let words = estimated(field, "unique_count", grouped(unique));
        page.fact("unique", &format!("{words} occur once"), Ink::Plain);
    }
    if let Some(length) = &field.length {
        let words = if length.min == length.max {
            format!("{} characters", grouped(length.min))
        } else {
            format!(
                "{} to {} characters, {} on average",
                grouped(length.min),
                grouped(length.max),
                real(length.mean)
            )
        };
        page.fact("length", &words, Ink::Plain);
    }
    if let Some(declared) = &field.declared {
        page.fact("declared", &printable(&declared.to_string()), Ink::Plain);
    }
}

fn statistics(page: &mut Page, field: &Field) {
    let mut rows: Vec<(&str, String)> = Vec::new();
    let mut add = |label: &'static str, number: Option<&Number>, key: &str| {
        rows.extend(number.map(|number| (label, estimated(field, key, value(number)))));
    };
    add("min", field.min.as_ref(), "min");
    if let Some(quantiles) = &field.quantiles {
        add("5 %", Some(&quantiles.p05), "quantiles");
        add("25 %", Some(&quantiles.p25), "quantiles");
        add("median", Some(&quantiles.p50), "quantiles");
        add("75 %", Some(&quantiles.p75), "quantiles");
        add("95 %", Some(&quantiles.p95), "quantiles");
    }
    add("max", field.max.as_ref(), "max");
    add("mean", field.mean.map(Number::Float).as_ref(), "mean");
    add("stddev", field.stddev.map(Number::Float).as_ref(), "stddev");
    add("sum", field.sum.as_ref(), "sum");
    if !rows.is_empty() {
        page.blank();
    }
    for (label, words) in rows {
        page.fact(label, &words, Ink::Plain);
    }
}

fn histogram(page: &mut Page, field: &Field) {
    let Some(bins) = field.histogram.as_ref().filter(|bins| !bins.is_empty()) else {
        return;
    };
    page.blank();
    page.line(&[("histogram, from".to_owned(), Ink::Quiet)]);
    let most = bins.iter().map(|bin| bin.count).max().unwrap_or(0);
    let room = beside(page);
    let edge = |bin: &Bin| middle(&value(&bin.from), room);
    let widest = bins.iter().map(|bin| text::width(&edge(bin))).max();
    for bin in bins {
        bars(
            page,
            &edge(bin),
            widest.unwrap_or(0),
            true,
            (bin.count, most),
            None,
        );
    }
}

fn top_values(page: &mut Page, field: &Field) {
    let Some(first) = field.top_values.first() else {
        return;
    };
    page.blank();
    page.line(&[("top values".to_owned(), Ink::Quiet)]);
    let room = beside(page);
    let shown = |value: &str| middle(&printable(value), room);
    let widths = field
        .top_values
        .iter()
        .map(|top| text::width(&shown(&top.value)));
    let widest = widths.max().unwrap_or(0);
    let present = field.count.saturating_sub(field.null_count);
    for top in &field.top_values {
        let share = share(top.count, present);
        bars(
            page,
            &shown(&top.value),
            widest,
            false,
            (top.count, first.count),
            Some(share),
        );
    }
}

/// Columns of what stands beside a bar.
fn beside(page: &Page) -> usize {
    page.screen
        .width
        .map_or(VALUE, |width| (width / 3).min(VALUE))
}

/// A label, a bar and its count.
fn bars(
    page: &mut Page,
    label: &str,
    widest: usize,
    right: bool,
    (count, most): (u64, u64),
    behind: Option<String>,
) {
    let count_text = padded(&grouped(count), grouped(most).len(), true);
    let behind = behind.map_or_else(String::new, |share| {
        format!("  {}", padded(&share, 5, true))
    });
    let used = widest + 4 + text::width(&count_text) + text::width(&behind);
    let columns = match page.screen.width {
        None => BAR,
        Some(width) => width.saturating_sub(used).min(BAR),
    };
    let drawn = bar(count as f64 / most.max(1) as f64, columns);
    page.line(&[
        (padded(label, widest, right), Ink::Plain),
        ("  ".to_owned(), Ink::Plain),
        (padded(&drawn, columns, false), Ink::Bar),
        (format!("  {count_text}"), Ink::Plain),
        (behind, Ink::Quiet),
    ]);
}

/// A number with how far off it can be.
fn estimated(field: &Field, key: &str, words: String) -> String {
    let Some(estimate) = field.estimates.get(key) else {
        return words;
    };
    let Estimate {
        method,
        rank_error,
        relative_error,
        absolute_error,
    } = estimate;
    let error = match (relative_error, rank_error, absolute_error) {
        (Some(error), _, _) => format!("within {} %", real(error * 100.0)),
        (_, Some(error), _) => format!("rank within {} %", real(error * 100.0)),
        (_, _, Some(error)) => format!("within {}", grouped(*error)),
        (None, None, None) => method.clone(),
    };
    format!("~{words} ({error})")
}
