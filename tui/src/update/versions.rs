//! Looking at the versions of a dictionary and what changed with each.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ddgen_ipc::hello::Role;
use ddgen_ipc::message::VersionRow;

use crate::app::App;
use crate::app::message::{Ask, Effect};
use crate::app::mode::Mode;
use crate::app::versions::{Diff, Versions};

pub(super) fn open(app: &mut App) -> Vec<Effect> {
    let Some(open) = &app.open else {
        return Vec::new();
    };
    let name = open.name.clone();
    app.mode = Mode::Versions(Box::new(Versions::new(name.clone())));
    vec![Effect::Ask(Ask::Versions { name })]
}

pub(super) fn key(app: &mut App, event: KeyEvent) -> Vec<Effect> {
    let last = app.scroll_limit;
    let page = usize::from(app.size.height / 2);
    let Mode::Versions(versions) = &mut app.mode else {
        return Vec::new();
    };
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    match event.code {
        KeyCode::Char('c') if control => return vec![Effect::Quit],
        KeyCode::Char('z') if control => return vec![Effect::Suspend],
        KeyCode::Left | KeyCode::Char('h' | 'p' | '[') => return look(app, true),
        KeyCode::Right | KeyCode::Char('l' | 'n' | ']') => return look(app, false),
        KeyCode::Char('a') => return decide(app, true),
        KeyCode::Char('x') => return decide(app, false),
        KeyCode::Up | KeyCode::Char('k') => versions.offset = versions.offset.saturating_sub(1),
        KeyCode::Down | KeyCode::Char('j') => versions.offset = (versions.offset + 1).min(last),
        KeyCode::PageUp => versions.offset = versions.offset.saturating_sub(page),
        KeyCode::PageDown | KeyCode::Char(' ') => {
            versions.offset = (versions.offset + page).min(last);
        }
        KeyCode::Home | KeyCode::Char('g') => versions.offset = 0,
        KeyCode::End | KeyCode::Char('G') => versions.offset = last,
        _ => app.mode = Mode::Browse,
    }
    Vec::new()
}

/// At the version before or after the one that is looked at.
fn look(app: &mut App, older: bool) -> Vec<Effect> {
    let Mode::Versions(versions) = &mut app.mode else {
        return Vec::new();
    };
    let at = match older {
        true => versions.at + 1,
        false => versions.at.wrapping_sub(1),
    };
    if at >= versions.rows.len() {
        app.complain(match older {
            true => "this is the first version",
            false => "this is the newest version",
        });
        return Vec::new();
    }
    versions.at = at;
    versions.offset = 0;
    ask_diff(versions)
}

/// Accepts or refuses the first rename that is proposed; refusing undoes one that was applied.
fn decide(app: &mut App, accept: bool) -> Vec<Effect> {
    let Mode::Versions(versions) = &app.mode else {
        return Vec::new();
    };
    let rename = match &versions.diff {
        Some(Ok(diff)) => diff.rename(!accept).map(str::to_owned),
        _ => None,
    };
    let name = versions.dictionary.clone();
    match (rename, app.link.connected()) {
        (_, Some(peer)) if peer.role == Role::Reader => {
            app.complain("your account may read here, not write: that takes a role of editor");
            Vec::new()
        }
        (Some(to), Some(_)) => vec![Effect::Ask(Ask::Decide { name, to, accept })],
        (None, _) => {
            app.complain("no field was renamed with this version");
            Vec::new()
        }
        (_, None) => {
            app.complain("not connected to a daemon");
            Vec::new()
        }
    }
}

/// What changed is asked for again: the decision shows in it.
pub(super) fn decided(app: &mut App, name: &str, result: Result<(), String>) -> Vec<Effect> {
    if let Err(why) = result {
        app.complain(why);
        return Vec::new();
    }
    match &mut app.mode {
        Mode::Versions(versions) if versions.dictionary == name => ask_diff(versions),
        _ => Vec::new(),
    }
}

/// A first version has nothing before it to differ from.
fn ask_diff(versions: &mut Versions) -> Vec<Effect> {
    versions.diff = None;
    match versions.number() {
        Some(to) if to > 1 => vec![Effect::Ask(Ask::Diff {
            name: versions.dictionary.clone(),
            to,
        })],
        _ => Vec::new(),
    }
}

pub(super) fn learn(
    app: &mut App,
    name: &str,
    result: Result<Vec<VersionRow>, String>,
) -> Vec<Effect> {
    let rows = match result {
        Ok(rows) => rows,
        Err(why) => {
            app.complain(why);
            return Vec::new();
        }
    };
    let Mode::Versions(versions) = &mut app.mode else {
        return Vec::new();
    };
    if versions.dictionary != name {
        return Vec::new();
    }
    versions.at = rows.iter().position(|row| row.current).unwrap_or(0);
    versions.rows = rows;
    ask_diff(versions)
}

pub(super) fn differ(app: &mut App, name: &str, to: u32, result: Result<Diff, String>) {
    if let Mode::Versions(versions) = &mut app.mode
        && versions.dictionary == name
        && versions.number() == Some(to)
    {
        versions.diff = Some(result);
    }
}
