//! Many files at once: none lost, none twice, each in its place.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use harness::{Daemon, Place, SmallFile, small_files};
use serde_json::{Value, json};

/// How many dictionaries are looked at closely.
const LOOKED_AT: usize = 24;

#[test]
fn two_thousand_files_by_copy_by_rename_and_from_a_backlog() {
    let place = Place::new();
    let files = small_files(2_000);
    let (before, while_running) = files.split_at(400);
    let source = write_source(&place, before);
    copy(&source, &place.drop_dir());
    let _daemon = Daemon::start(&place);
    let (copied, renamed) = while_running.split_at(1_200);
    let source = write_source(&place, copied);
    std::thread::scope(|scope| {
        scope.spawn(|| copy(&source, &place.drop_dir()));
        for part in renamed.chunks(200) {
            scope.spawn(|| rename(&place, part));
        }
    });
    each_file_is_known_once(&place, &files);
}

#[test]
fn a_backlog_is_taken_in_by_time_and_name() {
    let place = Place::new();
    // Written newest first, two of each time: only time and name can bring them in order.
    let began = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let name = |number: u64| format!("sales_2026-01-{number:02}.csv");
    for number in (1..=20).rev() {
        let path = place.drop_dir().join(name(number));
        fs::write(&path, format!("id\n{number}\n")).unwrap();
        let file = File::options().append(true).open(&path).unwrap();
        file.set_modified(began + Duration::from_secs(number / 2))
            .unwrap();
    }
    let _daemon = Daemon::start(&place);
    place.settled(20);
    let drops = place.ask(&["drops"]);
    let versions: BTreeMap<u64, String> = drops
        .as_array()
        .unwrap()
        .iter()
        .map(version_and_file)
        .collect();
    let expected: BTreeMap<u64, String> = (1..=20).map(|number| (number, name(number))).collect();
    assert_eq!(versions, expected);
}

fn version_and_file(drop: &Value) -> (u64, String) {
    let path = Path::new(drop["path"].as_str().unwrap());
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    (drop["version"].as_u64().unwrap(), name)
}

mod long {
    use super::*;

    #[test]
    fn two_thousand_files_copied_at_once() {
        let place = Place::new();
        let files = small_files(2_000);
        let source = write_source(&place, &files);
        let _daemon = Daemon::start(&place);
        copy(&source, &place.drop_dir());
        each_file_is_known_once(&place, &files);
    }

    #[test]
    fn two_thousand_files_copied_while_the_daemon_is_down() {
        let place = Place::new();
        let files = small_files(2_000);
        let source = write_source(&place, &files);
        copy(&source, &place.drop_dir());
        let mut daemon = Daemon::start(&place);
        each_file_is_known_once(&place, &files);
        // Nothing of it is done again by the next daemon.
        assert!(daemon.stop().success());
        let _again = Daemon::start(&place);
        place.drop_file("marker.csv", "m\n1\n");
        assert_eq!(place.settled(2_001)["drops"]["total"], 2_001);
    }

    #[test]
    fn two_thousand_files_renamed_into_place() {
        let place = Place::new();
        let files = small_files(2_000);
        let _daemon = Daemon::start(&place);
        std::thread::scope(|scope| {
            for part in files.chunks(500) {
                scope.spawn(|| rename(&place, part));
            }
        });
        each_file_is_known_once(&place, &files);
    }
}

/// The files outside of the watched folder, to be copied into it.
fn write_source(place: &Place, files: &[SmallFile]) -> PathBuf {
    let source = tempfile::Builder::new()
        .prefix("source-")
        .tempdir_in(place.path())
        .unwrap()
        .keep();
    for file in files {
        let path = source.join(&file.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &file.content).unwrap();
    }
    source
}

/// As a person does it.
fn copy(source: &Path, target: &Path) {
    let status = Command::new("cp")
        .arg("-R")
        .arg(source.join("."))
        .arg(target)
        .status()
        .unwrap();
    assert!(status.success());
}

fn rename(place: &Place, files: &[SmallFile]) {
    for file in files {
        place.drop_file(file.path.to_str().unwrap(), &file.content);
    }
}

