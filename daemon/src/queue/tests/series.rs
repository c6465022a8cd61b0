//! A series that has enough in flight holds up nothing but itself.

use std::collections::{BTreeMap, HashMap};

use proptest::prelude::{ProptestConfig, any};
use proptest::{collection, proptest};
use tempfile::tempdir;

use super::super::book::Book;
use super::super::job::{Blame, Leased, Which};
use super::super::room::Room;
use super::{add, file, names, open};
use crate::arrival::{DropId, Origin, Sighting};

/// The first letter of its name is a file's series.
fn letter(sighting: &Sighting) -> String {
    sighting.path.to_str().unwrap()[..1].to_owned()
}

/// A book and who has been handed what.
struct Desk {
    book: Book,
    in_flight: Vec<(DropId, (String, String))>,
}

impl Desk {
    fn new(dir: &tempfile::TempDir) -> Self {
        Self {
            book: open(dir.path()),
            in_flight: Vec::new(),
        }
    }

    /// At most two of a series.
    fn lease(&mut self, most: usize, now: i64) -> Leased {
        let mut counts = HashMap::new();
        for (_, series) in &self.in_flight {
            *counts.entry(series.clone()).or_default() += 1;
        }
        let mut room = Room::new(Box::new(letter), 0, counts, 2);
        let leased = self.book.lease_within(most, &mut room, now).unwrap();
        for job in &leased.jobs {
            let series = (job.sighting.watch.clone(), letter(&job.sighting));
            self.in_flight.push((job.id, series));
        }
        leased
    }

    fn done(&mut self, id: DropId) {
        self.book.done(&[id]).unwrap();
        self.in_flight.retain(|(flying, _)| *flying != id);
    }
}

#[test]
fn behind_a_series_that_is_full_others_go_on_and_it_goes_on_in_order() {
    let dir = tempdir().unwrap();
    let mut desk = Desk::new(&dir);
    let a: Vec<_> = (0..6)
        .map(|n| add(&mut desk.book, &file("in", &format!("a{n}"), 1), n))
        .collect();
    add(&mut desk.book, &file("in", "b0", 1), 7);
    let leased = desk.lease(9, 10);
    assert_eq!(names(&leased.jobs), ["a0", "a1", "b0"]);
    let held = leased.held;
    assert!(held.is_some());
    assert_eq!(desk.lease(9, 10).held, held, "nothing has come since");
    // What comes behind the held ones is found, and they are not handed out for it.
    add(&mut desk.book, &file("in", "b1", 1), 11);
    let leased = desk.lease(9, 12);
    assert_eq!(names(&leased.jobs), ["b1"]);
    assert_ne!(leased.held, held);
    desk.done(a[1]);
    assert_eq!(names(&desk.lease(9, 12).jobs), ["a2"]);
    desk.done(a[0]);
    desk.done(a[2]);
    let leased = desk.lease(9, 12);
    assert_eq!(names(&leased.jobs), ["a3", "a4"]);
    desk.done(a[3]);
    let leased = desk.lease(9, 12);
    assert_eq!(names(&leased.jobs), ["a5"]);
    desk.done(a[4]);
    let leased = desk.lease(9, 12);
    assert_eq!((names(&leased.jobs), leased.held), (vec![], None));
}

#[test]
fn a_series_is_one_of_its_watch() {
    let dir = tempdir().unwrap();
    let mut desk = Desk::new(&dir);
    for n in 0..3 {
        for watch in ["x", "y"] {
            add(&mut desk.book, &file(watch, &format!("a{n}"), 1), n);
        }
    }
    let jobs = desk.lease(9, 10).jobs;
    let watches: Vec<_> = jobs.iter().map(|job| &job.sighting.watch[..]).collect();
    assert_eq!(watches, ["x", "y", "x", "y"]);
}

#[test]
fn one_that_waited_takes_its_old_place_before_those_that_were_passed_over() {
    let dir = tempdir().unwrap();
    let mut desk = Desk::new(&dir);
    let a: Vec<_> = (0..5)
        .map(|n| add(&mut desk.book, &file("in", &format!("a{n}"), 1), n))
        .collect();
    assert_eq!(names(&desk.lease(9, 10).jobs), ["a0", "a1"]);
    desk.book
        .retry_later(a[0], "busy", Blame::Surroundings, None, 10)
        .unwrap();
    desk.in_flight.remove(0);
    assert_eq!(names(&desk.lease(9, 11).jobs), ["a2"]);
    desk.done(a[1]);
    assert_eq!(
        names(&desk.lease(9, 1_010).jobs),
        ["a0"],
        "its wait is over"
    );
    desk.done(a[2]);
    desk.book.park(a[0], "no", 1_011).unwrap();
    desk.in_flight.clear();
    assert_eq!(names(&desk.lease(1, 1_012).jobs), ["a3"]);
    desk.book.retry(&Which::All).unwrap();
    assert_eq!(names(&desk.lease(9, 1_013).jobs), ["a0"]);
}

