//! Dictionaries and fields that are open: opening them, keeping them current.

use crate::app::columns::FieldColumn;
use crate::app::field::OpenField;
use crate::app::fields::OpenDictionary;
use crate::app::listing::Sort;
use crate::app::message::{Ask, Effect};
use crate::app::{App, Screen};

/// Opens the fields of a dictionary.
pub(super) fn dictionary(app: &mut App, name: &str) {
    let row = app.dictionaries.list.get(name);
    let Some((version, fields)) = row.map(|row| (row.version, row.fields)) else {
        app.complain(format!(
            "the dictionary `{}` is not in the list",
            crate::text::safe(name)
        ));
        return;
    };
    app.dictionaries.list.select(name);
    // What was refused before may be answered now.
    let usable = app
        .open
        .as_ref()
        .is_some_and(|open| open.name == name && open.trouble.is_none());
    if !usable {
        app.open = Some(OpenDictionary::new(name.to_owned(), version, fields));
    }
    app.screens.truncate(1);
    app.screens.push(Screen::Fields);
}

/// Opens the field the cursor is on.
pub(super) fn field(app: &mut App) -> Vec<Effect> {
    let Some(open) = &mut app.open else {
        return Vec::new();
    };
    open.eager = open.list.selected().is_some_and(|slot| slot.row.is_none());
    let Some(path) = open.list.selected().and_then(|slot| slot.row.as_ref()) else {
        return Vec::new();
    };
    let version = open.shown.unwrap_or(open.wanted);
    app.field = Some(OpenField::new(
        open.name.clone(),
        version,
        path.path.clone(),
    ));
    if app.screen() != Screen::Field {
        app.screens.push(Screen::Field);
    }
    ask_field(app)
}

/// Opens a field of the dictionary that was just opened, by its position.
pub(super) fn field_at(app: &mut App, name: &str, path: String, position: u32) -> Vec<Effect> {
    let height = crate::app::layout::Layout::of(app.size, Screen::Fields).page();
    let Some(open) = app.open.as_mut().filter(|open| open.name == name) else {
        return Vec::new();
    };
    // A filter or another order would put the cursor on another field.
    open.list.set_filter("");
    open.list.set_sort(Sort {
        column: FieldColumn::Position,
        descending: false,
    });
    open.list.arrange(height);
    open.list.go(position.saturating_sub(1) as usize, height);
    open.eager = false;
    let version = open.shown.unwrap_or(open.wanted);
    app.field = Some(OpenField::new(open.name.clone(), version, path));
    app.screens.push(Screen::Field);
    ask_field(app)
}

pub(super) fn ask_field(app: &App) -> Vec<Effect> {
    if app.link.connected().is_none() {
        return Vec::new();
    }
    app.field
        .iter()
        .map(|field| {
            Effect::Ask(Ask::Field {
                name: field.dictionary.clone(),
                version: field.version,
                path: field.path.clone(),
            })
        })
        .collect()
}

/// A dictionary has another current version: what is open of it follows.
pub(super) fn moved_on(app: &mut App, name: &str, version: u32) -> Vec<Effect> {
    let Some(open) = app.open.as_mut().filter(|open| open.name == name) else {
        return Vec::new();
    };
    // The same number too: a provisional version is replaced under its number.
    open.refresh(version);
    match app.field.as_mut().filter(|field| field.dictionary == name) {
        Some(field) => {
            field.version = version;
            ask_field(app)
        }
        None => Vec::new(),
    }
}

/// After the whole list was read: the open dictionary may have moved on meanwhile.
pub(super) fn follow(app: &mut App) -> Vec<Effect> {
    let Some(open) = &app.open else {
        return Vec::new();
    };
    match app.dictionaries.list.get(&open.name) {
        Some(row) if row.version != open.wanted => {
            let (name, version) = (row.name.clone(), row.version);
            moved_on(app, &name, version)
        }
        _ => Vec::new(),
    }
}

/// The pages the open dictionary wants next.
pub(super) fn pages(app: &mut App) -> Vec<Effect> {
    if app.link.connected().is_none() || !app.screens.contains(&Screen::Fields) {
        return Vec::new();
    }
    let height = crate::app::layout::Layout::of(app.size, Screen::Fields).page();
    let Some(open) = &mut app.open else {
        return Vec::new();
    };
    open.list.arrange(height);
    let (name, version) = (open.name.clone(), open.wanted);
    open.next_pages(height)
        .into_iter()
        .map(|page| {
            Effect::Ask(Ask::Fields {
                name: name.clone(),
                version,
                page,
            })
        })
        .collect()
}
