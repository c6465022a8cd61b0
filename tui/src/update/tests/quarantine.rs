use ddgen_ipc::message::{QuarantineCall, QuarantineState};

use super::*;
use crate::app::link::LinkState;
use crate::app::mode::Mode;

fn opened() -> App {
    let mut app = app();
    connect(&mut app, 1);
    press(&mut app, KeyCode::Char('3'));
    let list = Ask::Quarantine(QuarantineCall::List);
    assert_eq!(asks(&press(&mut app, KeyCode::Char('x'))), [&list]);
    answer(&mut app, Answer::Quarantine(Ok(sample::quarantine())));
    app
}

#[test]
fn one_file_at_a_time_is_let_through_and_the_list_is_asked_for_again() {
    let mut app = opened();
    let id = sample::quarantine()[0].id.clone();
    let release = Ask::Quarantine(QuarantineCall::Release { drop: id });
    assert_eq!(asks(&press(&mut app, KeyCode::Char('r'))), [&release]);
    assert!(
        press(&mut app, KeyCode::Char('a')).is_empty(),
        "it is being done"
    );
    let done = answer(&mut app, Answer::LetThrough(Ok("orders.csv: done".into())));
    let list = Ask::Quarantine(QuarantineCall::List);
    assert_eq!(asks(&done), [&list]);
    // The other one becomes the only one, and is on its way.
    let mut rest = sample::quarantine();
    rest.remove(0);
    rest[0].state = QuarantineState::Moving;
    answer(&mut app, Answer::Quarantine(Ok(rest)));
    assert!(press(&mut app, KeyCode::Char('a')).is_empty());
    press(&mut app, KeyCode::Esc);
    assert_eq!(app.mode, Mode::Browse);
}

#[test]
fn whoever_may_only_read_lets_nothing_through() {
    let mut app = opened();
    if let LinkState::Connected(peer) = &mut app.link.state {
        peer.role = Role::Reader;
    }
    assert!(press(&mut app, KeyCode::Char('r')).is_empty());
    let said = app.notice.as_ref().map(|notice| notice.text.as_str());
    assert!(said.is_some_and(|said| said.contains("editor")), "{said:?}");
}

#[test]
fn a_file_that_is_moved_meanwhile_is_asked_about() {
    let mut app = opened();
    let mut row = sample::drops().remove(0);
    row.state = DropState::Quarantined;
    let heard = event(&mut app, 1, Event::Drop(Box::new(row)));
    let list = Ask::Quarantine(QuarantineCall::List);
    assert!(asks(&heard).contains(&&list), "{heard:?}");
}
