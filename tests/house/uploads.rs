//! Files that come over HTTP, and what else is written there.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use harness::{Answered, Daemon, Place, Plan, curl, until};
use rusqlite::Connection;
use serde_json::json;

fn plan(settings: &str) -> Plan {
    Plan::default()
        .with_argument("--http")
        .with_argument("127.0.0.1:0")
        .with_settings(settings)
}

fn serving(settings: &str) -> (Place, Daemon, String) {
    let place = Place::new();
    let daemon = Daemon::start_as(&place, &plan(settings));
    let http = place.http();
    (place, daemon, http)
}

/// Writes a file that is uploaded and nowhere watched.
fn file(place: &Place, name: &str, content: &str) -> String {
    let path = place.path().join(name);
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

/// As a browser's form sends it.
fn form(url: &str, path: &str, further: &[&str]) -> Answered {
    let field = format!("file=@{path}");
    curl(&[&["-F", field.as_str()], further, &[url]].concat())
}

/// As the body itself.
fn raw(url: &str, path: &str, further: &[&str]) -> Answered {
    let body = format!("@{path}");
    let words = ["-X", "POST", "--data-binary", body.as_str()];
    let kind = ["-H", "Content-Type: text/csv"];
    curl(&[&words[..], &kind, further, &[url]].concat())
}

/// Files that lie in the place for uploads.
fn left(place: &Place) -> Vec<String> {
    let Ok(entries) = fs::read_dir(place.data_dir().join("uploads")) else {
        return Vec::new();
    };
    let names = entries.flatten();
    names
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}

fn audit(place: &Place) -> Vec<String> {
    let db = Connection::open(place.data_dir().join("ddgen.db")).unwrap();
    let mut rows = db
        .prepare(
            "SELECT who || ' ' || door || ' ' || origin || ' ' || action || ' ' || outcome \
             FROM audit ORDER BY seq",
        )
        .unwrap();
    let rows = rows.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn a_file_is_uploaded_as_a_form_or_as_the_body_and_ends_in_its_dictionary() {
    let (place, _daemon, http) = serving("");
    let all = format!("{http}/api/v1/dictionaries");
    let first = file(&place, "sales_2026-01-05.csv", "id,city\n1,Wien\n2,Graz\n");
    let answer = form(&all, &first, &[]);
    assert_eq!(answer.code, 201, "{answer:?}");
    let drop = answer.json();
    assert_eq!(
        (&drop["state"], &drop["dictionary"], &drop["version"]),
        (&json!("done"), &json!("sales"), &json!(1))
    );
    let location = answer.header("location").unwrap();
    assert!(
        location.starts_with("/api/v1/dictionaries/sales"),
        "{location}"
    );

    let second = file(&place, "other", "id,city\n1,Wien\n3,Linz\n");
    let named = format!("{all}?filename=sales_2026-01-06.csv");
    let answer = raw(&named, &second, &[]);
    assert_eq!((answer.code, &answer.json()["version"]), (201, &json!(2)));
    // The same content again teaches nothing.
    let answer = raw(&named, &second, &[]);
    assert_eq!(
        (answer.code, &answer.json()["state"]),
        (200, &json!("duplicate"))
    );

    // To a dictionary by its name, whatever the file is called; also one that a watch made.
    place.drop_file("people.csv", "name,age\nAnne,30\n");
    place.settled(4);
    let third = file(
        &place,
        "export-of-monday.csv",
        "name,age\nAnne,31\nBob,20\n",
    );
    let answer = form(&format!("{all}/people/versions"), &third, &[]);
    let drop = answer.json();
    assert_eq!(answer.code, 201, "{answer:?}");
    assert_eq!(
        (&drop["dictionary"], &drop["version"]),
        (&json!("people"), &json!(2))
    );
    assert_eq!(drop["watch"], "drop");
    let answer = form(&format!("{all}/nobody/versions"), &third, &[]);
    assert_eq!(answer.code, 404);
    // A new one under a name of the client's choice.
    let answer = form(&all, &third, &["-F", "name=staff"]);
    assert_eq!(answer.json()["dictionary"], "staff", "{answer:?}");

    let list = place.ask(&["list"]);
    let versions: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["name"].as_str().unwrap(),
                row["versions"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(versions, [("people", 2), ("sales", 2), ("staff", 1)]);
    // What was uploaded is not kept once it is known.
    until("no upload is left", || {
        left(&place).is_empty().then_some(())
    });
    let uploads = audit(&place);
    assert_eq!(uploads.len(), 6, "{uploads:?}");
    assert_eq!(uploads[0], "anonymous http 127.0.0.1 upload done");
    assert_eq!(uploads[4], "anonymous http 127.0.0.1 upload refused");
}

#[test]
fn what_cannot_be_taken_is_refused_and_leaves_nothing() {
    let (place, _daemon, http) = serving("[http]\nmax_upload_size = \"100 KiB\"\n");
    let all = format!("{http}/api/v1/dictionaries");
    let large = file(&place, "large.csv", &"a,b\n".repeat(40_000));
    let name = "?filename=large.csv";
    let answer = raw(&format!("{all}{name}"), &large, &[]);
    assert_eq!(answer.code, 413, "{answer:?}");
    assert!(
        answer.json()["detail"]
            .as_str()
            .unwrap()
            .contains("MAX_UPLOAD_SIZE")
    );
    let chunked = ["-H", "Transfer-Encoding: chunked"];
    let answer = raw(&format!("{all}{name}"), &large, &chunked);
    assert_eq!(answer.code, 413, "{answer:?}");
    assert_eq!(form(&all, &large, &[]).code, 413);

    let small = file(&place, "small.csv", "a,b\n1,2\n");
    let empty = file(&place, "empty.csv", "");
    let twice = format!("file=@{small}");
    let long = format!("name={}", "x".repeat(5_000));
    for (answer, because) in [
        (raw(&all, &small, &[]), "what is the file called"),
        (
            raw(&format!("{all}?filename=.."), &small, &[]),
            "a file's name",
        ),
        (
            form(&all, &small, &["-F", "name=a/../b/."]),
            "a dictionary's name",
        ),
        (form(&all, &small, &["-F", &twice]), "more than one file"),
        (curl(&["-F", "name=x", &all]), "no file"),
        (form(&all, &small, &["-F", &long]), "too long"),
        (form(&all, &small, &["-F", "x=y"]), "`file` and `name`"),
        (form(&all, &empty, &[]), "empty"),
    ] {
        assert_eq!(answer.code, 422, "{answer:?}");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(because), "{detail}");
    }
    until("nothing is left", || left(&place).is_empty().then_some(()));
    assert_eq!(place.ask(&["drops"]), json!([]));
}

#[test]
fn a_file_that_cannot_be_read_says_why_and_stays_for_another_try() {
    let (place, _daemon, http) = serving("");
    let all = format!("{http}/api/v1/dictionaries");
    let good = file(&place, "people.json", "[{\"a\": 1}]");
    assert_eq!(form(&all, &good, &[]).code, 201);
    let broken = file(&place, "monday.json", "{\"a\": 1,");
    let answer = form(&format!("{all}/people/versions"), &broken, &[]);
    assert_eq!(answer.code, 422, "{answer:?}");
    let detail = answer.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("not valid JSON"), "{detail}");
    until("only this one is left", || {
        (left(&place).len() == 1).then_some(())
    });
    let drops = place.ask(&["drops", "--state", "failed"]);
    let path = drops[0]["path"].as_str().unwrap();
    assert_eq!(drops.as_array().unwrap().len(), 1, "{drops}");

    // Mended where it lies, it still goes where it was meant to.
    fs::write(path, "[{\"a\": 2}]").unwrap();
    assert_eq!(place.run(&["retry", path]).code, 0);
    until("the second version", || {
        let list = place.ask(&["list"]);
        (list[0]["versions"] == 2).then_some(())
    });
    until("nothing is left", || left(&place).is_empty().then_some(()));
    let list = place.ask(&["list"]);
    assert_eq!(
        (&list[0]["name"], list.as_array().unwrap().len()),
        (&json!("people"), 1)
    );
}

#[test]
fn who_does_not_wait_is_told_where_to_ask() {
    let (place, _daemon, http) = serving("");
    let path = file(&place, "sales.csv", "id\n1\n");
    let all = format!("{http}/api/v1/dictionaries");
    let answer = form(&all, &path, &["-H", "Prefer: respond-async"]);
    assert_eq!(answer.code, 202, "{answer:?}");
    let drop = answer.json();
    let id = drop["id"].as_str().unwrap();
    let location = answer.header("location").unwrap();
    assert_eq!(location, format!("/api/v1/drops/{id}"));
    until("the drop is done", || {
        let drops = place.ask(&["drops"]);
        (drops[0]["id"] == id && drops[0]["state"] == "done").then_some(())
    });
}

#[test]
fn an_upload_that_was_accepted_survives_a_kill_and_one_that_broke_off_leaves_nothing() {
    let (place, mut daemon, http) = serving("");
    let path = file(
        &place,
        "sales.csv",
        &format!("id\n{}", "1\n".repeat(500_000)),
    );
    let url = format!("{http}/api/v1/dictionaries");
    // Broken off by its client.
    let address = http.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let head = "POST /api/v1/dictionaries?filename=half.csv HTTP/1.1\r\nHost: localhost\r\n\
                Content-Length: 1000\r\n\r\nid\n1\n";
    stream.write_all(head.as_bytes()).unwrap();
    until("it is being received", || {
        (!left(&place).is_empty()).then_some(())
    });
    drop(stream);
    until("it is gone", || left(&place).is_empty().then_some(()));
    // Being received when the daemon dies.
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    until("it is being received", || {
        (!left(&place).is_empty()).then_some(())
    });
    let accepted = form(&url, &path, &["-H", "Prefer: respond-async"]);
    assert_eq!(accepted.code, 202);
    daemon.kill();
    // Received whole, and never queued.
    let orphan = place.data_dir().join("uploads/0123456789abcdef");
    fs::create_dir_all(&orphan).unwrap();
    fs::write(orphan.join("orphan.csv"), "id\n7\n").unwrap();
    let _daemon = Daemon::start_as(&place, &plan(""));
    until("both are dictionaries", || {
        let list = place.ask(&["list"]);
        let names: Vec<_> = list
            .as_array()?
            .iter()
            .map(|row| row["name"].clone())
            .collect();
        (names == ["orphan", "sales"]).then_some(())
    });
    until("nothing is left", || left(&place).is_empty().then_some(()));
    let drops = place.ask(&["drops"]);
    assert_eq!(drops.as_array().unwrap().len(), 2, "{drops}");
}

#[test]
fn a_dictionary_is_described_deleted_brought_back_erased_and_everything_cleared() {
    let (place, _daemon, http) = serving("[http]\napi_keys = true\n");
    let key = |scope: &str| {
        let made = place.run(&["keys", "create", scope, "--scope", scope]);
        format!("X-API-Key: {}", made.stdout.trim())
    };
    let (read, write, admin) = (key("read"), key("write"), key("admin"));
    let all = format!("{http}/api/v1/dictionaries");
    let sales = format!("{all}/sales");
    let path = file(&place, "sales.csv", "id,city\n1,Wien\n");
    assert_eq!(form(&all, &path, &[]).code, 401);
    assert_eq!(form(&all, &path, &["-H", &read]).code, 403);
    assert_eq!(form(&all, &path, &["-H", &write]).code, 201);

    let body = r#"{"description": "What was sold", "tags": ["money"], "owner": "anne"}"#;
    let patch = ["-X", "PATCH", "-d", body, "-H", &write, &sales];
    let answer = curl(&patch);
    assert_eq!(answer.code, 200, "{answer:?}");
    let body = r#"{"owner": null}"#;
    assert_eq!(
        curl(&["-X", "PUT", "-d", body, "-H", &write, &sales]).code,
        200
    );
    let shown = place.ask(&["show", "sales"]);
    let written: Vec<_> = shown["annotations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| {
            (
                a["aspect"].as_str().unwrap(),
                a["value"].as_str().unwrap(),
                a["author"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("description", "What was sold", "write"),
        ("tags", "money", "write"),
    ];
    assert_eq!(written, expected);
    let wrong = curl(&[
        "-X",
        "PATCH",
        "-d",
        r#"{"colour": "red"}"#,
        "-H",
        &write,
        &sales,
    ]);
    assert_eq!(wrong.code, 422);

    let delete =
        |key: &str, more: &str| curl(&["-X", "DELETE", "-H", key, &format!("{sales}{more}")]);
    assert_eq!(delete(&read, "").code, 403);
    assert_eq!(delete(&write, "").code, 204);
    assert_eq!(delete(&write, "").code, 404);
    assert_eq!(place.ask(&["list"]), json!([]));
    let restore = format!("{sales}/restore");
    assert_eq!(curl(&["-X", "POST", "-H", &write, &restore]).code, 204);
    assert_eq!(place.ask(&["list"])[0]["name"], "sales");
    assert_eq!(delete(&write, "?erase=sales").code, 403);
    assert_eq!(delete(&admin, "?erase=sale").code, 409);
    assert_eq!(delete(&admin, "?erase=sales").code, 204);
    assert_eq!(place.ask(&["list"]), json!([]));

    assert_eq!(form(&all, &path, &["-H", &write]).code, 201);
    let clear = format!("{http}/api/v1/database/clear");
    let post = |key: &str, body: &str| curl(&["-X", "POST", "-d", body, "-H", key, &clear]);
    assert_eq!(post(&write, r#"{"confirm": "clear"}"#).code, 403);
    let answer = post(&admin, "{}");
    assert_eq!(answer.code, 400);
    assert!(answer.body.contains("confirm"), "{}", answer.body);
    let answer = post(&admin, r#"{"confirm": "clear"}"#);
    assert_eq!(answer.json()["cleared"]["dictionaries"], 1, "{answer:?}");
    assert_eq!(place.ask(&["list"]), json!([]));
    assert_eq!(place.ask(&["drops"]), json!([]));
    // Keys and the log of writes stay.
    assert_eq!(place.ask(&["keys", "list"]).as_array().unwrap().len(), 3);
    let log = audit(&place);
    assert!(
        log.contains(&"admin http 127.0.0.1 database clear done".to_owned()),
        "{log:?}"
    );
    assert!(
        log.contains(&"write http 127.0.0.1 dictionary erase refused".to_owned()),
        "{log:?}"
    );
}

#[test]
fn a_field_is_described() {
    let (place, _daemon, http) = serving("");
    let path = file(&place, "sales.csv", "id,city\n1,Wien\n");
    let all = format!("{http}/api/v1/dictionaries");
    assert_eq!(form(&all, &path, &[]).code, 201);
    let patch = |field: &str| {
        let body = r#"{"description": "Where it went", "owner": null}"#;
        let url = format!("{all}/sales/fields/{field}");
        curl(&["-X", "PATCH", "-d", body, &url])
    };
    let answer = patch("city");
    assert_eq!(answer.code, 200, "{answer:?}");
    let written = answer.json()["annotations"].clone();
    assert_eq!(written.as_array().unwrap().len(), 1);
    assert_eq!(
        (&written[0]["field"], &written[0]["value"]),
        (&json!("city"), &json!("Where it went"))
    );
    assert_eq!(place.ask(&["show", "sales"])["annotations"], written);
    assert_eq!(patch("town").code, 404);
    // Two who saw the same: the second is told, and nothing is overwritten.
    let seen = &written[0]["revision"];
    let url = format!("{all}/sales/fields/city");
    let edit = |text: &str| {
        let body = json!({ "description": text, "expects": { "description": seen } }).to_string();
        curl(&["-X", "PATCH", "-d", &body, &url])
    };
    assert_eq!(edit("of the first").code, 200);
    let second = edit("of the second");
    assert_eq!(second.code, 409, "{second:?}");
    let stands = &place.ask(&["show", "sales"])["annotations"][0];
    assert_eq!(stands["value"], "of the first");
}

#[test]
fn a_thousand_that_dribble_hurt_nobody() {
    let (_place, _daemon, http) = serving("");
    let address = http.strip_prefix("http://").unwrap();
    let mut dribbling: Vec<TcpStream> = Vec::new();
    for number in 0..1_000 {
        let mut stream = TcpStream::connect(address).unwrap();
        stream
            .set_write_timeout(Some(Duration::from_secs(5)))
            .unwrap();
        let _ = stream.write_all(b"GET /health HTTP/1.1\r\nX-Slow: ");
        dribbling.push(stream);
        if number % 200 == 199 {
            for stream in &mut dribbling {
                let _ = stream.write_all(b"a");
            }
            assert_eq!(curl(&[&format!("{http}/health")]).code, 200);
        }
    }
    // Those that were let go know it.
    let mut first = dribbling.remove(0);
    first
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    let mut rest = Vec::new();
    let _ = first.read_to_end(&mut rest);
    assert!(
        rest.is_empty() || rest.starts_with(b"HTTP/1.1 4"),
        "{rest:?}"
    );
}
