//! The one table of what the user can do: dispatch, hints and help read it.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ddgen_ipc::hello::Role;
use ddgen_ipc::message::DropState;

use crate::app::link::LinkState;
use crate::app::{App, Screen};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    Open,
    Back,
    Next,
    Previous,
    Filter,
    Find,
    Sort,
    Reverse,
    Retry,
    Write,
    WriteDictionary,
    Verdict,
    Name,
    Unfold,
    Coverage,
    Versions,
    Alerts,
    Backups,
    Quarantine,
    Span,
    About,
    Copy,
    Dictionaries,
    Activity,
    Daemon,
    Turn,
    Start,
    Help,
    Mouse,
    Repaint,
    Suspend,
    Quit,
}

/// Screens a command is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places(u8);

impl Places {
    const DICTIONARIES: Self = Self(1);
    const FIELDS: Self = Self(2);
    const FIELD: Self = Self(4);
    const ACTIVITY: Self = Self(8);
    const DAEMON: Self = Self(16);
    const ARRIVED: Self = Self(8 | 16);
    const OPENED: Self = Self(2 | 4);
    const LISTS: Self = Self(1 | 2 | 8);
    const NAMED: Self = Self(1 | 2 | 4 | 8);
    const ALL: Self = Self(31);

    #[must_use]
    pub fn has(self, screen: Screen) -> bool {
        let one = match screen {
            Screen::Dictionaries => Self::DICTIONARIES,
            Screen::Fields => Self::FIELDS,
            Screen::Field => Self::FIELD,
            Screen::Activity => Self::ACTIVITY,
            Screen::Daemon => Self::DAEMON,
        };
        self.0 & one.0 != 0
    }
}

#[derive(Debug)]
pub struct Binding {
    pub command: Command,
    pub keys: &'static [(KeyModifiers, KeyCode)],
    /// How the keys are written.
    pub shown: &'static str,
    /// One or two words for the line of hints; empty: not among them.
    pub hint: &'static str,
    pub help: &'static str,
    pub places: Places,
}

const NONE: KeyModifiers = KeyModifiers::NONE;
const CONTROL: KeyModifiers = KeyModifiers::CONTROL;

const fn key(character: char) -> (KeyModifiers, KeyCode) {
    (NONE, KeyCode::Char(character))
}

const fn control(character: char) -> (KeyModifiers, KeyCode) {
    (CONTROL, KeyCode::Char(character))
}

const fn bind(
    command: Command,
    keys: &'static [(KeyModifiers, KeyCode)],
    shown: &'static str,
    hint: &'static str,
    help: &'static str,
    places: Places,
) -> Binding {
    Binding {
        command,
        keys,
        shown,
        hint,
        help,
        places,
    }
}

