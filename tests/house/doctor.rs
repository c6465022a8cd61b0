//! `doctor` and `support-bundle`, with a daemon and without, on what is well and what is not.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use harness::{Daemon, Place, Plan, ddgend, is_root};
use serde_json::Value;

/// The checks of `doctor` with this health.
fn found(place: &Place, health: &str) -> (i32, Vec<Value>) {
    let config = place.path().join("ddgen.toml");
    let arguments = [
        "doctor",
        "--config",
        config.to_str().unwrap(),
        "--format",
        "json",
    ];
    let outcome = ddgend(place, arguments);
    let document: Value = serde_json::from_str(&outcome.stdout)
        .unwrap_or_else(|error| panic!("{error}: {outcome:?}"));
    assert_eq!(document["ok"], outcome.code == 0, "{document}");
    let checks = document["checks"].as_array().unwrap().clone();
    let wanted = |check: &Value| check["health"] == health;
    (outcome.code, checks.into_iter().filter(wanted).collect())
}

fn names(checks: &[Value]) -> Vec<&str> {
    checks
        .iter()
        .map(|check| check["name"].as_str().unwrap())
        .collect()
}

fn settings(place: &Place) -> String {
    format!("[[watch]]\npath = \"{}\"\n", place.drop_dir().display())
}

#[test]
fn before_the_first_start_and_beside_a_daemon_nothing_is_broken() {
    let place = Place::new();
    fs::write(place.path().join("ddgen.toml"), settings(&place)).unwrap();
    let (code, broken) = found(&place, "broken");
    assert_eq!((code, broken), (0, vec![]));
    let mut daemon = Daemon::start_as(&place, &Plan::default().with_settings(settings(&place)));
    place.drop_file("sales.csv", "id\n1\n");
    place.settled(1);
    let (code, well) = found(&place, "ok");
    assert_eq!(code, 0);
    for name in [
        "settings", "sandbox", "daemon", "store", "queue", "clock", "data_dir",
    ] {
        assert!(names(&well).contains(&name), "{name} in {well:?}");
    }
    let daemon_check = well.iter().find(|check| check["name"] == "daemon").unwrap();
    assert!(
        daemon_check["because"]
            .as_str()
            .unwrap()
            .contains("answers"),
        "{daemon_check}"
    );
    // No backup has been made: something is to be done about it.
    let (_, warnings) = found(&place, "warning");
    let backups = warnings
        .iter()
        .find(|check| check["name"] == "backups")
        .unwrap();
    assert!(backups["advice"].as_str().unwrap().contains("backup now"));
    place.ask(&["backup", "now"]);
    let (_, warnings) = found(&place, "warning");
    assert!(!names(&warnings).contains(&"backups"), "{warnings:?}");
    daemon.stop();
}

#[test]
fn what_is_broken_is_named_with_what_to_do_and_the_exit_code_says_so() {
    let place = Place::new();
    let config = place.path().join("ddgen.toml");
    fs::write(&config, settings(&place)).unwrap();
    let mut daemon = Daemon::start_as(&place, &Plan::default().with_settings(settings(&place)));
    place.drop_file("sales.csv", "id\n1\n");
    place.settled(1);
    daemon.stop();

    fs::set_permissions(place.data_dir(), fs::Permissions::from_mode(0o755)).unwrap();
    let (code, warnings) = found(&place, "warning");
    let rights = warnings
        .iter()
        .find(|check| check["name"] == "data_dir")
        .unwrap();
    assert_eq!(code, 0);
    assert!(
        rights["advice"]
            .as_str()
            .unwrap()
            .starts_with("chmod o-rwx"),
        "{rights}"
    );

    // A page of the store is gone.
    let store = place.data_dir().join("ddgen.db");
    let mut bytes = fs::read(&store).unwrap();
    bytes[4096 * 3..4096 * 4].fill(0x5a);
    fs::write(&store, &bytes).unwrap();
    let (code, broken) = found(&place, "broken");
    assert_eq!(code, 1);
    let store_check = broken
        .iter()
        .find(|check| check["name"] == "store")
        .unwrap();
    assert!(
        store_check["advice"]
            .as_str()
            .unwrap()
            .contains("ddgend restore"),
        "{store_check}"
    );
    fs::remove_file(&store).unwrap();

    fs::write(
        &config,
        format!("{}\n[worker]\nwall_limt = \"1h\"\n", settings(&place)),
    )
    .unwrap();
    let (code, broken) = found(&place, "broken");
    assert_eq!((code, names(&broken)), (1, vec!["settings"]));
    assert!(
        broken[0]["because"]
            .as_str()
            .unwrap()
            .contains("wall_limit"),
        "{broken:?}"
    );
    fs::write(&config, settings(&place)).unwrap();

    // A start as root has left a file behind.
    if is_root() {
        let foreign = place.data_dir().join("queue.redb");
        std::os::unix::fs::chown(&foreign, Some(12_345), None).unwrap();
        let (code, broken) = found(&place, "broken");
        assert_eq!((code, names(&broken)), (1, vec!["data_files"]));
    }
    let plain = ddgend(&place, ["doctor", "--watch", "/nowhere/at/all"]);
    assert_eq!(plain.code, 1);
    assert!(
        plain.stdout.contains("broken") && plain.stdout.contains("-> "),
        "{}",
        plain.stdout
    );
}

