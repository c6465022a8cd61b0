//! What is slow holds up nothing but itself, and what ends says so.

use std::time::Instant;

use ddgen_ipc::message::DropState;
use ddgend::queue::{Limits, Queue};
use harness::{Daemon, Place, Plan};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

/// So many workers, and nothing is provisional.
fn plan(place: &Place, workers: usize) -> Plan {
    let folder = place.drop_dir();
    Plan::default().with_settings(format!(
        "[worker]\ncount = {workers}\n[[watch]]\nname = \"drop\"\npath = \"{}\"\nprovisional = \"0s\"\n",
        folder.display()
    ))
}

/// Rows enough to keep a worker busy while somebody looks.
fn large() -> String {
    let rows = (0..1_500_000).map(|n| format!("{n},{}\n", n * 7));
    std::iter::once("id,n\n".to_owned()).chain(rows).collect()
}

fn workers(status: &Value) -> Vec<&Value> {
    status["workers"].as_array().unwrap().iter().collect()
}

/// Stops the worker that is busy, as if its file took for ever.
fn freeze(place: &Place) -> Pid {
    let pid = harness::until("a busy worker", || {
        let status = place.ask(&["status"]);
        let busy = workers(&status)
            .into_iter()
            .find(|worker| worker["busy"] == true)?["pid"]
            .as_i64()?;
        Pid::from_raw(i32::try_from(busy).unwrap())
    });
    kill_process(pid, Signal::STOP).unwrap();
    pid
}

fn drop_of(place: &Place, name: &str) -> Option<Value> {
    let drops = place.ask(&["drops"]);
    let mut drops = drops.as_array().unwrap().iter();
    drops
        .find(|drop| drop["path"].as_str().unwrap().ends_with(name))
        .cloned()
}

#[test]
fn a_slow_file_holds_up_its_own_series_only() {
    const BEHIND: usize = 60;
    let place = Place::new();
    let _daemon = Daemon::start_as(&place, &plan(&place, 2));
    place.drop_file("big_2026-01-01.csv", large());
    let frozen = freeze(&place);
    for day in 0..BEHIND {
        let name = format!("big_2026-02-{:02}T{:02}.csv", 1 + day / 24, day % 24);
        place.drop_file(&name, format!("id,n\n{day},1\n"));
    }
    // Those in flight are read and wait for their turn; the others wait in the queue.
    harness::until("the line is full", || {
        let status = place.ask(&["status"]);
        let done = |worker: &Value| worker["jobs_done"].as_u64().unwrap();
        let read: u64 = workers(&status).into_iter().map(done).sum();
        let queue = &status["queue"];
        (read == 9 && queue["running"] == 10 && queue["pending"] == BEHIND - 9).then_some(())
    });
    let held = Instant::now();
    place.drop_file("other_thing.csv", "a\n1\n");
    let other = harness::until("the other series", || {
        drop_of(&place, "other_thing.csv").filter(|drop| drop["state"] == "done")
    });
    assert_eq!(other["dictionary"], "other_thing");
    let big = drop_of(&place, "big_2026-01-01.csv").unwrap();
    assert_eq!(big["state"], "running", "{big}");
    let held = held.elapsed().as_millis();
    kill_process(frozen, Signal::CONT).unwrap();

    let status = place.settled(BEHIND as u64 + 2);
    assert_eq!(status["drops"]["done"], BEHIND + 2);
    // In order of arrival: by number of version as by time.
    let drops = place.ask(&["drops"]);
    let mut big: Vec<(u64, &str)> = drops
        .as_array()
        .unwrap()
        .iter()
        .filter(|drop| drop["dictionary"] == "big")
        .map(|drop| {
            (
                drop["version"].as_u64().unwrap(),
                drop["id"].as_str().unwrap(),
            )
        })
        .collect();
    big.sort_unstable();
    let versions: Vec<u64> = big.iter().map(|(version, _)| *version).collect();
    assert_eq!(versions, (1..=BEHIND as u64 + 1).collect::<Vec<_>>());
    assert!(big.is_sorted_by_key(|(_, id)| *id), "{big:?}");

    // What a file took is what its worker took, not how long it stood in line.
    let store = rusqlite::Connection::open(place.data_dir().join("ddgen.db")).unwrap();
    let took = "SELECT min(duration_ms) FROM (SELECT duration_ms FROM drops WHERE path LIKE \
                'big_2026-02%' ORDER BY seq LIMIT 9)";
    let took: i64 = store.query_row(took, [], |row| row.get(0)).unwrap();
    assert!(u128::try_from(took).unwrap() < held, "{took} of {held} ms");
}

