//! What each command does.

use ddgen_ipc::message::{Aspect, ReshapeCall};

use super::{alerts, backups, coverage, motion, open, quarantine, search, versions, writing};
use crate::app::columns::{self, Column, DICTIONARIES, DROPS, FIELDS};
use crate::app::listing::{Entry, Listing, Sort};
use crate::app::message::{Ask, Effect};
use crate::app::mode::Mode;
use crate::app::{App, Screen};
use crate::keys::{Command, why_not};

pub(super) fn command(app: &mut App, command: Command) -> Vec<Effect> {
    if let Some(why) = why_not(app, command) {
        app.complain(why);
        return Vec::new();
    }
    match command {
        Command::Up => motion::step(app, -1),
        Command::Down => motion::step(app, 1),
        Command::PageUp => motion::page(app, -1),
        Command::PageDown => motion::page(app, 1),
        Command::First => motion::first(app),
        Command::Last => motion::last(app),
        Command::Open => return open_selected(app),
        Command::Back => return back(app),
        Command::Next => return neighbour(app, 1),
        Command::Previous => return neighbour(app, -1),
        Command::Filter => app.mode = Mode::Filter,
        Command::Find => search::open(app),
        Command::Sort => sort(app, false),
        Command::Reverse => sort(app, true),
        Command::Retry => return retry(app),
        Command::Write => writing::open(app, true, Aspect::Description),
        Command::WriteDictionary => writing::open(app, false, Aspect::Description),
        Command::Verdict => writing::open(app, true, Aspect::SaidPii),
        Command::Name => {
            if let Some(row) = app.dictionaries.list.selected() {
                let dictionary = row.name.clone();
                let text = dictionary.clone();
                app.mode = Mode::Name { dictionary, text };
            }
        }
        Command::Unfold => return unfold(app),
        Command::Versions => return versions::open(app),
        Command::Coverage => return coverage::open(app),
        Command::Alerts => return alerts::open(app),
        Command::Backups => return backups::open(app),
        Command::Quarantine => return quarantine::open(app),
        Command::Span => app.daemon.readings.day = !app.daemon.readings.day,
        Command::About => app.mode = Mode::Drop(0),
        Command::Copy => return copy(app),
        Command::Dictionaries => go(app, Screen::Dictionaries),
        Command::Activity => go(app, Screen::Activity),
        Command::Daemon => return daemon(app),
        Command::Turn => match app.screens.first() {
            Some(Screen::Activity) => return daemon(app),
            Some(Screen::Daemon) => go(app, Screen::Dictionaries),
            _ => go(app, Screen::Activity),
        },
        Command::Start => app.mode = Mode::Folder(String::from(".")),
        Command::Help => app.mode = Mode::Help(0),
        Command::Mouse => return mouse(app),
        Command::Repaint => return repaint(app),
        Command::Suspend => return vec![Effect::Suspend],
        Command::Quit => return vec![Effect::Quit],
    }
    Vec::new()
}

fn go(app: &mut App, screen: Screen) {
    app.screens = vec![screen];
}

/// Shows the daemon and asks for its latest word.
fn daemon(app: &mut App) -> Vec<Effect> {
    go(app, Screen::Daemon);
    if app.link.connected().is_none() || app.daemon.asked {
        return Vec::new();
    }
    app.daemon.asked = true;
    vec![Effect::Ask(Ask::Status { soon: false })]
}

pub(super) fn open_selected(app: &mut App) -> Vec<Effect> {
    match app.screen() {
        Screen::Dictionaries => {
            if let Some(row) = app.dictionaries.list.selected() {
                let name = row.name.clone();
                open::dictionary(app, &name);
            }
        }
        Screen::Activity => {
            let dictionary = app
                .activity
                .list
                .selected()
                .and_then(|drop| drop.row.dictionary.clone());
            match dictionary {
                Some(name) => open::dictionary(app, &name),
                None => app.mode = Mode::Drop(0),
            }
        }
        Screen::Fields => return open::field(app),
        Screen::Field | Screen::Daemon => {}
    }
    Vec::new()
}

fn back(app: &mut App) -> Vec<Effect> {
    if app.filter().is_empty() {
        app.screens.pop();
        if app.screen() == Screen::Fields {
            app.field = None;
        }
    } else {
        set_filter(app, "");
    }
    Vec::new()
}