/// In the order of the help; hints take the same order.
#[rustfmt::skip]
pub const TABLE: &[Binding] = {
    use Command as Do;
    use KeyCode::{Backspace, Down, End, Enter, Esc, Home, Left, PageDown, PageUp, Right, Tab, Up};
    &[
        bind(Do::Start, &[key('s')], "s", "start a daemon", "start a daemon that watches a folder of yours", Places::ALL),
        bind(Do::Open, &[(NONE, Enter), (NONE, Right), key('l')], "enter → l", "open", "open the selected row; of a drop: its dictionary", Places::LISTS),
        bind(Do::Back, &[(NONE, Esc), (NONE, Backspace), (NONE, Left), key('h')], "esc ← h", "back", "clear the filter, else go back", Places::ALL),
        bind(Do::Filter, &[key('/')], "/", "filter", "show only rows with these words, as you type", Places::LISTS),
        bind(Do::Find, &[key('f')], "f", "find", "find fields and dictionaries in everything there is", Places::ALL),
        bind(Do::Retry, &[key('r')], "r", "retry", "put the selected parked drop back into the queue", Places::ACTIVITY),
        bind(Do::About, &[key('i')], "i", "details", "everything about the selected drop", Places::ACTIVITY),
        bind(Do::Write, &[key('e')], "e", "write", "write about the selected field: description, owner, tags …", Places::OPENED),
        bind(Do::WriteDictionary, &[key('E')], "E", "", "write about the dictionary", Places::OPENED),
        bind(Do::Verdict, &[key('t')], "t", "", "say what the field means, and whether it is personal data: that wins", Places::OPENED),
        bind(Do::Name, &[key('M')], "M", "", "give the selected dictionary another name; the old one still leads there", Places::DICTIONARIES),
        bind(Do::Unfold, &[key('u')], "u", "", "take the file out of the series it was folded into: a dictionary of its own", Places::ACTIVITY),
        bind(Do::Versions, &[key('v')], "v", "versions", "the versions of the dictionary, and what changed with each", Places::OPENED),
        bind(Do::Coverage, &[key('c')], "c", "", "how much is described, owned and classified, and what to describe next", Places::ALL),
        bind(Do::Alerts, &[key('a')], "a", "alerts", "the alerts: what is raised, who takes care of it, keep one silent", Places::DAEMON),
        bind(Do::Backups, &[key('b')], "b", "backups", "the backups: what there is, make one, verify", Places::DAEMON),
        bind(Do::Quarantine, &[key('x')], "x", "quarantine", "files that break their contract and were set aside: what they break, let one through", Places::ARRIVED),
        bind(Do::Span, &[key('w')], "w", "hour or day", "show the last hour or the last day", Places::DAEMON),
        bind(Do::Next, &[key('n'), key(']')], "n ]", "next field", "the next field of the dictionary", Places::FIELD),
        bind(Do::Previous, &[key('p'), key('[')], "p [", "previous", "the field before", Places::FIELD),
        bind(Do::Sort, &[key('o')], "o", "order", "order by the next column; or click its title", Places::LISTS),
        bind(Do::Reverse, &[key('O')], "O", "", "turn the order around", Places::LISTS),
        bind(Do::Copy, &[key('y')], "y", "copy", "copy the name or path to your clipboard (OSC 52)", Places::NAMED),
        bind(Do::Down, &[(NONE, Down), key('j'), control('n')], "↓ j", "", "down; also the mouse wheel", Places::ALL),
        bind(Do::Up, &[(NONE, Up), key('k'), control('p')], "↑ k", "", "up", Places::ALL),
        bind(Do::PageDown, &[(NONE, PageDown), control('f'), control('d'), key(' ')], "PgDn ^f space", "", "a page down", Places::ALL),
        bind(Do::PageUp, &[(NONE, PageUp), control('b'), control('u')], "PgUp ^b", "", "a page up", Places::ALL),
        bind(Do::First, &[(NONE, Home), key('g')], "Home g", "", "the first row; of the activity: follow what is new", Places::ALL),
        bind(Do::Last, &[(NONE, End), key('G')], "End G", "", "the last row", Places::ALL),
        bind(Do::Dictionaries, &[key('1')], "1", "", "all dictionaries", Places::ALL),
        bind(Do::Activity, &[key('2')], "2", "", "files as they arrive", Places::ALL),
        bind(Do::Daemon, &[key('3')], "3", "", "the daemon: health, queue, watches, workers", Places::ALL),
        bind(Do::Turn, &[(NONE, Tab)], "tab", "activity", "turn between dictionaries, activity and daemon", Places::ALL),
        bind(Do::Help, &[key('?'), (NONE, KeyCode::F(1))], "?", "help", "this", Places::ALL),
        bind(Do::Mouse, &[key('m')], "m", "", "give the mouse to the terminal (to mark text), or take it back", Places::ALL),
        bind(Do::Repaint, &[control('l')], "^l", "", "paint the screen anew and ask again for what it shows", Places::ALL),
        bind(Do::Suspend, &[control('z')], "^z", "", "back to the shell; `fg` returns", Places::ALL),
        bind(Do::Quit, &[key('q'), control('c')], "q ^c", "quit", "quit; the daemon goes on", Places::ALL),
    ]
};

/// The command of a key on a screen.
#[must_use]
pub fn lookup(event: KeyEvent, screen: Screen) -> Option<Command> {
    // Upper-case letters come with shift on some terminals and without on others.
    let modifiers = event.modifiers.difference(KeyModifiers::SHIFT);
    let pressed = (modifiers, event.code);
    TABLE
        .iter()
        .find(|binding| binding.places.has(screen) && binding.keys.contains(&pressed))
        .map(|binding| binding.command)
}

