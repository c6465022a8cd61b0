//! Copies of backups elsewhere: in a real S3 service, over a line that errs, cuts, dawdles and
//! changes bytes; and an empty machine that recovers from there alone.

use std::collections::BTreeSet;
use std::fs;

use ddgen_ops::backup::{
    Control, Depth, DirPlace, Place as BackupPlace, Problem, S3Place, check, copy,
};
use harness::{BadLine, Bucket, Chance, Daemon, Place, Plan, ddgend, skip, until};
use rusqlite::Connection;

const KEY: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
const WHY: &str = "DDGEN_TEST_MOTO names no folder with moto";

fn drops(place: &Place) -> u32 {
    let store = Connection::open(place.data_dir().join("ddgen.db")).unwrap();
    let whole: String = store
        .query_row("PRAGMA integrity_check", (), |row| row.get(0))
        .unwrap();
    assert_eq!(whole, "ok");
    let count = store.query_row("SELECT count(*) FROM drops", (), |row| row.get(0));
    count.unwrap()
}

fn problems(place: &dyn BackupPlace) -> Vec<Problem> {
    check(place, &BTreeSet::new(), Depth::Bytes, &Control::default()).unwrap()
}

/// Every manifest in the bucket is whole, and so is everything it names; the pointer points to one of
/// them. Answers how many there are.
fn sound(bucket: &S3Place, after: &str) -> usize {
    let found = bucket.list().unwrap();
    let whole: Vec<&str> = found
        .iter()
        .filter(|found| found.has_manifest)
        .map(|found| found.id.as_str())
        .collect();
    for problem in problems(bucket) {
        let of_whole = problem.id.as_deref().is_some_and(|id| whole.contains(&id));
        assert!(!of_whole, "{after}: {problem:?}");
    }
    if let Some(latest) = bucket.latest().unwrap() {
        let latest: serde_json::Value = serde_json::from_slice(&latest).unwrap();
        assert!(
            whole.contains(&latest["id"].as_str().unwrap()),
            "{after}: {latest}"
        );
    }
    whole.len()
}

fn copies_over_a_bad_line(rounds: usize) {
    let Some(bucket) = Bucket::start() else {
        return skip("copies over a bad line", WHY);
    };
    let place = Place::new();
    let _daemon = Daemon::start(&place);
    let local = DirPlace::new(place.data_dir().join("backups"));
    let direct = Bucket::place(bucket.port());
    let (mut copied, mut suffered) = (0, 0);
    for round in 0..rounds {
        place.drop_file(&format!("file{round}x.csv"), format!("id,n\n1,{round}\n"));
        place.settled(round as u64 + 1);
        let made = place.ask(&["backup", "now"]);
        let line = BadLine::to(bucket.port(), Chance::new());
        let bad = Bucket::place(line.port());
        let done = copy(
            &local,
            made["id"].as_str().unwrap(),
            &bad,
            &Control::default(),
        );
        suffered += line.suffered();
        let there = sound(
            &direct,
            &format!("round {round}: {:?}", done.as_ref().err()),
        );
        copied += usize::from(done.is_ok());
        assert!(
            there >= copied,
            "round {round}: {there} of {copied} are there"
        );
    }
    assert!(suffered > 0, "no connection suffered anything");
    println!("{copied} of {rounds} were copied although {suffered} connections suffered");
}

#[test]
fn no_manifest_ever_points_at_an_incomplete_object() {
    copies_over_a_bad_line(10);
}

mod long {
    #[test]
    fn a_hundred_copies_over_a_bad_line() {
        super::copies_over_a_bad_line(100);
    }
}

