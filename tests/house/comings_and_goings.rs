//! Files that go and come back, that are reached by links, and that are left out.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use harness::{Daemon, Place, Plan, until};
use serde_json::{Value, json};

fn watch(path: &Path, provisional: &str) -> Plan {
    Plan::default().with_settings(format!(
        "[[watch]]\nname = \"drop\"\npath = \"{}\"\nprovisional = \"{provisional}\"\n",
        path.display()
    ))
}

/// The status, once the count of drops of this state is `wanted` and nothing is on its way.
fn count_of(place: &Place, state: &str, wanted: u64) -> Value {
    until(&format!("{wanted} {state}"), || {
        let status = place.ask(&["status"]);
        let idle = status["queue"]["pending"] == 0 && status["queue"]["running"] == 0;
        (idle && status["drops"][state] == wanted).then_some(status)
    })
}

#[test]
fn content_that_is_swapped_back_is_current_again() {
    let place = Place::new();
    let _daemon = Daemon::start_as(&place, &watch(&place.drop_dir(), "0s"));
    let swap = place.drop_dir().join("swap.csv");
    let (a, b) = (place.path().join("a"), place.path().join("b"));
    fs::write(&a, "x\n1\n").unwrap();
    fs::write(&b, "x\n1\n2\n").unwrap();
    fs::rename(&a, &swap).unwrap();
    place.settled(1);
    fs::rename(&swap, &a).unwrap();
    fs::rename(&b, &swap).unwrap();
    place.settled(2);
    assert_eq!(place.ask(&["list"])[0]["records"], 2);
    fs::rename(&swap, &b).unwrap();
    fs::rename(&a, &swap).unwrap();
    let status = place.settled(3);
    assert_eq!(
        (&status["drops"]["done"], &status["drops"]["duplicate"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(place.ask(&["list"])[0]["records"], 1);
}

#[test]
fn a_file_that_was_moved_away_while_it_waited_is_read_when_it_is_back() {
    let place = Place::new();
    // Refused at first, it waits in the queue until its version would be final.
    let _daemon = Daemon::start_as(&place, &watch(&place.drop_dir(), "2s"));
    let path = place.drop_file("broken.json", "{\"a\": 1,}");
    until("it waits", || {
        let drops = place.ask(&["drops"]);
        drops[0]["reason"]
            .as_str()
            .is_some_and(|reason| reason.contains("byte 8"))
            .then_some(())
    });
    let away = place.path().join("away.json");
    fs::rename(&path, &away).unwrap();
    count_of(&place, "failed", 1);
    // It cannot be tried again as long as it is not there.
    let refused = place.run(&["retry", path.to_str().unwrap()]);
    assert_eq!(refused.code, 1);
    assert!(
        refused.stderr.contains("is not there") && refused.stderr.contains("ddgend ingest"),
        "{}",
        refused.stderr
    );
    fs::rename(&away, &path).unwrap();
    let status = count_of(&place, "parked", 1);
    // It is the same arrival, tried again.
    assert_eq!(
        (&status["drops"]["failed"], &status["drops"]["total"]),
        (&json!(0), &json!(1))
    );
}

#[test]
fn a_failed_drop_is_tried_again_when_its_file_is_there() {
    let place = Place::new();
    let _daemon = Daemon::start(&place);
    let path = place.path().join("late.json");
    fs::write(&path, "{\"a\": 1,}").unwrap();
    let path = path.to_str().unwrap();
    assert_eq!(place.run(&["ingest", path]).code, 1);
    count_of(&place, "failed", 1);
    fs::write(path, "[{\"a\": 1}]").unwrap();
    let id = place.ask(&["drops"])[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(place.ask(&["retry", &id])["retried"], 1);
    count_of(&place, "done", 1);
    // Done is done, and whoever wants it anyway is told how.
    let refused = place.run(&["retry", path]);
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("is done"), "{}", refused.stderr);
    assert!(
        refused.stderr.contains(&format!("ddgend ingest {path}")),
        "{}",
        refused.stderr
    );
}

#[test]
fn a_file_of_a_watch_behind_a_link_is_the_watchs() {
    let place = Place::new();
    let link = place.path().join("link");
    std::os::unix::fs::symlink(place.drop_dir(), &link).unwrap();
    let _daemon = Daemon::start_as(&place, &watch(&link, "0s"));
    place.drop_file("new.csv", "x\n1\n");
    place.settled(1);
    for folder in [&link, &place.drop_dir()] {
        let named = folder.join("new.csv");
        let drop = place.ask(&["ingest", named.to_str().unwrap()]);
        let path = link.join("new.csv");
        assert_eq!(
            (drop["watch"].as_str(), drop["path"].as_str()),
            (Some("drop"), path.to_str())
        );
    }
    assert_eq!(place.ask(&["list"]).as_array().unwrap().len(), 1);
}

#[test]
fn a_name_that_is_no_text_is_counted_and_named() {
    let place = Place::new();
    let _daemon = Daemon::start(&place);
    let path = place.drop_dir().join(OsStr::from_bytes(b"caf\xe9.csv"));
    fs::write(&path, "x\n1\n").unwrap();
    let status = until("the name is counted", || {
        let status = place.ask(&["status"]);
        (status["watches"][0]["refused_names"] == 1).then_some(status)
    });
    assert_eq!(status["status"], "degraded");
    let probes = status["probes"].as_array().unwrap();
    let watches = probes.iter().find(|probe| probe["name"] == "watches");
    let watches = watches.unwrap();
    assert_eq!(watches["verdict"], "degraded");
    let because = watches["because"].as_str().unwrap();
    assert!(
        because.contains("/caf\u{fffd}.csv`: the name is not valid UTF-8; rename it"),
        "{because}"
    );
    let log = Daemon::log(&place);
    let line = log.lines().find(|line| line.contains("not valid UTF-8"));
    assert!(line.is_some_and(|line| line.contains("WARN")), "{log}");
    fs::rename(&path, place.drop_dir().join("cafe.csv")).unwrap();
    place.settled(1);
    let status = place.ask(&["status"]);
    assert_eq!(status["watches"][0]["refused_names"], 0);
}
