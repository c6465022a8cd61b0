//! Looking for fields and dictionaries, as the words are typed.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ddgen_ipc::message::Found;

use super::open;
use crate::app::App;
use crate::app::message::{Ask, Effect};
use crate::app::mode::Mode;
use crate::app::search::{Hit, Search};

/// Characters of a search at most, as the daemon takes them.
const MOST: usize = 200;

pub(super) fn open(app: &mut App) {
    app.mode = Mode::Search(Box::default());
}

pub(super) fn key(app: &mut App, event: KeyEvent) -> Vec<Effect> {
    let page = usize::from(app.size.height / 2);
    let Mode::Search(search) = &mut app.mode else {
        return Vec::new();
    };
    let last = search.hits().count().saturating_sub(1);
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    match event.code {
        KeyCode::Char('c') if control => return vec![Effect::Quit],
        KeyCode::Char('z') if control => return vec![Effect::Suspend],
        KeyCode::Esc => app.mode = Mode::Browse,
        KeyCode::Enter => return go(app),
        KeyCode::Up => search.at = search.at.saturating_sub(1),
        KeyCode::Down => search.at = (search.at + 1).min(last),
        KeyCode::Char('p') if control => search.at = search.at.saturating_sub(1),
        KeyCode::Char('n') if control => search.at = (search.at + 1).min(last),
        KeyCode::PageUp => search.at = search.at.saturating_sub(page),
        KeyCode::PageDown => search.at = (search.at + page).min(last),
        KeyCode::Char('u') if control => return edit(app, String::clear),
        KeyCode::Char('w') if control => {
            return edit(app, |words| {
                let kept = words.trim_end().rfind(' ').map_or(0, |at| at + 1);
                words.truncate(kept);
            });
        }
        KeyCode::Backspace => {
            return edit(app, |words| {
                words.pop();
            });
        }
        KeyCode::Char('h') if control => {
            return edit(app, |words| {
                words.pop();
            });
        }
        KeyCode::Char(letter) if !control && !event.modifiers.contains(KeyModifiers::ALT) => {
            return insert(app, letter.encode_utf8(&mut [0; 4]));
        }
        _ => {}
    }
    Vec::new()
}

/// Letters that were typed or pasted; ends of lines are blanks.
pub(super) fn insert(app: &mut App, more: &str) -> Vec<Effect> {
    edit(app, |words| {
        let room = MOST.saturating_sub(words.chars().count());
        let letters = more.chars().map(|c| if c.is_control() { ' ' } else { c });
        words.extend(letters.take(room));
    })
}

fn edit(app: &mut App, change: impl FnOnce(&mut String)) -> Vec<Effect> {
    let Mode::Search(search) = &mut app.mode else {
        return Vec::new();
    };
    change(&mut search.words);
    ask(search)
}

/// One question at a time: what is typed meanwhile is asked when the answer is here.
fn ask(search: &mut Search) -> Vec<Effect> {
    if search.words.trim().is_empty() {
        search.found = None;
        search.at = 0;
        return Vec::new();
    }
    if std::mem::replace(&mut search.asked, true) {
        return Vec::new();
    }
    vec![Effect::Ask(Ask::Search {
        words: search.words.clone(),
    })]
}

pub(super) fn learn(app: &mut App, words: &str, result: Result<Found, String>) -> Vec<Effect> {
    let Mode::Search(search) = &mut app.mode else {
        return Vec::new();
    };
    search.asked = false;
    if search.words.trim().is_empty() {
        return Vec::new();
    }
    // Of words that are typed further, what was found so far is shown, but not that a filter which
    // is not there yet in full is none.
    if search.words == words || result.is_ok() {
        search.found = Some(result);
        search.at = 0;
    }
    if search.words == words {
        return Vec::new();
    }
    ask(search)
}

/// Opens what the cursor is on.
fn go(app: &mut App) -> Vec<Effect> {
    let Mode::Search(search) = &app.mode else {
        return Vec::new();
    };
    let target = search.hits().nth(search.at).map(|hit| match hit {
        Hit::Dictionary(found) => (found.name.clone(), None),
        Hit::Field(found) => {
            let place = (found.path.clone(), found.position);
            (found.dictionary.clone(), Some(place))
        }
    });
    let Some((name, place)) = target else {
        app.complain("nothing is found yet that could be opened");
        return Vec::new();
    };
    app.mode = Mode::Browse;
    open::dictionary(app, &name);
    match place {
        Some((path, position)) => open::field_at(app, &name, path, position),
        None => Vec::new(),
    }
}
