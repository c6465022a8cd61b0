//! Files that are moved because their watch says so: set aside when they break their contract, worked
//! off or removed after success; and never lost, wherever the daemon is killed.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ddgen_ipc::Client;
use ddgen_ipc::message::{DropState, Event, Request};
use ddgen_ipc::place::Hints;
use harness::{Chance, Daemon, Place, Plan, curl, until};
use rusqlite::Connection;
use serde_json::{Value, json};

const CONTRACT: &str = "\
fields:
- {name: id, type: integer, constraints: {unique: true}}
- {name: mail, constraints: {required: true}}
";
const GOOD: &str = "id,mail\n1,ana@corp.com\n2,ben@corp.com\n";
const BAD: &str = "id,mail\n3,cid@corp.com\n3,\n4,dora@corp.com\n";

fn plan(place: &Place, watch: &str) -> Plan {
    let contract = place.path().join("rules.yaml");
    fs::write(&contract, CONTRACT).unwrap();
    let settings = format!(
        "[[watch]]\npath = \"{}\"\ncontract = \"{}\"\n{watch}\n",
        place.drop_dir().display(),
        contract.display()
    );
    Plan::default()
        .with_settings(settings)
        .with_argument("--http")
        .with_argument("127.0.0.1:0")
}

/// What lies in quarantine once so many files do.
fn held(place: &Place, count: usize) -> Vec<Value> {
    until(&format!("{count} files in quarantine"), || {
        let rows = place.ask(&["quarantine"]);
        let rows = rows.as_array().unwrap().clone();
        let lie = rows.iter().all(|row| row["state"] == "held");
        (rows.len() == count && lie).then_some(rows)
    })
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// Every file below a folder, hidden ones too.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => found.push(path),
            }
        }
    }
    found.sort();
    found
}

/// What an attached client is told from now on, as long as it looks for something.
struct Listener {
    runtime: tokio::runtime::Runtime,
    events: tokio::sync::mpsc::Receiver<ddgen_ipc::message::EventFrame>,
    _client: Client,
}

impl Listener {
    fn attach(place: &Place) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let (run, data) = (place.runtime_dir(), place.data_dir());
        let hints = Hints::from_environment(Some(run), Some(data));
        let (client, events) = runtime.block_on(async {
            let connected = Client::connect(&hints, Duration::from_secs(10)).await;
            let (client, events) = connected.unwrap();
            client.call(Request::Subscribe).await.unwrap();
            (client, events)
        });
        Self {
            runtime,
            events,
            _client: client,
        }
    }

    fn hears<T>(&mut self, what: &str, mut wanted: impl FnMut(Event) -> Option<T>) -> T {
        let events = &mut self.events;
        self.runtime.block_on(async {
            let heard = async {
                loop {
                    let frame = events.recv().await.expect("the daemon hung up");
                    if let Some(found) = wanted(frame.event) {
                        return found;
                    }
                }
            };
            let heard = tokio::time::timeout(Duration::from_secs(60), heard).await;
            heard.unwrap_or_else(|_| panic!("nothing was told of {what}"))
        })
    }
}

