//! What a reload applies, and what it leaves for a restart.

use serde_json::{Value, json};

use super::loaded;
use crate::settings::{Changed, Reload};

fn changed(name: &str, from: Value, to: Value) -> Changed {
    Changed {
        name: name.to_owned(),
        from,
        to,
    }
}

fn between(before: &str, after: &str) -> Reload {
    // Both in one place, so that only the texts differ.
    let head = "data_dir = \"/srv/dd\"\n";
    let load = |text: &str| loaded(&[("ddgen.toml", &format!("{head}{text}"))], &[]);
    Reload::between(&load(before), &load(after))
}

#[test]
fn the_same_settings_change_nothing() {
    let text = "secret_key = \"8d1f\"\n[[watch]]\npath = \"/in\"\n";
    assert!(between(text, text).is_empty());
}

#[test]
fn live_and_restart_are_told_apart() {
    let after = "[log]\nlevel = \"debug\"\nformat = \"json\"\n[worker]\nmemory_limit = \"1GiB\"\n\
                 [http]\nport = 9000\n";
    let reload = between("", after);
    assert_eq!(
        reload.live,
        [
            changed("worker.memory_limit", json!("512MiB"), json!("1GiB")),
            changed("log.level", json!("info"), json!("debug")),
        ]
    );
    assert_eq!(
        reload.restart,
        [
            changed(
                "http.address",
                json!("127.0.0.1:8000"),
                json!("127.0.0.1:9000")
            ),
            changed("http.port", json!(8000), json!(9000)),
            changed("log.format", json!("text"), json!("json")),
        ]
    );
}

#[test]
fn a_watch_comes_and_goes_live() {
    let reload = between("[[watch]]\npath = \"/a\"\n", "[[watch]]\npath = \"/b\"\n");
    assert!(reload.restart.is_empty());
    assert!(
        reload
            .live
            .contains(&changed("watch.a.path", json!("/a"), Value::Null))
    );
    assert!(
        reload
            .live
            .contains(&changed("watch.b.path", Value::Null, json!("/b")))
    );
}

#[test]
fn a_changed_secret_is_noticed_and_not_shown() {
    let reload = between("secret_key = \"8d1f\"\n", "secret_key = \"9e2a\"\n");
    assert_eq!(
        reload.restart,
        [changed("secret_key", json!("***"), json!("***"))]
    );
}

#[test]
fn a_reload_takes_over_what_applies_live_and_nothing_else() {
    let running = loaded(&[], &[]).settings;
    let text = "data_dir = \"/elsewhere\"\n[log]\nlevel = \"error\"\nformat = \"json\"\n[worker]\n\
                tries = 7\nmemory_limit = \"64MiB\"\n[http]\naddress = \"off\"\n[profile]\nsample_size = 3\n[scan]\n\
                interval = \"5m\"\n[[watch]]\npath = \"/in\"\n";
    let new = loaded(&[("ddgen.toml", text)], &[]).settings;
    let next = running.reloaded(&new);
    assert_eq!(next.watches, new.watches);
    assert_eq!((next.worker.tries, next.worker.memory_limit), (3, 64 << 20));
    assert_eq!(next.profile.sample_size, 3);
    assert_eq!(next.scan_interval, new.scan_interval);
    assert_eq!(next.log.level, new.log.level);
    assert_eq!(next.log.format, running.log.format);
    assert_eq!(next.http, running.http);
    assert_eq!(next.data, running.data);
}
