//! Every screen at every size, with colour and without: pictures a person has looked at.

use std::fmt::Write;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ddgen_ipc::hello::Role;
use ddgen_ipc::message::{Event, EventFrame};
use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};

use super::draw;
use super::theme::Theme;
use crate::app::App;
use crate::app::layout::Size;
use crate::app::link::Peer;
use crate::app::message::{Answer, LinkNews, Message};
use crate::format::Clock;
use crate::sample;
use crate::text;
use crate::update::update;

const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 12)];

fn fresh(width: u16, height: u16) -> App {
    let clock = Clock {
        now: sample::at(0),
        zone: TimeZone::UTC,
    };
    let searched = vec![
        "/run/user/1000/ddgen/v1/ddgend.sock".to_owned(),
        "/run/ddgen/v1/ddgend.sock".to_owned(),
    ];
    App::new(Size { width, height }, clock, searched)
}

fn answer(app: &mut App, answer: Answer) {
    let epoch = app.link.epoch;
    update(app, Message::Link(LinkNews::Answer { epoch, answer }));
    app.arrange();
}

fn ready(width: u16, height: u16) -> App {
    let mut app = fresh(width, height);
    let peer = Peer {
        version: "0.1.0".to_owned(),
        socket: "/run/user/1000/ddgen/v1/ddgend.sock".to_owned(),
        role: Role::Admin,
    };
    update(
        &mut app,
        Message::Link(LinkNews::Connected { epoch: 1, peer }),
    );
    answer(&mut app, Answer::Status(Ok(Box::new(sample::status()))));
    answer(&mut app, Answer::Dictionaries(Ok(sample::dictionaries())));
    answer(&mut app, Answer::Drops(Ok(sample::drops())));
    let event = Event::Progress {
        id: format!("{:032x}", 8),
        bytes: 430,
        total: 1000,
    };
    let frame = Box::new(EventFrame { seq: 1, event });
    update(&mut app, Message::Link(LinkNews::Event(frame)));
    app.arrange();
    app
}

/// Presses keys; `⏎` enter, `⎋` escape, `↓` down, `⇟` page down, `⇥` end.
fn keys(app: &mut App, keys: &str) {
    for key in keys.chars() {
        let code = match key {
            '⏎' => KeyCode::Enter,
            '⎋' => KeyCode::Esc,
            '↓' => KeyCode::Down,
            '⇟' => KeyCode::PageDown,
            '⇥' => KeyCode::End,
            other => KeyCode::Char(other),
        };
        let event = KeyEvent::new(code, KeyModifiers::NONE);
        update(app, Message::Key(event));
        feed(app);
    }
}

/// Answers what the screen waits for.
fn feed(app: &mut App) {
    if app.words.asked
        && let Some(open) = &app.open
    {
        let name = open.name.clone();
        let result = Ok(sample::annotations());
        answer(app, Answer::Words { name, result });
    }
    if let Some(open) = &app.open
        && open.total.is_none()
    {
        let (name, version) = (open.name.clone(), open.wanted);
        let rows = sample::fields(&name, 250);
        let total = if name == "wide" {
            10_000
        } else {
            rows.len() as u32
        };
        let result = Ok((total, rows));
        answer(
            app,
            Answer::Fields {
                name,
                version,
                page: 0,
                result,
            },
        );
    }
    if let Some(field) = &app.field
        && field.document.is_none()
    {
        let document = serde_json::from_str(&sample::field_json(&field.path)).unwrap();
        let answered = Answer::Field {
            name: field.dictionary.clone(),
            version: field.version,
            path: field.path.clone(),
            result: Ok(Box::new(document)),
        };
        answer(app, answered);
    }
}