fn each_file_is_known_once(place: &Place, files: &[SmallFile]) {
    let count = files.len();
    let status = place.settled(count as u64);
    let expected = json!({ "total": count, "done": count, "failed": 0, "duplicate": 0, "parked": 0, "quarantined": 0 });
    assert_eq!(status["drops"], expected, "{}", Daemon::log(place));
    assert_eq!(
        status["queue"],
        json!({ "pending": 0, "running": 0, "parked": 0 })
    );
    let drops = place.ask(&["drops"]);
    let versions = each_drop_is_of_one_file(place, drops.as_array().unwrap(), files);
    let list = place.ask(&["list"]);
    each_dictionary_is_right(list.as_array().unwrap(), files, &versions);
    // Some of each kind: the step has no divisor in common with the number of kinds.
    for file in files.iter().step_by((count / LOOKED_AT) | 1) {
        let key = (file.dictionary.clone(), file.path.clone());
        its_version_is_right(place, file, versions[&key]);
    }
}

/// Number of the version by dictionary and file.
type Versions = BTreeMap<(String, PathBuf), u64>;

fn each_drop_is_of_one_file(place: &Place, drops: &[Value], files: &[SmallFile]) -> Versions {
    assert_eq!(drops.len(), files.len());
    let ids: BTreeSet<&str> = drops
        .iter()
        .map(|drop| drop["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), files.len(), "an identity is of one drop");
    let root = place.drop_dir();
    let versions: Versions = drops
        .iter()
        .map(|drop| {
            let path = Path::new(drop["path"].as_str().unwrap())
                .strip_prefix(&root)
                .unwrap();
            let dictionary = drop["dictionary"].as_str().unwrap().to_owned();
            (
                (dictionary, path.to_owned()),
                drop["version"].as_u64().unwrap(),
            )
        })
        .collect();
    let expected: BTreeSet<_> = files
        .iter()
        .map(|file| (file.dictionary.clone(), file.path.clone()))
        .collect();
    let found: BTreeSet<_> = versions.keys().cloned().collect();
    let lost: Vec<_> = expected.difference(&found).collect();
    let strange: Vec<_> = found.difference(&expected).collect();
    assert!(
        lost.is_empty() && strange.is_empty(),
        "lost {lost:?}, instead {strange:?}"
    );
    versions
}

fn each_dictionary_is_right(list: &[Value], files: &[SmallFile], versions: &Versions) {
    let mut series: BTreeMap<&str, Vec<(u64, &SmallFile)>> = BTreeMap::new();
    for file in files {
        let version = versions[&(file.dictionary.clone(), file.path.clone())];
        series
            .entry(&file.dictionary)
            .or_default()
            .push((version, file));
    }
    assert_eq!(list.len(), series.len());
    for row in list {
        let name = row["name"].as_str().unwrap();
        let mut of = series
            .remove(name)
            .unwrap_or_else(|| panic!("nothing is called {name}"));
        of.sort_by_key(|(version, _)| *version);
        let numbers: Vec<u64> = of.iter().map(|(version, _)| *version).collect();
        assert_eq!(numbers, (1..=of.len() as u64).collect::<Vec<_>>(), "{name}");
        let (_, newest) = of[of.len() - 1];
        let shown = json!({ "versions": row["versions"], "records": row["records"], "fields": row["fields"] });
        let expected = json!({ "versions": of.len(), "records": newest.records, "fields": newest.fields.len() });
        assert_eq!(shown, expected, "{name}");
    }
}

fn its_version_is_right(place: &Place, file: &SmallFile, version: u64) {
    let shown = place.ask(&["show", &file.dictionary, "--version", &version.to_string()]);
    let table = &shown["profile"]["tables"][0];
    assert_eq!(table["records"], file.records, "{}", file.path.display());
    let fields = table["fields"].as_array().unwrap();
    let paths: Vec<&str> = fields
        .iter()
        .map(|field| field["path"].as_str().unwrap())
        .collect();
    assert_eq!(paths, file.fields, "{}", file.path.display());
    // The first field of every kind counts on from a number that is this file's alone.
    let (id, records) = (&fields[0], file.records);
    assert_eq!(id["distinct_count"], records, "{}", file.path.display());
    let (min, max) = (id["min"].as_u64().unwrap(), id["max"].as_u64().unwrap());
    assert_eq!(
        (min % 100, max - min),
        (0, records - 1),
        "{}",
        file.path.display()
    );
    assert!(
        file.content.contains(&min.to_string()),
        "{}",
        file.path.display()
    );
}
