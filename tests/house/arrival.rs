//! A file lands, and what is known of it follows.

use harness::{Daemon, Place, Plan};
use rustix::process::Signal;
use serde_json::json;

#[test]
fn a_series_of_files_is_one_dictionary() {
    let place = Place::new();
    let _daemon = Daemon::start(&place);
    place.drop_file("sales_2026-01-05.csv", "id,city\n1,Wien\n2,Graz\n");
    place.settled(1);
    place.drop_file("sales_2026-01-06.csv", "id,city\n3,Linz\n");
    place.settled(2);
    let list = place.ask(&["list"]);
    assert_eq!(list.as_array().unwrap().len(), 1);
    let sales = &list[0];
    assert_eq!(
        (
            &sales["name"],
            &sales["versions"],
            &sales["records"],
            &sales["fields"],
            &sales["watch"]
        ),
        (
            &json!("sales"),
            &json!(2),
            &json!(1),
            &json!(2),
            &json!("drop")
        )
    );
    let first = place.ask(&["show", "sales", "--version", "1"]);
    assert_eq!(first["profile"]["tables"][0]["records"], 2);
    let drops = place.ask(&["drops"]);
    let drop = &drops[1];
    assert_eq!(
        (&drop["state"], &drop["version"]),
        (&json!("done"), &json!(1))
    );
    assert!(
        drop["reason"]
            .as_str()
            .unwrap()
            .contains("folded into `sales`"),
        "{drop}"
    );
}

#[test]
fn the_same_content_again_is_a_drop_and_no_version() {
    let place = Place::new();
    let _daemon = Daemon::start(&place);
    place.drop_file("stock.csv", "id,n\n1,2\n");
    place.settled(1);
    place.drop_file("stock_2026-02-01.csv", "id,n\n1,2\n");
    let status = place.settled(2);
    let expected = json!({ "total": 2, "done": 1, "failed": 0, "duplicate": 1, "parked": 0, "quarantined": 0 });
    assert_eq!(status["drops"], expected);
    assert_eq!(place.ask(&["list"])[0]["versions"], 1);
}

#[test]
fn what_arrived_while_nobody_watched_is_found_and_what_is_done_is_not_done_again() {
    let place = Place::new();
    place.drop_file("a.csv", "x\n1\n");
    place.drop_file("deep/er/b.csv", "y\n2\n");
    let mut daemon = Daemon::start(&place);
    place.settled(2);
    assert!(daemon.stop().success());
    place.drop_file("c.csv", "z\n3\n");
    let _again = Daemon::start(&place);
    let status = place.settled(3);
    assert_eq!(status["drops"]["done"], 3);
    assert_eq!(place.ask(&["drops"]).as_array().unwrap().len(), 3);
}

#[test]
fn a_file_named_by_a_person_is_stored_when_the_command_returns() {
    let place = Place::new();
    let _daemon = Daemon::start(&place);
    let outside = place.path().join("elsewhere.csv");
    std::fs::write(&outside, "a,b\n1,x\n2,y\n").unwrap();
    let drop = place.ask(&["ingest", outside.to_str().unwrap()]);
    assert_eq!(
        (&drop["state"], &drop["version"]),
        (&json!("done"), &json!(1))
    );
    let name = drop["dictionary"].as_str().unwrap();
    let shown = place.ask(&["show", name]);
    assert_eq!(shown["profile"]["tables"][0]["records"], 2);
    // A further file of a series that a watch has belongs to that series.
    place.drop_file("sales_2026-01-05.csv", "id\n1\n");
    place.settled(2);
    let next = place.path().join("sales_2026-01-06.csv");
    std::fs::write(&next, "id\n2\n").unwrap();
    let drop = place.ask(&["ingest", next.to_str().unwrap()]);
    assert_eq!(
        (&drop["dictionary"], &drop["version"]),
        (&json!("sales"), &json!(2))
    );
    let missing = place.run(&["ingest", "/nowhere/at/all.csv"]);
    assert_eq!(missing.code, 1);
    assert!(
        missing.stderr.contains("/nowhere/at/all.csv"),
        "{}",
        missing.stderr
    );
}

#[test]
fn a_file_that_cannot_be_read_as_data_is_parked_with_its_reason_and_retried_when_asked() {
    let place = Place::new();
    let settings = format!(
        "[[watch]]\nname = \"drop\"\npath = \"{}\"\nprovisional = \"0s\"\n",
        place.drop_dir().display()
    );
    let _daemon = Daemon::start_as(&place, &Plan::default().with_settings(settings));
    let path = place.drop_file("broken.json", "{\"a\": 1,}");
    let status = place.settled(1);
    assert_eq!(status["queue"]["parked"], 1);
    let drop = &place.ask(&["drops", "--state", "parked"])[0];
    assert!(
        drop["reason"].as_str().unwrap().contains("byte 8"),
        "{drop}"
    );
    // The same bytes are refused again, after a retry by path.
    let retried = place.ask(&["retry", path.to_str().unwrap()]);
    assert_eq!(retried["retried"], 1);
    assert_eq!(place.settled(1)["queue"]["parked"], 1);
    // Mended under the same name, it is read without being asked for.
    place.drop_file("broken.json", "[{\"a\": 1}]");
    harness::until("the mended file", || {
        let list = place.ask(&["list"]);
        (list[0]["name"] == "broken").then_some(())
    });
    assert_eq!(place.ask(&["status"])["queue"]["parked"], 0);
}

#[test]
fn a_watch_added_to_the_settings_is_watched_after_sighup() {
    let place = Place::new();
    let further = place.path().join("further");
    std::fs::create_dir(&further).unwrap();
    let watch = |name: &str, path: &std::path::Path| {
        format!(
            "[[watch]]\nname = \"{name}\"\npath = \"{}\"\n",
            path.display()
        )
    };
    let before = watch("drop", &place.drop_dir());
    let daemon = Daemon::start_as(&place, &Plan::default().with_settings(before.clone()));
    std::fs::write(further.join("late.csv"), "a\n1\n").unwrap();
    let settings = place.path().join("ddgen.toml");
    // A mistake changes nothing.
    std::fs::write(&settings, format!("{before}colour = 1\n")).unwrap();
    daemon.signal(Signal::HUP);
    harness::until("the refusal", || {
        Daemon::log(&place)
            .contains("the settings were not reloaded")
            .then_some(())
    });
    assert_eq!(
        place.ask(&["status"])["watches"].as_array().unwrap().len(),
        1
    );
    std::fs::write(&settings, before + &watch("further", &further)).unwrap();
    daemon.signal(Signal::HUP);
    place.settled(1);
    assert_eq!(place.ask(&["list"])[0]["watch"], "further");
}

#[test]
fn it_stops_in_order_and_says_so() {
    let place = Place::new();
    let mut daemon = Daemon::start(&place);
    place.drop_file("a.csv", "x\n1\n");
    place.settled(1);
    assert!(daemon.stop().success());
    assert!(Daemon::log(&place).contains("ddgend has stopped"));
    assert!(!place.runtime_dir().join("v1/ddgend.sock").exists());
    let refused = place.run(&["status"]);
    assert_eq!(refused.code, 3);
    assert!(
        refused.stderr.contains("ddgend run --watch DIR"),
        "{}",
        refused.stderr
    );
    let mut by_hand = Daemon::start(&place);
    by_hand.signal(Signal::INT);
    assert!(by_hand.stop().success());
}
