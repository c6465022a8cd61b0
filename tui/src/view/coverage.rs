//! What is written about: the share of all fields, and of each dictionary.

use ddgen_ipc::message::CoverageRow;

use super::brush::Brush;
use super::overlay;
use super::paragraph::Lines;
use crate::app::App;
use crate::app::coverage::{Coverage, Share, classified, described, owned};
use crate::text;

const WIDTH: u16 = 90;
/// Columns of the three shares and what stands around them.
const SHARES: usize = 48;
/// Columns of a bar.
const BAR: u64 = 5;

pub(super) fn draw(app: &App, coverage: &Coverage, brush: &mut Brush<'_>) -> usize {
    let theme = brush.theme;
    let columns = usize::from(WIDTH.min(app.size.width)).saturating_sub(4);
    let room = columns.saturating_sub(SHARES).max(8);
    let mut lines = Lines::new();
    let mut selected = 0;
    match &coverage.rows {
        None => lines.push(vec![("counting …".to_owned(), theme.quiet())]),
        Some(Err(why)) => lines.push(vec![(text::safe(why), theme.bad())]),
        Some(Ok(rows)) => {
            let head = format!(
                "{:<room$} {:>7}  {:<12}{:<12}{:<12}",
                "", "fields", "described", "owned", "classified"
            );
            lines.push(vec![(head, theme.quiet())]);
            let fields = coverage.total(described).all;
            let all = row(
                "all dictionaries",
                fields,
                [described, owned, classified].map(|of| coverage.total(of)),
                room,
            );
            lines.push(vec![(all, theme.strong())]);
            for (at, dictionary) in rows.iter().enumerate() {
                let style = match at == coverage.at {
                    true => theme.selected(),
                    false => theme.text(),
                };
                if at == coverage.at {
                    selected = lines.len();
                }
                lines.push(vec![(of(dictionary, room), style)]);
            }
        }
    }
    lines.push(Vec::new());
    let keys = "enter the next to describe here   n of all   ↑ ↓ select   esc closes";
    lines.push(vec![(keys.to_owned(), theme.quiet())]);
    // The selected dictionary stays in sight.
    let height = usize::from(app.size.height).saturating_sub(2);
    let start = (selected + 1).saturating_sub(height / 2);
    overlay::text(app, WIDTH, "coverage", &lines, start, brush)
}

fn of(row: &CoverageRow, room: usize) -> String {
    let shares = [described(row), owned(row), classified(row)];
    self::row(&text::safe(&row.name), row.fields.into(), shares, room)
}

fn row(name: &str, fields: u64, shares: [Share; 3], room: usize) -> String {
    let name = text::head(name, room);
    let pad = room.saturating_sub(text::width(&name));
    let mut line = format!("{name}{:pad$} {:>7}  ", "", crate::format::count(fields));
    for share in shares {
        let percent = share.percent();
        let full = usize::try_from(percent * BAR / 100).unwrap_or(0);
        let bar = format!("{}{}", "█".repeat(full), "░".repeat(5 - full.min(5)));
        line.push_str(&format!("{percent:>3}% {bar}  "));
    }
    line
}
