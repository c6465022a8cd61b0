//! Looking at files that break their contract, and letting one through.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ddgen_ipc::hello::Role;
use ddgen_ipc::message::{QuarantineCall, QuarantineRow, QuarantineState};

use crate::app::App;
use crate::app::message::{Ask, Effect};
use crate::app::mode::Mode;

pub(super) fn open(app: &mut App) -> Vec<Effect> {
    app.mode = Mode::Quarantine(Box::default());
    again(app)
}

/// What is on screen is not as it is any more.
pub(super) fn again(app: &mut App) -> Vec<Effect> {
    match &mut app.mode {
        Mode::Quarantine(quarantine) if !quarantine.asked => {
            quarantine.asked = true;
            vec![Effect::Ask(Ask::Quarantine(QuarantineCall::List))]
        }
        _ => Vec::new(),
    }
}

pub(super) fn key(app: &mut App, event: KeyEvent) -> Vec<Effect> {
    let page = isize::try_from(app.size.height / 2).unwrap_or(1);
    let Mode::Quarantine(quarantine) = &mut app.mode else {
        return Vec::new();
    };
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    match event.code {
        KeyCode::Char('c') if control => return vec![Effect::Quit],
        KeyCode::Char('z') if control => return vec![Effect::Suspend],
        KeyCode::Up | KeyCode::Char('k') => quarantine.step(-1),
        KeyCode::Down | KeyCode::Char('j') => quarantine.step(1),
        KeyCode::PageUp => quarantine.step(-page),
        KeyCode::PageDown | KeyCode::Char(' ') => quarantine.step(page),
        KeyCode::Home | KeyCode::Char('g') => quarantine.at = 0,
        KeyCode::End | KeyCode::Char('G') => quarantine.step(isize::MAX / 2),
        KeyCode::Char('r') => return let_through(app, |drop| QuarantineCall::Release { drop }),
        KeyCode::Char('a') => return let_through(app, |drop| QuarantineCall::Accept { drop }),
        _ => app.mode = Mode::Browse,
    }
    Vec::new()
}

fn let_through(app: &mut App, call: impl FnOnce(String) -> QuarantineCall) -> Vec<Effect> {
    let refused = match app.link.connected() {
        None => Some("not connected to a daemon"),
        Some(peer) if peer.role < Role::Editor => {
            Some("your account may look here only: to let a file through takes a role of editor")
        }
        Some(_) => None,
    };
    let Mode::Quarantine(quarantine) = &mut app.mode else {
        return Vec::new();
    };
    let refused = refused.or(match (&quarantine.working, quarantine.selected()) {
        (Some(_), _) => Some("a version of another one is being made"),
        (_, None) => Some("no file is selected"),
        (_, Some(row)) if row.state != QuarantineState::Held => {
            Some("it is on its way: nothing is to be decided about it now")
        }
        _ => None,
    });
    let id = quarantine.selected().map(|row| row.id.clone());
    match (refused, id) {
        (None, Some(id)) => {
            quarantine.working = Some(id.clone());
            vec![Effect::Ask(Ask::Quarantine(call(id)))]
        }
        (why, _) => {
            app.complain(why.unwrap_or_default());
            Vec::new()
        }
    }
}

pub(super) fn learn(app: &mut App, rows: Result<Vec<QuarantineRow>, String>) {
    let Mode::Quarantine(quarantine) = &mut app.mode else {
        return;
    };
    quarantine.asked = false;
    // The selected file stays selected wherever it stands now.
    let id = quarantine.selected().map(|row| row.id.clone());
    quarantine.rows = Some(rows);
    let place = quarantine
        .files()
        .iter()
        .position(|row| Some(&row.id) == id.as_ref());
    quarantine.at = place.unwrap_or(quarantine.at);
    quarantine.step(0);
}

/// What became of a file that was let through.
pub(super) fn decided(app: &mut App, words: Result<String, String>) -> Vec<Effect> {
    if let Mode::Quarantine(quarantine) = &mut app.mode {
        quarantine.working = None;
    }
    match words {
        Ok(words) => app.say(words),
        Err(why) => app.complain(why),
    }
    again(app)
}
