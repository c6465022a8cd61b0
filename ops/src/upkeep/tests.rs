use std::time::Duration;

use ddgen_ipc::Timestamp;
use jiff::tz::TimeZone;

use super::*;
use crate::backup::Every;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

fn ledger() -> Ledger {
    let daily = Every::Day(jiff::civil::time(3, 30, 0, 0));
    let hourly = Every::Span(Duration::from_secs(3600));
    let task = |name, every| Task {
        name,
        does: "something",
        every,
    };
    let tasks = vec![
        task("wal", Some(hourly)),
        task("optimize", Some(daily)),
        task("thin", None),
    ];
    Ledger::new(tasks, Timestamp(4 * HOUR), TimeZone::UTC)
}

fn names(tasks: &[Task]) -> Vec<&str> {
    tasks.iter().map(|task| task.name).collect()
}

#[test]
fn what_was_missed_is_due_once_and_what_failed_is_tried_again_soon() {
    let mut ledger = ledger();
    assert_eq!(names(&ledger.due(Timestamp(4 * HOUR + 1))), [""; 0]);
    assert_eq!(names(&ledger.due(Timestamp(5 * HOUR))), ["wal"]);
    let night = Timestamp(DAY + 3 * HOUR + HOUR / 2);
    assert_eq!(names(&ledger.due(Timestamp(night.0 - 1))), ["wal"]);
    // A machine that was off at night makes up for it whenever it is on.
    let morning = Timestamp(DAY + 9 * HOUR);
    assert_eq!(names(&ledger.due(morning)), ["wal", "optimize"]);
    let optimize = ledger.task("optimize").unwrap();
    ledger.ended(
        &optimize,
        morning,
        Timestamp(morning.0 + 70),
        Ok("fine".into()),
    );
    let wal = ledger.task("wal").unwrap();
    ledger.ended(&wal, morning, morning, Ok("fine".into()));
    assert!(ledger.due(morning).is_empty());
    assert_eq!(ledger.next_due(), Some(Timestamp(morning.0 + HOUR)));
    let row = ledger.list(Some("wal")).tasks;
    assert_eq!(
        (row[1].last_took_ms, row[1].result.as_deref()),
        (Some(70), Some("fine"))
    );
    assert_eq!(row[1].next, Some(Timestamp(2 * DAY + 3 * HOUR + HOUR / 2)));
    assert!(row[0].running && !row[1].running && row[2].next.is_none());

    ledger.ended(&optimize, morning, morning, Err("no space".into()));
    assert_eq!(ledger.problem(), Some(("optimize", "no space")));
    assert_eq!(
        names(&ledger.due(Timestamp(morning.0 + HOUR))),
        ["wal", "optimize"]
    );
}

#[test]
fn a_pause_outlives_a_restart_and_an_unknown_name_lists_the_known_ones() {
    let mut first = ledger();
    first.pause("ana", Timestamp(5 * HOUR));
    let mut next = ledger();
    next.remember(&first.kept()).unwrap();
    assert!(next.due(Timestamp(9 * DAY)).is_empty());
    assert_eq!(next.next_due(), None);
    assert_eq!(next.list(None).paused_by.as_deref(), Some("ana"));
    next.resume();
    assert_eq!(names(&next.due(Timestamp(9 * DAY))), ["wal", "optimize"]);
    let refused = next.task("optimise").unwrap_err().to_string();
    assert!(refused.contains("wal, optimize, thin"), "{refused}");
    assert!(next.remember("nonsense").is_err());
}
