//! Disks that run full: of the data, of the backups, of the drop folder. Nothing is corrupt, nothing is
//! claimed that is not so, and with space work goes on by itself.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::time::Duration;

use harness::{Daemon, Place, Plan, SmallDisk, ddgend, skip, until, within};
use rusqlite::Connection;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::refusals::{probe, status};

const NO_DISK: &str = "no file system can be mounted";
/// What is promised once there is space again.
const SOON: Duration = Duration::from_secs(30);

/// Waits no longer for the status than is promised.
fn recovered(place: &Place, wanted: impl Fn(&Value) -> bool) {
    let found = within(SOON, || wanted(&place.ask(&["status"])).then_some(()));
    let (now, log) = (place.ask(&["status"]), Daemon::log(place));
    assert!(found.is_some(), "not within {SOON:?}: {now}\n{log}");
}

/// The store of a daemon that has stopped is whole, and holds so many drops.
fn sound(place: &Place, drops: u32) {
    let store = Connection::open(place.data_dir().join("ddgen.db")).unwrap();
    let verdict: String = store
        .query_row("PRAGMA integrity_check", (), |row| row.get(0))
        .unwrap();
    assert_eq!(verdict, "ok");
    let mut orphans = store.prepare("PRAGMA foreign_key_check").unwrap();
    assert!(!orphans.exists(()).unwrap());
    let count = store.query_row("SELECT count(*) FROM drops", (), |row| row.get(0));
    assert_eq!(count, Ok(drops));
}

#[test]
fn a_full_disk_is_said_reading_goes_on_and_work_resumes_with_space() {
    const TEST: &str = "a_full_disk_is_said_reading_goes_on_and_work_resumes_with_space";
    let place = Place::new();
    let Some(disk) = SmallDisk::mount(&place.data_dir(), 16 << 20) else {
        return skip(TEST, NO_DISK);
    };
    let mut daemon = Daemon::start(&place);
    place.drop_file("first.csv", "id\n1\n");
    place.settled(1);
    let ballast = disk.fill();
    let files: Vec<OsString> = (0..20)
        .map(|number| format!("full {number}x.csv").into())
        .collect();
    for (number, name) in files.iter().enumerate() {
        place.drop_file(name.to_str().unwrap(), format!("id\n{number}\n"));
    }
    until("the full disk is met", || {
        let log = Daemon::log(&place);
        let met = log.contains("takes no writes") || log.contains("takes nothing in");
        met.then_some(())
    });
    let seen = status(&place, "a verdict on the full disk", |status| {
        status["status"] == "degraded"
    });
    let said = probe(&seen, "disk_data")["because"].as_str().unwrap();
    assert!(
        said.contains("100 % full") && said.contains("free space"),
        "{said}"
    );
    // What is known can be read all the time.
    assert_eq!(
        place.ask(&["show", "first"])["profile"]["tables"][0]["records"],
        1
    );
    assert_eq!(place.ask(&["list"])[0]["name"], "first");
    assert_eq!(daemon.ended(), None, "{}", Daemon::log(&place));
    fs::remove_file(&ballast).unwrap();
    recovered(&place, |status| status["drops"]["done"] == 21);
    assert_eq!(place.ask(&["drops"]).as_array().unwrap().len(), 21);
    assert!(daemon.stop().success());
    sound(&place, 21);
}

#[test]
fn a_store_that_cannot_write_says_so_and_what_was_in_work_arrives_later() {
    const TEST: &str = "a_store_that_cannot_write_says_so_and_what_was_in_work_arrives_later";
    let place = Place::new();
    let Some(disk) = SmallDisk::mount(&place.data_dir(), 32 << 20) else {
        return skip(TEST, NO_DISK);
    };
    let watch = format!(
        "[[watch]]\npath = \"{}\"\nprovisional = \"0s\"\n",
        place.drop_dir().display()
    );
    let plan = Plan::default().with_settings(watch + "[worker]\ncount = 1\n");
    let mut daemon = Daemon::start_as(&place, &plan);
    place.drop_file("first.csv", "id\n1\n");
    let seen = place.settled(1);
    let worker = i32::try_from(seen["workers"][0]["pid"].as_i64().unwrap()).unwrap();
    let worker = Pid::from_raw(worker).unwrap();
    // In the queue while there is room, and out of the worker when there is none.
    kill_process(worker, Signal::STOP).unwrap();
    let wide: String = (0..20).map(|column| format!("column {column},")).collect();
    // So many that the queue runs out of room as well when it has to put them all off.
    for number in 0..60 {
        place.drop_file(
            &format!("wide {number}x.csv"),
            format!("{wide}\n{number}\n"),
        );
    }
    status(&place, "all are in the queue", |status| {
        let queue = &status["queue"];
        queue["pending"].as_u64().unwrap() + queue["running"].as_u64().unwrap() == 60
    });
    let ballast = disk.fill();
    kill_process(worker, Signal::CONT).unwrap();
    let seen = status(&place, "the store says that it cannot write", |status| {
        probe(status, "store")["verdict"] == "degraded"
    });
    let said = probe(&seen, "store")["because"].as_str().unwrap();
    assert!(said.contains("full") || said.contains("space"), "{said}");
    assert_eq!(place.ask(&["list"])[0]["name"], "first");
    fs::remove_file(&ballast).unwrap();
    recovered(&place, |status| status["drops"]["done"] == 61);
    let well = status(&place, "the store is well again", |status| {
        probe(status, "store")["verdict"] == "ok"
    });
    assert_eq!(well["queue"]["parked"], 0);
    assert!(daemon.stop().success());
    sound(&place, 61);
}