fn neighbour(app: &mut App, rows: isize) -> Vec<Effect> {
    let page = crate::app::layout::Layout::of(app.size, Screen::Fields).page();
    let Some(open) = &mut app.open else {
        return Vec::new();
    };
    let before = open.list.cursor();
    open.list.step(rows, page);
    if open.list.cursor() == before {
        app.complain(if rows > 0 {
            "this is the last field"
        } else {
            "this is the first field"
        });
        return Vec::new();
    }
    open::field(app)
}

fn retry(app: &mut App) -> Vec<Effect> {
    let Some(drop) = app.activity.list.selected() else {
        return Vec::new();
    };
    let which = ddgen_ipc::message::Retry::One(drop.row.id.clone());
    vec![Effect::Ask(Ask::Retry(which))]
}

fn unfold(app: &mut App) -> Vec<Effect> {
    let Some(drop) = app.activity.list.selected() else {
        return Vec::new();
    };
    let drop = drop.row.id.clone();
    vec![Effect::Ask(Ask::Reshape(ReshapeCall::Unfold { drop }))]
}

fn copy(app: &mut App) -> Vec<Effect> {
    let text = match app.screen() {
        Screen::Dictionaries => app.dictionaries.list.selected().map(|row| row.name.clone()),
        Screen::Activity => app
            .activity
            .list
            .selected()
            .map(|drop| drop.row.path.clone()),
        Screen::Field => app.field.as_ref().map(|field| field.path.clone()),
        Screen::Fields => app
            .open
            .as_ref()
            .and_then(|open| open.list.selected())
            .and_then(|slot| slot.row.as_ref())
            .map(|row| row.path.clone()),
        Screen::Daemon => None,
    };
    let Some(text) = text else {
        app.complain("nothing is selected");
        return Vec::new();
    };
    app.say(format!("copied {}", crate::text::head(&text, 60)));
    vec![Effect::Copy(text)]
}

fn mouse(app: &mut App) -> Vec<Effect> {
    app.mouse = !app.mouse;
    app.say(if app.mouse {
        "the mouse works here again"
    } else {
        "the mouse is the terminal's now: mark and copy text; m takes it back"
    });
    vec![Effect::Mouse(app.mouse)]
}

fn repaint(app: &mut App) -> Vec<Effect> {
    let mut effects = vec![Effect::Repaint];
    if app.link.connected().is_some() {
        effects.extend(super::ask_again(app));
    }
    effects
}

pub(super) fn set_filter(app: &mut App, words: &str) {
    match app.screen() {
        Screen::Dictionaries => app.dictionaries.list.set_filter(words),
        Screen::Activity => app.activity.list.set_filter(words),
        Screen::Fields => {
            if let Some(open) = &mut app.open {
                open.list.set_filter(words);
            }
        }
        Screen::Field | Screen::Daemon => {}
    }
}

fn sort(app: &mut App, turn: bool) {
    let width = app.layout().titles.width.saturating_sub(1);
    let words = match app.screen() {
        Screen::Dictionaries => sort_list(&mut app.dictionaries.list, DICTIONARIES, width, turn),
        Screen::Activity => sort_list(&mut app.activity.list, DROPS, width, turn),
        Screen::Fields => match &mut app.open {
            Some(open) => sort_list(&mut open.list, FIELDS, width, turn),
            None => return,
        },
        Screen::Field | Screen::Daemon => return,
    };
    app.say(words);
}

/// The next column in sight, or the same one the other way round; says which.
fn sort_list<E: Entry>(
    list: &mut Listing<E>,
    columns: &'static [Column<E::Column>],
    width: u16,
    turn: bool,
) -> String {
    let now = list.sort();
    if turn {
        list.set_sort(Sort {
            descending: !now.descending,
            ..now
        });
    } else {
        let seen = columns::place(columns, 0, width);
        let place = seen.iter().position(|seen| seen.column.id == now.column);
        let next = place.map_or(0, |place| (place + 1) % seen.len());
        if let Some(seen) = seen.get(next) {
            sort_by(list, &seen.column);
        }
    }
    let now = list.sort();
    let title = columns
        .iter()
        .find(|column| column.id == now.column)
        .map_or("", |column| column.title);
    let way = if now.descending {
        "the largest or latest first"
    } else {
        "the smallest or earliest first"
    };
    format!("ordered by {title}, {way}")
}

/// By this column; by the one it is sorted by already: the other way round.
pub(super) fn sort_by<E: Entry>(list: &mut Listing<E>, column: &Column<E::Column>) {
    let now = list.sort();
    list.set_sort(Sort {
        column: column.id,
        descending: if now.column == column.id {
            !now.descending
        } else {
            column.largest_first
        },
    });
}
