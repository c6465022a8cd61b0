use tempfile::tempdir;

use super::super::job::{Blame, Ended, Limits, Outcome, State, Which};
use super::{add, enqueue, file, names, open, open_with};
use crate::arrival::Origin;

#[test]
fn a_pending_job_takes_newer_content_and_keeps_id_and_place() {
    let dir = tempdir().unwrap();
    let mut book = open(dir.path());
    let id = add(&mut book, &file("in", "a.csv", 1), 100);
    add(&mut book, &file("in", "b.csv", 1), 101);
    assert_eq!(
        enqueue(&mut book, &file("in", "a.csv", 2), 102),
        Outcome::Updated(id)
    );
    assert_eq!(
        enqueue(&mut book, &file("in", "a.csv", 2), 103),
        Outcome::Known {
            id,
            state: State::Pending
        }
    );
    let jobs = book.lease(9, 104).unwrap();
    assert_eq!(names(&jobs), ["a.csv", "b.csv"]);
    assert_eq!((jobs[0].id, jobs[0].sighting.size), (id, 2));
    assert_eq!((jobs[0].first_seen, jobs[0].arrived_at), (100, 102));
}

#[test]
fn a_running_job_gets_one_follow_up_that_is_due_when_it_ends() {
    let dir = tempdir().unwrap();
    let mut book = open(dir.path());
    let running = add(&mut book, &file("in", "a.csv", 1), 100);
    assert_eq!(book.lease(1, 100).unwrap().len(), 1);

    let known = Outcome::Known {
        id: running,
        state: State::Running,
    };
    assert_eq!(enqueue(&mut book, &file("in", "a.csv", 1), 101), known);
    let Outcome::Follows {
        id: next,
        running: of,
    } = enqueue(&mut book, &file("in", "a.csv", 2), 102)
    else {
        panic!("newer content must follow the running job");
    };
    assert_eq!(of, running);
    let newest = file("in", "a.csv", 3);
    assert_eq!(
        enqueue(&mut book, &newest, 103),
        Outcome::Follows { id: next, running }
    );
    assert_eq!(
        book.contains(&[file("in", "a.csv", 1), file("in", "a.csv", 2), newest])
            .unwrap(),
        [true, false, true]
    );
    assert_eq!(book.signal().unwrap().counts.pending, 1);
    assert!(
        book.lease(9, 104).unwrap().is_empty(),
        "one path is never worked on twice at once"
    );

    book.done(&[running]).unwrap();
    let jobs = book.lease(9, 105).unwrap();
    assert_eq!(
        (jobs.len(), jobs[0].id, jobs[0].sighting.size),
        (1, next, 3)
    );
    book.done(&[next]).unwrap();
    assert_eq!(
        book.signal().unwrap().counts,
        super::super::Counts::default()
    );
}

#[test]
fn newer_content_takes_the_place_of_work_that_failed() {
    let dir = tempdir().unwrap();
    let mut book = open(dir.path());
    for how in ["wait", "park"] {
        let path = format!("{how}.csv");
        let id = add(&mut book, &file("in", &path, 1), 100);
        assert_eq!(book.lease(1, 100).unwrap()[0].id, id);
        enqueue(&mut book, &file("in", &path, 2), 101);
        let ended = match how {
            "wait" => book
                .retry_later(id, "no", Blame::Worker, None, 102)
                .unwrap(),
            _ => book.park(id, "no", 102).unwrap(),
        };
        let Ended::Superseded { by } = ended else {
            panic!("{ended:?}")
        };
        let jobs = book.lease(9, 102).unwrap();
        assert_eq!((jobs.len(), jobs[0].id, jobs[0].tries), (1, by, 0));
        assert_ne!(by, id);
        book.done(&[by]).unwrap();
    }
}

/// The store may have committed the first content under the old id before the daemon died. Would
/// the new content come under that id, the store would answer "done" and it would be lost.
#[test]
fn after_a_restart_newer_content_gets_a_new_id_and_the_old_place() {
    let dir = tempdir().unwrap();
    let mut book = open(dir.path());
    let old = add(&mut book, &file("in", "a.csv", 1), 100);
    add(&mut book, &file("in", "b.csv", 1), 101);
    book.lease(1, 102).unwrap();
    drop(book);

    let mut book = open(dir.path());
    let Outcome::Renewed { id, instead_of } = enqueue(&mut book, &file("in", "a.csv", 2), 200)
    else {
        panic!("content must not change under an id that may be in the store");
    };
    assert_eq!(instead_of, old);
    assert_ne!(id, old);
    assert_eq!(names(&book.lease(9, 201).unwrap()), ["a.csv", "b.csv"]);
}