/// Everything that somebody could name or hold secret is called CANARY here.
#[test]
fn a_support_bundle_holds_nothing_that_anybody_named() {
    let place = Place::new();
    let folder = place.path().join("canary drops");
    fs::create_dir(&folder).unwrap();
    let text = format!(
        "app_name = \"canary app\"\nsecret_key = \"canary-0123456789abcdef0123456789abcdef\"\n\
         [[watch]]\npath = \"{0}\"\nname = \"canary watch\"\nprovisional = \"0s\"\n\
         include = [\"*canary*\"]\n\
         [backup]\nkey = \"canary-89abcdef0123456789abcdef\"\ndir = \"{1}/canary backups\"\n\
         [[alerts.sink]]\nname = \"canary\"\nkind = \"webhook\"\nurl = \"http://127.0.0.1:9/canary\"\n\
         authorization = \"canary\"\n\
         [[alerts.sink]]\nname = \"canary-two\"\nkind = \"command\"\ncommand = [\"/bin/canary\"]\n\
         [[alerts.rule]]\nname = \"canary\"\nprobe = \"canary_*\"\n\
         [worker]\nwall_limit = \"17m\"\n",
        folder.display(),
        place.path().display()
    );
    let mut daemon = Daemon::start_as(&place, &Plan::default().with_settings(text));
    fs::write(
        folder.join("canary_one.csv"),
        "canary_id,mail\n1,canary@example.org\n2,x\n",
    )
    .unwrap();
    fs::write(folder.join("canary broken.json"), "{\"canary\": 1,, }").unwrap();
    place.settled(2);
    place.ask(&["annotate", "canary_one", "owner=Canary Person"]);
    let config = place.path().join("ddgen.toml");
    let config = config.to_str().unwrap();
    let made = ddgend(
        &place,
        ["support-bundle", "--config", config, "--out", "bundle.json"],
    );
    assert_eq!(made.code, 0, "{made:?}");
    let path = place.path().join("bundle.json");
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.to_lowercase().contains("canary"), "{text}");
    assert!(!text.contains(place.path().to_str().unwrap()), "{text}");
    assert!(!text.contains("example.org"), "{text}");
    // What helps is there.
    let bundle: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(bundle["daemon"]["drops"]["done"], 1, "{text}");
    assert_eq!(bundle["daemon"]["drops"]["parked"], 1);
    assert_eq!(bundle["store"]["rows"]["annotations"], 1);
    assert_eq!(bundle["store"]["formats"]["csv"], 1);
    let rows = bundle["settings"].as_array().unwrap();
    let row = |name: &str| rows.iter().find(|row| row["name"] == name).unwrap();
    assert_eq!(row("worker.wall_limit")["value"], "17m");
    assert_eq!(row("watch.1.provisional")["value"], "0s");
    assert!(row("secret_key")["value"].is_null());
    // Never over a file that is there.
    let again = ddgend(
        &place,
        ["support-bundle", "--config", config, "--out", "bundle.json"],
    );
    assert_eq!(again.code, 1);
    // Without a daemon too.
    daemon.stop();
    let alone = ddgend(&place, ["support-bundle", "--config", config, "--out", "-"]);
    assert_eq!(alone.code, 0, "{alone:?}");
    assert!(
        !alone.stdout.to_lowercase().contains("canary"),
        "{}",
        alone.stdout
    );
}
