use super::*;
use crate::app::mode::Mode;

const DIFF: &str = r#"{"changes":[
    {"kind":"added","severity":"info","path":"x"},
    {"kind":"renamed","severity":"breaking","from":"city","to":"town","score":0.98,"state":"applied"},
    {"kind":"renamed","severity":"breaking","from":"qty","to":"count","score":0.8,"state":"proposed"}],
  "findings":[{"field":"price","severity":"warning","message":"it lies elsewhere"}]}"#;

fn looking(diff: &str) -> App {
    let mut app = ready();
    press(&mut app, KeyCode::Enter);
    press(&mut app, KeyCode::Char('v'));
    let (name, result) = ("flights".to_owned(), Ok(sample::versions()));
    answer(
        &mut app,
        Answer::Versions {
            name: name.clone(),
            result,
        },
    );
    let result = Ok(serde_json::from_str(diff).unwrap());
    answer(
        &mut app,
        Answer::Diff {
            name,
            to: 3,
            result,
        },
    );
    app
}

fn decide(to: &str, accept: bool) -> Ask {
    Ask::Decide {
        name: "flights".to_owned(),
        to: to.to_owned(),
        accept,
    }
}

#[test]
fn one_key_accepts_or_refuses_what_is_proposed() {
    let mut app = looking(DIFF);
    assert_eq!(
        asks(&press(&mut app, KeyCode::Char('a'))),
        [&decide("count", true)]
    );
    assert_eq!(
        asks(&press(&mut app, KeyCode::Char('x'))),
        [&decide("count", false)]
    );
    // What changed is asked for again once it is decided.
    let decided = Answer::Decided {
        name: "flights".to_owned(),
        result: Ok(()),
    };
    let effects = answer(&mut app, decided);
    assert!(
        matches!(asks(&effects)[..], [Ask::Diff { to: 3, .. }]),
        "{effects:?}"
    );
}

#[test]
fn what_was_applied_can_only_be_undone() {
    let mut app = looking(&DIFF.replace("proposed", "refused"));
    assert!(press(&mut app, KeyCode::Char('a')).is_empty());
    assert_eq!(
        asks(&press(&mut app, KeyCode::Char('x'))),
        [&decide("town", false)]
    );
    assert!(matches!(app.mode, Mode::Versions(_)));
}