#[test]
fn a_file_that_breaks_its_contract_is_set_aside_and_released() {
    let place = Place::new();
    let settings = "provisional = \"0s\"\non_breach = \"quarantine\"";
    let mut daemon = Daemon::start_as(&place, &plan(&place, settings));
    let mut listener = Listener::attach(&place);
    let good = place.drop_file("orders_2026-01-05.csv", GOOD);
    place.settled(1);
    let bad = place.drop_file("orders_2026-01-06.csv", BAD);
    let row = held(&place, 1).remove(0);
    let id = text(&row["id"]).to_owned();
    let folder = place.drop_dir().join("quarantine").join(&id);
    let lies = folder.join("orders_2026-01-06.csv");
    assert_eq!(text(&row["lies"]), lies.to_str().unwrap());
    assert_eq!(
        (text(&row["path"]), text(&row["dictionary"])),
        (bad.to_str().unwrap(), "orders")
    );
    let broken: Vec<Value> = row["breaches"]
        .as_array()
        .unwrap()
        .iter()
        .map(|breach| json!([breach["field"], breach["rule"], breach["first_record"]]))
        .collect();
    assert_eq!(
        json!(broken),
        json!([["id", "unique", 1], ["mail", "required", 2]])
    );
    assert!(!bad.exists() && good.is_file());
    assert_eq!(fs::read_to_string(&lies).unwrap(), BAD);
    let inode = lies.metadata().unwrap().ino();
    the_report_can_be_read(&place, &row, &folder);
    assert_eq!(place.ask(&["list"])[0]["versions"], 1);
    let status = place.ask(&["status"]);
    assert_eq!(
        (&status["drops"]["quarantined"], &status["drops"]["done"]),
        (&json!(1), &json!(1))
    );
    listener.hears("the quarantine", |event| match event {
        Event::Drop(row) => (row.state == DropState::Quarantined && row.id == id).then_some(()),
        _ => None,
    });

    let raised = || {
        place.ask(&["status"]);
        let list = place.ask(&["alerts"]);
        let rows = list["alerts"].as_array().unwrap().clone();
        rows.into_iter()
            .map(|row| text(&row["alert"]).to_owned())
            .filter(|alert| alert.starts_with("quarantine") || alert.starts_with("contract"))
            .collect::<Vec<_>>()
    };
    until("the alert", || {
        (raised() == ["quarantine/drop"]).then_some(())
    });
    let released = place.ask(&["release", &id]);
    assert_eq!(
        (&released["state"], &released["version"]),
        (&json!("done"), &json!(2))
    );
    let reason = text(&released["reason"]);
    assert!(
        reason.contains("breaks its contract") && reason.contains("released from quarantine by"),
        "{reason}"
    );
    until("the file is back", || bad.is_file().then_some(()));
    until("the folder is gone", || (!folder.exists()).then_some(()));
    assert_eq!(fs::read_to_string(&bad).unwrap(), BAD);
    assert_eq!(bad.metadata().unwrap().ino(), inode, "moved, not copied");
    held(&place, 0);
    let codes = listener.hears("the judgement", |event| match event {
        Event::Judged {
            version: 2,
            findings,
            ..
        } => Some(
            findings
                .into_iter()
                .map(|found| found.code)
                .collect::<Vec<_>>(),
        ),
        _ => None,
    });
    assert!(codes.contains(&"CONTRACT_REQUIRED".to_owned()), "{codes:?}");
    assert_eq!(place.run(&["contract", "check", "orders"]).code, 4);
    until("what stands now", || {
        (raised() == ["contract_broken/orders"]).then_some(())
    });
    // What is a version is never set aside, whatever it breaks: in its place or anywhere else.
    place.drop_file("orders_2026-01-07.csv", BAD);
    let status = place.settled(3);
    assert_eq!(
        status["drops"],
        json!({ "total": 3, "done": 2, "failed": 0, "duplicate": 1, "parked": 0, "quarantined": 0 })
    );
    assert!(place.drop_dir().join("orders_2026-01-07.csv").is_file());
    // Nothing is seen twice when all is looked at once more.
    daemon.stop();
    let mut daemon = Daemon::start_as(&place, &plan(&place, settings));
    assert_eq!(place.settled(3)["drops"]["total"], 3);
    assert_eq!(place.ask(&["list"])[0]["versions"], 2);
    daemon.stop();
}

/// By whoever finds the folder, by command and over HTTP.
fn the_report_can_be_read(place: &Place, row: &Value, folder: &Path) {
    let id = text(&row["id"]);
    let report = fs::read_to_string(folder.join("report.md")).unwrap();
    for words in [
        "is in quarantine",
        "| mail | required | 1 | 2 |",
        &format!("ddgend release {id}"),
    ] {
        assert!(report.contains(words), "{words}: {report}");
    }
    assert!(!report.contains("for instance"), "{report}");
    let route = format!("{}/api/v1/quarantine", place.http());
    let told = curl(&[&format!("{route}/{id}/report")]).body;
    assert_eq!(
        place.run(&["quarantine", "show", id]).stdout.trim(),
        told.trim()
    );
    assert!(told.contains("| for instance |"), "{told}");
    assert!(!told.contains("@corp"), "{told}");
    assert_eq!(curl(&[&route]).json()["items"], json!([row]));
}

