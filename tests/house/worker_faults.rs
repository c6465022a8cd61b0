//! Workers that are killed, hang or need too much: the file says why, everything else goes on.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use harness::{Daemon, Place, Plan, until};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

/// A watch whose versions are final at once, and these lines of `[worker]`.
fn plan(place: &Place, worker: &str) -> Plan {
    let watch = place.drop_dir();
    Plan::default().with_settings(format!(
        "[[watch]]\nname = \"drop\"\npath = \"{}\"\nprovisional = \"0s\"\n[worker]\n{worker}",
        watch.display()
    ))
}

/// Nested records that keep a worker busy for longer than it takes to find it.
fn long_work() -> String {
    let mut lines = String::new();
    for id in 0..150_000_u64 {
        let noise = id.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        writeln!(
            lines,
            "{{\"id\":{id},\"h\":\"{noise:x}\",\"a\":{{\"b\":[{{\"c\":{},\"d\":\"x{}\"}},{{\"c\":{},\"d\":\"y{noise}\"}}]}}}}",
            noise >> 8,
            noise >> 32,
            noise >> 16,
        )
        .unwrap();
    }
    lines
}

fn workers(status: &Value, busy: bool) -> Vec<Pid> {
    let rows = status["workers"].as_array().unwrap().iter();
    let rows = rows.filter(|row| row["busy"] == busy);
    rows.map(|row| Pid::from_raw(i32::try_from(row["pid"].as_i64().unwrap()).unwrap()).unwrap())
        .collect()
}

/// Pids of all workers, once so many are up and none has work.
fn idle_workers(place: &Place, count: usize) -> Vec<Pid> {
    until("idle workers", || {
        let idle = workers(&place.ask(&["status"]), false);
        (idle.len() == count).then_some(idle)
    })
}

fn the_drop(place: &Place, path: &Path) -> Value {
    let drops = place.ask(&["drops"]);
    let of_it: Vec<&Value> = drops
        .as_array()
        .unwrap()
        .iter()
        .filter(|drop| drop["path"] == path.to_str().unwrap())
        .collect();
    assert_eq!(of_it.len(), 1, "{drops}");
    of_it[0].clone()
}

/// Waits until the file is parked, and returns its reason.
fn parked(place: &Place, path: &Path) -> String {
    until("the file is parked", || {
        let drop = the_drop_if_any(place, path)?;
        (drop["state"] == "parked").then(|| drop["reason"].as_str().unwrap().to_owned())
    })
}

fn the_drop_if_any(place: &Place, path: &Path) -> Option<Value> {
    let drops = place.ask(&["drops"]);
    let drops = drops.as_array().unwrap();
    drops
        .iter()
        .find(|drop| drop["path"] == path.to_str().unwrap())
        .cloned()
}

fn done(place: &Place, path: &Path) -> Value {
    until(&format!("{} is done", path.display()), || {
        the_drop_if_any(place, path).filter(|drop| drop["state"] == "done")
    })
}

#[test]
fn a_file_whose_worker_is_killed_again_and_again_is_parked_and_the_rest_goes_on() {
    let place = Place::new();
    let daemon = Daemon::start_as(&place, &plan(&place, "count = 2\ntries = 3\n"));
    let path = place.drop_file("poison.jsonl", long_work());
    for kill in 1..=3 {
        let busy = until("a busy worker", || {
            workers(&place.ask(&["status"]), true).first().copied()
        });
        kill_process(busy, Signal::KILL).unwrap();
        until("the worker is replaced", || {
            let status = place.ask(&["status"]);
            let rows = status["workers"].as_array().unwrap();
            let replaced = rows.len() == 2
                && rows
                    .iter()
                    .all(|row| row["pid"] != busy.as_raw_nonzero().get());
            replaced.then_some(())
        });
        // Others arrive in between and are profiled.
        let other = place.drop_file(&format!("other {kill}b.csv"), format!("id,b\n{kill},x\n"));
        done(&place, &other);
    }
    let reason = parked(&place, &path);
    assert!(reason.contains("was killed (signal 9)"), "{reason}");
    let drop = the_drop(&place, &path);
    assert_eq!(drop["tries"], 3, "{drop}");
    let status = place.ask(&["status"]);
    assert_eq!(status["pid"], daemon.pid().as_raw_nonzero().get());
    assert_eq!(
        status["queue"],
        json!({ "pending": 0, "running": 0, "parked": 1 })
    );
    assert_eq!(
        (&status["drops"]["done"], &status["drops"]["parked"]),
        (&json!(3), &json!(1))
    );
    // Nobody kills it now.
    assert_eq!(place.ask(&["retry", path.to_str().unwrap()])["retried"], 1);
    done(&place, &path);
    let shown = place.ask(&["show", "poison"]);
    assert_eq!(shown["profile"]["tables"][0]["records"], 150_000);
    let status = place.ask(&["status"]);
    let expected = json!({ "total": 4, "done": 4, "failed": 0, "duplicate": 0, "parked": 0, "quarantined": 0 });
    assert_eq!(status["drops"], expected);
}

