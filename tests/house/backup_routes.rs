//! Backups over HTTP: made, listed, and the store taken along as one file.

use std::path::Path;
use std::process::Command;

use harness::{Daemon, Place, Plan, curl};
use rusqlite::{Connection, OpenFlags};
use serde_json::json;

struct House {
    place: Place,
    _daemon: Daemon,
    route: String,
    reader: String,
    admin: String,
}

fn house() -> House {
    let place = Place::new();
    let plan = Plan::default()
        .with_argument("--http")
        .with_argument("127.0.0.1:0")
        .with_settings("[http]\napi_keys = true\n");
    let daemon = Daemon::start_as(&place, &plan);
    let key = |scope: &str| {
        let made = place.run(&["keys", "create", scope, "--scope", scope]);
        format!("X-API-Key: {}", made.stdout.trim())
    };
    let (reader, admin) = (key("read"), key("admin"));
    let route = format!("{}/api/v1/database/backup", place.http());
    House {
        place,
        _daemon: daemon,
        route,
        reader,
        admin,
    }
}

#[test]
fn a_backup_is_made_and_verified_over_http_and_listed_as_the_command_lists_it() {
    let house = house();
    house.place.drop_file("sales.csv", "id,city\n1,Wien\n");
    house.place.settled(1);
    let post = |key: &str| curl(&["-X", "POST", "-H", key, &house.route]);
    assert_eq!(post(&house.reader).code, 403);
    let made = post(&house.admin);
    assert_eq!(made.code, 201, "{made:?}");
    let made = made.json();
    assert!(made["verified_at"].is_string(), "{made}");
    assert_eq!(made["why"], "on_demand");

    let list = curl(&["-H", &house.reader, &house.route]);
    assert_eq!(list.code, 200);
    assert_eq!(list.json(), house.place.ask(&["backup", "list"]));
    assert_eq!(list.json()["backups"][0]["id"], made["id"]);

    // Who does not wait is told where to look.
    let prefer = "Prefer: respond-async";
    let begun = curl(&["-X", "POST", "-H", &house.admin, "-H", prefer, &house.route]);
    assert_eq!(begun.code, 202, "{begun:?}");
    assert!(begun.json()["total"].is_u64());
    let location = begun.header("location").unwrap();
    assert!(house.route.ends_with(&location), "{location}");
    harness::until("the second backup", || {
        let list = house.place.ask(&["backup", "list"]);
        (list["backups"].as_array()?.len() == 2).then_some(())
    });
}

/// Fetches the store into a file; answers the status.
fn fetch(house: &House, key: &str, to: &Path) -> String {
    let fetched = Command::new("curl")
        .args(["-sS", "-H", key, "-w", "%{http_code} %{content_type}", "-o"])
        .arg(to)
        .arg(format!("{}/download", house.route))
        .output()
        .unwrap();
    String::from_utf8(fetched.stdout).unwrap()
}

#[test]
fn the_store_is_taken_along_as_one_file_that_sqlite_opens() {
    let house = house();
    for number in 1..=9 {
        let name = format!("series{number}.csv");
        let content = format!("id,of{number}\n1,Wien\n");
        house.place.drop_file(&name, &content);
    }
    house.place.settled(9);
    let file = house.place.path().join("taken.db");
    assert!(fetch(&house, &house.reader, &file).starts_with("403"));
    let said = fetch(&house, &house.admin, &file);
    assert_eq!(said, "200 application/vnd.sqlite3");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let taken = Connection::open_with_flags(&file, flags).unwrap();
    let one = |sql: &str| {
        taken
            .query_row(sql, [], |row| row.get::<_, String>(0))
            .unwrap()
    };
    assert_eq!(one("PRAGMA integrity_check"), "ok");
    assert_eq!(one("SELECT CAST(count(*) AS TEXT) FROM drops"), "9");
    assert_eq!(one("SELECT CAST(count(*) AS TEXT) FROM fields"), "18");
    // No copy stays with the daemon, and no backup was made of it.
    let scratch = house.place.data_dir().join("backup-scratch");
    assert!(!scratch.exists());
    assert_eq!(house.place.ask(&["backup", "list"])["backups"], json!([]));
    // Who took the store along stands in the log of writes.
    house.place.ask(&["backup", "now"]);
    let store = Connection::open(house.place.data_dir().join("ddgen.db")).unwrap();
    let log = |action: &str| -> String {
        let sql = "SELECT door || ' ' || outcome FROM audit WHERE action = ?1";
        store.query_row(sql, [action], |row| row.get(0)).unwrap()
    };
    assert_eq!(log("backup download"), "http done");
    assert_eq!(log("backup now"), "socket done");
}
