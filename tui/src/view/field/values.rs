//! The values themselves: the frequent ones, and samples.

use super::super::brush::bar;
use super::super::paragraph::Lines;
use super::super::theme::Theme;
use super::section;
use crate::app::document::FieldDocument;
use crate::format;
use crate::text;

/// Columns of a bar at most.
const BAR: u16 = 20;
/// Columns behind it: a count and a share.
const NUMBERS: u16 = 18;

pub(super) fn top(field: &FieldDocument, width: u16, theme: Theme) -> Lines {
    let mut lines = Lines::new();
    if field.top_values.is_empty() {
        return lines;
    }
    section(
        &mut lines,
        "top values",
        field.estimate("top_values"),
        theme,
    );
    let present = field
        .count
        .unwrap_or(0)
        .saturating_sub(field.null_count.unwrap_or(0));
    let most = field
        .top_values
        .iter()
        .map(|top| top.count)
        .max()
        .unwrap_or(0);
    let wide_bar = BAR.min(width.saturating_sub(NUMBERS) / 2);
    let longest = field
        .top_values
        .iter()
        .map(|top| text::width(&text::head(&top.value, usize::from(width))))
        .max()
        .unwrap_or(0);
    let room = usize::from(width.saturating_sub(wide_bar + NUMBERS + 2)).min(longest.max(4));
    for top in &field.top_values {
        let value = text::head(&top.value, room);
        let blank = room.saturating_sub(text::width(&value));
        let drawn = bar(top.count, most, wide_bar);
        let short = usize::from(wide_bar).saturating_sub(text::width(&drawn));
        lines.push(vec![
            (format!("{value}{}  ", " ".repeat(blank)), theme.text()),
            (drawn, theme.bar()),
            (
                format!(
                    "{} {:>9}",
                    " ".repeat(short),
                    format::count_in(top.count, 9)
                ),
                theme.text(),
            ),
            (
                format!(" {:>6}", format::share(top.count, present)),
                theme.quiet(),
            ),
        ]);
    }
    lines
}

pub(super) fn samples(field: &FieldDocument, width: u16, theme: Theme) -> Lines {
    let mut lines = Lines::new();
    if field.samples.is_empty() {
        return lines;
    }
    section(&mut lines, "samples", None, theme);
    let shown: Vec<String> = field
        .samples
        .iter()
        .map(|sample| {
            format!(
                "“{}”",
                text::head(sample, usize::from(width).saturating_sub(2))
            )
        })
        .collect();
    // Short ones side by side, long ones below each other.
    let mut line = String::new();
    for sample in shown {
        let wide = text::width(&line) + text::width(&sample) + 2;
        if !line.is_empty() && wide > usize::from(width) {
            lines.push(vec![(std::mem::take(&mut line), theme.text())]);
        }
        if !line.is_empty() {
            line.push_str("  ");
        }
        line.push_str(&sample);
    }
    lines.push(vec![(line, theme.text())]);
    lines
}
