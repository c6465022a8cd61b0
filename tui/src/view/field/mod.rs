//! One field in detail: its facts, what was concluded from them, and its values.

mod chart;
mod facts;
mod values;
mod written;

use ddgen_ipc::message::AnnotationRow;
use ratatui::layout::Rect;

use super::brush::Brush;
use super::paragraph::{self, Lines};
use crate::app::App;
use crate::app::document::FieldDocument;
use crate::app::layout::Layout;
use crate::text;

/// From this width on, facts and values stand side by side.
const SIDE_BY_SIDE: u16 = 96;
/// From this width on, the statistics stand beside the counts.
const STATISTICS_BESIDE: u16 = 66;

pub(super) fn draw(app: &App, layout: &Layout, brush: &mut Brush<'_>) -> usize {
    let Some(field) = &app.field else { return 0 };
    // One column on each side, the right one for the marks of more.
    let area = Rect {
        x: 1,
        width: layout.body.width.saturating_sub(2),
        ..layout.body
    };
    let Some(document) = &field.document else {
        let (words, style) = match &field.trouble {
            Some(why) => (why.as_str(), brush.theme.bad()),
            None => ("reading the field …", brush.theme.quiet()),
        };
        let lines = text::wrap(words, usize::from(area.width), 8);
        for (y, line) in (area.y..area.bottom()).zip(&lines) {
            brush.put(area.x, y, area.width, line, style);
        }
        return 0;
    };
    let written = app.words.about(&field.dictionary, Some(&field.path));
    if area.width < SIDE_BY_SIDE {
        let lines = one_column(document, &written, area.width, brush);
        return paragraph::draw(&lines, field.offset, area, brush);
    }
    let left = Rect {
        width: area.width * 2 / 5,
        ..area
    };
    let right = Rect {
        x: left.right() + 3,
        width: area.width - left.width - 3,
        ..area
    };
    let (facts, values) = two_columns(document, &written, left.width, right.width, brush);
    let more = paragraph::draw(&facts, field.offset, left, brush);
    more.max(paragraph::draw(&values, field.offset, right, brush))
}

fn one_column(
    document: &FieldDocument,
    written: &[&AnnotationRow],
    width: u16,
    brush: &Brush<'_>,
) -> Lines {
    let theme = brush.theme;
    let mut lines = facts::summary(document, width, theme);
    let statistics = facts::statistics(document, width, theme);
    if width >= STATISTICS_BESIDE {
        let left = width * 11 / 20;
        lines = paragraph::beside(lines, left, unheaded(statistics), theme.text());
    } else {
        lines.extend(statistics);
    }
    lines.extend(written::section(written, width, theme));
    lines.extend(facts::findings(document, width, theme));
    lines.extend(facts::privacy(document, width, theme));
    lines.extend(chart::histogram(document, width, theme));
    lines.extend(values::top(document, width, theme));
    lines.extend(facts::types(document, width, theme));
    lines.extend(values::samples(document, width, theme));
    lines
}

fn two_columns(
    document: &FieldDocument,
    written: &[&AnnotationRow],
    left: u16,
    right: u16,
    brush: &Brush<'_>,
) -> (Lines, Lines) {
    let theme = brush.theme;
    let mut facts = facts::summary(document, left, theme);
    facts.extend(facts::statistics(document, left, theme));
    facts.extend(facts::types(document, left, theme));
    let mut values = written::section(written, right, theme);
    values.extend(facts::findings(document, right, theme));
    values.extend(facts::privacy(document, right, theme));
    values.extend(chart::histogram(document, right, theme));
    values.extend(values::top(document, right, theme));
    values.extend(values::samples(document, right, theme));
    (facts, unheaded(values))
}

/// Without the blank line above the first section, for the top of a side.
fn unheaded(mut lines: Lines) -> Lines {
    if lines.first().is_some_and(Vec::is_empty) {
        lines.remove(0);
    }
    lines
}

/// The title of a section, below a blank line.
fn section(lines: &mut Lines, title: &str, note: Option<String>, theme: super::theme::Theme) {
    lines.push(Vec::new());
    let mut pieces = vec![(title.to_owned(), theme.title())];
    if let Some(note) = note {
        pieces.push((format!("  ≈ {note}"), theme.quiet()));
    }
    lines.push(pieces);
}
