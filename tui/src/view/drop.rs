//! Everything about one drop, over the list of them.

use super::activity;
use super::brush::Brush;
use super::overlay;
use super::paragraph::Lines;
use crate::app::App;
use crate::format;
use crate::text;

const WIDTH: u16 = 100;
const LABEL: usize = 11;

pub(super) fn draw(app: &App, offset: usize, brush: &mut Brush<'_>) -> usize {
    let Some(drop) = app.activity.list.selected() else {
        return 0;
    };
    let theme = brush.theme;
    let row = &drop.row;
    let columns = usize::from(WIDTH.min(app.size.width)).saturating_sub(4 + LABEL);
    let mut lines = Lines::new();
    let mut add = |label: &str, words: &str, style| {
        for (place, line) in text::wrap(words, columns, 40).into_iter().enumerate() {
            let label = if place == 0 { label } else { "" };
            lines.push(vec![
                (format!("{label:<LABEL$}"), theme.quiet()),
                (line, style),
            ]);
        }
    };
    let state = format!("{} {}", activity::sign(row.state), row.state);
    add("state", &state, activity::state_style(row.state, theme));
    if let Some(reason) = &row.reason {
        add("because", reason, theme.strong());
    }
    if let Some(name) = &row.dictionary {
        let version = row
            .version
            .map_or_else(String::new, |number| format!(" v{number}"));
        add("dictionary", &format!("{name}{version}"), theme.text());
    }
    add("file", &row.path, theme.text());
    add("watch", &row.watch, theme.text());
    let mut size = format!("{} bytes", format::count(row.size));
    if row.size >= 1000 {
        size = format!("{}  ({size})", format::bytes(row.size));
    }
    add("size", &size, theme.text());
    add("arrived", &app.clock.full(row.arrived_at), theme.text());
    if let Some(finished) = row.finished_at {
        let took = (finished.0 - row.arrived_at.0).max(0) as f64 / 1000.0;
        let words = format!("{}  ({took:.2} s later)", app.clock.full(finished));
        add("finished", &words, theme.text());
    }
    add("tries", &row.tries.to_string(), theme.text());
    if let Some(hash) = &row.blake3 {
        add("blake3", hash, theme.quiet());
    }
    add("id", &row.id, theme.quiet());
    overlay::text(app, WIDTH, "one drop", &lines, offset, brush)
}
