//! The rules of settling, without files and without waiting.

use proptest::prelude::*;

use crate::watch::look::{FileSeen, Stamp};
use crate::watch::settle::{Decision, MAX_PENDING, Need, Settler, decide};

use super::*;

fn stamp(size: u64) -> Stamp {
    Stamp {
        size,
        mtime_ns: 7,
        inode: 1,
    }
}

fn file(size: u64, links: u64, blocks: u64) -> FileSeen {
    FileSeen {
        stamp: stamp(size),
        links,
        blocks,
        ctime_ns: 7,
    }
}

/// When `path` is due, counted from `start`.
fn due_after(settler: &mut Settler, path: &str, start: Instant) -> Option<Duration> {
    let due = settler.next_due()?;
    let taken = settler.take_due(due, 1);
    assert_eq!(&*taken[0].path, Path::new(path));
    Some(due - start)
}

#[test]
fn each_arrival_has_its_quiet_time() {
    let (times, now) = (Settle::default(), Instant::now());
    let expected = [
        (Need::Placed, Duration::ZERO),
        (Need::Closed, Duration::from_millis(20)),
        (Need::Touched, Duration::from_secs(2)),
        (Need::Created, Duration::from_secs(2)),
        (Need::Writing, Duration::from_secs(2)),
        (Need::HeldOpen, Duration::from_secs(60)),
    ];
    for (need, quiet) in expected {
        let mut settler = Settler::new(times);
        assert!(settler.hint(Path::new("a"), need, now));
        assert_eq!(due_after(&mut settler, "a", now), Some(quiet), "{need:?}");
    }
    let mut settler = Settler::new(times);
    assert!(settler.found(Path::new("a"), stamp(1), now));
    assert_eq!(
        due_after(&mut settler, "a", now),
        Some(Duration::from_secs(2))
    );
}

#[test]
fn a_later_hint_starts_the_wait_again_and_a_scan_does_not() {
    let (mut settler, start) = (Settler::new(Settle::default()), Instant::now());
    let later = start + Duration::from_millis(15);
    assert!(settler.hint(Path::new("a"), Need::Closed, start));
    assert!(settler.hint(Path::new("a"), Need::Closed, later));
    assert!(settler.found(Path::new("a"), stamp(1), later));
    assert_eq!(settler.len(), 1);
    assert_eq!(
        settler.take_due(start + Duration::from_millis(34), 9).len(),
        0
    );
    assert_eq!(
        settler.take_due(start + Duration::from_millis(35), 9).len(),
        1
    );
}

#[test]
fn a_hint_during_the_look_makes_the_look_stale() {
    let (mut settler, now) = (Settler::new(Settle::default()), Instant::now());
    assert!(settler.hint(Path::new("a"), Need::Placed, now));
    let due = settler.take_due(now, 1).swap_remove(0);
    assert!(settler.hint(Path::new("a"), Need::Writing, now));
    assert!(!settler.settled(&due));
    settler.wait(&due, Need::Scanned, Some(stamp(1)), now);
    assert_eq!(
        due_after(&mut settler, "a", now),
        Some(Duration::from_secs(2))
    );
    let due = settler.take_due(now, 1);
    assert!(due.is_empty());
}

#[test]
fn a_path_just_handed_on_waits_its_turn() {
    let (mut settler, start) = (Settler::new(Settle::default()), Instant::now());
    settler.handed_on(&Arc::from(Path::new("a")), start);
    let after = |millis| start + Duration::from_millis(millis);
    assert!(settler.hint(Path::new("a"), Need::Closed, after(500)));
    assert_eq!(
        due_after(&mut settler, "a", start),
        Some(Duration::from_secs(2))
    );
    assert!(settler.hint(Path::new("a"), Need::Closed, after(1990)));
    assert_eq!(
        due_after(&mut settler, "a", start),
        Some(Duration::from_millis(2010))
    );
    // A rename into place is a finished file, whatever was there before.
    assert!(settler.hint(Path::new("a"), Need::Placed, after(500)));
    assert_eq!(
        due_after(&mut settler, "a", start),
        Some(Duration::from_millis(500))
    );
}

