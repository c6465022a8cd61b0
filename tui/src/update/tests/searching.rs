//! Finding a field anywhere.

use super::*;
use crate::app::Screen;
use crate::app::mode::Mode;

fn questions(effects: &[Effect]) -> Vec<String> {
    let asks = asks(effects).into_iter();
    asks.filter_map(|ask| match ask {
        Ask::Search { words } => Some(words.clone()),
        _ => None,
    })
    .collect()
}

fn found(app: &mut App, words: &str) -> Vec<Effect> {
    let words = words.to_owned();
    let result = Ok(sample::found());
    answer(app, Answer::Search { words, result })
}

#[test]
fn one_question_is_on_its_way_and_the_last_words_are_asked() {
    let mut app = ready();
    press(&mut app, KeyCode::Char('f'));
    assert_eq!(questions(&press(&mut app, KeyCode::Char('a'))), ["a"]);
    assert!(questions(&press(&mut app, KeyCode::Char('b'))).is_empty());
    assert!(questions(&press(&mut app, KeyCode::Char('c'))).is_empty());
    assert_eq!(questions(&found(&mut app, "a")), ["abc"]);
    assert!(questions(&found(&mut app, "abc")).is_empty());
    // Pasted lines are words.
    let pasted = update(&mut app, Message::Paste(" d\ne".to_owned()));
    assert_eq!(questions(&pasted), ["abc d e"]);
    // A filter that is not typed to its end is no error yet.
    let refused = |words: &str| Answer::Search {
        words: words.to_owned(),
        result: Err("no filter".to_owned()),
    };
    press(&mut app, KeyCode::Char('f'));
    assert_eq!(
        questions(&answer(&mut app, refused("abc d e"))),
        ["abc d ef"]
    );
    let Mode::Search(search) = &app.mode else {
        panic!("{:?}", app.mode)
    };
    assert!(matches!(&search.found, Some(Ok(_))));
    answer(&mut app, refused("abc d ef"));
    let Mode::Search(search) = &app.mode else {
        panic!("{:?}", app.mode)
    };
    assert_eq!(search.found, Some(Err("no filter".to_owned())));
    press(&mut app, KeyCode::Esc);
    assert_eq!(app.mode, Mode::Browse);
}

#[test]
fn the_field_that_is_chosen_opens_wherever_it_lies() {
    let mut app = ready();
    press(&mut app, KeyCode::Char('f'));
    type_in(&mut app, "column");
    found(&mut app, "c");
    found(&mut app, "column");
    // A dictionary stands first, then the fields.
    press(&mut app, KeyCode::Down);
    press(&mut app, KeyCode::Down);
    let effects = press(&mut app, KeyCode::Enter);
    assert_eq!(app.mode, Mode::Browse);
    assert_eq!(app.screen(), Screen::Field);
    let field = app.field.as_ref().unwrap();
    assert_eq!(field.path, "customer.address[].column_08990");
    let page = asks(&effects).into_iter().find_map(|ask| match ask {
        Ask::Fields { page, .. } => Some(*page),
        _ => None,
    });
    assert_eq!(page, Some(35));
    let version = app.open.as_ref().unwrap().wanted;
    let rows = sample::fields("wide", 10_000)[35 * 250..36 * 250].to_vec();
    let result = Ok((10_000, rows));
    let name = "wide".to_owned();
    answer(
        &mut app,
        Answer::Fields {
            name,
            version,
            page: 35,
            result,
        },
    );
    // The next field is the one behind it.
    press(&mut app, KeyCode::Char('n'));
    let field = app.field.as_ref().unwrap();
    assert_eq!(field.path, "customer.address[].column_08991");
}

#[test]
fn a_dictionary_opens_with_its_fields() {
    let mut app = ready();
    press(&mut app, KeyCode::Char('f'));
    type_in(&mut app, "w");
    found(&mut app, "w");
    press(&mut app, KeyCode::Enter);
    assert_eq!(app.screen(), Screen::Fields);
    assert_eq!(app.open.as_ref().unwrap().name, "wide");
}