#[test]
fn all_that_waits_is_listed_however_much_it_is() {
    const WAITING: usize = 1_100;
    let place = Place::new();
    let _daemon = Daemon::start_as(&place, &plan(&place, 1));
    place.drop_file("ended.csv", "a\n1\n");
    place.settled(1);
    place.drop_file("big.csv", large());
    let frozen = freeze(&place);
    for number in 0..WAITING {
        let name = format!("n{}.csv", letters(number));
        place.drop_file(&name, format!("a\n{number}\n"));
    }
    harness::until("all have come", || {
        let queue = &place.ask(&["status"])["queue"];
        let all = queue["pending"].as_u64()? + queue["running"].as_u64()?;
        (all == WAITING as u64 + 1).then_some(())
    });
    let names = |arguments: &[&str]| -> Vec<String> {
        let drops = place.ask(arguments);
        let drops = drops.as_array().unwrap().iter();
        drops
            .map(|drop| drop["path"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = names(&["drops"]);
    let distinct: std::collections::HashSet<&String> = all.iter().collect();
    assert_eq!((all.len(), distinct.len()), (WAITING + 2, WAITING + 2));
    assert!(all.first().unwrap().ends_with("/big.csv"), "first come");
    assert!(all.last().unwrap().ends_with("/ended.csv"), "ended last");
    let running = names(&["drops", "--state", "running"]).len();
    let pending = names(&["drops", "--state", "pending"]).len();
    assert_eq!(running + pending, WAITING + 1);
    kill_process(frozen, Signal::CONT).unwrap();
}

/// A name without digits, which would fold.
fn letters(number: usize) -> String {
    format!("{number:04}")
        .bytes()
        .map(|digit| char::from(digit - b'0' + b'a'))
        .collect()
}

#[test]
fn a_parked_drop_that_the_store_lacks_is_written_down_at_the_next_start() {
    let place = Place::new();
    let mut daemon = Daemon::start_as(&place, &plan(&place, 1));
    place.drop_file("broken.json", "{\"a\": 1,}");
    let parked = json!({ "total": 1, "done": 0, "failed": 0, "duplicate": 0, "parked": 1, "quarantined": 0 });
    assert_eq!(place.settled(1)["drops"], parked);
    assert!(daemon.stop().success());
    // A store from before the drop: what a restored backup is.
    let store = rusqlite::Connection::open(place.data_dir().join("ddgen.db")).unwrap();
    store
        .execute_batch("DELETE FROM drops; DELETE FROM drop_counts;")
        .unwrap();
    drop(store);
    std::fs::remove_file(place.drop_dir().join("broken.json")).unwrap();
    let held = Queue::open(&place.data_dir(), Limits::default()).unwrap();
    assert_eq!(held.counts().parked, 1);
    drop(held);

    let _again = Daemon::start_as(&place, &plan(&place, 1));
    let status = place.settled(1);
    assert_eq!(status["drops"], parked);
    assert_eq!(status["queue"]["parked"], 1);
    let drop = drop_of(&place, "broken.json").unwrap();
    assert_eq!(drop["state"], DropState::Parked.as_str());
    assert!(
        drop["reason"].as_str().unwrap().contains("byte 8"),
        "{drop}"
    );
}

/// Somebody else writes into the store: it takes no write until they have done.
#[test]
fn an_end_that_could_not_be_written_down_is_no_end() {
    let place = Place::new();
    let mut plan = plan(&place, 1);
    plan.environment.push(("SQLITE_TIMEOUT".into(), "1".into()));
    let mut daemon = Daemon::start_as(&place, &plan);
    place.drop_file("first.csv", "a\n1\n");
    place.settled(1);
    let other = rusqlite::Connection::open(place.data_dir().join("ddgen.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    place.drop_file("broken.json", "{\"a\": 1,}");
    harness::until("the store is found to take nothing", || {
        Daemon::log(&place)
            .contains("the store takes no writes")
            .then_some(())
    });
    let queue = &place.ask(&["status"])["queue"];
    assert_eq!(queue["parked"], 0, "nobody could see why: {queue}");
    // Not even a kill loses it.
    daemon.kill();
    other.execute_batch("ROLLBACK").unwrap();
    let _again = Daemon::start_as(&place, &plan);
    let status = place.settled(2);
    assert_eq!(
        (&status["queue"]["parked"], &status["drops"]["parked"]),
        (&json!(1), &json!(1))
    );
}