#[test]
fn a_job_that_ran_and_waits_gets_a_new_id_with_newer_content_and_is_due() {
    let dir = tempdir().unwrap();
    let mut book = open(dir.path());
    let old = add(&mut book, &file("in", "a.csv", 1), 100);
    book.lease(1, 100).unwrap();
    book.retry_later(old, "the disk was full", Blame::Surroundings, None, 100)
        .unwrap();
    assert!(matches!(
        enqueue(&mut book, &file("in", "a.csv", 2), 101),
        Outcome::Renewed { instead_of, .. } if instead_of == old
    ));
    let jobs = book.lease(1, 101).unwrap();
    assert_eq!((jobs[0].waits, jobs[0].reason.as_deref()), (0, None));
}

#[test]
fn a_follow_up_survives_a_restart_in_place_of_what_it_follows() {
    let dir = tempdir().unwrap();
    let mut book = open(dir.path());
    let running = add(&mut book, &file("in", "a.csv", 1), 100);
    book.lease(1, 100).unwrap();
    let Outcome::Follows { id: next, .. } = enqueue(&mut book, &file("in", "a.csv", 2), 101) else {
        panic!("expected a follow-up");
    };
    drop(book);

    let mut book = open(dir.path());
    let jobs = book.lease(9, 200).unwrap();
    assert_eq!(
        (jobs.len(), jobs[0].id, jobs[0].sighting.size),
        (1, next, 2)
    );
    book.done(&[running]).unwrap();
    assert_eq!(
        book.signal().unwrap().counts.running,
        1,
        "the old id is nobody's any more"
    );
}

#[test]
fn a_parked_file_stays_parked_until_it_changes_or_is_retried() {
    let dir = tempdir().unwrap();
    let mut book = open(dir.path());
    let id = add(&mut book, &file("in", "a.csv", 1), 100);
    add(&mut book, &file("in", "b.csv", 1), 101);
    book.lease(1, 102).unwrap();
    assert_eq!(book.park(id, "not a table", 103).unwrap(), Ended::Parked);

    let known = Outcome::Known {
        id,
        state: State::Parked,
    };
    assert_eq!(enqueue(&mut book, &file("in", "a.csv", 1), 104), known);
    let parked = book.parked(0, 9).unwrap();
    assert_eq!((parked.len(), parked[0].parked_at), (1, 103));
    assert_eq!(parked[0].job.reason.as_deref(), Some("not a table"));

    let path = Which::Path("/srv/in/a.csv".into());
    assert_eq!(book.retry(&path).unwrap(), [id]);
    let jobs = book.lease(9, 105).unwrap();
    assert_eq!(names(&jobs), ["a.csv", "b.csv"], "it kept its place");
    book.park(id, "still not", 106).unwrap();
    assert!(matches!(
        enqueue(&mut book, &file("in", "a.csv", 2), 107),
        Outcome::Renewed { instead_of, .. } if instead_of == id
    ));
    assert!(book.parked(0, 9).unwrap().is_empty());
}

#[test]
fn at_the_bound_new_paths_are_refused_and_known_ones_are_not() {
    let dir = tempdir().unwrap();
    let mut book = open_with(
        dir.path(),
        Limits {
            jobs: 2,
            ..Limits::default()
        },
    );
    let batch: Vec<_> = (0..3).map(|n| file("in", &format!("{n}.csv"), 1)).collect();
    let outcomes = book.enqueue(&batch, Origin::Watched, 100).unwrap();
    let [Outcome::Added(first), Outcome::Added(_), Outcome::Full] = outcomes[..] else {
        panic!("{outcomes:?}");
    };
    assert_eq!(
        enqueue(&mut book, &file("in", "0.csv", 2), 101),
        Outcome::Updated(first)
    );
    book.lease(1, 102).unwrap();
    assert_eq!(
        enqueue(&mut book, &file("in", "0.csv", 3), 103),
        Outcome::Full
    );
    book.forget(&[first]).unwrap();
    assert!(matches!(
        enqueue(&mut book, &batch[2], 104),
        Outcome::Added(_)
    ));
}

#[test]
fn a_person_who_ingests_a_pending_file_makes_it_final() {
    let dir = tempdir().unwrap();
    let mut book = open(dir.path());
    let seen = file("in", "a.csv", 1);
    let id = add(&mut book, &seen, 100);
    let outcomes = book.enqueue(&[seen], Origin::Ingest, 101).unwrap();
    assert_eq!(outcomes, [Outcome::Updated(id)]);
    assert_eq!(book.lease(1, 102).unwrap()[0].origin, Origin::Ingest);
}
