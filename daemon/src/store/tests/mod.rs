//! Real files, real threads, real kills.

mod annotations;
mod concurrency;
mod coverage;
mod crash;
mod drift;
mod drops;
mod failures;
mod finals;
mod import;
mod migrations;
mod model;
mod names;
mod quarantine;
mod reading;
mod removal;
mod renames;
mod reshape;
mod search;
mod sketches;
mod upkeep;
mod verdicts;
mod versions;
mod wide;

use std::path::PathBuf;
use std::time::Duration;

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::DropState;
use ddgen_profile::Profile;
use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::arrival::{After, DropId, Origin, Sighting};
use crate::dataset;

/// Shapes of tables as lists of (path, type).
const SALES: &[(&str, &str)] = &[("id", "integer"), ("day", "date"), ("amount", "number")];
const PEOPLE: &[(&str, &str)] = &[("name", "string"), ("email", "string")];

fn open(dir: &TempDir) -> Store {
    Store::open(dir.path(), Duration::from_secs(5)).unwrap()
}

fn new_store() -> (TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir);
    (dir, store)
}

/// A connection past the store, to look at what is on disk.
fn look(dir: &TempDir) -> rusqlite::Connection {
    rusqlite::Connection::open(dir.path().join(FILE)).unwrap()
}

fn number(dir: &TempDir, sql: &str) -> i64 {
    look(dir).query_row(sql, [], |row| row.get(0)).unwrap()
}

fn assert_sound(dir: &TempDir) {
    let db = look(dir);
    let verdict: String = db
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(verdict, "ok");
    let mut orphans = db.prepare("PRAGMA foreign_key_check").unwrap();
    assert!(
        !orphans.exists([]).unwrap(),
        "a row points to one that is not there"
    );
    let counted: i64 = number(dir, "SELECT coalesce(sum(count), 0) FROM drop_counts");
    assert_eq!(
        counted,
        number(dir, "SELECT count(*) FROM drops"),
        "drop_counts"
    );
}

fn sighting(watch: &str, path: &str) -> Sighting {
    Sighting {
        watch: watch.to_owned(),
        root: PathBuf::from("/data").join(watch),
        path: path.into(),
        size: 100,
        mtime_ns: 1_767_571_200_000_000_000,
        inode: u64::MAX - 7,
    }
}

/// A document as the engine writes it, built from JSON so that the store meets what is real.
fn document(content: u64, tables: &[(&str, &[(&str, &str)])]) -> Profile {
    let tables: Vec<_> = tables
        .iter()
        .map(|(name, fields)| {
            let fields: Vec<_> = fields
                .iter()
                .enumerate()
                .map(|(at, (path, kind))| field(at + 1, path, kind))
                .collect();
            json!({ "name": name, "records": content + 1, "duplicate_records": 0,
                    "rejected_records": 0, "estimates": {}, "fields": fields,
                    "findings": [{ "code": "X", "severity": "warning",
                                   "message": "says \"fields\":[] in its text" }] })
        })
        .collect();
    serde_json::from_value(json!({
        "profile_version": 1,
        "source": { "name": "file", "bytes": 100 + content, "blake3": blake3_of(content),
                    "format": "csv", "compression": null, "encoding": "utf-8" },
        "tables": tables,
    }))
    .unwrap()
}

fn field(position: usize, path: &str, kind: &str) -> serde_json::Value {
    let pii = (path == "email").then(|| {
        json!({ "entity": "EMAIL_ADDRESS", "confidence": 0.99, "matched": 9, "tested": 9,
                "because": "every value" })
    });
    json!({ "path": path, "name": path, "parent_path": null, "position": position,
            "nesting_level": 0, "type": kind, "format": null, "nullable": false,
            "type_counts": { kind: 10 }, "type_exception": null, "count": 10, "null_count": 0,
            "null_proportion": 0.0, "missing_values": [], "distinct_count": 10,
            "unique_count": 10, "min": 0.1, "max": "9007199254740993", "mean": 1.5,
            "stddev": 0.5, "sum": 15, "quantiles": null, "histogram": null, "top_values": [],
            "length": null, "samples": ["1"], "semantic_type": null, "semantic_confidence": null,
            "pii": pii, "masked": pii.is_some(), "estimates": {}, "declared": null,
            "findings": [] })
}

fn blake3_of(content: u64) -> String {
    format!("{content:064x}")
}

/// A drop at `at` milliseconds whose version is final at once.
fn arrived(id: u128, watch: &str, path: &str, content: u64, shape: &[(&str, &str)]) -> Arrived {
    let file = path.rsplit('/').next().unwrap();
    let folding = dataset::fold(file, None);
    let mut sighting = sighting(watch, path);
    // Each arrival was written at another moment.
    sighting.mtime_ns += i64::try_from(id).unwrap();
    Arrived {
        drop: DropId(id),
        sighting,
        origin: Origin::Watched,
        document: document(content, &[(&folding.name, shape)]),
        sketches: None,
        after: After::Keep,
        judge_key: None,
        folding,
        tries: 0,
        arrived_at: Timestamp(1_000),
        seen_at: Timestamp(1_000),
        provisional_until: None,
        finished_at: Timestamp(1_000),
        profiler_version: "0.1.0".to_owned(),
        duration_ms: 3,
    }
}

impl Arrived {
    /// Committed at `now`, replaceable until `until`.
    fn provisional(mut self, now: i64, until: i64) -> Self {
        self.arrived_at = Timestamp(now);
        self.seen_at = Timestamp(now);
        self.finished_at = Timestamp(now);
        self.provisional_until = Some(Timestamp(until));
        self
    }
}

fn unprofiled(id: u128, path: &str, state: DropState) -> Unprofiled {
    Unprofiled {
        drop: DropId(id),
        sighting: sighting("w", path),
        origin: Origin::Watched,
        state,
        reason: Some("the file is no CSV: line 3 has no end".to_owned()),
        tries: 1,
        arrived_at: Timestamp(1_000),
        finished_at: Some(Timestamp(1_000)),
    }
}
