//! A field on lines of its own, where a row is wider than the screen.

use super::cell::Cell;
use super::page::Page;
use super::rows::Row;
use crate::cli::screen::Ink;
use crate::cli::text;

/// Columns of the shape.
const SHAPE: usize = 20;
/// Columns the lines under the name are set in by.
const INDENT: usize = 2;
const BETWEEN: &str = " .. ";

pub(super) fn print(page: &mut Page, row: &Row) {
    let width = page.screen.width.unwrap_or(usize::MAX);
    let kind = row.kind.fit(width);
    let room = width.saturating_sub(INDENT + 1 + text::width(&kind.0));
    let (name, ink) = row.name.fit(room);
    let (mark, mark_ink) = row.mark.fit(1);
    page.line(&[
        (text::padded(&mark, INDENT, false), mark_ink),
        (name.clone(), ink),
        (" ".repeat(room + 1 - text::width(&name)), Ink::Plain),
        kind,
    ]);
    let inner = width.saturating_sub(INDENT);
    let mut words = Vec::new();
    if !row.distinct.is_empty() {
        words.push(format!("{} distinct", row.distinct.fit(inner).0));
    }
    let (missing, _) = row.missing.fit(inner);
    if missing != "-" {
        words.push(format!("{missing} null"));
    }
    let (meaning, ink) = row.meaning.fit(inner);
    match ink {
        Ink::Private => page.line(&[indent(), (meaning, ink)]),
        _ if meaning.is_empty() => {}
        _ => words.push(meaning),
    }
    if !words.is_empty() {
        page.hanging(vec![indent()], &words.join(", "), Ink::Plain);
    }
    let third = inner.saturating_sub(2 * BETWEEN.len()) / 3;
    let ends = [&row.min, &row.median, &row.max];
    let ends: Vec<String> = ends
        .into_iter()
        .filter(|cell| !cell.is_empty())
        .map(|cell| cell.fit(third).0)
        .collect();
    if !ends.is_empty() {
        page.line(&[indent(), (ends.join(BETWEEN), Ink::Plain)]);
    }
    if let Cell::Shape(shape) = &row.shape {
        let drawn = shape.draw(SHAPE.min(inner));
        page.line(&[indent(), (drawn, shape.ink)]);
    }
}

fn indent() -> (String, Ink) {
    (" ".repeat(INDENT), Ink::Plain)
}
