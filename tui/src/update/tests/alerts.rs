use ddgen_ipc::message::AlertCall;

use super::*;
use crate::app::link::LinkState;

#[test]
fn the_selected_alert_is_answered_once_and_stays_selected() {
    let mut app = app();
    connect(&mut app, 1);
    let list = AlertCall::List;
    press(&mut app, KeyCode::Char('3'));
    assert_eq!(
        asks(&press(&mut app, KeyCode::Char('a'))),
        [&Ask::Alerts(list.clone())]
    );
    answer(&mut app, Answer::Alerts(Ok(Box::new(sample::alerts()))));
    let ack = Ask::Alerts(AlertCall::Ack {
        alert: "disk/disk_data".into(),
        note: None,
    });
    assert_eq!(asks(&press(&mut app, KeyCode::Char('a'))), [&ack]);
    // Others are raised meanwhile: what was asked first is answered with all of them.
    let raised = Box::new(sample::alerts().alerts.remove(0));
    let heard = event(&mut app, 1, Event::Alert(raised));
    assert!(!asks(&heard).contains(&&Ask::Alerts(list)), "{heard:?}");
    let mut turned = sample::alerts();
    turned.alerts.reverse();
    answer(&mut app, Answer::Alerts(Ok(Box::new(turned))));
    assert_eq!(asks(&press(&mut app, KeyCode::Char('a'))), [&ack]);
    // The one below it has an owner, and is silent already.
    answer(&mut app, Answer::Alerts(Ok(Box::new(sample::alerts()))));
    press(&mut app, KeyCode::Char('j'));
    assert!(press(&mut app, KeyCode::Char('a')).is_empty());
    let end = AlertCall::Unsilence {
        alert: "breaking/orders".into(),
    };
    assert_eq!(
        asks(&press(&mut app, KeyCode::Char('s'))),
        [&Ask::Alerts(end)]
    );
}

#[test]
fn who_may_only_read_answers_nothing() {
    let mut app = app();
    connect(&mut app, 1);
    if let LinkState::Connected(peer) = &mut app.link.state {
        peer.role = Role::Reader;
    }
    press(&mut app, KeyCode::Char('3'));
    press(&mut app, KeyCode::Char('a'));
    answer(&mut app, Answer::Alerts(Ok(Box::new(sample::alerts()))));
    assert!(press(&mut app, KeyCode::Char('s')).is_empty());
    let said = app.notice.as_ref().map(|notice| notice.text.as_str());
    assert!(said.is_some_and(|said| said.contains("editor")), "{said:?}");
}