#[test]
fn what_lies_in_quarantine_waits_for_a_person_and_is_never_in_the_way() {
    let place = Place::new();
    let settings = "provisional = \"0s\"\non_breach = \"quarantine\"\nafter = \"done\"";
    let mut daemon = Daemon::start_as(&place, &plan(&place, settings));
    let path = place.drop_file("orders.csv", BAD);
    let first = text(&held(&place, 1)[0]["id"]).to_owned();
    // The next delivery under its name is another one.
    place.drop_file("orders.csv", GOOD);
    until("the good one is worked off", || {
        place
            .drop_dir()
            .join("done/orders.csv")
            .is_file()
            .then_some(())
    });
    place.drop_file("orders.csv", "id,mail\n7,\n");
    let second = text(&held(&place, 2)[0]["id"]).to_owned();
    // A person puts something at its place: nothing is overwritten.
    fs::write(place.path().join("new.part"), GOOD.replace('1', "9")).unwrap();
    fs::rename(place.path().join("new.part"), &path).unwrap();
    until("it is worked off", || {
        (place.ask(&["status"])["drops"]["done"] == 2).then_some(())
    });
    fs::write(place.drop_dir().join("orders.csv"), "").unwrap();
    let refused = place.run(&["release", &second]);
    assert_eq!(refused.code, 1);
    assert!(
        refused.stderr.contains("another file lies at"),
        "{}",
        refused.stderr
    );
    fs::remove_file(&path).unwrap();
    // Accepted, it goes where its watch wants files after success; the name there is taken.
    let route = format!("{}/api/v1/quarantine", place.http());
    let accepted = curl(&["-X", "POST", &format!("{route}/{second}/accept")]);
    assert_eq!(accepted.code, 200, "{}", accepted.body);
    assert_eq!(accepted.json()["state"], "done");
    let end = text(&accepted.json()["id"])[24..].to_owned();
    let other = place
        .drop_dir()
        .join("done")
        .join(format!("orders~{end}.csv"));
    until("the accepted one is worked off", || {
        other.is_file().then_some(())
    });
    assert_eq!(fs::read_to_string(&other).unwrap(), "id,mail\n7,\n");
    held(&place, 1);
    assert_eq!(
        place.run(&["quarantine", "accept", &second]).code,
        1,
        "once is enough"
    );
    // By the path that its producer gave it, too.
    let accepted = place.ask(&["quarantine", "accept", path.to_str().unwrap()]);
    assert_eq!(accepted["state"], "done", "{accepted}");
    held(&place, 0);
    assert!(!place.drop_dir().join("quarantine").join(&first).exists());
    // Taken out by hand, there is nothing to decide any more.
    place.drop_file("towns.csv", "id,mail\n1,\n");
    let row = held(&place, 1).remove(0);
    fs::remove_file(text(&row["lies"])).unwrap();
    let gone = place.run(&["release", text(&row["id"])]);
    assert!(
        gone.code == 1
            && (gone.stderr.contains("took it out") || gone.stderr.contains("lists them")),
        "{}",
        gone.stderr
    );
    held(&place, 0);
    let nobody = place.run(&["release", "orders.csv"]);
    assert!(
        nobody.code == 1 && nobody.stderr.contains("ddgend quarantine"),
        "{}",
        nobody.stderr
    );
    daemon.stop();
}

#[test]
fn nothing_moves_before_it_is_final() {
    let place = Place::new();
    let settings = "provisional = \"4s\"\non_breach = \"quarantine\"";
    let mut daemon = Daemon::start_as(&place, &plan(&place, settings));
    // An upload that closes and opens again is mended in time.
    let mended = place.drop_file("mended.csv", BAD);
    let waiting = until("the breach is seen", || {
        let drops = place.ask(&["drops"]);
        let row = drops.as_array().unwrap().first()?.clone();
        row["reason"].is_string().then_some(row)
    });
    assert_eq!(waiting["state"], "pending");
    assert!(
        text(&waiting["reason"]).contains("goes into quarantine"),
        "{waiting}"
    );
    assert!(mended.is_file());
    place.drop_file("mended.csv", GOOD);
    let left = place.drop_file("left.csv", BAD);
    let row = held(&place, 1).remove(0);
    assert_eq!(text(&row["path"]), left.to_str().unwrap());
    let moment = |value: &Value| -> jiff::Timestamp { text(value).parse().unwrap() };
    let waited = moment(&row["quarantined_at"]).duration_since(moment(&row["arrived_at"]));
    assert!(waited >= jiff::SignedDuration::from_secs(4), "{waited}");
    let status = place.settled(2);
    assert_eq!(
        (&status["drops"]["done"], &status["drops"]["quarantined"]),
        (&json!(1), &json!(1))
    );
    assert!(mended.is_file() && !left.exists());
    daemon.stop();
}