#[test]
fn a_file_whose_worker_is_killed_once_is_tried_again_by_itself() {
    let place = Place::new();
    let _daemon = Daemon::start_as(&place, &plan(&place, "count = 2\n"));
    let idle = idle_workers(&place, 2);
    // Stopped before it is handed a file: it is busy with it for as long as we like.
    kill_process(idle[0], Signal::STOP).unwrap();
    let paths: Vec<_> = (0..10)
        .map(|number| place.drop_file(&format!("file {number}b.csv"), format!("id\n{number}\n")))
        .collect();
    until("the others are done", || {
        (place.ask(&["status"])["drops"]["done"] == 9).then_some(())
    });
    assert_eq!(workers(&place.ask(&["status"]), true), [idle[0]]);
    kill_process(idle[0], Signal::KILL).unwrap();
    let status = place.settled(10);
    assert_eq!(status["drops"]["done"], 10);
    for path in paths {
        assert_eq!(the_drop(&place, &path)["state"], "done");
    }
}

#[test]
fn a_worker_that_hangs_is_ended_and_its_file_parked_with_its_reason() {
    let place = Place::new();
    let daemon = Daemon::start_as(
        &place,
        &plan(&place, "count = 2\ntries = 1\nwall_limit = \"1s\"\n"),
    );
    let hung = idle_workers(&place, 2)[0];
    kill_process(hung, Signal::STOP).unwrap();
    for number in 0..10 {
        place.drop_file(&format!("file {number}b.csv"), format!("id\n{number}\n"));
    }
    let status = place.settled(10);
    let expected = json!({ "total": 10, "done": 9, "failed": 0, "duplicate": 0, "parked": 1, "quarantined": 0 });
    assert_eq!(status["drops"], expected);
    let drop = &place.ask(&["drops", "--state", "parked"])[0];
    let reason = drop["reason"].as_str().unwrap();
    assert!(reason.contains("was not done within"), "{reason}");
    // The hung process is gone for good and another stands in its place.
    let idle = idle_workers(&place, 2);
    assert!(!idle.contains(&hung), "{idle:?}");
    assert!(!Path::new(&format!("/proc/{}", hung.as_raw_nonzero())).exists());
    assert_eq!(
        place.ask(&["status"])["pid"],
        daemon.pid().as_raw_nonzero().get()
    );
    assert_eq!(
        place.ask(&["retry", drop["id"].as_str().unwrap()])["retried"],
        1
    );
    done(&place, Path::new(drop["path"].as_str().unwrap()));
}

/// A megabyte more than the smallest limit there can be.
const TOO_LONG: usize = 24 << 20;

fn json_of_one_text(length: usize) -> String {
    format!(
        "[{{\"id\": 1, \"text\": \"{}\"}}]",
        "long ".repeat(length / 5)
    )
}