fn screens(width: u16, height: u16) -> Vec<(&'static str, App)> {
    let pressed = |pressed: &str| {
        let mut app = ready(width, height);
        keys(&mut app, pressed);
        app
    };
    let mut searching = fresh(width, height);
    let why = "nothing answers at /run/user/1000/ddgen/v1/ddgend.sock or /run/ddgen/v1/ddgend.sock";
    let gone = || {
        Message::Link(LinkNews::Unreachable {
            why: why.to_owned(),
            absent: true,
        })
    };
    update(&mut searching, gone());
    let mut lost = pressed("⏎");
    update(&mut lost, gone());
    let mut empty = pressed("");
    answer(&mut empty, Answer::Dictionaries(Ok(Vec::new())));
    let mut scrolled = pressed("⏎⇥↓");
    keys(&mut scrolled, "⎋⎋/email⏎⏎");
    let mut bottom = pressed("⏎↓↓↓⏎");
    bottom.scroll_limit = picture(&bottom, true).1;
    keys(&mut bottom, "⇥");
    let mut screens = vec![
        ("first", fresh(width, height)),
        ("no_daemon", searching),
        ("turned_away", {
            let mut app = fresh(width, height);
            let why =
                "the daemon turned us away: the account guest is no member of the group ddgen";
            let why = why.to_owned();
            let absent = false;
            update(
                &mut app,
                Message::Link(LinkNews::Unreachable { why, absent }),
            );
            app
        }),
        ("start", {
            let mut app = fresh(width, height);
            update(&mut app, gone());
            keys(&mut app, "s");
            app
        }),
        ("empty", empty),
        ("dictionaries", pressed("↓↓")),
        ("filter", pressed("/sal")),
        ("fields", pressed("⏎↓↓↓")),
        ("wide_fields", pressed("/wide⏎⏎⇟⇟")),
        ("field", pressed("⏎↓↓↓⏎")),
        ("field_bottom", bottom),
        ("field_private", scrolled),
        ("written", pressed("⏎⏎")),
        ("write", pressed("⏎e and more")),
        ("overtaken", {
            let mut app = pressed("⏎E by me");
            answer(
                &mut app,
                Answer::Written(Err(
                    "description of the dictionary was written by bob meanwhile".into(),
                )),
            );
            let result = Ok(sample::annotations_of_bob());
            answer(
                &mut app,
                Answer::Words {
                    name: "flights".into(),
                    result,
                },
            );
            app
        }),
        ("versions", {
            let mut app = pressed("⏎v");
            let (name, result) = ("flights".to_owned(), Ok(sample::versions()));
            answer(
                &mut app,
                Answer::Versions {
                    name: name.clone(),
                    result,
                },
            );
            let result = Ok(serde_json::from_str(sample::DIFF).unwrap());
            answer(
                &mut app,
                Answer::Diff {
                    name,
                    to: 3,
                    result,
                },
            );
            app
        }),
        ("found", found(width, height)),
        ("help", pressed("2?")),
        ("why_not", pressed("2r")),
        ("disconnected", lost),
    ];
    screens.extend(screens_of_the_operator(width, height));
    screens
}

fn screens_of_the_operator(width: u16, height: u16) -> Vec<(&'static str, App)> {
    let pressed = |what: &str| {
        let mut app = ready(width, height);
        keys(&mut app, what);
        app
    };
    vec![
        ("activity", pressed("2↓↓↓")),
        ("drop", pressed("2↓↓↓i")),
        ("daemon", pressed("3")),
        ("charts", {
            let mut app = pressed("3");
            answer(&mut app, Answer::Readings(Ok(sample::readings())));
            app.scroll_limit = picture(&app, true).1;
            let down = app.scroll_limit.min(8);
            keys(&mut app, &"↓".repeat(down));
            app
        }),
        ("charts_of_a_day", {
            let mut app = pressed("3");
            answer(&mut app, Answer::Readings(Ok(sample::readings())));
            keys(&mut app, "w");
            app.scroll_limit = picture(&app, true).1;
            let down = app.scroll_limit.min(8);
            keys(&mut app, &"↓".repeat(down));
            app
        }),
        ("coverage", {
            let mut app = ready(width, height);
            keys(&mut app, "c");
            answer(&mut app, Answer::Coverage(Ok(sample::coverage())));
            app
        }),
        ("name", {
            let mut app = ready(width, height);
            keys(&mut app, "M");
            app
        }),
        ("verdict", {
            let mut app = ready(width, height);
            keys(&mut app, "⏎t");
            app
        }),
        ("alerts", {
            let mut app = pressed("3a");
            answer(&mut app, Answer::Alerts(Ok(Box::new(sample::alerts()))));
            keys(&mut app, "↓");
            app
        }),
        ("quarantine", {
            let mut app = pressed("3x");
            answer(&mut app, Answer::Quarantine(Ok(sample::quarantine())));
            app
        }),
        ("backups", {
            let mut app = pressed("3b");
            answer(&mut app, Answer::Backups(Ok(Box::new(sample::backups()))));
            keys(&mut app, "↓n");
            app
        }),
    ]
}