#[test]
fn after_success_files_go_where_their_watch_says_and_no_others() {
    let place = Place::new();
    let folder = |name: &str| {
        let path = place.path().join(name);
        fs::create_dir(&path).unwrap();
        path
    };
    let (kept, done, gone) = (folder("kept"), folder("worked"), folder("gone"));
    let contract = place.path().join("rules.yaml");
    fs::write(&contract, CONTRACT).unwrap();
    let watch = |path: &Path, after: &str| {
        format!(
            "[[watch]]\npath = \"{}\"\nprovisional = \"0s\"\ncontract = \"{}\"\n{after}\n",
            path.display(),
            contract.display()
        )
    };
    let settings =
        watch(&kept, "") + &watch(&done, "after = \"done\"") + &watch(&gone, "after = \"delete\"");
    let mut daemon = Daemon::start_as(&place, &Plan::default().with_settings(settings));
    for folder in [&kept, &done, &gone] {
        fs::create_dir(folder.join("sub")).unwrap();
        for (name, text) in [("sub/a.csv", GOOD), ("b.csv", GOOD), ("bad.csv", BAD)] {
            let part = folder.join(".part");
            fs::write(&part, text).unwrap();
            fs::rename(part, folder.join(name)).unwrap();
        }
    }
    let status = place.settled(9);
    assert_eq!(
        status["drops"]["done"], 9,
        "what breaks its contract is flagged"
    );
    let names = |folder: &Path| -> Vec<String> {
        let found = files_below(folder).into_iter();
        let below = |path: PathBuf| path.strip_prefix(folder).unwrap().display().to_string();
        found.map(below).collect()
    };
    until("all is moved", || {
        (names(&gone).len() == 1
            && done.join("done/b.csv").is_file()
            && done.join("done/sub/a.csv").is_file())
        .then_some(())
    });
    assert_eq!(names(&kept), ["b.csv", "bad.csv", "sub/a.csv"]);
    assert_eq!(names(&done), ["bad.csv", "done/b.csv", "done/sub/a.csv"]);
    assert_eq!(names(&gone), ["bad.csv"], "a breach is no success");
    // The same content once more is worked off as well; what a person names stays.
    fs::write(gone.join(".part"), GOOD).unwrap();
    fs::rename(gone.join(".part"), gone.join("b.csv")).unwrap();
    until("the duplicate is removed", || {
        (place.ask(&["status"])["drops"]["duplicate"] == 1 && !gone.join("b.csv").exists())
            .then_some(())
    });
    let outside = place.path().join("b.csv");
    fs::write(&outside, GOOD).unwrap();
    place.ask(&["ingest", outside.to_str().unwrap()]);
    assert!(outside.is_file());
    let drops = place.ask(&["drops"]);
    let drops = drops.as_array().unwrap();
    let of = |path: &Path| {
        drops
            .iter()
            .find(|drop| text(&drop["path"]) == path.to_str().unwrap())
            .unwrap()
    };
    assert!(
        text(&of(&done.join("sub/a.csv"))["reason"]).contains("moved to"),
        "{drops:?}"
    );
    assert!(
        text(&of(&gone.join("sub/a.csv"))["reason"]).contains("removed"),
        "{drops:?}"
    );
    daemon.stop();
}

