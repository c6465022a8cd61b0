//! The wheel, and what a click is on.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::{command, motion};
use crate::app::columns::{self, Column};
use crate::app::layout::Layout;
use crate::app::listing::{Entry, Listing};
use crate::app::message::Effect;
use crate::app::mode::Mode;
use crate::app::{App, Screen, tabs};

/// Rows a notch of the wheel moves.
const NOTCH: isize = 3;

pub(super) fn mouse(app: &mut App, event: MouseEvent) -> Vec<Effect> {
    let at = Position::new(event.column, event.row);
    match event.kind {
        MouseEventKind::ScrollUp => motion::wheel(app, -NOTCH),
        MouseEventKind::ScrollDown => motion::wheel(app, NOTCH),
        MouseEventKind::Down(MouseButton::Left) => return click(app, at),
        _ => {}
    }
    Vec::new()
}

fn click(app: &mut App, at: Position) -> Vec<Effect> {
    app.notice = None;
    match app.mode {
        Mode::Help(_)
        | Mode::Drop(_)
        | Mode::Versions(_)
        | Mode::Alerts(_)
        | Mode::Coverage(_)
        | Mode::Backups(_)
        | Mode::Quarantine(_) => {
            app.mode = Mode::Browse;
            return Vec::new();
        }
        // What was typed is not lost to a click.
        Mode::Folder(_) | Mode::Name { .. } | Mode::Write(_) | Mode::Search(_) => {
            return Vec::new();
        }
        Mode::Filter => app.mode = Mode::Browse,
        Mode::Browse => {}
    }
    let layout = app.layout();
    if let Some(tab) = tabs::at(app.size, at) {
        return command::command(app, tab);
    }
    let opens = match app.screen() {
        Screen::Dictionaries => list(
            &mut app.dictionaries.list,
            columns::DICTIONARIES,
            &layout,
            at,
        ),
        Screen::Activity => list(&mut app.activity.list, columns::DROPS, &layout, at),
        Screen::Fields => app
            .open
            .as_mut()
            .is_some_and(|open| list(&mut open.list, columns::FIELDS, &layout, at)),
        Screen::Field | Screen::Daemon => false,
    };
    if opens {
        command::command(app, crate::keys::Command::Open)
    } else {
        Vec::new()
    }
}

/// A title sorts; a row is selected; the selected row opens.
fn list<E: Entry>(
    list: &mut Listing<E>,
    columns: &'static [Column<E::Column>],
    layout: &Layout,
    at: Position,
) -> bool {
    if layout.titles.contains(at) {
        let table = columns::place(columns, 1, layout.titles.width.saturating_sub(1));
        let hit = table
            .iter()
            .find(|placed| Rect::new(placed.x, at.y, placed.width, 1).contains(at));
        if let Some(placed) = hit {
            command::sort_by(list, &placed.column);
        }
    } else if layout.body.contains(at) {
        let row = list.offset() + usize::from(at.y - layout.body.y);
        if row < list.shown() {
            let again = row == list.cursor();
            list.go(row, layout.page());
            return again;
        }
    }
    false
}
