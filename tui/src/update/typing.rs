//! Letters into a filter, into the folder of a new daemon, or into another name.

use std::path::PathBuf;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ddgen_ipc::message::ReshapeCall;

use super::{command, motion, search, writing};
use crate::app::App;
use crate::app::message::{Ask, Effect};
use crate::app::mode::Mode;

/// Characters of an input at most: longer than any path, shorter than an accident.
const MOST: usize = 4096;

pub(super) fn key(app: &mut App, event: KeyEvent) -> Vec<Effect> {
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    match event.code {
        KeyCode::Char('c') if control => return vec![Effect::Quit],
        KeyCode::Char('z') if control => return vec![Effect::Suspend],
        KeyCode::Char('u') if control => edit(app, String::clear),
        KeyCode::Char('w') if control => edit(app, |text| {
            let kept = text.trim_end();
            let word = kept.rfind([' ', '/']).unwrap_or(0);
            text.truncate(word);
        }),
        KeyCode::Char('h') if control => edit(app, |text| {
            text.pop();
        }),
        KeyCode::Char(letter) if !control && !event.modifiers.contains(KeyModifiers::ALT) => {
            insert(app, &letter.to_string());
        }
        KeyCode::Backspace if app.mode == Mode::Filter && app.filter().is_empty() => {
            app.mode = Mode::Browse;
        }
        KeyCode::Backspace => edit(app, |text| {
            text.pop();
        }),
        KeyCode::Esc => {
            if app.mode == Mode::Filter {
                command::set_filter(app, "");
            }
            app.mode = Mode::Browse;
        }
        KeyCode::Enter => return enter(app),
        // What is found can be walked through without leaving the filter.
        KeyCode::Up if app.mode == Mode::Filter => motion::step(app, -1),
        KeyCode::Down if app.mode == Mode::Filter => motion::step(app, 1),
        KeyCode::PageUp if app.mode == Mode::Filter => motion::page(app, -1),
        KeyCode::PageDown if app.mode == Mode::Filter => motion::page(app, 1),
        _ => {}
    }
    Vec::new()
}

/// Pasted text is text: outside of an input it does nothing, whatever keys it may look like.
pub(super) fn paste(app: &mut App, text: &str) -> Vec<Effect> {
    if let Mode::Search(_) = app.mode {
        return search::insert(app, text);
    }
    if let Mode::Write(editor) = &mut app.mode {
        writing::paste(editor, text);
        return Vec::new();
    }
    let line: String = text.chars().filter(|letter| !letter.is_control()).collect();
    insert(app, &line);
    Vec::new()
}

fn enter(app: &mut App) -> Vec<Effect> {
    match std::mem::replace(&mut app.mode, Mode::Browse) {
        Mode::Folder(folder) if folder.trim().is_empty() => {
            app.complain("no folder was named, nothing was started");
            Vec::new()
        }
        Mode::Folder(folder) => vec![Effect::StartDaemon(PathBuf::from(folder))],
        Mode::Name { dictionary, text } if text.trim() == dictionary => Vec::new(),
        Mode::Name { dictionary, text } => vec![Effect::Ask(Ask::Reshape(ReshapeCall::Move {
            name: dictionary,
            to: text.trim().to_owned(),
        }))],
        _ => Vec::new(),
    }
}

fn insert(app: &mut App, more: &str) {
    edit(app, |text| {
        let room = MOST.saturating_sub(text.chars().count());
        text.extend(more.chars().take(room));
    });
}

fn edit(app: &mut App, change: impl FnOnce(&mut String)) {
    match &mut app.mode {
        Mode::Folder(folder) => change(folder),
        Mode::Name { text, .. } => change(text),
        Mode::Filter => {
            let mut words = app.filter().to_owned();
            change(&mut words);
            command::set_filter(app, &words);
        }
        Mode::Browse
        | Mode::Help(_)
        | Mode::Drop(_)
        | Mode::Write(_)
        | Mode::Versions(_)
        | Mode::Alerts(_)
        | Mode::Coverage(_)
        | Mode::Backups(_)
        | Mode::Quarantine(_)
        | Mode::Search(_) => {}
    }
}