/// Why a command cannot be done now; none when it can.
#[must_use]
pub fn why_not(app: &App, command: Command) -> Option<&'static str> {
    let offline = "not connected to a daemon";
    match command {
        Command::Start if app.link.state == (LinkState::Searching { why: None }) => {
            Some("still looking whether one is running")
        }
        Command::Start if app.link.connected().is_some() => {
            Some("a daemon is running already, and this client is connected to it")
        }
        Command::Start if !app.link.absent => {
            Some("there is a daemon already; it does not let this client in")
        }
        Command::Retry => match (app.link.connected(), app.activity.list.selected()) {
            (None, _) => Some(offline),
            (Some(peer), _) if peer.role == Role::Reader => {
                Some("your account may read here, not retry: that takes a role of editor")
            }
            (_, None) => Some("no drop is selected"),
            (_, Some(drop)) if drop.row.state != DropState::Parked => {
                Some("only a parked drop can be tried again")
            }
            _ => None,
        },
        Command::Versions
        | Command::Alerts
        | Command::Backups
        | Command::Quarantine
        | Command::Coverage
        | Command::Find
            if app.link.connected().is_none() =>
        {
            Some(offline)
        }
        Command::Name | Command::Unfold => match app.link.connected() {
            None => Some(offline),
            Some(peer) if peer.role == Role::Reader => {
                Some("your account may read here, not write: that takes a role of editor")
            }
            _ if command == Command::Name => no_row(
                app.dictionaries.list.selected().is_some(),
                "no dictionary is selected",
            ),
            _ => no_row(
                app.activity
                    .list
                    .selected()
                    .is_some_and(|drop| drop.row.dictionary.is_some()),
                "no drop with a dictionary is selected",
            ),
        },
        Command::Span if app.daemon.readings.is_empty() => Some("nothing was read yet"),
        Command::Write | Command::WriteDictionary | Command::Verdict => {
            match app.link.connected() {
                None => Some(offline),
                Some(peer) if peer.role == Role::Reader => {
                    Some("your account may read here, not write: that takes a role of editor")
                }
                _ => no_row(
                    app.screen() == Screen::Field
                        || command == Command::WriteDictionary
                        || selected_field(app),
                    "no field is selected",
                ),
            }
        }
        Command::About => no_row(
            app.activity.list.selected().is_some(),
            "no drop is selected",
        ),
        Command::Open => match app.screen() {
            Screen::Dictionaries => no_row(
                app.dictionaries.list.selected().is_some(),
                "no dictionary is selected",
            ),
            Screen::Activity => no_row(
                app.activity.list.selected().is_some(),
                "no drop is selected",
            ),
            _ => match app.open.as_ref().and_then(|open| open.list.selected()) {
                None => Some("no field is selected"),
                Some(slot) => no_row(
                    slot.row.is_some() || app.link.connected().is_some(),
                    "this field was not read before the connection was lost",
                ),
            },
        },
        Command::Filter | Command::Sort | Command::Reverse | Command::Copy => {
            no_row(app.has_rows(), "there is nothing here yet")
        }
        Command::Back if app.screens.len() == 1 && app.filter().is_empty() => {
            Some("this is the first screen; q quits")
        }
        _ => None,
    }
}

fn selected_field(app: &App) -> bool {
    app.open
        .as_ref()
        .and_then(|open| open.list.selected())
        .is_some_and(|slot| slot.row.is_some())
}

fn no_row(there: bool, why: &'static str) -> Option<&'static str> {
    if there { None } else { Some(why) }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const SCREENS: [Screen; 5] = [
        Screen::Dictionaries,
        Screen::Fields,
        Screen::Field,
        Screen::Activity,
        Screen::Daemon,
    ];

    #[test]
    fn no_key_means_two_things_on_one_screen() {
        for screen in SCREENS {
            let mut taken = HashSet::new();
            for binding in TABLE.iter().filter(|binding| binding.places.has(screen)) {
                for pressed in binding.keys {
                    assert!(taken.insert(*pressed), "{pressed:?} on {screen:?}");
                }
            }
        }
    }

    #[test]
    fn upper_case_is_found_with_and_without_shift() {
        for modifiers in [KeyModifiers::NONE, KeyModifiers::SHIFT] {
            let event = KeyEvent::new(KeyCode::Char('G'), modifiers);
            assert_eq!(lookup(event, Screen::Fields), Some(Command::Last));
        }
        let control = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        assert_eq!(lookup(control, Screen::Field), Some(Command::Quit));
        let alt = KeyEvent::new(KeyCode::Char('q'), KeyModifiers::ALT);
        assert_eq!(lookup(alt, Screen::Field), None);
    }
}
