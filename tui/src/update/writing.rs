//! Writing about a field or a dictionary.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ddgen_ipc::message::{AnnotationRow, Aspect, Edit};

use crate::app::message::{Ask, Effect};
use crate::app::mode::Mode;
use crate::app::words::Editor;
use crate::app::{App, Screen};

/// Bytes of a text at most, as the daemon keeps them.
const MOST: usize = 64 << 10;

/// Opens the editor for the field on screen or under the cursor, or for the dictionary.
pub(super) fn open(app: &mut App, about_field: bool, aspect: Aspect) {
    let Some(open) = &app.open else { return };
    let field = match app.screen() {
        Screen::Field => app.field.as_ref().map(|field| field.path.clone()),
        _ => open
            .list
            .selected()
            .and_then(|slot| slot.row.as_ref())
            .map(|row| row.path.clone()),
    };
    if about_field && field.is_none() {
        return;
    }
    let name = open.name.clone();
    if !app.words.are_of(&name) {
        app.complain("what is written already is not here yet; try again in a moment");
        return;
    }
    let field = field.filter(|_| about_field);
    let editor = Editor::new(name, field, aspect, &app.words);
    app.mode = Mode::Write(Box::new(editor));
}

pub(super) fn key(app: &mut App, event: KeyEvent) -> Vec<Effect> {
    let Mode::Write(editor) = &mut app.mode else {
        return Vec::new();
    };
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    let alt = event.modifiers.contains(KeyModifiers::ALT);
    let warned = std::mem::take(&mut editor.warned);
    match event.code {
        KeyCode::Char('c') if control => return vec![Effect::Quit],
        KeyCode::Char('z') if control => return vec![Effect::Suspend],
        KeyCode::Esc if editor.is_changed() && !warned => {
            editor.warned = true;
            app.complain("this is not saved: esc again leaves it, enter saves it");
        }
        KeyCode::Esc => app.mode = Mode::Browse,
        KeyCode::Tab | KeyCode::BackTab => turn(app, event.code == KeyCode::BackTab),
        KeyCode::Enter if alt => insert(editor, "\n"),
        KeyCode::Char('j') if control => insert(editor, "\n"),
        KeyCode::Enter => return save(app),
        KeyCode::Char('u') if control => editor.text.clear(),
        KeyCode::Char('w') if control => {
            let kept = editor.text.trim_end();
            let word = kept.rfind([' ', '\n']).map_or(0, |at| at + 1);
            editor.text.truncate(word);
        }
        KeyCode::Char('h') if control => {
            editor.text.pop();
        }
        KeyCode::Backspace => {
            editor.text.pop();
        }
        KeyCode::Char(letter) if !control && !alt => {
            insert(editor, letter.encode_utf8(&mut [0; 4]));
        }
        _ => {}
    }
    Vec::new()
}

/// Pasted text keeps its lines where the aspect may have several.
pub(super) fn paste(editor: &mut Editor, text: &str) {
    insert(editor, &text.replace("\r\n", "\n").replace('\r', "\n"));
}

fn insert(editor: &mut Editor, more: &str) {
    for letter in more.chars() {
        let letter = match letter {
            '\n' | '\t' if editor.aspect.is_long() => letter,
            '\n' | '\t' => ' ',
            letter if letter.is_control() => continue,
            letter => letter,
        };
        if editor.text.len() + letter.len_utf8() <= MOST {
            editor.text.push(letter);
        }
    }
}

/// To the next thing that can be written about.
fn turn(app: &mut App, back: bool) {
    let Mode::Write(editor) = &app.mode else {
        return;
    };
    if editor.is_changed() {
        app.complain("save this first (enter), or leave it (esc)");
        return;
    }
    let places = if back { editor.aspects().len() - 1 } else { 1 };
    let (name, field) = (editor.dictionary.clone(), editor.field.clone());
    let editor = Editor::new(name, field, editor.neighbour(places), &app.words);
    app.mode = Mode::Write(Box::new(editor));
}

fn save(app: &mut App) -> Vec<Effect> {
    let online = app.link.connected().is_some();
    let Mode::Write(editor) = &mut app.mode else {
        return Vec::new();
    };
    if !editor.is_changed() {
        app.mode = Mode::Browse;
        return Vec::new();
    }
    if !online {
        app.complain("not connected to a daemon: nothing was saved, your text stays here");
        return Vec::new();
    }
    if std::mem::replace(&mut editor.sent, true) {
        return Vec::new();
    }
    let edit = Edit {
        field: editor.field.clone(),
        aspect: editor.aspect,
        value: editor.text.clone(),
        expects: Some(editor.revision),
    };
    let name = editor.dictionary.clone();
    vec![Effect::Ask(Ask::Write { name, edit })]
}

/// What became of a text that was sent.
pub(super) fn written(app: &mut App, result: Result<(), String>) {
    if let Mode::Write(editor) = &mut app.mode {
        editor.sent = false;
        if result.is_ok() {
            app.mode = Mode::Browse;
        }
    }
    app.words.stale = true;
    match result {
        Ok(()) => app.say("written"),
        Err(why) => app.complain(why),
    }
}

/// What stands was read anew.
pub(super) fn learn(app: &mut App, dictionary: String, rows: Vec<AnnotationRow>) {
    app.words.learn(dictionary, rows);
    begin(app);
    if let Mode::Write(editor) = &mut app.mode
        && !editor.sent
    {
        editor.compare(&app.words);
    }
}

/// Opens the editor that was wanted before it was known what stands.
pub(super) fn begin(app: &mut App) {
    let here = app.field.as_ref().map(|field| field.dictionary.clone());
    if app.words.write_once_known
        && app.mode == Mode::Browse
        && app.screen() == Screen::Field
        && here.is_some_and(|name| app.words.are_of(&name))
    {
        app.words.write_once_known = false;
        open(app, true, Aspect::Description);
    }
}

/// Asks for what stands, where it is not known or not any more.
pub(super) fn ask(app: &mut App) -> Vec<Effect> {
    let Some(open) = &app.open else {
        return Vec::new();
    };
    let wanted = app.words.stale || !app.words.are_of(&open.name);
    let shown = app.screens.contains(&Screen::Fields);
    if !wanted || !shown || app.words.asked || app.link.connected().is_none() {
        return Vec::new();
    }
    app.words.asked = true;
    app.words.stale = false;
    vec![Effect::Ask(Ask::Words {
        name: open.name.clone(),
    })]
}