#[test]
fn a_file_that_needs_too_much_memory_is_parked_until_there_is_more() {
    let place = Place::new();
    let worker = |limit: &str| {
        plan(
            &place,
            &format!("count = 2\ntries = 2\nmemory_limit = \"{limit}\"\n"),
        )
    };
    let daemon = Daemon::start_as(&place, &worker("32MiB"));
    let text = place.drop_file("text.json", json_of_one_text(TOO_LONG));
    let small = place.drop_file("small.csv", "id\n1\n");
    done(&place, &small);
    let reason = parked(&place, &text);
    assert!(
        reason.contains("needed more than 32 MiB of memory"),
        "{reason}"
    );
    let status = place.ask(&["status"]);
    assert_eq!(status["pid"], daemon.pid().as_raw_nonzero().get());
    assert_eq!(
        status["queue"],
        json!({ "pending": 0, "running": 0, "parked": 1 })
    );
    // The limit is raised without a restart.
    fs::write(
        place.path().join("ddgen.toml"),
        worker("1GiB").settings.unwrap(),
    )
    .unwrap();
    daemon.signal(Signal::HUP);
    until("the settings are reloaded", || {
        Daemon::log(&place)
            .contains("worker.memory_limit")
            .then_some(())
    });
    assert_eq!(place.ask(&["retry", "--all"])["retried"], 1);
    done(&place, &text);
    let list = place.ask(&["list"]);
    let text = list
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["name"] == "text")
        .unwrap();
    assert_eq!((&text["records"], &text["fields"]), (&json!(1), &json!(2)));
}

mod long {
    use super::*;

    #[test]
    fn a_busy_worker_that_stops_in_the_midst_is_ended_too() {
        let place = Place::new();
        let _daemon = Daemon::start_as(
            &place,
            &plan(&place, "count = 1\ntries = 1\nwall_limit = \"1s\"\n"),
        );
        let path = place.drop_file("frozen.jsonl", long_work());
        let busy = until("a busy worker", || {
            workers(&place.ask(&["status"]), true).first().copied()
        });
        kill_process(busy, Signal::STOP).unwrap();
        // What waits behind it comes through once it is gone.
        let behind = place.drop_file("behind.csv", "id\n1\n");
        let reason = parked(&place, &path);
        assert!(reason.contains("was not done within"), "{reason}");
        done(&place, &behind);
        assert_eq!(place.ask(&["retry", "--all"])["retried"], 1);
        done(&place, &path);
    }

    #[test]
    fn other_shapes_of_too_much_are_parked_too() {
        let place = Place::new();
        let _daemon = Daemon::start_as(
            &place,
            &plan(&place, "count = 2\ntries = 1\nmemory_limit = \"32MiB\"\n"),
        );
        let huge = "long ".repeat(TOO_LONG / 5);
        let files = [
            ("cell.csv", format!("id,text\n1,\"{huge}\"\n")),
            ("open.csv", format!("id,text\n1,\"{huge}")),
            ("header.csv", format!("{huge}\n1\n")),
            ("line.jsonl", format!("{{\"text\": \"{huge}\"}}\n")),
            ("key.json", format!("{{\"{huge}\": 1}}")),
            (
                "columns.csv",
                "c,".repeat(4_000_000) + "c\n" + &"1,".repeat(4_000_000) + "1\n",
            ),
            ("deep.json", "[".repeat(5_000_000) + &"]".repeat(5_000_000)),
        ];
        for (name, content) in &files {
            place.drop_file(name, content);
        }
        let small = place.drop_file("small.csv", "id\n1\n");
        done(&place, &small);
        // Each is either understood within its bound, or parked with words; none is left over.
        let status = place.settled(files.len() as u64 + 1);
        let drops = place.ask(&["drops"]);
        for drop in drops.as_array().unwrap() {
            eprintln!("{} {} {}", drop["path"], drop["state"], drop["reason"]);
            let reason = drop["reason"].as_str().unwrap_or_default();
            assert!(drop["state"] == "done" || reason.len() > 20, "{drop}");
            assert!(reason.len() < 1_000, "a reason is a sentence: {reason}");
            assert!(!reason.contains("fault of ddgen"), "{drop}");
        }
        assert_eq!(status["drops"]["total"], files.len() + 1);
    }
}
