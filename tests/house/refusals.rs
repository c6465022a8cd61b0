//! What cannot be done is refused or lived with, in words that say what to do.

use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use harness::{Daemon, Place, Plan, is_root, skip, until};
use serde_json::Value;

/// The account and group that own nothing.
const NOBODY: u32 = 65_534;

fn refused(place: &Place, plan: &Plan, words: &[&str]) {
    let (code, said) = Daemon::refusal(place, plan);
    assert_eq!(code, 1, "{said}");
    for word in words {
        assert!(said.contains(word), "no `{word}` in: {said}");
    }
    assert!(!said.contains("panicked"), "{said}");
}

pub(super) fn probe<'a>(status: &'a Value, name: &str) -> &'a Value {
    let probes = status["probes"].as_array().unwrap();
    let found = probes.iter().find(|probe| probe["name"] == name);
    found.unwrap_or_else(|| panic!("no probe {name} in {status}"))
}

/// Waits for a status that is as wanted.
pub(super) fn status(place: &Place, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    until(what, || {
        Some(place.ask(&["status"])).filter(|status| wanted(status))
    })
}

/// A place of an account without privileges; none without root.
fn place_of_nobody(test: &str) -> Option<Place> {
    if !is_root() {
        skip(test, "only root can act as another account");
        return None;
    }
    let mut place = Place::new();
    place.hand_to(NOBODY);
    Some(place)
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn wrong_settings_are_named_with_file_line_and_nearest_name() {
    let place = Place::new();
    let settings = "[worker]\ncount = 2\nmemory_limt = \"1GiB\"\nwall_limit = \"soon\"\n[scann]\ninterval = \"1h\"\n";
    let words = [
        "3 problems",
        "ddgen.toml:3",
        "memory_limt",
        "memory_limit",
        "ddgen.toml:4",
        "wall_limit",
        "soon",
        "ddgen.toml:5",
        "scann",
        "`scan",
    ];
    refused(&place, &Plan::default().with_settings(settings), &words);
    let checked = place.run(&["check", "--config", "ddgen.toml"]);
    assert_eq!(checked.code, 1);
    let said = checked.stdout + &checked.stderr;
    assert!(
        said.contains("memory_limit") && said.contains("ddgen.toml:3"),
        "{said}"
    );
    assert!(
        !place.data_dir().exists(),
        "a refused start leaves nothing behind"
    );
}

#[test]
fn broken_toml_missing_files_and_wrong_words_are_refused() {
    let place = Place::new();
    refused(
        &place,
        &Plan::default().with_settings("[worker\ncount = 2\n"),
        &["ddgen.toml:1"],
    );
    let missing = Plan::default()
        .with_argument("--config")
        .with_argument("/nowhere/ddgen.toml");
    refused(&place, &missing, &["/nowhere/ddgen.toml"]);
    let (code, said) = Daemon::refusal(&place, &Plan::default().with_argument("--wach"));
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("--watch"), "{said}");
    let variable = Plan {
        environment: vec![("DDGEN_WORKER_TRIES".into(), "many".into())],
        ..Plan::default()
    };
    refused(&place, &variable, &["DDGEN_WORKER_TRIES", "many"]);
    let told = place.run(&["status", "--data-dir"]);
    assert_eq!(told.code, 2, "{}", told.stderr);
    let nobody_home = place.run(&["list"]);
    assert_eq!(nobody_home.code, 3, "{}", nobody_home.stderr);
}

#[test]
fn a_taken_port_is_named_with_its_cause() {
    let place = Place::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let plan = Plan::default()
        .with_argument("--http")
        .with_argument(&address);
    refused(&place, &plan, &[&address, "another program uses", "--http"]);
    // Nothing of the refused daemon stands in the way of the next.
    drop(taken);
    let _daemon = Daemon::start_as(&place, &plan);
}

