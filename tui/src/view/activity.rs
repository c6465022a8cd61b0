//! Drops: what arrives, runs, and ends.

use ddgen_ipc::message::{DropRow, DropState};
use ratatui::style::Style;

use super::brush::{self, Brush};
use super::table::{self, Cell};
use super::theme::Theme;
use super::welcome;
use crate::app::App;
use crate::app::activity::Arrival;
use crate::app::columns::{DROPS, DropColumn};
use crate::app::layout::Layout;
use crate::format;
use crate::text;

pub(super) fn draw(app: &App, layout: &Layout, brush: &mut Brush<'_>) {
    let list = &app.activity.list;
    if list.entries().is_empty() {
        welcome::draw(app, layout, brush);
        return;
    }
    table::draw(list, DROPS, layout, brush, |drop, column, width, brush| {
        cell(app, drop, column, width, brush)
    });
    if list.shown() == 0 {
        let quiet = brush.theme.quiet();
        brush.put(
            1,
            layout.body.y,
            layout.body.width - 1,
            "no drop has these words",
            quiet,
        );
    }
    pane(app, layout, brush);
}

fn cell(app: &App, drop: &Arrival, column: DropColumn, width: usize, brush: &Brush<'_>) -> Cell {
    let theme = brush.theme;
    let row = &drop.row;
    let (words, style) = match column {
        DropColumn::Arrived => (app.clock.moment(row.arrived_at), theme.quiet()),
        DropColumn::State => (state_words(drop, width), state_style(row.state, theme)),
        DropColumn::File => (text::tail(drop.file(), width), theme.text()),
        DropColumn::Size => (format::bytes(row.size), theme.quiet()),
        DropColumn::Outcome => (outcome(row), theme.text()),
    };
    Cell { words, style }
}

/// The state, or the bar of a drop that is read.
fn state_words(drop: &Arrival, width: usize) -> String {
    match drop.progress {
        Some((bytes, total)) if drop.row.state == DropState::Running && total > 0 => {
            let percent = bytes.min(total) * 100 / total;
            let columns = u16::try_from(width.saturating_sub(5)).unwrap_or(0);
            let bar = brush::bar(bytes, total, columns);
            let blank = usize::from(columns).saturating_sub(text::width(&bar));
            format!("{bar}{} {percent:>3}%", "░".repeat(blank))
        }
        _ => format!("{} {}", sign(drop.row.state), drop.row.state),
    }
}

pub(super) fn sign(state: DropState) -> &'static str {
    match state {
        DropState::Pending => "…",
        DropState::Running => "▶",
        DropState::Done => "✓",
        DropState::Failed => "✗",
        DropState::Duplicate => "=",
        DropState::Parked => "!",
        DropState::Quarantined => "#",
    }
}

pub(super) fn state_style(state: DropState, theme: Theme) -> Style {
    match state {
        DropState::Pending | DropState::Duplicate => theme.quiet(),
        DropState::Running => theme.busy(),
        DropState::Done => theme.good(),
        DropState::Failed | DropState::Quarantined => theme.warning(),
        DropState::Parked => theme.bad(),
    }
}

/// What came of it, in as few words as there are.
pub(super) fn outcome(row: &DropRow) -> String {
    match (&row.dictionary, row.version, &row.reason) {
        (Some(name), Some(version), _) if row.state == DropState::Done => {
            format!("{name} v{version}")
        }
        (_, _, Some(reason)) => reason.clone(),
        (Some(name), Some(version), None) => format!("{name} v{version}"),
        (Some(name), None, None) => name.clone(),
        (None, _, None) => String::new(),
    }
}

/// More about the selected drop, without a key.
fn pane(app: &App, layout: &Layout, brush: &mut Brush<'_>) {
    let area = layout.pane;
    let Some(drop) = app.activity.list.selected() else {
        return;
    };
    if area.height == 0 {
        return;
    }
    let theme = brush.theme;
    let rule = "─".repeat(usize::from(area.width));
    brush.put(area.x, area.y, area.width, &rule, theme.quiet());
    let columns = usize::from(area.width.saturating_sub(2));
    let path = text::tail(&drop.row.path, columns);
    brush.put(1, area.y + 1, area.width - 1, &path, theme.strong());
    let words = outcome(&drop.row);
    let words = match drop.row.state {
        DropState::Parked => format!("parked: {words} (r tries again)"),
        state if words.is_empty() => state.to_string(),
        state => format!("{state}: {words}"),
    };
    let style = match drop.row.state {
        DropState::Parked => theme.bad(),
        _ => theme.text(),
    };
    let lines = text::wrap(&words, columns, usize::from(area.height.saturating_sub(2)));
    for (y, line) in (area.y + 2..area.bottom()).zip(&lines) {
        brush.put(1, y, area.width - 1, line, style);
    }
}