#[test]
fn the_state_of_the_writer_travels_with_a_rename() {
    let (mut settler, now) = (Settler::new(Settle::default()), Instant::now());
    assert!(settler.hint(Path::new("a"), Need::Writing, now));
    settler.moved_away(Path::new("a"), 5);
    assert_eq!(settler.len(), 0);
    assert!(settler.moved_here(Path::new("b"), 5, now));
    assert_eq!(
        due_after(&mut settler, "b", now),
        Some(Duration::from_secs(2))
    );
    assert!(settler.moved_here(Path::new("c"), 5, now), "only once");
    assert_eq!(due_after(&mut settler, "c", now), Some(Duration::ZERO));
}

#[test]
fn there_is_room_for_so_many_and_no_more() {
    let (mut settler, now) = (Settler::new(Settle::default()), Instant::now());
    for number in 0..MAX_PENDING {
        assert!(settler.hint(Path::new(&number.to_string()), Need::Placed, now));
    }
    assert!(!settler.hint(Path::new("more"), Need::Placed, now));
    assert!(
        settler.hint(Path::new("0"), Need::Closed, now),
        "it has its room"
    );
    assert_eq!(settler.len(), MAX_PENDING);
}

#[test]
fn what_a_look_means() {
    use Decision::{Ready, Wait};
    let whole = file(10, 1, 8);
    let (same, other) = (Some(stamp(10)), Some(stamp(9)));
    let expected = [
        (Need::Rested, None, file(0, 1, 0), Ready),
        (Need::Placed, None, whole, Ready),
        (Need::Closed, None, whole, Ready),
        (Need::Closed, None, file(0, 1, 0), Wait(Need::Scanned)),
        (Need::Placed, None, file(1 << 20, 1, 0), Wait(Need::Scanned)),
        (Need::Closed, None, file(1000, 1, 0), Ready),
        (Need::Touched, None, whole, Ready),
        (Need::Created, None, whole, Wait(Need::HeldOpen)),
        (Need::Created, None, file(10, 2, 8), Ready),
        (Need::Writing, None, file(10, 2, 8), Wait(Need::HeldOpen)),
        (Need::HeldOpen, same, whole, Ready),
        (Need::HeldOpen, other, whole, Wait(Need::HeldOpen)),
        (Need::Scanned, same, whole, Ready),
        (Need::Scanned, other, whole, Wait(Need::Scanned)),
        (Need::Scanned, None, whole, Wait(Need::Scanned)),
        (Need::Scanned, Some(stamp(0)), file(0, 1, 0), Ready),
    ];
    for (need, before, seen, decision) in expected {
        assert_eq!(
            decide(need, before, &seen),
            decision,
            "{need:?} {before:?} {seen:?}"
        );
    }
}

proptest! {
    /// Whatever happens in whatever order: one deadline a path, none for a path that is being looked
    /// at, and every path that waits gets its look in the end.
    #[test]
    fn no_path_is_lost_and_none_has_two_deadlines(steps in prop::collection::vec((0..9_u8, 0..5_u8, 0..3_u64), 0..200)) {
        let mut settler = Settler::new(Settle::default());
        let start = Instant::now();
        let mut now = start;
        let mut looked_at = Vec::new();
        for (step, name, size) in steps {
            now += Duration::from_millis(size * 700);
            let name = name.to_string();
            let path = Path::new(&name);
            match step {
                0 => prop_assert!(settler.hint(path, Need::Created, now)),
                1 => prop_assert!(settler.hint(path, Need::Closed, now)),
                2 => prop_assert!(settler.hint(path, Need::Writing, now)),
                3 => prop_assert!(settler.found(path, stamp(size), now)),
                4 => settler.forget(path),
                5 => settler.doubt_all(now),
                6 => looked_at.extend(settler.take_due(now, 2)),
                7 => for due in looked_at.drain(..) {
                    settler.wait(&due, Need::HeldOpen, Some(stamp(size)), now);
                },
                _ => for due in looked_at.drain(..) {
                    if settler.settled(&due) {
                        settler.handed_on(&due.path, now);
                    }
                },
            }
            settler.check();
        }
        for due in looked_at {
            settler.retry(&due, now);
        }
        settler.check();
        let waiting = settler.len();
        let all = settler.take_due(now + Duration::from_secs(61), usize::MAX);
        prop_assert_eq!(all.len(), waiting);
        let paths: HashSet<_> = all.iter().map(|due| due.path.clone()).collect();
        prop_assert_eq!(paths.len(), waiting);
        for due in &all {
            prop_assert!(settler.settled(due));
        }
        prop_assert_eq!((settler.len(), settler.next_due()), (0, None));
    }
}