#[test]
fn a_data_directory_that_cannot_be_is_named_with_its_cause() {
    let place = Place::new();
    fs::write(place.data_dir(), "a file").unwrap();
    let path = place.data_dir();
    refused(
        &place,
        &Plan::default(),
        &[path.to_str().unwrap(), "--data-dir"],
    );
    assert_eq!(fs::read_to_string(path).unwrap(), "a file");
}

#[test]
fn a_data_directory_of_another_account_is_named_with_its_cause() {
    let Some(place) =
        place_of_nobody("a_data_directory_of_another_account_is_named_with_its_cause")
    else {
        return;
    };
    let path = place.data_dir();
    fs::create_dir(&path).unwrap();
    mode(&path, 0o755);
    refused(
        &place,
        &Plan::default(),
        &[path.to_str().unwrap(), "denied"],
    );
    fs::remove_dir(&path).unwrap();
    mode(place.path(), 0o555);
    chown(place.path(), Some(0), Some(0)).unwrap();
    refused(
        &place,
        &Plan::default(),
        &[path.to_str().unwrap(), "denied", "--data-dir"],
    );
}

#[test]
fn a_socket_path_that_is_too_long_is_refused_by_daemon_and_client() {
    let place = Place::new();
    let long = place.path().join("d".repeat(100));
    let plan = Plan {
        environment: vec![("DDGEN_RUNTIME_DIR".into(), long.clone().into())],
        ..Plan::default()
    };
    refused(&place, &plan, &["DDGEN_RUNTIME_DIR", "107"]);
    let told = place.run(&["status", "--runtime-dir", long.to_str().unwrap()]);
    assert_ne!(told.code, 0);
    assert!(told.stderr.contains("DDGEN_RUNTIME_DIR"), "{}", told.stderr);
}

#[test]
fn what_a_killed_daemon_left_behind_is_no_obstacle_and_what_lives_is_never_taken() {
    let place = Place::new();
    let mut daemon = Daemon::start(&place);
    let socket = place.runtime_dir().join("v1/ddgend.sock");
    daemon.kill();
    assert!(socket.exists() && place.data_dir().join("ddgend.lock").exists());
    let unreachable = place.run(&["status"]);
    assert_eq!(unreachable.code, 3);
    assert!(
        unreachable.stderr.contains("ddgend run --watch DIR"),
        "{}",
        unreachable.stderr
    );
    let mut daemon = Daemon::start(&place);
    daemon.kill();
    fs::remove_file(&socket).unwrap();
    let _foreign = UnixListener::bind(&socket).unwrap();
    refused(
        &place,
        &Plan::default(),
        &[socket.to_str().unwrap(), "another program"],
    );
    assert!(socket.exists());
}

#[test]
fn a_missing_folder_is_said_and_watched_once_it_is_there() {
    let place = Place::new();
    let later = place.path().join("later");
    let settings = format!(
        "[[watch]]\nname = \"later\"\npath = \"{}\"\n",
        later.display()
    );
    let _daemon = Daemon::start_as(&place, &Plan::default().with_settings(settings));
    let seen = status(&place, "the missing folder", |status| {
        status["watches"][0]["how"] == "broken"
    });
    let because = seen["watches"][0]["because"].as_str().unwrap();
    assert!(because.len() > 20, "{because}");
    let probe = probe(&seen, "watches");
    assert_eq!(probe["verdict"], "degraded");
    assert!(
        probe["because"]
            .as_str()
            .unwrap()
            .contains(later.to_str().unwrap()),
        "{probe}"
    );
    fs::create_dir(&later).unwrap();
    fs::write(later.join("a.csv"), "id\n1\n").unwrap();
    assert_eq!(place.settled(1)["drops"]["done"], 1);
}

