//! Moving the cursor, the window, and text that is longer than the screen.

use crossterm::event::{KeyCode, KeyEvent};

use super::command;
use crate::app::mode::Mode;
use crate::app::{App, Screen};
use crate::keys::{self, Command};

pub(super) fn step(app: &mut App, rows: isize) {
    let page = app.layout().page();
    match app.screen() {
        Screen::Dictionaries => app.dictionaries.list.step(rows, page),
        Screen::Activity => app.activity.list.step(rows, page),
        Screen::Fields => {
            if let Some(open) = &mut app.open {
                open.list.step(rows, page);
            }
        }
        Screen::Field | Screen::Daemon => roll(app, rows),
    }
}

/// A page, with one row of the old one left in sight.
pub(super) fn page(app: &mut App, pages: isize) {
    let rows = isize::try_from(app.layout().page().saturating_sub(1).max(1)).unwrap_or(1);
    step(app, rows * pages);
}

pub(super) fn first(app: &mut App) {
    step(app, isize::MIN / 2);
}

pub(super) fn last(app: &mut App) {
    step(app, isize::MAX / 2);
}

/// The mouse wheel moves the window, not the cursor.
pub(super) fn wheel(app: &mut App, rows: isize) {
    let page = app.layout().page();
    match (&mut app.mode, app.screens.last()) {
        (Mode::Help(offset) | Mode::Drop(offset), _) => {
            *offset = offset.saturating_add_signed(rows).min(app.scroll_limit);
        }
        (Mode::Versions(versions), _) => {
            versions.offset = versions
                .offset
                .saturating_add_signed(rows)
                .min(app.scroll_limit);
        }
        (Mode::Alerts(alerts), _) => alerts.step(rows),
        (Mode::Coverage(coverage), _) => coverage.step(rows),
        (Mode::Backups(backups), _) => backups.step(rows),
        (Mode::Quarantine(quarantine), _) => quarantine.step(rows),
        (_, Some(Screen::Dictionaries)) => app.dictionaries.list.scroll(rows, page),
        (_, Some(Screen::Activity)) => app.activity.list.scroll(rows, page),
        (_, Some(Screen::Fields)) => {
            if let Some(open) = &mut app.open {
                open.list.scroll(rows, page);
            }
        }
        _ => roll(app, rows),
    }
}

/// Scrolls the text of a screen that is no list.
fn roll(app: &mut App, rows: isize) {
    let last = app.scroll_limit;
    let offset = match app.screen() {
        Screen::Field => app.field.as_mut().map(|field| &mut field.offset),
        _ => Some(&mut app.daemon.offset),
    };
    if let Some(offset) = offset {
        *offset = offset.saturating_add_signed(rows).min(last);
    }
}

/// A key while help or a drop lies over the screen.
pub(super) fn overlay(app: &mut App, event: KeyEvent) -> Vec<crate::app::message::Effect> {
    let screen = app.screen();
    let found = keys::lookup(event, screen);
    let last = app.scroll_limit;
    let (Mode::Help(offset) | Mode::Drop(offset)) = &mut app.mode else {
        return Vec::new();
    };
    let page = isize::try_from(app.size.height / 2).unwrap_or(1);
    let mut roll = |rows: isize| *offset = offset.saturating_add_signed(rows).min(last);
    match found {
        Some(Command::Up) => roll(-1),
        Some(Command::Down) => roll(1),
        Some(Command::PageUp) => roll(-page),
        Some(Command::PageDown) => roll(page),
        Some(Command::First) => roll(isize::MIN / 2),
        Some(Command::Last) => roll(isize::MAX / 2),
        Some(kept @ (Command::Retry | Command::Copy | Command::Suspend | Command::Repaint)) => {
            return command::command(app, kept);
        }
        Some(Command::Quit) if event.code == KeyCode::Char('c') => {
            return command::command(app, Command::Quit);
        }
        _ => app.mode = Mode::Browse,
    }
    Vec::new()
}