#[test]
fn a_full_backup_place_is_said_claims_nothing_and_spares_store_and_backups() {
    let place = Place::new();
    let backups = place.path().join("backups");
    let Some(disk) = SmallDisk::mount(&backups, 48 << 20) else {
        return skip("a full backup place", NO_DISK);
    };
    let plan = Plan::default().with_settings(format!("[backup]\ndir = {backups:?}\n"));
    let mut daemon = Daemon::start_as(&place, &plan);
    place.drop_file("first.csv", "id\n1\n");
    place.settled(1);
    let good = place.ask(&["backup", "now"]);
    let ballast = disk.fill();
    let refused = ddgend(&place, ["backup", "now"]);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.stderr.contains("no space"), "{}", refused.stderr);
    let list = place.ask(&["backup", "list"]);
    let rows = list["backups"].as_array().unwrap();
    let there: Vec<&Value> = rows.iter().filter(|row| row["there"] == true).collect();
    assert_eq!(there.len(), 1, "{list}");
    assert_eq!(there[0]["id"], good["id"]);
    let seen = status(&place, "the probe tells", |status| {
        probe(status, "backups")["verdict"] == "degraded"
    });
    let said = probe(&seen, "backups")["because"].as_str().unwrap();
    assert!(said.contains("no space"), "{said}");
    // Files go on to be taken in, and what was backed up is as it was.
    place.drop_file("second.csv", "id\n1\n");
    assert_eq!(place.settled(2)["drops"]["done"], 2);
    let verified = place.ask(&["backup", "verify"]);
    assert_eq!(verified["problems"], json!([]));
    fs::remove_file(ballast).unwrap();
    assert!(place.ask(&["backup", "now"])["verified_at"].is_string());
    assert!(daemon.stop().success());
    sound(&place, 2);
}

#[test]
fn a_full_drop_folder_brings_no_half_files_and_goes_on_with_space() {
    let place = Place::new();
    let Some(disk) = SmallDisk::mount(&place.drop_dir(), 1 << 20) else {
        return skip("a full drop folder", NO_DISK);
    };
    let mut daemon = Daemon::start(&place);
    place.drop_file("first.csv", "id\n1\n");
    place.settled(1);
    let rows: Vec<Value> = (0..2_000).map(|id| json!({"id": id, "n": "x"})).collect();
    let whole = serde_json::to_vec(&rows).unwrap();
    let ballast = disk.fill();
    {
        let half = fs::File::options().write(true).open(&ballast).unwrap();
        let bytes = half.metadata().unwrap().len();
        half.set_len(bytes - 8192).unwrap();
    }
    // A producer that writes under the name itself: what the disk takes of it ends in the midst.
    let path = place.drop_dir().join("cut.json");
    fs::write(&path, &whole).unwrap_err();
    let left = fs::metadata(&path).unwrap().len();
    assert!(
        left > 0 && left < whole.len() as u64,
        "{left} bytes were left"
    );
    let seen = status(&place, "the half file is met", |status| {
        let (queue, drops) = (&status["queue"], &status["drops"]);
        let waiting = ["pending", "running", "parked"].map(|state| queue[state].as_u64());
        waiting.iter().flatten().sum::<u64>() > 0 || drops["failed"] != 0
    });
    assert_eq!(seen["drops"]["done"], 1, "{seen}");
    assert_eq!(place.ask(&["list"]).as_array().unwrap().len(), 1);
    // The daemon leaves nothing of its own there, and takes nothing away.
    let names: BTreeSet<String> = fs::read_dir(place.drop_dir())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(
        names,
        [".ballast.part", "cut.json", "first.csv"]
            .map(str::to_owned)
            .into()
    );
    fs::remove_file(ballast).unwrap();
    fs::write(&path, &whole).unwrap();
    recovered(&place, |status| status["drops"]["done"] == 2);
    let shown = place.ask(&["show", "cut"]);
    assert_eq!(shown["profile"]["tables"][0]["records"], 2_000);
    assert!(daemon.stop().success());
    sound(&place, 2);
}

mod long {
    use super::*;

    /// The schedule counts in minutes.
    #[test]
    fn a_scheduled_backup_that_found_no_space_is_made_by_itself_once_there_is_some() {
        let place = Place::new();
        let backups = place.path().join("backups");
        let Some(disk) = SmallDisk::mount(&backups, 48 << 20) else {
            return skip("a scheduled backup without space", NO_DISK);
        };
        let ballast = disk.fill();
        let soon = jiff::Zoned::now() + jiff::SignedDuration::from_secs(70);
        let at = soon.strftime("%H:%M");
        let settings = format!("[backup]\ndir = {backups:?}\nfull_at = \"{at}\"\n");
        let mut daemon = Daemon::start_as(&place, &Plan::default().with_settings(settings));
        place.drop_file("first.csv", "id\n1\n");
        place.settled(1);
        let met = within(Duration::from_secs(240), || {
            let list = place.ask(&["backup", "list"]);
            list["backups"][0]["problem"].as_str().map(str::to_owned)
        });
        assert!(met.is_some_and(|problem| problem.contains("no space")));
        fs::remove_file(ballast).unwrap();
        let made = within(SOON, || {
            let list = place.ask(&["backup", "list"]);
            list["backups"][0]["verified_at"]
                .as_str()
                .map(str::to_owned)
        });
        assert!(made.is_some(), "{}", Daemon::log(&place));
        assert!(daemon.stop().success());
        sound(&place, 1);
    }
}
