//! Looking at the alerts, saying that one was seen, keeping one silent.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ddgen_ipc::Timestamp;
use ddgen_ipc::hello::Role;
use ddgen_ipc::message::{AlertCall, AlertList, AlertRow, AlertState};

use crate::app::App;
use crate::app::alerts::Alerts;
use crate::app::message::{Ask, Effect};
use crate::app::mode::Mode;

/// An alert that is kept silent comes back the next working day at the latest.
const SILENT_MS: i64 = 8 * 3_600_000;

pub(super) fn open(app: &mut App) -> Vec<Effect> {
    app.mode = Mode::Alerts(Box::default());
    again(app)
}

/// What is on screen is not as it is any more.
pub(super) fn again(app: &mut App) -> Vec<Effect> {
    match &mut app.mode {
        Mode::Alerts(alerts) if !alerts.asked => {
            alerts.asked = true;
            vec![Effect::Ask(Ask::Alerts(AlertCall::List))]
        }
        _ => Vec::new(),
    }
}

pub(super) fn key(app: &mut App, event: KeyEvent) -> Vec<Effect> {
    let page = isize::try_from(app.size.height / 2).unwrap_or(1);
    let Mode::Alerts(alerts) = &mut app.mode else {
        return Vec::new();
    };
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    match event.code {
        KeyCode::Char('c') if control => return vec![Effect::Quit],
        KeyCode::Char('z') if control => return vec![Effect::Suspend],
        KeyCode::Up | KeyCode::Char('k') => alerts.step(-1),
        KeyCode::Down | KeyCode::Char('j') => alerts.step(1),
        KeyCode::PageUp => alerts.step(-page),
        KeyCode::PageDown | KeyCode::Char(' ') => alerts.step(page),
        KeyCode::Home | KeyCode::Char('g') => alerts.at = 0,
        KeyCode::End | KeyCode::Char('G') => alerts.step(isize::MAX / 2),
        KeyCode::Char('a') => {
            return tell(app, |row| match row.state {
                AlertState::Cleared => Err("it is over: there is nothing to take care of"),
                _ if row.acknowledged_by.is_some() => Err("somebody takes care of it already"),
                _ => Ok(AlertCall::Ack {
                    alert: row.alert.clone(),
                    note: None,
                }),
            });
        }
        KeyCode::Char('s') => {
            let until = Timestamp(app.clock.now.0.saturating_add(SILENT_MS));
            return tell(app, |row| {
                let alert = row.alert.clone();
                Ok(match row.silenced_until {
                    Some(_) => AlertCall::Unsilence { alert },
                    None => AlertCall::Silence {
                        alert,
                        until,
                        because: None,
                    },
                })
            });
        }
        _ => app.mode = Mode::Browse,
    }
    Vec::new()
}

fn tell(
    app: &mut App,
    call: impl FnOnce(&AlertRow) -> Result<AlertCall, &'static str>,
) -> Vec<Effect> {
    let refused = match app.link.connected() {
        None => Some("not connected to a daemon"),
        Some(peer) if peer.role < Role::Editor => {
            Some("your account may look at alerts only: to answer them takes a role of editor")
        }
        Some(_) => None,
    };
    let Mode::Alerts(alerts) = &mut app.mode else {
        return Vec::new();
    };
    let row = alerts.selected().ok_or("no alert is selected");
    match refused.map_or(row, Err).and_then(call) {
        Ok(call) => {
            alerts.asked = true;
            vec![Effect::Ask(Ask::Alerts(call))]
        }
        Err(why) => {
            app.complain(why);
            Vec::new()
        }
    }
}

pub(super) fn learn(app: &mut App, result: Result<Box<AlertList>, String>) {
    let Mode::Alerts(alerts) = &mut app.mode else {
        return;
    };
    alerts.asked = false;
    match (result, &alerts.list) {
        // A command that was refused leaves the list as it was.
        (Err(why), Some(Ok(_))) => app.complain(why),
        (result, _) => take(alerts, result),
    }
}

/// The selected alert stays selected wherever it stands now.
fn take(alerts: &mut Alerts, result: Result<Box<AlertList>, String>) {
    let id = alerts.selected().map(|row| row.id);
    alerts.list = Some(result);
    let place = alerts.rows().position(|row| Some(row.id) == id);
    alerts.at = place.unwrap_or(alerts.at);
    alerts.step(0);
}
