use crossterm::event::{KeyEventKind, MouseButton, MouseEvent, MouseEventKind};

use super::*;
use crate::app::Screen;
use crate::app::columns::DictionaryColumn;
use crate::app::mode::Mode;

fn mouse(app: &mut App, kind: MouseEventKind, column: u16, row: u16) -> Vec<Effect> {
    update(
        app,
        Message::Mouse(MouseEvent {
            kind,
            column,
            row,
            modifiers: KeyModifiers::NONE,
        }),
    )
}

const CLICK: MouseEventKind = MouseEventKind::Down(MouseButton::Left);

#[test]
fn the_newest_is_on_top_and_the_cursor_stays_on_its_name() {
    let mut app = ready();
    assert_eq!(selected(&app), "flights");
    let row = sample::dictionary("brand_new", 1, 1, -5);
    event(&mut app, 1, Event::Dictionary(Box::new(row)));
    assert_eq!(selected(&app), "flights");
    assert_eq!(app.dictionaries.list.cursor(), 1);
    press(&mut app, KeyCode::Home);
    assert_eq!(selected(&app), "brand_new");
}

#[test]
fn only_presses_count() {
    let mut app = ready();
    for kind in [KeyEventKind::Release, KeyEventKind::Repeat] {
        let event = KeyEvent::new_with_kind(KeyCode::Char('q'), KeyModifiers::NONE, kind);
        assert!(update(&mut app, Message::Key(event)).is_empty());
    }
    assert_eq!(press(&mut app, KeyCode::Char('q')), [Effect::Quit]);
}

#[test]
fn quitting_works_without_a_daemon_and_within_inputs() {
    let control_c = || {
        let event = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        Message::Key(event)
    };
    for key in [None, Some('/'), Some('?'), Some('s')] {
        let mut app = app();
        let why = "nothing answers".to_owned();
        link(&mut app, LinkNews::Unreachable { why, absent: true });
        if let Some(key) = key {
            press(&mut app, KeyCode::Char(key));
        }
        assert_eq!(update(&mut app, control_c()), [Effect::Quit], "{key:?}");
    }
}

#[test]
fn a_filter_narrows_as_one_types_and_esc_clears_it_before_it_goes_back() {
    let mut app = ready();
    press(&mut app, KeyCode::Char('/'));
    type_in(&mut app, "sal");
    assert_eq!(app.dictionaries.list.shown(), 1);
    press(&mut app, KeyCode::Enter);
    assert_eq!(app.mode, Mode::Browse);
    press(&mut app, KeyCode::Enter);
    assert_eq!(app.screen(), Screen::Fields);
    press(&mut app, KeyCode::Esc);
    assert_eq!(app.screen(), Screen::Dictionaries);
    assert_eq!(app.dictionaries.list.shown(), 1);
    press(&mut app, KeyCode::Esc);
    assert_eq!(app.dictionaries.list.shown(), 7);
    assert_eq!(selected(&app), "sales");
}

#[test]
fn keys_of_commands_are_letters_within_a_filter_and_pasted_keys_are_no_commands() {
    let mut app = ready();
    update(&mut app, Message::Paste("q\x1b[Aq".to_owned()));
    assert!(app.dictionaries.list.filter().is_empty());
    press(&mut app, KeyCode::Char('/'));
    type_in(&mut app, "q?");
    update(&mut app, Message::Paste("a\nb\x1b".to_owned()));
    assert_eq!(app.dictionaries.list.filter(), "q?ab");
    press(&mut app, KeyCode::Backspace);
    assert_eq!(app.dictionaries.list.filter(), "q?a");
}

#[test]
fn order_goes_by_any_column_both_ways_and_by_a_click_on_its_title() {
    let mut app = ready();
    press(&mut app, KeyCode::Char('g'));
    for _ in 0..2 {
        press(&mut app, KeyCode::Char('o'));
    }
    let sort = app.dictionaries.list.sort();
    assert_eq!(sort.column, DictionaryColumn::Records);
    assert!(sort.descending);
    assert_eq!(
        app.dictionaries.list.window(1).next().unwrap().1.name,
        "orders.items"
    );
    press(&mut app, KeyCode::Char('O'));
    assert_eq!(
        app.dictionaries.list.window(1).next().unwrap().1.records,
        12
    );
    mouse(&mut app, CLICK, 3, 2);
    assert_eq!(app.dictionaries.list.sort().column, DictionaryColumn::Name);
    assert_eq!(selected(&app), "flights");
}

#[test]
fn a_click_selects_a_second_one_opens_and_the_wheel_moves_the_window() {
    let mut app = ready();
    mouse(&mut app, CLICK, 5, 4);
    assert_eq!(selected(&app), "sales");
    assert_eq!(app.screen(), Screen::Dictionaries);
    mouse(&mut app, CLICK, 5, 4);
    assert_eq!(app.screen(), Screen::Fields);
    assert_eq!(app.open.as_ref().unwrap().name, "sales");
    mouse(&mut app, MouseEventKind::ScrollDown, 5, 4);
    assert_eq!(app.open.as_ref().unwrap().list.offset(), 0);
    mouse(&mut app, CLICK, 78, 0);
    assert_eq!(app.screen(), Screen::Daemon);
    mouse(&mut app, CLICK, 500, 500);
}