#[test]
fn an_unreadable_folder_and_an_unreadable_file_are_named_and_the_rest_goes_on() {
    let Some(place) = place_of_nobody("an_unreadable_folder_and_an_unreadable_file_are_named")
    else {
        return;
    };
    let (locked, open) = (place.path().join("locked"), place.drop_dir());
    fs::create_dir(&locked).unwrap();
    fs::write(locked.join("hidden.csv"), "id\n1\n").unwrap();
    mode(&locked, 0o700);
    let settings = format!(
        "[[watch]]\nname = \"locked\"\npath = \"{}\"\n[[watch]]\nname = \"open\"\npath = \"{}\"\nprovisional = \"0s\"\n",
        locked.display(),
        open.display()
    );
    let secret = place.drop_file("secret.csv", "id\n1\n");
    mode(&secret, 0o600);
    let cellar = open.join("cellar");
    fs::create_dir(&cellar).unwrap();
    mode(&cellar, 0o700);
    let _daemon = Daemon::start_as(&place, &Plan::default().with_settings(settings));
    place.drop_file("plain.csv", "id\n1\n");
    let seen = status(&place, "the plain file and the locked folder", |status| {
        status["drops"]["done"] == 1 && status["watches"][0]["how"] == "broken"
    });
    let because = seen["watches"][0]["because"].as_str().unwrap();
    assert!(
        because.contains("cannot be read by this account"),
        "{because}"
    );
    // A file and a folder that this account may not read are said, not passed over.
    let both = status(&place, "both unreadable ones", |status| {
        let because = status["watches"][1]["because"].as_str();
        because.is_some_and(|because| because.starts_with("2 cannot be read"))
    });
    let because = both["watches"][1]["because"].as_str().unwrap();
    let first = [&cellar, &secret].map(|path| because.contains(path.to_str().unwrap()));
    assert!(first.contains(&true), "{because}");
    let log = Daemon::log(&place);
    for name in ["secret.csv", "cellar"] {
        let line = log.lines().find(|line| line.contains(name));
        let line = line.unwrap_or_else(|| panic!("no word of {name}: {log}"));
        assert!(
            line.contains("cannot be read by this account") && line.contains("chmod"),
            "{line}"
        );
    }
    // Once the permission is there they are taken in.
    mode(&secret, 0o644);
    mode(&cellar, 0o755);
    fs::write(cellar.join("below.csv"), "id\n1\n").unwrap();
    let status = place.settled(3);
    assert_eq!(status["drops"]["done"], 3, "{}", place.ask(&["drops"]));
}

#[test]
fn full_inotify_limits_are_named_with_their_sysctl_and_polled_instead() {
    const TEST: &str = "full_inotify_limits_are_named_with_their_sysctl_and_polled_instead";
    let limits = [
        ("max_inotify_watches", 10, "fs.inotify.max_user_watches"),
        ("max_inotify_instances", 0, "fs.inotify.max_user_instances"),
    ];
    for (limit, value, sysctl) in limits {
        let script = format!("echo {value} > /proc/sys/user/{limit} && exec \"$0\" \"$@\"");
        let by = ["unshare", "--user", "--map-root-user", "sh", "-c", &script];
        let possible = Command::new(by[0]).args(&by[1..]).arg("true").status();
        if !possible.is_ok_and(|status| status.success()) {
            return skip(TEST, "no user namespace with limits of its own can be made");
        }
        let place = Place::new();
        for number in 0..30 {
            fs::create_dir(place.drop_dir().join(number.to_string())).unwrap();
        }
        let settings = format!(
            "[[watch]]\npath = \"{}\"\npoll_interval = \"1s\"\nsettle_scanned = \"100ms\"\n",
            place.drop_dir().display()
        );
        let _daemon = Daemon::start_as(
            &place,
            &Plan::default().with_settings(settings).started_by(by),
        );
        let seen = status(&place, "polling", |status| {
            status["watches"][0]["how"] == "polled"
        });
        let because = seen["watches"][0]["because"].as_str().unwrap();
        assert!(
            because.contains(sysctl) && because.contains("sysctl -w"),
            "{because}"
        );
        place.drop_file("29/a.csv", "id\n1\n");
        assert_eq!(place.settled(1)["drops"]["done"], 1);
    }
}
