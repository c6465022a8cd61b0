//! Dependencies point one way, asserted from `cargo metadata`.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

fn package<'a>(metadata: &'a Value, name: &str) -> &'a Value {
    let packages = metadata["packages"].as_array().unwrap();
    packages
        .iter()
        .find(|package| package["name"] == name)
        .unwrap()
}

/// Direct dependencies of one kind: `null` for the usual ones.
fn direct(metadata: &Value, name: &str) -> BTreeSet<String> {
    let dependencies = package(metadata, name)["dependencies"].as_array().unwrap();
    let usual = dependencies
        .iter()
        .filter(|dependency| dependency["kind"].is_null());
    usual
        .map(|dependency| dependency["name"].as_str().unwrap().to_owned())
        .collect()
}

/// Everything that is linked, as the resolver sees it, without what only tests and builds need.
fn linked(metadata: &Value, name: &str) -> BTreeSet<String> {
    let nodes = metadata["resolve"]["nodes"].as_array().unwrap();
    let mut seen = BTreeSet::new();
    let mut names = BTreeSet::new();
    let mut next = vec![package(metadata, name)["id"].as_str().unwrap().to_owned()];
    while let Some(id) = next.pop() {
        if !seen.insert(id.clone()) {
            continue;
        }
        let node = nodes.iter().find(|node| node["id"] == id.as_str()).unwrap();
        for dependency in node["deps"].as_array().unwrap() {
            let kinds = dependency["dep_kinds"].as_array().unwrap();
            if kinds.iter().any(|kind| kind["kind"].is_null()) {
                next.push(dependency["pkg"].as_str().unwrap().to_owned());
            }
        }
        let packages = metadata["packages"].as_array().unwrap();
        let package = packages
            .iter()
            .find(|package| package["id"] == id.as_str())
            .unwrap();
        names.insert(package["name"].as_str().unwrap().to_owned());
    }
    names
}

fn ours(names: &BTreeSet<String>) -> Vec<&str> {
    names
        .iter()
        .map(String::as_str)
        .filter(|name| name.starts_with("ddgen"))
        .collect()
}

#[test]
fn rooms_know_only_what_they_may() {
    let metadata = metadata();
    let of = |name| direct(&metadata, name);
    assert_eq!(ours(&of("ddgen-ipc")), [""; 0]);
    assert_eq!(ours(&of("ddgen-profile")), [""; 0]);
    assert_eq!(ours(&of("ddgen-ops")), ["ddgen-ipc"]);
    assert_eq!(ours(&of("ddgen-tui")), ["ddgen-ipc"]);
    assert_eq!(
        ours(&of("ddgend")),
        ["ddgen-ipc", "ddgen-ops", "ddgen-profile"]
    );
}

#[test]
fn the_client_has_no_database_and_the_daemon_no_terminal() {
    let metadata = metadata();
    let client = linked(&metadata, "ddgen-tui");
    for database in ["rusqlite", "libsqlite3-sys", "redb"] {
        assert!(!client.contains(database), "ddgen-tui links {database}");
    }
    let daemon = linked(&metadata, "ddgend");
    for terminal in ["ratatui", "ratatui-core", "crossterm"] {
        assert!(!daemon.contains(terminal), "ddgend links {terminal}");
    }
}

#[test]
fn the_engine_has_no_store_no_clock_and_no_network() {
    let engine = linked(&metadata(), "ddgen-profile");
    for stranger in [
        "rusqlite", "redb", "tokio", "mio", "jiff", "chrono", "time", "notify", "reqwest",
    ] {
        assert!(!engine.contains(stranger), "ddgen-profile links {stranger}");
    }
}