#[test]
fn only_a_parked_drop_is_tried_again_and_the_others_say_why_not() {
    let mut app = ready();
    press(&mut app, KeyCode::Char('2'));
    assert!(press(&mut app, KeyCode::Char('r')).is_empty());
    let notice = &app.notice.as_ref().unwrap().text;
    assert_eq!(notice, "only a parked drop can be tried again");
    type_in(&mut app, "/parked");
    press(&mut app, KeyCode::Enter);
    let effects = press(&mut app, KeyCode::Char('r'));
    let id = format!("{:032x}", 6);
    let retry = Ask::Retry(ddgen_ipc::message::Retry::One(id));
    assert_eq!(effects, [Effect::Ask(retry)]);
    answer(
        &mut app,
        Answer::Retried(Err("you may only read".to_owned())),
    );
    assert_eq!(app.notice.as_ref().unwrap().text, "you may only read");
}

#[test]
fn a_drop_opens_its_dictionary_and_back_returns_to_the_drops() {
    let mut app = ready();
    press(&mut app, KeyCode::Char('2'));
    type_in(&mut app, "/flights.csv");
    press(&mut app, KeyCode::Enter);
    press(&mut app, KeyCode::Enter);
    assert_eq!(app.screens, [Screen::Activity, Screen::Fields]);
    press(&mut app, KeyCode::Backspace);
    assert_eq!(app.screen(), Screen::Activity);
    press(&mut app, KeyCode::Esc);
    type_in(&mut app, "/broken");
    press(&mut app, KeyCode::Enter);
    press(&mut app, KeyCode::Enter);
    assert_eq!(app.mode, Mode::Drop(0));
}

#[test]
fn progress_belongs_to_a_running_drop_and_ends_with_it() {
    let mut app = ready();
    let id = format!("{:032x}", 8);
    let progress = |id: &str| Event::Progress {
        id: id.to_owned(),
        bytes: 5,
        total: 10,
    };
    event(&mut app, 1, progress(&id));
    event(&mut app, 2, progress("nobody"));
    assert_eq!(app.activity.list.get(&id).unwrap().progress, Some((5, 10)));
    let done = sample::drop_row(8, "flights_2026.csv", DropState::Done, 5);
    event(&mut app, 3, Event::Drop(Box::new(done)));
    event(&mut app, 4, progress(&id));
    assert_eq!(app.activity.list.get(&id).unwrap().progress, None);
}

#[test]
fn a_name_is_copied_as_it_is() {
    let mut app = ready();
    type_in(&mut app, "/evil");
    press(&mut app, KeyCode::Enter);
    let effects = press(&mut app, KeyCode::Char('y'));
    let name = "evil\u{1b}[31mname\u{7}".to_owned();
    assert_eq!(effects, [Effect::Copy(name)]);
    assert!(!app.notice.as_ref().unwrap().text.contains('\u{1b}'));
}

#[test]
fn a_daemon_is_started_only_where_there_is_none() {
    let mut app = ready();
    press(&mut app, KeyCode::Char('s'));
    assert_eq!(app.mode, Mode::Browse);
    let mut app = self::app();
    press(&mut app, KeyCode::Char('s'));
    assert_eq!(app.mode, Mode::Browse);
    let why = "nothing answers".to_owned();
    link(&mut app, LinkNews::Unreachable { why, absent: true });
    press(&mut app, KeyCode::Char('s'));
    assert_eq!(app.mode, Mode::Folder(".".to_owned()));
    press(&mut app, KeyCode::Backspace);
    type_in(&mut app, "/data in");
    let effects = press(&mut app, KeyCode::Enter);
    assert_eq!(effects, [Effect::StartDaemon("/data in".into())]);
}

#[test]
fn any_keys_and_clicks_at_any_size_leave_a_model_that_stands() {
    use proptest::prelude::*;
    let keys = prop_oneof![
        any::<char>().prop_map(KeyCode::Char),
        prop::sample::select("jkhlgGnpoOyir123?/q \tm".chars().collect::<Vec<_>>())
            .prop_map(KeyCode::Char),
        prop::sample::select(vec![
            KeyCode::Enter,
            KeyCode::Esc,
            KeyCode::Tab,
            KeyCode::PageDown,
            KeyCode::PageUp,
            KeyCode::Home,
            KeyCode::End,
            KeyCode::Backspace
        ]),
    ];
    let steps = prop::collection::vec((keys, 0_u16..130, 0_u16..45, any::<bool>()), 1..60);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(64));
    runner
        .run(&steps, |steps| {
            let mut app = ready();
            for (code, width, height, click) in steps {
                update(&mut app, Message::Resize(Size { width, height }));
                if click {
                    mouse(&mut app, CLICK, width / 2, height / 2);
                }
                press(&mut app, code);
                let mut picture = crate::terminal::Painter::canvas(app.size);
                let theme = crate::view::theme::Theme::new(true);
                let drawn = crate::view::draw(&app, theme, &mut picture);
                app.scroll_limit = drawn.scroll_limit;
            }
            Ok(())
        })
        .unwrap();
}