#[test]
fn an_empty_machine_recovers_from_the_bucket_alone() {
    let Some(bucket) = Bucket::start() else {
        return skip("recovery from a bucket", WHY);
    };
    // Somebody else's, under a name much like ours.
    bucket.put("team/ddgen/my-full/notes.txt", b"not a backup");
    let place = Place::new();
    let access = format!("[backup]\nkey = \"{KEY}\"\n{}", bucket.settings());
    let settings = format!("{access}offsite = \"{}\"\n", Bucket::name());
    let mut daemon = Daemon::start_as(&place, &Plan::default().with_settings(settings));
    place.drop_file("one.csv", "id,n\n1,1\n");
    place.settled(1);

    place.ask(&["backup", "now"]);
    let before = place.ask(&["backup", "list"]);
    assert_eq!(
        (&before["copies"], &before["offsite_at"]),
        (&2.into(), &().into())
    );
    let broken = before["broken"].to_string();
    assert!(broken.contains("1 elsewhere"), "{broken}");

    let copied = place.ask(&["backup", "now", "--elsewhere"]);
    assert_eq!(copied["place"], Bucket::name());
    let list = place.ask(&["backup", "list"]);
    assert_eq!((&list["copies"], &list["media"]), (&3.into(), &2.into()));
    assert_eq!(list["offsite_at"], copied["taken_at"]);
    assert_eq!(list["broken"], serde_json::json!([]));
    let verified = place.ask(&["backup", "verify"]);
    assert_eq!(verified["problems"], serde_json::json!([]));
    let direct = Bucket::place(bucket.port());
    assert_eq!(sound(&direct, "a copy"), 1);

    let sketch_key = fs::read(place.data_dir().join("sketch.key")).unwrap();
    // The machine is gone; what is left is the bucket, its keys, and the key of backups.
    let id = copied["id"].as_str().unwrap();
    assert_eq!(daemon.stop().code(), Some(0));
    drop((daemon, place));
    let machine = Place::new();
    let config = machine.path().join("access.toml");
    fs::write(&config, &access).unwrap();
    let config = config.to_str().unwrap();
    let restored = machine.ask(&["restore", "--from", &Bucket::name(), "--config", config]);
    assert_eq!(restored["id"], id);
    assert_eq!(drops(&machine), 1);
    let key = fs::read(machine.data_dir().join("sketch.key")).unwrap();
    assert_eq!(key, sketch_key);
    let laid = machine.data_dir().join("restored-settings/ddgen.toml");
    assert!(fs::read_to_string(laid).unwrap().contains("offsite"));
    // Nothing of it lay open in the bucket, whose bytes are those of the copy.
    let found = direct.list().unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn what_is_wrong_elsewhere_is_said_and_mended_by_the_next_copy() {
    let Some(bucket) = Bucket::start() else {
        return skip("damage elsewhere", WHY);
    };
    let place = Place::new();
    let settings = format!(
        "[backup]\n{}offsite = \"{}\"\n",
        bucket.settings(),
        Bucket::name()
    );
    let _daemon = Daemon::start_as(&place, &Plan::default().with_settings(settings));
    place.drop_file("one.csv", "id,n\n1,1\n");
    place.settled(1);
    let copied = place.ask(&["backup", "now", "--elsewhere"]);
    let id = copied["id"].as_str().unwrap();
    let direct = Bucket::place(bucket.port());
    direct
        .put(id, "ddgen.db.zst", 5, &mut &b"worse"[..])
        .unwrap();
    let verified = ddgend(&place, ["backup", "verify", "--format", "json"]);
    assert_eq!(verified.code, 1, "{verified:?}");
    assert!(
        verified.stdout.contains(&Bucket::name()),
        "{}",
        verified.stdout
    );
    let list = place.ask(&["backup", "list"]);
    assert!(list["broken"].to_string().contains("1 elsewhere"), "{list}");
    // The same one again: what is there is read, and sent anew.
    let local = DirPlace::new(place.data_dir().join("backups"));
    copy(&local, id, &direct, &Control::default()).unwrap();
    assert_eq!(problems(&direct), []);

    // A service that is gone: nothing is claimed, and the probe says so.
    drop(bucket);
    let refused = ddgend(&place, ["backup", "now", "--elsewhere"]);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.stderr.contains("bucket"), "{}", refused.stderr);
    until("the probe tells", || {
        let status = place.ask(&["status"]);
        let probes = status["probes"].as_array().unwrap();
        let probe = probes.iter().find(|probe| probe["name"] == "backups");
        let probe = probe.unwrap();
        let said = probe["because"].as_str().unwrap();
        (probe["verdict"] == "degraded" && said.contains("elsewhere")).then_some(())
    });
}
