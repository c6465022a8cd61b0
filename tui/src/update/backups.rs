//! Looking at the backups, making one, verifying.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ddgen_ipc::hello::Role;
use ddgen_ipc::message::{BackupCall, BackupList};

use crate::app::App;
use crate::app::backups::Backups;
use crate::app::message::{Ask, Effect};
use crate::app::mode::Mode;

pub(super) fn open(app: &mut App) -> Vec<Effect> {
    app.mode = Mode::Backups(Box::default());
    vec![Effect::Ask(Ask::Backup(BackupCall::List))]
}

pub(super) fn key(app: &mut App, event: KeyEvent) -> Vec<Effect> {
    let page = isize::try_from(app.size.height / 2).unwrap_or(1);
    let Mode::Backups(backups) = &mut app.mode else {
        return Vec::new();
    };
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    match event.code {
        KeyCode::Char('c') if control => return vec![Effect::Quit],
        KeyCode::Char('z') if control => return vec![Effect::Suspend],
        KeyCode::Up | KeyCode::Char('k') => backups.step(-1),
        KeyCode::Down | KeyCode::Char('j') => backups.step(1),
        KeyCode::PageUp => backups.step(-page),
        KeyCode::PageDown | KeyCode::Char(' ') => backups.step(page),
        KeyCode::Home | KeyCode::Char('g') => backups.at = 0,
        KeyCode::End | KeyCode::Char('G') => backups.step(isize::MAX / 2),
        KeyCode::Char('n') => return run(app, "making a backup", |_| Some(BackupCall::Now)),
        KeyCode::Char('v') => {
            return run(app, "restoring the backup, to compare", |backups| {
                let id = Some(backups.selected()?.id.clone());
                Some(BackupCall::Verify { id })
            });
        }
        KeyCode::Char('V') => {
            let all = |_: &Backups| Some(BackupCall::Verify { id: None });
            return run(app, "reading every byte of every backup", all);
        }
        _ => app.mode = Mode::Browse,
    }
    Vec::new()
}

/// One thing at a time: the daemon would refuse a second.
fn run(
    app: &mut App,
    words: &'static str,
    call: impl FnOnce(&Backups) -> Option<BackupCall>,
) -> Vec<Effect> {
    let refused = match app.link.connected() {
        None => Some("not connected to a daemon"),
        Some(peer) if peer.role < Role::Admin => {
            Some("your account may look at backups only: to run them takes a role of admin")
        }
        Some(_) => None,
    };
    let Mode::Backups(backups) = &mut app.mode else {
        return Vec::new();
    };
    let refused = refused.or(backups.working.map(|_| "wait: one is at work"));
    match (refused, call(backups)) {
        (Some(why), _) => {
            app.complain(why);
            Vec::new()
        }
        (None, None) => {
            app.complain("no backup is selected");
            Vec::new()
        }
        (None, Some(call)) => {
            backups.working = Some(words);
            vec![Effect::Ask(Ask::Backup(call))]
        }
    }
}

pub(super) fn learn(app: &mut App, result: Result<Box<BackupList>, String>) {
    if let Mode::Backups(backups) = &mut app.mode {
        backups.list = Some(result);
        backups.step(0);
    }
}

/// Something was done: say what came of it, and see what there is now.
pub(super) fn done(app: &mut App, result: Result<String, String>) -> Vec<Effect> {
    match result {
        Ok(words) => app.say(words),
        Err(why) => app.complain(why),
    }
    let Mode::Backups(backups) = &mut app.mode else {
        return Vec::new();
    };
    backups.working = None;
    vec![Effect::Ask(Ask::Backup(BackupCall::List))]
}