/// A misspelt word was typed, and the third hit is chosen.
fn found(width: u16, height: u16) -> App {
    let mut app = ready(width, height);
    keys(&mut app, "fcust");
    for words in ["c", "cust"] {
        let result = Ok(sample::found());
        let words = words.to_owned();
        answer(&mut app, Answer::Search { words, result });
    }
    keys(&mut app, "↓↓");
    app
}

fn picture(app: &App, colour: bool) -> (Buffer, usize) {
    let backend = TestBackend::new(app.size.width, app.size.height);
    let mut terminal = Terminal::new(backend).unwrap();
    let mut limit = 0;
    terminal
        .draw(|frame| {
            let drawn = draw(app, Theme::new(colour), frame.buffer_mut());
            limit = drawn.scroll_limit;
            if let Some(cursor) = drawn.cursor {
                frame.set_cursor_position(cursor);
            }
        })
        .unwrap();
    (terminal.backend().buffer().clone(), limit)
}

/// The letters, then where they are not plain.
fn written(buffer: &Buffer) -> String {
    let mut letters = String::new();
    let mut styles = String::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        let mut x = 0;
        while x < buffer.area.width {
            let symbol = buffer[(x, y)].symbol();
            line.push_str(symbol);
            x += u16::try_from(text::width(symbol).max(1)).unwrap();
        }
        let _ = writeln!(letters, "{}", line.trim_end());
        let mut x = 0;
        while x < buffer.area.width {
            let style = buffer[(x, y)].style();
            let start = x;
            while x < buffer.area.width && buffer[(x, y)].style() == style {
                x += 1;
            }
            if let Some(words) = spelled(style) {
                let _ = writeln!(styles, "{y:>2}: {start:>3}..{x:<3} {words}");
            }
        }
    }
    format!("{letters}\n{styles}")
}

fn spelled(style: Style) -> Option<String> {
    let plain = |colour: Option<Color>| colour.is_none_or(|colour| colour == Color::Reset);
    let mut words = Vec::new();
    for (colour, ground) in [(style.fg, ""), (style.bg, "on ")] {
        if let Some(colour) = colour.filter(|_| !plain(colour)) {
            words.push(format!("{ground}{colour}").to_lowercase());
        }
    }
    if style.add_modifier != Modifier::empty() {
        words.push(format!("{:?}", style.add_modifier).to_lowercase());
    }
    (!words.is_empty()).then(|| words.join(" "))
}

#[test]
fn every_screen_at_every_size() {
    for (width, height) in SIZES {
        for (name, app) in screens(width, height) {
            for (colour, suffix) in [(true, "colour"), (false, "plain")] {
                let (buffer, _) = picture(&app, colour);
                insta::assert_snapshot!(
                    format!("{name}_{width}x{height}_{suffix}"),
                    written(&buffer)
                );
            }
        }
    }
}

#[test]
fn without_colour_there_is_none_and_with_colour_only_the_sixteen() {
    for (width, height) in SIZES {
        for (name, app) in screens(width, height) {
            let (plain, _) = picture(&app, false);
            for cell in plain.content() {
                assert_eq!((cell.fg, cell.bg), (Color::Reset, Color::Reset), "{name}");
                let allowed = Modifier::BOLD | Modifier::REVERSED | Modifier::UNDERLINED;
                assert!(allowed.contains(cell.modifier), "{name}: {cell:?}");
            }
            let (colour, _) = picture(&app, true);
            for cell in colour.content() {
                for colour in [cell.fg, cell.bg] {
                    assert!(!matches!(colour, Color::Rgb(..) | Color::Indexed(_)));
                }
            }
        }
    }
}

#[test]
fn no_size_is_too_small_or_too_odd_to_draw() {
    let mut screens = screens(80, 24);
    for (width, height) in (1..140).flat_map(|width| [1, 7, 8, 9, 11, 20, 30].map(|h| (width, h))) {
        for (_, app) in &mut screens {
            update(app, Message::Resize(Size { width, height }));
            picture(app, true);
        }
    }
}

#[test]
fn a_terminal_too_small_is_told_so() {
    let (buffer, _) = picture(&ready(20, 5), true);
    assert!(written(&buffer).contains("ddgen needs 30x8"));
}
