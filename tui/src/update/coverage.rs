//! Looking at what is written about, and going to what is not.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ddgen_ipc::message::{CoverageRow, Found};

use super::open;
use crate::app::App;
use crate::app::message::{Ask, Effect};
use crate::app::mode::Mode;

pub(super) fn open(app: &mut App) -> Vec<Effect> {
    app.mode = Mode::Coverage(Box::default());
    vec![Effect::Ask(Ask::Coverage)]
}

pub(super) fn key(app: &mut App, event: KeyEvent) -> Vec<Effect> {
    let page = isize::try_from(app.size.height / 2).unwrap_or(1);
    let Mode::Coverage(coverage) = &mut app.mode else {
        return Vec::new();
    };
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    match event.code {
        KeyCode::Char('c') if control => return vec![Effect::Quit],
        KeyCode::Char('z') if control => return vec![Effect::Suspend],
        KeyCode::Up | KeyCode::Char('k') => coverage.step(-1),
        KeyCode::Down | KeyCode::Char('j') => coverage.step(1),
        KeyCode::PageUp => coverage.step(-page),
        KeyCode::PageDown | KeyCode::Char(' ') => coverage.step(page),
        KeyCode::Home | KeyCode::Char('g') => coverage.at = 0,
        KeyCode::End | KeyCode::Char('G') => coverage.step(isize::MAX / 2),
        KeyCode::Enter => return next(app, true),
        KeyCode::Char('n') => return next(app, false),
        _ => app.mode = Mode::Browse,
    }
    Vec::new()
}

/// Asks for the first field without a description: of the selected dictionary, or of all.
fn next(app: &mut App, of_selected: bool) -> Vec<Effect> {
    let online = app.link.connected().is_some();
    let Mode::Coverage(coverage) = &mut app.mode else {
        return Vec::new();
    };
    let dictionary = coverage.selected().map(|row| row.name.clone());
    if of_selected && dictionary.is_none() {
        app.complain("there is no dictionary yet");
        return Vec::new();
    }
    if !online {
        app.complain("not connected to a daemon");
        return Vec::new();
    }
    if std::mem::replace(&mut coverage.asked, true) {
        return Vec::new();
    }
    let dictionary = dictionary.filter(|_| of_selected);
    vec![Effect::Ask(Ask::Undescribed { dictionary })]
}

pub(super) fn learn(app: &mut App, rows: Result<Vec<CoverageRow>, String>) -> Vec<Effect> {
    if let Mode::Coverage(coverage) = &mut app.mode {
        coverage.learn(rows);
    }
    Vec::new()
}

/// Opens the field, and the editor as soon as it is known what is written already.
pub(super) fn found(app: &mut App, result: Result<Found, String>) -> Vec<Effect> {
    let Mode::Coverage(coverage) = &mut app.mode else {
        return Vec::new();
    };
    coverage.asked = false;
    let field = match result {
        Ok(found) => found.fields.into_iter().next(),
        Err(why) => {
            app.complain(why);
            return Vec::new();
        }
    };
    let Some(field) = field else {
        app.say("every field here has a description");
        return Vec::new();
    };
    app.mode = Mode::Browse;
    open::dictionary(app, &field.dictionary);
    let effects = open::field_at(app, &field.dictionary, field.path, field.position);
    app.words.write_once_known = true;
    super::writing::begin(app);
    effects
}
