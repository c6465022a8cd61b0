use super::*;
use crate::app::link::LinkState;

#[test]
fn a_connection_subscribes_before_it_asks() {
    let mut app = app();
    let effects = connect(&mut app, 1);
    assert_eq!(
        asks(&effects),
        [
            &Ask::Subscribe,
            &Ask::Status { soon: false },
            &Ask::Readings,
            &Ask::Dictionaries,
            &Ask::Drops
        ]
    );
}

#[test]
fn an_event_that_came_before_the_list_is_not_undone_by_it() {
    let mut app = app();
    connect(&mut app, 1);
    let newer = sample::dictionary("sales", 99, 12, 0);
    let new = sample::dictionary("brand_new", 1, 1, 0);
    event(&mut app, 1, Event::Dictionary(Box::new(newer)));
    event(&mut app, 2, Event::Dictionary(Box::new(new)));
    answer(&mut app, Answer::Dictionaries(Ok(sample::dictionaries())));
    let list = &app.dictionaries.list;
    assert_eq!(list.get("sales").unwrap().records, 99);
    assert!(list.get("brand_new").is_some());
    assert_eq!(list.entries().len(), sample::dictionaries().len() + 1);
}

#[test]
fn what_is_gone_is_gone_after_the_next_list() {
    let mut app = ready();
    connect(&mut app, 2);
    answer(&mut app, Answer::Dictionaries(Ok(Vec::new())));
    assert!(app.dictionaries.list.entries().is_empty());
}

#[test]
fn a_gap_and_a_resync_ask_again_for_everything() {
    let mut app = ready();
    let verdict = || Event::Stopping;
    assert!(asks(&event(&mut app, 1, verdict())).is_empty());
    assert!(asks(&event(&mut app, 2, verdict())).is_empty());
    assert!(asks(&event(&mut app, 4, verdict())).contains(&&Ask::Dictionaries));
    assert!(asks(&event(&mut app, 5, Event::Resync)).contains(&&Ask::Drops));
    assert!(asks(&event(&mut app, 6, verdict())).is_empty());
}

#[test]
fn the_answer_where_events_start_may_come_after_the_first_of_them() {
    let mut app = app();
    connect(&mut app, 1);
    event(&mut app, 7, Event::Stopping);
    answer(&mut app, Answer::Subscribed(7));
    assert!(asks(&event(&mut app, 8, Event::Stopping)).is_empty());
}

#[test]
fn what_was_known_stays_with_the_moment_the_connection_went() {
    let mut app = ready();
    let why = "the daemon went away".to_owned();
    link(&mut app, LinkNews::Unreachable { why, absent: true });
    app.clock.now = sample::at(-60);
    let why = "nothing answers".to_owned();
    link(&mut app, LinkNews::Unreachable { why, absent: true });
    assert_eq!(
        app.link.state,
        LinkState::Lost {
            since: sample::at(0),
            why: "nothing answers".to_owned()
        }
    );
    assert_eq!(app.dictionaries.list.shown(), 7);
}

#[test]
fn an_answer_to_an_earlier_connection_is_of_no_use() {
    let mut app = ready();
    connect(&mut app, 2);
    let answer = Answer::Dictionaries(Ok(Vec::new()));
    link(&mut app, LinkNews::Answer { epoch: 1, answer });
    assert_eq!(app.dictionaries.list.shown(), 7);
}

#[test]
fn a_flood_of_drops_asks_once_for_the_counts_and_keeps_a_bound() {
    let mut app = ready();
    let asked: usize = (0..6000)
        .map(|number| asks(&event(&mut app, 1 + number, parked(1000 + number))).len())
        .sum();
    assert_eq!(asked, 1);
    let kept = app.activity.list.entries().len();
    assert!((2000..=2500).contains(&kept), "{kept}");
    assert!(app.activity.list.get(&format!("{:032x}", 6999)).is_some());
}
