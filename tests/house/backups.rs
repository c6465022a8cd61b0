//! Backups that restore: made by a running daemon, opened by other programs, put in place by a
//! command without one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use harness::{Daemon, Place, Plan, ddgend, skip};
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

const ONE: &str = "id,amount\n1,10\n2,20\n";

fn names(place: &Place) -> Vec<String> {
    let list = place.ask(&["list"]);
    let rows = list.as_array().unwrap().iter();
    rows.map(|row| row["name"].as_str().unwrap().to_owned())
        .collect()
}

fn drops(file: &Path) -> i64 {
    let store = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let whole: String = store
        .query_row("PRAGMA integrity_check", (), |row| row.get(0))
        .unwrap();
    assert_eq!(whole, "ok");
    let count = store.query_row("SELECT count(*) FROM drops", (), |row| row.get(0));
    count.unwrap()
}

fn backup_dir(place: &Place) -> PathBuf {
    place.data_dir().join("backups")
}

/// The names in a folder, without those that commands leave behind on purpose.
fn inside(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_backup_unpacks_to_one_file_that_sqlite_opens_and_restores_in_place_and_elsewhere() {
    let place = Place::new();
    let mut daemon = Daemon::start(&place);
    place.drop_file("first.csv", ONE);
    place.settled(1);
    let made = place.ask(&["backup", "now"]);
    assert!(made["verified_at"].is_string(), "{made}");
    let id = made["id"].as_str().unwrap();

    // Other programs open it.
    let packed = backup_dir(&place).join(id).join("ddgen.db.zst");
    let plain = place.path().join("plain.db");
    let unpacked = Command::new("zstd")
        .args(["-q", "-d"])
        .arg(&packed)
        .arg("-o")
        .arg(&plain)
        .status();
    if unpacked.is_ok_and(|status| status.success()) {
        assert_eq!(drops(&plain), 1);
    } else {
        skip("unpacking by hand", "there is no zstd command");
    }

    // In place it waits until the daemon is gone; elsewhere it does not.
    place.drop_file("second.csv", ONE);
    place.settled(2);
    let refused = ddgend(&place, ["restore"]);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(
        refused.stderr.contains("stop it first"),
        "{}",
        refused.stderr
    );
    let elsewhere = place.path().join("elsewhere");
    let into = elsewhere.to_str().unwrap();
    let before = inside(&place.data_dir());
    let restored = place.ask(&["restore", "--into", into]);
    assert_eq!(restored["id"], id);
    assert_eq!(inside(&place.data_dir()), before);
    assert_eq!(drops(&elsewhere.join("ddgen.db")), 1);
    assert_eq!(
        ddgend(&place, ["restore", "--into", into]).code,
        1,
        "not empty"
    );

    // A daemon that died leaves a log that must not be laid over the restored store.
    daemon.kill();
    assert!(place.data_dir().join("ddgen.db-wal").exists());
    let restored = place.ask(&["restore"]);
    let aside = PathBuf::from(restored["aside"].as_str().unwrap());
    assert_eq!(
        drops(&aside.join("ddgen.db")),
        2,
        "the old store and its log are kept"
    );
    assert!(aside.join("queue.redb").exists());
    assert_eq!(drops(&place.data_dir().join("ddgen.db")), 1);
    // It is the store of a daemon: what came after the backup is found again.
    let daemon = Daemon::start(&place);
    place.settled(2);
    assert_eq!(names(&place), ["first", "second"]);
    drop(daemon);
}

#[test]
fn an_earlier_moment_is_restored_by_its_time() {
    let place = Place::new();
    let mut daemon = Daemon::start(&place);
    let mut taken = Vec::new();
    for number in 1..=3 {
        place.drop_file(&format!("file{number}x.csv"), ONE);
        place.settled(number);
        let made = place.ask(&["backup", "now"]);
        taken.push(made["taken_at"].as_str().unwrap().to_owned());
    }
    daemon.stop();
    for (number, at) in (1..).zip(&taken) {
        let into = place.path().join(format!("at{number}"));
        place.ask(&["restore", "--at", at, "--into", into.to_str().unwrap()]);
        assert_eq!(drops(&into.join("ddgen.db")), number);
    }
    let early = ddgend(&place, ["restore", "--at", "2020-01-01T00:00Z"]);
    assert_eq!(early.code, 1);
    assert!(early.stderr.contains(&taken[0]), "{}", early.stderr);
    let strange = ddgend(&place, ["restore", "--at", "yesterday"]);
    assert!(strange.stderr.contains("is no time"), "{}", strange.stderr);
}

#[test]
fn any_moment_since_a_backup_is_restored_though_the_daemon_was_killed() {
    let place = Place::new();
    let mut daemon = Daemon::start(&place);
    place.ask(&["backup", "now"]);
    let mut moments = Vec::new();
    for number in 1..=6 {
        place.drop_file(&format!("file{number}x.csv"), ONE);
        place.settled(number);
        moments.push((ddgen_ipc::Timestamp::now().to_string(), number));
        if number % 3 == 0 {
            daemon.kill();
        }
        if number == 3 {
            daemon = Daemon::start(&place);
        }
    }
    for (at, number) in &moments {
        let into = place.path().join(format!("at{number}"));
        let restored = place.ask(&["restore", "--at", at, "--into", into.to_str().unwrap()]);
        assert!(restored["commits"].as_u64() >= Some(*number), "{restored}");
        assert_eq!(
            drops(&into.join("ddgen.db")),
            i64::try_from(*number).unwrap()
        );
    }
}

#[test]
fn a_key_encrypts_everything_and_brings_the_secrets_back() {
    let place = Place::new();
    let key = place.path().join("key");
    fs::write(&key, "0f1e2d3c4b5a69788796a5b4c3d2e1f0").unwrap();
    fs::create_dir_all(place.data_dir()).unwrap();
    fs::write(place.data_dir().join("sketch.key"), b"a key of the store").unwrap();
    let settings = format!(
        "secret_key = \"5e884898da28047151d0e56f8dc62927\"\n[backup]\nkey_file = \"{}\"\n",
        key.display()
    );
    let mut daemon = Daemon::start_as(&place, &Plan::default().with_settings(settings));
    place.drop_file("people.csv", "name\nAna\n");
    place.settled(1);
    let made = place.ask(&["backup", "now"]);
    daemon.stop();
    let folder = backup_dir(&place).join(made["id"].as_str().unwrap());
    for name in inside(&folder)
        .iter()
        .filter(|name| *name != "manifest.json")
    {
        let bytes = fs::read(folder.join(name)).unwrap();
        assert!(bytes.starts_with(b"age-encryption.org/v1\n"), "{name}");
    }
    let from = backup_dir(&place);
    let into = place.path().join("new");
    let arguments = [
        "restore",
        "--from",
        from.to_str().unwrap(),
        "--into",
        into.to_str().unwrap(),
    ];
    let keyless = place.path().join("keyless.toml");
    fs::write(&keyless, "").unwrap();
    let keyless = ["--config", keyless.to_str().unwrap()];
    let without = ddgend(&place, [&arguments[..], &keyless].concat());
    assert_eq!(without.code, 1);
    assert!(
        without.stderr.contains("no key was given"),
        "{}",
        without.stderr
    );
    let config = place.path().join("ddgen.toml");
    place.ask(&[&arguments[..], &["--config", config.to_str().unwrap()]].concat());
    assert_eq!(
        fs::read(into.join("sketch.key")).unwrap(),
        b"a key of the store"
    );
    let secrets = fs::read_to_string(into.join("restored-settings/secrets.env")).unwrap();
    assert!(secrets.contains("5e884898da28047151d0e56f8dc62927"));
    assert_eq!(drops(&into.join("ddgen.db")), 1);
}

/// Killed at every call of the system that changes a file, the data is the old or the new.
#[test]
fn a_restore_that_is_killed_anywhere_leaves_the_old_store_or_the_new_one() {
    let strace = Command::new("strace")
        .args(["-f", "-e", "trace=none", "true"])
        .output();
    if !strace.is_ok_and(|output| output.status.success()) {
        return skip(
            "killing a restore at every step",
            "strace is not there, or may not trace",
        );
    }
    let place = Place::new();
    let mut daemon = Daemon::start(&place);
    place.drop_file("first.csv", ONE);
    place.settled(1);
    place.ask(&["backup", "now"]);
    place.drop_file("second.csv", ONE);
    place.settled(2);
    daemon.kill();
    let original = place.path().join("original");
    copy(&place.data_dir(), &original);
    let (mut old, mut new) = (0, 0);
    for call in ["rename", "fsync", "unlink", "mkdir", "pwrite64", "openat"] {
        for number in 1..400 {
            fs::remove_dir_all(place.data_dir()).unwrap();
            copy(&original, &place.data_dir());
            let ended = restore_killed_at(&place, call, number);
            // What the next start of the daemon does before it looks at anything else.
            let found = drops_after_the_next_start(&place);
            match found {
                1 => new += 1,
                2 => old += 1,
                other => panic!("{other} drops after a kill at {call} {number}"),
            }
            if ended {
                assert_eq!(found, 1, "a restore that ended is one");
                break;
            }
        }
    }
    assert!(
        old > 10 && new > 10,
        "{old} old, {new} new: the kills missed their mark"
    );
}

/// Whether it came to its end, because there is no such call any more.
fn restore_killed_at(place: &Place, call: &str, number: u32) -> bool {
    let inject = format!("inject={call}:signal=KILL:when={number}");
    let mut command = Command::new("strace");
    command
        .args([
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            &format!("trace={call}"),
            "-e",
            &inject,
        ])
        .arg(harness::binary("ddgend"))
        .arg("restore")
        .env_clear()
        .envs(place.environment())
        .current_dir(place.path());
    command.output().unwrap().status.success()
}

/// The drops in the store, once what was begun is brought to its end.
fn drops_after_the_next_start(place: &Place) -> i64 {
    ddgen_ops::backup::finish_restore(&place.data_dir()).unwrap();
    drops(&place.data_dir().join("ddgen.db"))
}

fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-a").arg(from).arg(to).status();
    assert!(status.unwrap().success());
}

#[test]
fn damage_is_found_said_and_shown() {
    let place = Place::new();
    let _daemon = Daemon::start(&place);
    place.drop_file("first.csv", ONE);
    place.settled(1);
    let made = place.ask(&["backup", "now"]);
    let whole = place.ask(&["backup", "verify"]);
    assert_eq!(whole["problems"], Value::Array(Vec::new()));
    assert_eq!(whole["restored"][0], made["id"]);
    let id = made["id"].as_str().unwrap();
    fs::remove_file(backup_dir(&place).join(id).join("ddgen.db.zst")).unwrap();
    let verified = ddgend(&place, ["backup", "verify", "--format", "json"]);
    assert_eq!(verified.code, 1, "{verified:?}");
    assert!(verified.stdout.contains("is gone"), "{}", verified.stdout);
    let status = place.ask(&["status"]);
    let probes = status["probes"].as_array().unwrap();
    let probe = probes
        .iter()
        .find(|probe| probe["name"] == "backups")
        .unwrap();
    assert_eq!(probe["verdict"], "degraded", "{probe}");
}
