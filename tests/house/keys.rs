//! API keys from their making to their end, and what others make of it.

use std::fs;
use std::path::Path;
use std::process::Command;

use harness::{Answered, Daemon, Place, Plan, curl, skip, until};
use regex::Regex;
use rusqlite::Connection;
use serde_json::Value;

/// A daemon with HTTP on a free port and these settings of `[http]`.
fn serving(settings: &str) -> (Place, Daemon, String) {
    let place = Place::new();
    let plan = Plan::default()
        .with_argument("--http")
        .with_argument("127.0.0.1:0")
        .with_settings(settings);
    let daemon = Daemon::start_as(&place, &plan);
    let http = place.http();
    (place, daemon, http)
}

fn stats(http: &str, key: &str) -> Answered {
    curl(&[
        "-H",
        &format!("X-API-Key: {key}"),
        &format!("{http}/api/v1/database/stats"),
    ])
}

/// Makes a key as a script does: standard output is the key and nothing else.
fn created(place: &Place, words: &[&str]) -> String {
    let made = place.run(&[&["keys"], words].concat());
    assert_eq!(made.code, 0, "{}", made.stderr);
    let key = made.stdout.trim_end_matches('\n').to_owned();
    let shape = Regex::new("^ddg_[0-9a-f]{8}_[0-9a-f]{64}$").unwrap();
    assert!(shape.is_match(&key), "{key}");
    assert!(!made.stderr.contains(&key[13..]));
    key
}

#[test]
fn a_key_is_made_used_rotated_and_revoked_and_outlives_a_restart() {
    let (place, mut daemon, http) = serving("[http]\napi_keys = true\n");
    assert_eq!(curl(&[&format!("{http}/health")]).code, 200);
    let bare = curl(&[&format!("{http}/api/v1/database/stats")]);
    assert_eq!(bare.code, 401);
    assert_eq!(
        bare.header("content-type").as_deref(),
        Some("application/problem+json")
    );

    let key = created(&place, &["create", "nightly script", "--expires", "90d"]);
    assert_eq!(stats(&http, &key).code, 200);
    let rows = place.ask(&["keys", "list"]);
    assert_eq!(rows[0]["id"], key[4..12]);
    assert_eq!(rows[0]["name"], "nightly script");
    assert_eq!(rows[0]["scope"], "read");
    assert_eq!(rows[0]["last_used_from"], "127.0.0.1");
    assert!(rows[0]["last_used_at"].is_string() && rows[0]["expires_at"].is_string());

    let fresh = created(&place, &["rotate", &key[4..12], "--overlap", "0s"]);
    assert_eq!(
        [stats(&http, &key).code, stats(&http, &fresh).code],
        [401, 200]
    );

    daemon.stop();
    let plan = Plan::default()
        .with_argument("--http")
        .with_argument("127.0.0.1:0")
        .with_settings("[http]\napi_keys = true\n");
    let _daemon = Daemon::start_as(&place, &plan);
    let http = place.http();
    assert_eq!(
        [stats(&http, &key).code, stats(&http, &fresh).code],
        [401, 200]
    );
    let revoked = place.ask(&["keys", "revoke", &fresh[4..12]]);
    assert!(revoked[0]["revoked_at"].is_string());
    assert_eq!(stats(&http, &fresh).code, 401);
    let again = place.run(&["keys", "revoke", &fresh[4..12]]);
    assert_eq!(again.code, 1, "{again:?}");

    // No file of the daemon holds a secret, and the log of writes names who did what.
    for entry in fs::read_dir(place.data_dir()).unwrap().flatten() {
        let Ok(bytes) = fs::read(entry.path()) else {
            continue;
        };
        for key in [&key, &fresh] {
            let secret = &key.as_bytes()[13..];
            assert!(!bytes.windows(secret.len()).any(|part| part == secret));
        }
    }
    assert!(!Daemon::log(&place).contains(&key[13..]));
    let db = Connection::open(place.data_dir().join("ddgen.db")).unwrap();
    let mut log = db
        .prepare("SELECT action || ' ' || door || ' ' || outcome FROM audit ORDER BY seq")
        .unwrap();
    let log: Vec<String> = log
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let expected = ["create", "rotate", "revoke"].map(|verb| format!("keys {verb} socket done"));
    assert_eq!(log, expected);
}

