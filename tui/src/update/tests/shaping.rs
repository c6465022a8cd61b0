//! Names, foldings, verdicts, and what is to be described next.

use ddgen_ipc::message::{Aspect, ReshapeCall};

use super::*;
use crate::app::Screen;
use crate::app::mode::Mode;

fn words(app: &mut App, name: &str) -> Vec<Effect> {
    let name = name.to_owned();
    let result = Ok(sample::annotations());
    answer(app, Answer::Words { name, result })
}

#[test]
fn a_dictionary_gets_another_name() {
    let mut app = ready();
    let old = selected(&app).to_owned();
    press(&mut app, KeyCode::Char('M'));
    type_in(&mut app, "_2");
    let effects = press(&mut app, KeyCode::Enter);
    let call = ReshapeCall::Move {
        name: old.clone(),
        to: format!("{old}_2"),
    };
    assert_eq!(asks(&effects), [&Ask::Reshape(call)]);
    answer(&mut app, Answer::Reshaped(Err("`x` is taken".to_owned())));
    assert_eq!(app.notice.as_ref().unwrap().text, "`x` is taken");
    // The name it has is nothing to ask for.
    press(&mut app, KeyCode::Char('M'));
    assert!(asks(&press(&mut app, KeyCode::Enter)).is_empty());
    press(&mut app, KeyCode::Char('M'));
    press(&mut app, KeyCode::Esc);
    assert_eq!(app.mode, Mode::Browse);
}

#[test]
fn a_folded_file_is_taken_out_of_its_series() {
    let mut app = ready();
    press(&mut app, KeyCode::Char('2'));
    let effects = loop {
        let drop = &app.activity.list.selected().unwrap().row;
        if drop.dictionary.is_some() {
            break press(&mut app, KeyCode::Char('u'));
        }
        assert!(asks(&press(&mut app, KeyCode::Char('u'))).is_empty());
        press(&mut app, KeyCode::Down);
    };
    let drop = app.activity.list.selected().unwrap().row.id.clone();
    let call = Ask::Reshape(ReshapeCall::Unfold { drop });
    assert_eq!(asks(&effects), [&call]);
}

#[test]
fn the_next_field_to_describe_opens_with_the_editor() {
    let mut app = ready();
    let effects = press(&mut app, KeyCode::Char('c'));
    assert_eq!(asks(&effects), [&Ask::Coverage]);
    answer(&mut app, Answer::Coverage(Ok(sample::coverage())));
    let Mode::Coverage(coverage) = &app.mode else {
        panic!("{:?}", app.mode)
    };
    let name = coverage.selected().unwrap().name.clone();
    let effects = press(&mut app, KeyCode::Enter);
    let dictionary = Some(name);
    assert_eq!(asks(&effects), [&Ask::Undescribed { dictionary }]);
    // Asked once, however often it is pressed.
    assert!(asks(&press(&mut app, KeyCode::Enter)).is_empty());
    answer(&mut app, Answer::Undescribed(Ok(sample::found())));
    assert_eq!(app.screen(), Screen::Field);
    assert_eq!(app.mode, Mode::Browse, "what is written is not known yet");
    let dictionary = app.field.as_ref().unwrap().dictionary.clone();
    words(&mut app, &dictionary);
    let Mode::Write(editor) = &app.mode else {
        panic!("{:?}", app.mode)
    };
    assert_eq!(editor.aspect, Aspect::Description);
    assert_eq!(
        editor.field,
        app.field.as_ref().map(|field| field.path.clone())
    );
}

#[test]
fn a_verdict_is_written_about_a_field_and_never_about_a_dictionary() {
    let mut app = ready();
    press(&mut app, KeyCode::Enter);
    let open = app.open.as_ref().unwrap();
    let (name, version) = (open.name.clone(), open.wanted);
    let rows = sample::fields(&name, 10);
    let result = Ok((10, rows));
    let page = 0;
    answer(
        &mut app,
        Answer::Fields {
            name: name.clone(),
            version,
            page,
            result,
        },
    );
    words(&mut app, &name);
    press(&mut app, KeyCode::Char('t'));
    let Mode::Write(editor) = &app.mode else {
        panic!("{:?}", app.mode)
    };
    assert_eq!(editor.aspect, Aspect::SaidPii);
    type_in(&mut app, "none");
    let effects = press(&mut app, KeyCode::Enter);
    let sent = asks(&effects);
    assert!(
        matches!(&sent[..], [Ask::Write { edit, .. }] if edit.aspect == Aspect::SaidPii && edit.value == "none"),
        "{sent:?}"
    );
    answer(&mut app, Answer::Written(Ok(())));
    press(&mut app, KeyCode::Char('E'));
    for _ in 0..Aspect::ALL.len() {
        let Mode::Write(editor) = &app.mode else {
            panic!("{:?}", app.mode)
        };
        assert!(!editor.aspect.is_verdict());
        press(&mut app, KeyCode::Tab);
    }
}