#[test]
fn other_rules_look_at_what_was_passed_over_again() {
    let dir = tempdir().unwrap();
    let mut desk = Desk::new(&dir);
    for n in 0..4 {
        add(&mut desk.book, &file("in", &format!("a{n}"), 1), n);
    }
    assert_eq!(desk.lease(9, 10).jobs.len(), 2);
    let whole = |sighting: &Sighting| sighting.path.to_str().unwrap().to_owned();
    let mut room = Room::new(Box::new(whole), 1, HashMap::new(), 2);
    let leased = desk.book.lease_within(9, &mut room, 10).unwrap();
    assert_eq!((names(&leased.jobs), leased.held), (vec!["a2", "a3"], None));
}

#[test]
fn a_long_line_is_read_in_pieces_and_to_its_end() {
    let dir = tempdir().unwrap();
    let mut desk = Desk::new(&dir);
    let flood: Vec<_> = (0..25_000)
        .map(|n| file("in", &format!("a{n:05}"), 1))
        .collect();
    desk.book.enqueue(&flood, Origin::Watched, 0).unwrap();
    add(&mut desk.book, &file("in", "b", 1), 1);
    let mut leases = 0;
    let mut found = Vec::new();
    loop {
        leases += 1;
        let leased = desk.lease(9, 10);
        found.extend(names(&leased.jobs).into_iter().map(str::to_owned));
        if leased.held.is_some() {
            break;
        }
        assert!(leases < 10, "it never ends");
    }
    assert_eq!(found, ["a00000", "a00001", "b"]);
    assert_eq!(leases, 3);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever comes, waits and ends: no series exceeds its bound, none is left behind while it
    /// has room, and each is handed out in order of arrival.
    #[test]
    fn nothing_that_has_room_is_forgotten(
        steps in collection::vec((0..6_u8, any::<u8>()), 1..80)
    ) {
        let dir = tempdir().unwrap();
        let mut desk = Desk::new(&dir);
        // Places of what is due, by series.
        let mut due: BTreeMap<(String, String), Vec<(u64, DropId)>> = BTreeMap::new();
        let mut places: HashMap<DropId, u64> = HashMap::new();
        let mut later: Vec<(DropId, (String, String))> = Vec::new();
        for (at, (what, which)) in steps.into_iter().enumerate() {
            let at = at as u64;
            match what {
                0..=2 => {
                    let (watch, series) = (["x", "y"][usize::from(which % 2)],
                        ["a", "b", "c"][usize::from(which / 2 % 3)]);
                    let id = add(&mut desk.book, &file(watch, &format!("{series}{at}"), 1), 0);
                    places.insert(id, at);
                    due.entry((watch.to_owned(), series.to_owned())).or_default().push((at, id));
                }
                3 if !desk.in_flight.is_empty() => {
                    let at = usize::from(which) % desk.in_flight.len();
                    let id = desk.in_flight[at].0;
                    desk.done(id);
                }
                4 if !desk.in_flight.is_empty() => {
                    let at = usize::from(which) % desk.in_flight.len();
                    let (id, series) = desk.in_flight.remove(at);
                    desk.book.park(id, "no", 0).unwrap();
                    later.push((id, series));
                }
                _ => {
                    for id in desk.book.retry(&Which::All).unwrap() {
                        let at = later.iter().position(|(waits, _)| *waits == id).unwrap();
                        let (id, series) = later.remove(at);
                        due.entry(series).or_default().push((places[&id], id));
                    }
                }
            }
            let most = usize::from(which % 4);
            let flying = desk.in_flight.len();
            let leased = desk.lease(most, 0);
            for (id, series) in &desk.in_flight[flying..] {
                let line = due.get_mut(series).unwrap();
                line.sort_unstable();
                assert_eq!(line.remove(0).1, *id, "in order of arrival");
            }
            let count = |series: &(String, String)| {
                desk.in_flight.iter().filter(|(_, flying)| flying == series).count()
            };
            assert!(desk.in_flight.iter().all(|(_, series)| count(series) <= 2));
            if leased.jobs.len() < most {
                let free = due.iter().find(|(series, line)| !line.is_empty() && count(series) < 2);
                assert_eq!(free, None);
                assert!(leased.held.is_some() || due.values().all(Vec::is_empty));
            }
        }
    }
}
