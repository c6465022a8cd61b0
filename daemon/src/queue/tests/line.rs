use tempfile::tempdir;

use super::super::job::{Blame, Ended, Limits, Which};
use super::{add, file, names, open, open_with};
use crate::arrival::Origin;

#[test]
fn a_flood_in_one_watch_does_not_keep_another_waiting() {
    let dir = tempdir().unwrap();
    let mut book = open(dir.path());
    for n in 0..50 {
        add(&mut book, &file("flood", &format!("f{n:02}"), 1), n);
    }
    add(&mut book, &file("calm", "c0", 1), 60);
    add(&mut book, &file("calm", "c1", 1), 61);
    add(&mut book, &file("zoo", "z0", 1), 62);
    assert_eq!(
        names(&book.lease(7, 100).unwrap()),
        ["c0", "f00", "z0", "c1", "f01", "f02", "f03"]
    );
    assert_eq!(names(&book.lease(2, 100).unwrap()), ["f04", "f05"]);
    let counts = book.signal().unwrap().counts;
    assert_eq!((counts.pending, counts.running), (44, 9));
    assert_eq!(counts.oldest_pending_ms, Some(6));
}

#[test]
fn turns_go_on_from_lease_to_lease() {
    let dir = tempdir().unwrap();
    let mut book = open(dir.path());
    for n in 0..3 {
        for watch in ["", "a", "b"] {
            add(&mut book, &file(watch, &format!("{watch}{n}"), 1), n);
        }
    }
    let mut order = Vec::new();
    loop {
        let jobs = book.lease(2, 100).unwrap();
        if jobs.is_empty() {
            break;
        }
        order.extend(names(&jobs).into_iter().map(str::to_owned));
    }
    assert_eq!(order, ["a0", "b0", "0", "a1", "b1", "1", "a2", "b2", "2"]);
}

#[test]
fn waits_double_up_to_the_longest_and_nothing_runs_before_its_time() {
    let dir = tempdir().unwrap();
    let mut book = open(dir.path());
    let id = add(&mut book, &file("in", "a", 1), 0);
    let mut now = 0;
    for wait in [
        1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000,
    ] {
        assert_eq!(book.lease(1, now).unwrap().len(), 1);
        let ended = book
            .retry_later(id, "busy", Blame::Surroundings, None, now)
            .unwrap();
        assert_eq!(ended, Ended::Waits { until: now + wait });
        assert!(book.lease(1, now + wait - 1).unwrap().is_empty());
        assert_eq!(book.signal().unwrap().next_due, Some(now + wait));
        now += wait;
    }
    let jobs = book.lease(1, now).unwrap();
    assert_eq!((jobs[0].waits, jobs[0].tries), (10, 0));
}

#[test]
fn only_the_worker_uses_up_tries_and_then_the_job_is_parked() {
    let dir = tempdir().unwrap();
    let mut book = open_with(
        dir.path(),
        Limits {
            tries: 2,
            ..Limits::default()
        },
    );
    let id = add(&mut book, &file("in", "a", 1), 0);
    let mut now = 0;
    for (blame, parked) in [
        (Blame::Surroundings, false),
        (Blame::Worker, false),
        (Blame::Surroundings, false),
        (Blame::Worker, true),
    ] {
        assert_eq!(book.lease(1, now).unwrap().len(), 1);
        let ended = book
            .retry_later(id, "out of memory", blame, None, now)
            .unwrap();
        assert_eq!(ended == Ended::Parked, parked, "{blame:?}");
        now += 1_000_000;
    }
    assert_eq!(book.parked(0, 1).unwrap()[0].job.tries, 2);
    assert_eq!(book.retry(&Which::All).unwrap(), [id]);
    assert_eq!(book.lease(1, now).unwrap()[0].tries, 0);
}

#[test]
fn tries_survive_a_restart_and_a_death_of_the_daemon_is_none() {
    let dir = tempdir().unwrap();
    let mut book = open(dir.path());
    let id = add(&mut book, &file("in", "a", 1), 0);
    book.lease(1, 0).unwrap();
    book.retry_later(id, "killed", Blame::Worker, None, 0)
        .unwrap();
    for _ in 0..5 {
        drop(book);
        book = open(dir.path());
        assert_eq!(book.lease(1, 1_000).unwrap()[0].tries, 1);
    }
}

#[test]
fn a_clock_set_back_does_not_hold_a_job_longer_than_any_wait_may_be() {
    let dir = tempdir().unwrap();
    let mut book = open(dir.path());
    let year = 31_536_000_000;
    let id = add(&mut book, &file("in", "a", 1), year);
    book.lease(1, year).unwrap();
    let far = Some(year * 2);
    let ended = book
        .retry_later(id, "settling", Blame::Surroundings, far, year)
        .unwrap();
    assert_eq!(
        ended,
        Ended::Waits {
            until: year + 300_000
        }
    );
    assert_eq!(book.lease(1, 0).unwrap().len(), 1);
}

#[test]
fn what_is_not_running_cannot_fail() {
    let dir = tempdir().unwrap();
    let mut book = open(dir.path());
    let id = add(&mut book, &file("in", "a", 1), 0);
    assert_eq!(book.park(id, "no", 1).unwrap(), Ended::Unknown);
    assert_eq!(
        book.retry_later(id, "no", Blame::Worker, None, 1).unwrap(),
        Ended::Unknown
    );
    assert_eq!(book.lease(1, 1).unwrap().len(), 1);
}

#[test]
fn a_thousand_files_done_leave_the_file_small() {
    let dir = tempdir().unwrap();
    let mut book = open(dir.path());
    for round in 0..5 {
        let batch: Vec<_> = (0..1_000)
            .map(|n| file("in", &format!("{round}-{n}.csv"), 1))
            .collect();
        book.enqueue(&batch, Origin::Watched, round).unwrap();
        loop {
            let ids: Vec<_> = book
                .lease(4, round)
                .unwrap()
                .iter()
                .map(|job| job.id)
                .collect();
            if ids.is_empty() {
                break;
            }
            book.done(&ids).unwrap();
        }
    }
    book.close().unwrap();
    let size = std::fs::metadata(dir.path().join("queue.redb"))
        .unwrap()
        .len();
    assert!(size < 8 << 20, "{size} bytes for an empty queue");
}