/// The two moments between the decision and its end in which a kill leaves the store and the folder of
/// different minds, and one of a decision that was cut short.
#[test]
fn a_move_that_was_cut_short_is_taken_up_where_it_was() {
    let place = Place::new();
    let settings = "provisional = \"0s\"\non_breach = \"quarantine\"";
    let plan = plan(&place, settings);
    let mut daemon = Daemon::start_as(&place, &plan);
    // No folder can be made: the decision stands in the store, and nothing has moved.
    let blocker = place.drop_dir().join("quarantine");
    fs::write(&blocker, "").unwrap();
    let names = ["one.csv", "two.csv"];
    let files = names.map(|name| place.drop_file(name, BAD.replace('3', name)));
    let rows = until("both wait", || {
        let rows = place.ask(&["quarantine"]);
        let rows = rows.as_array().unwrap().clone();
        (rows.len() == 2 && rows.iter().all(|row| row["problem"].is_string())).then_some(rows)
    });
    assert!(rows.iter().all(|row| row["state"] == "moving"), "{rows:?}");
    assert!(files.iter().all(|file| file.is_file()));
    until("somebody is told", || {
        place.ask(&["status"]);
        let list = place.ask(&["alerts"]);
        let rows = list["alerts"].as_array().unwrap().clone();
        let stuck = rows.iter().find(|row| row["rule"] == "files_stuck")?;
        text(&stuck["because"]).contains("2 files").then_some(())
    });
    daemon.kill();
    fs::remove_file(&blocker).unwrap();
    // The second was moved, and nobody came to write that down.
    let id = text(
        &rows
            .iter()
            .find(|row| text(&row["path"]).ends_with("two.csv"))
            .unwrap()["id"],
    )
    .to_owned();
    fs::create_dir_all(blocker.join(&id)).unwrap();
    fs::rename(&files[1], blocker.join(&id).join("two.csv")).unwrap();
    soon(&place);
    let mut daemon = Daemon::start_as(&place, &plan);
    let rows = held(&place, 2);
    for row in &rows {
        let lies = Path::new(text(&row["lies"]));
        assert!(
            lies.is_file() && lies.with_file_name("report.md").is_file(),
            "{row}"
        );
    }
    assert!(files.iter().all(|file| !file.exists()));
    let status = place.settled(2);
    assert_eq!(status["drops"]["quarantined"], 2, "{status}");
    // Somebody decided, and the daemon was killed before there was a version.
    daemon.kill();
    let store = Connection::open(place.data_dir().join("ddgen.db")).unwrap();
    let decided = "UPDATE moves SET state = 'deciding', verdict = 'release', decided_by = 'ana'";
    assert_eq!(store.execute(decided, ()).unwrap(), 2);
    drop(store);
    let mut daemon = Daemon::start_as(&place, &plan);
    until("both are released", || {
        files.iter().all(|file| file.is_file()).then_some(())
    });
    held(&place, 0);
    assert_eq!(place.settled(2)["drops"]["done"], 2);
    assert!(text(&place.ask(&["drops"])[0]["reason"]).contains("by ana"));
    daemon.stop();
}

/// A person who mended a folder does not wait for the next try.
fn soon(place: &Place) {
    let store = Connection::open(place.data_dir().join("ddgen.db")).unwrap();
    store.execute("UPDATE moves SET due_at = 0", ()).unwrap();
}

#[test]
fn no_file_is_lost_wherever_the_daemon_is_killed() {
    const FILES: usize = 60;
    let place = Place::new();
    let settings = "provisional = \"0s\"\non_breach = \"quarantine\"\nafter = \"done\"";
    let plan = plan(&place, settings);
    let content = |number: usize| match number % 2 {
        0 => format!("id,mail\n{number},x{number}@corp.com\n"),
        _ => format!("id,mail\n{number},\n"),
    };
    let mut chance = Chance::new();
    let mut sent = 0;
    for _ in 0..6 {
        let mut daemon = Daemon::start_as(&place, &plan);
        for _ in 0..FILES / 6 {
            place.drop_file(&format!("f{sent:02}x.csv"), content(sent));
            sent += 1;
        }
        std::thread::sleep(Duration::from_millis(chance.below(400)));
        daemon.kill();
    }
    let mut daemon = Daemon::start_as(&place, &plan);
    let rows = held(&place, FILES / 2);
    let done = place.drop_dir().join("done");
    until("all are worked off", || {
        (done.is_dir() && files_below(&done).len() == FILES / 2).then_some(())
    });
    let mut contents: Vec<String> = files_below(&place.drop_dir())
        .iter()
        .filter(|path| !path.ends_with("report.md"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let mut expected: Vec<String> = (0..FILES).map(content).collect();
    contents.sort();
    expected.sort();
    assert_eq!(contents, expected, "each byte is somewhere, and none twice");
    let status = place.settled(FILES as u64);
    assert_eq!(status["drops"]["total"], FILES, "{status}");
    assert_eq!(status["drops"]["done"], FILES / 2, "{status}");
    for row in rows {
        assert!(
            Path::new(text(&row["lies"]))
                .with_file_name("report.md")
                .is_file(),
            "{row}"
        );
    }
    daemon.stop();
    let log = Daemon::log(&place);
    assert!(!log.contains("panicked"), "{log}");
}