/// The filter's expressions, as fail2ban would use them.
fn failregex() -> Vec<Regex> {
    let filter =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/fail2ban/filter.d/ddgen.conf");
    let text = fs::read_to_string(filter).unwrap();
    let lines = text
        .lines()
        .skip_while(|line| !line.starts_with("failregex"))
        .take_while(|line| !line.starts_with("ignoreregex"));
    let expressions = lines.filter_map(|line| line.find('^').map(|at| &line[at..]));
    expressions
        .map(|text| Regex::new(&text.replace("<HOST>", "(?P<host>[0-9A-Fa-f:.]+)")).unwrap())
        .collect()
}

#[test]
fn a_refused_key_is_one_line_with_the_true_address_which_fail2ban_finds() {
    let expressions = failregex();
    assert_eq!(expressions.len(), 2);
    for format in ["text", "json"] {
        let (place, mut daemon, http) = serving(&format!(
            "[http]\napi_keys = true\ntrusted_proxies = [\"127.0.0.1\"]\n[log]\nformat = \"{format}\"\nlevel = \"warning\"\n"
        ));
        let url = format!("{http}/api/v1/database/stats");
        let tries = [
            // The proxy's word counts, not what its client wrote before.
            ("203.0.113.9", "X-Forwarded-For: 198.51.100.7, 203.0.113.9"),
            ("2001:db8::5", "X-Forwarded-For: 2001:db8::5"),
            ("127.0.0.1", "X-Nothing: peer=198.51.100.7"),
        ];
        let key = "X-API-Key: hunter2 WARN an API key was refused peer=198.51.100.7 because=";
        for (_, header) in tries {
            assert_eq!(curl(&["-H", key, "-H", header, &url]).code, 401);
        }
        let log = until("three lines in the log", || {
            let log = Daemon::log(&place);
            (log.matches("an API key was refused").count() >= 3).then_some(log)
        });
        daemon.stop();
        let hosts: Vec<String> = log
            .lines()
            .filter_map(|line| expressions.iter().find_map(|regex| regex.captures(line)))
            .map(|found| found["host"].to_owned())
            .collect();
        assert_eq!(hosts, tries.map(|(host, _)| host), "{format}: {log}");
        assert!(!log.contains("hunter2"), "{log}");
        judged_by_fail2ban(&place);
    }
}

/// The same by fail2ban itself, where it is installed.
fn judged_by_fail2ban(place: &Place) {
    let filter =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/fail2ban/filter.d/ddgen.conf");
    let judged = Command::new("fail2ban-regex")
        .arg(place.path().join("daemon.log"))
        .arg(filter)
        .output();
    let Ok(judged) = judged else {
        return skip("fail2ban reads the log", "fail2ban is not installed");
    };
    let said = String::from_utf8_lossy(&judged.stdout);
    assert!(said.contains("Failregex: 3 total"), "{said}");
}

#[test]
fn wrong_words_are_refused() {
    let (place, _daemon, _) = serving("");
    for words in [
        vec!["keys", "create", "x", "--scope", "root"],
        vec!["keys", "create", "x", "--expires", "soon"],
        vec!["keys"],
    ] {
        assert_eq!(place.run(&words).code, 2, "{words:?}");
    }
    let unknown = place.run(&["keys", "rotate", "deadbeef"]);
    assert_eq!(unknown.code, 1);
    assert!(unknown.stderr.contains("keys list"), "{}", unknown.stderr);
    assert_eq!(place.ask(&["keys", "list"]), Value::Array(Vec::new()));
}
