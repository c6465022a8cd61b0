//! The versions of a dictionary, one of them with what changed.

use super::brush::Brush;
use super::overlay;
use super::paragraph::Lines;
use crate::app::App;
use crate::app::versions::Versions;
use crate::format;
use crate::text;

const WIDTH: u16 = 100;
/// Columns of the severity.
const SEVERITY: usize = 10;

pub(super) fn draw(app: &App, versions: &Versions, brush: &mut Brush<'_>) -> usize {
    let theme = brush.theme;
    let columns = usize::from(WIDTH.min(app.size.width)).saturating_sub(4);
    let mut lines = Lines::new();
    let Some(row) = versions.rows.get(versions.at) else {
        lines.push(vec![("reading the versions …".to_owned(), theme.quiet())]);
        return overlay::text(app, WIDTH, "versions", &lines, 0, brush);
    };
    let which = format!("version {} of {}", row.number, versions.rows.len());
    let mark = if row.current { "  current" } else { "" };
    lines.push(vec![
        (which, theme.strong()),
        (mark.to_owned(), theme.title()),
    ]);
    let facts = format!(
        "{}  {} records  {} fields  {}  {}",
        app.clock.full(row.created_at),
        format::count(row.records),
        row.fields,
        format::bytes(row.bytes),
        row.file
    );
    for words in text::wrap(&facts, columns, 3) {
        lines.push(vec![(words, theme.text())]);
    }
    lines.push(Vec::new());
    changes(versions, row.number, columns, &mut lines, brush);
    lines.push(Vec::new());
    let renames = match &versions.diff {
        Some(Ok(diff)) if diff.rename(false).is_some() => "a accepts the rename   x refuses   ",
        Some(Ok(diff)) if diff.rename(true).is_some() => "x undoes the rename   ",
        _ => "",
    };
    let keys = format!("{renames}← older   → newer   ↑ ↓ scroll   esc closes");
    lines.push(vec![(keys, theme.quiet())]);
    overlay::text(app, WIDTH, "versions", &lines, versions.offset, brush)
}

fn changes(versions: &Versions, number: u32, columns: usize, lines: &mut Lines, brush: &Brush<'_>) {
    let theme = brush.theme;
    let mut say = |words: &str, style| {
        for words in text::wrap(words, columns, 4) {
            lines.push(vec![(words, style)]);
        }
    };
    match &versions.diff {
        None if number == 1 => say("the first version: nothing before it", theme.quiet()),
        None => say("reading what changed …", theme.quiet()),
        Some(Err(why)) => say(why, theme.bad()),
        Some(Ok(diff)) if diff.changes.is_empty() && diff.findings.is_empty() => {
            say("no change to the version before", theme.quiet());
        }
        Some(Ok(diff)) => {
            for change in &diff.changes {
                let style = match &*change.severity {
                    "breaking" => theme.bad(),
                    "warning" => theme.warning(),
                    _ => theme.quiet(),
                };
                let path = match change.path.is_empty() {
                    true => String::new(),
                    false => format!("{}  ", text::safe(&change.path)),
                };
                lines.push(vec![
                    (format!("{:<SEVERITY$}", change.severity), style),
                    (path, theme.strong()),
                    (change.words(), theme.text()),
                ]);
            }
            for found in &diff.findings {
                let field = found.field.as_deref().unwrap_or_default();
                let words = format!(
                    "{:<SEVERITY$}{}  {}",
                    found.severity,
                    text::safe(field),
                    text::safe(&found.message)
                );
                for words in text::wrap(&words, columns, 3) {
                    lines.push(vec![(words, theme.warning())]);
                }
            }
        }
    }
}
