use super::*;
use crate::app::Screen;
use crate::app::fields::PAGE;

fn pages(effects: &[Effect]) -> Vec<u32> {
    asks(effects)
        .into_iter()
        .filter_map(|ask| match ask {
            Ask::Fields { page, .. } => Some(*page),
            _ => None,
        })
        .collect()
}

/// Answers a page of `wide`, which has 10,000 fields.
fn page(app: &mut App, page: u32) -> Vec<Effect> {
    let version = app.open.as_ref().unwrap().wanted;
    let rows = sample::fields("wide", 10_000);
    let first = (page * PAGE) as usize;
    let rows = rows[first..first + PAGE as usize].to_vec();
    answer(
        app,
        Answer::Fields {
            name: "wide".to_owned(),
            version,
            page,
            result: Ok((10_000, rows)),
        },
    )
}

fn wide() -> App {
    let mut app = ready();
    press(&mut app, KeyCode::Char('G'));
    assert_eq!(selected(&app), "wide");
    assert_eq!(pages(&press(&mut app, KeyCode::Enter)), [0]);
    app
}

#[test]
fn ten_thousand_fields_are_read_where_one_looks() {
    let mut app = wide();
    assert_eq!(pages(&page(&mut app, 0)), [1]);
    assert!(pages(&page(&mut app, 1)).is_empty());
    assert_eq!(pages(&press(&mut app, KeyCode::End)), [39, 38]);
    assert!(pages(&page(&mut app, 39)).is_empty());
    let open = app.open.as_ref().unwrap();
    assert_eq!(open.list.cursor(), 9_999);
    let path = &open.list.selected().unwrap().row.as_ref().unwrap().path;
    assert_eq!(path, "customer.address[].column_10000");
}

#[test]
fn a_filter_reads_all_of_them_two_pages_at_a_time() {
    let mut app = wide();
    page(&mut app, 0);
    page(&mut app, 1);
    press(&mut app, KeyCode::Char('/'));
    let mut waiting: Vec<u32> = pages(&press(&mut app, KeyCode::Char('9')));
    let mut read = 2;
    while let Some(next) = waiting.pop() {
        assert!(waiting.len() < 2);
        read += 1;
        waiting.extend(pages(&page(&mut app, next)));
    }
    assert_eq!(read, 40);
    type_in(&mut app, "999");
    let list = &app.open.as_ref().unwrap().list;
    assert_eq!(list.shown(), 1);
}

#[test]
fn enter_on_a_field_that_is_on_its_way_opens_it_once_it_is_here() {
    let mut app = wide();
    press(&mut app, KeyCode::Char('j'));
    press(&mut app, KeyCode::Enter);
    assert_eq!(app.screen(), Screen::Fields);
    let effects = page(&mut app, 0);
    assert_eq!(app.screen(), Screen::Field);
    assert!(asks(&effects).contains(&&Ask::Field {
        name: "wide".to_owned(),
        version: 4,
        path: "customer.address[].column_00002".to_owned()
    }));
}

#[test]
fn a_new_version_keeps_the_field_under_the_cursor_by_its_path() {
    let mut app = wide();
    page(&mut app, 0);
    page(&mut app, 1);
    for _ in 0..4 {
        press(&mut app, KeyCode::Down);
    }
    let mut row = sample::dictionary("wide", 500, 10_000, 0);
    row.version = 5;
    let effects = event(&mut app, 1, Event::Dictionary(Box::new(row)));
    assert_eq!(pages(&effects), [0]);
    // A field came in front of all others.
    let mut rows = sample::fields("wide", 249);
    rows.insert(0, sample::field(1, "new", "string"));
    let result = Ok((10_001, rows));
    let name = "wide".to_owned();
    answer(
        &mut app,
        Answer::Fields {
            name,
            version: 5,
            page: 0,
            result,
        },
    );
    let list = &app.open.as_ref().unwrap().list;
    let path = &list.selected().unwrap().row.as_ref().unwrap().path;
    assert_eq!(path, "customer.address[].column_00005");
    assert_eq!(list.cursor(), 5);
}

#[test]
fn a_refused_page_is_said_and_not_asked_for_again_and_again() {
    let mut app = wide();
    let effects = answer(
        &mut app,
        Answer::Fields {
            name: "wide".to_owned(),
            version: 4,
            page: 0,
            result: Err("the store is closed".to_owned()),
        },
    );
    assert!(pages(&effects).is_empty());
    assert_eq!(app.notice.as_ref().unwrap().text, "the store is closed");
    assert!(pages(&press(&mut app, KeyCode::Down)).is_empty());
    connect(&mut app, 2);
    let open = app.open.as_ref().unwrap();
    assert_eq!(open.trouble, None);
}
