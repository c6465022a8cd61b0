//! What `ddgend support-bundle` writes: numbers and words of our own, and nothing that anybody named.
//!
//! Nothing is left out by looking for what may be secret: only what cannot be is let in. Paths, names
//! of files, dictionaries, fields, watches, sinks and people, reasons and log lines stay at home.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use serde::Serialize;
use serde_json::{Value, json};

use super::Findings;
use crate::settings::{Origin, Row, is_plain};

/// The bundle as one JSON document.
#[must_use]
pub fn bundle(findings: &Findings) -> Value {
    let settings = &findings.loaded.settings;
    json!({
        "support_bundle_version": 1,
        "ddgen": env!("CARGO_PKG_VERSION"),
        "made_at": ddgen_ipc::Timestamp::now(),
        "machine": machine(),
        "checks": checks(findings),
        "settings": rows(&findings.loaded.rows),
        "daemon": findings.status.as_ref().map(daemon),
        "store": store(&settings.data.dir.join(crate::store::FILE)),
        "left_out": "paths, file names, dictionary and field names, values, reasons, log lines, \
                     names of watches, sinks and people, secrets",
    })
}

fn machine() -> Value {
    let uname = rustix::system::uname();
    let text = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    // Of the distribution's own making, not the administrator's.
    let of = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        let word = line.trim_matches('"');
        let plain = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
        (word.len() <= 40 && word.chars().all(plain)).then(|| word.to_owned())
    };
    json!({
        "system": uname.sysname().to_string_lossy(),
        "kernel": uname.release().to_string_lossy(),
        "architecture": uname.machine().to_string_lossy(),
        "distribution": of("ID="),
        "distribution_version": of("VERSION_ID="),
        "cores": std::thread::available_parallelism().map_or(0, usize::from),
    })
}

fn checks(findings: &Findings) -> Vec<Value> {
    let checks = findings.examination.checks.iter();
    let row = |check: &super::Check| {
        let numbers: BTreeMap<_, _> = check.numbers.iter().copied().collect();
        json!({ "name": check.name, "health": check.health, "numbers": numbers })
    };
    checks.map(row).collect()
}

#[derive(Serialize)]
struct Setting {
    name: String,
    /// None: it is not shown.
    value: Option<Value>,
    from: &'static str,
}

fn rows(rows: &[Row]) -> Vec<Setting> {
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut setting = |row: &Row| Setting {
        name: without_names(&row.name, &mut numbers),
        value: is_plain(&row.value).then(|| row.value.clone()),
        from: match row.origin {
            Origin::Default => "default",
            Origin::File { .. } => "file",
            Origin::EnvFile { .. } => "env_file",
            Origin::Variable { .. } => "environment",
            Origin::SecretFile { .. } => "secret_file",
            Origin::Credential { .. } => "credential",
            Origin::Flag { .. } => "flag",
        },
    };
    rows.iter().map(&mut setting).collect()
}

/// `watch.sales.path` is named by somebody: `watch.1.path`.
fn without_names(name: &str, numbers: &mut BTreeMap<String, usize>) -> String {
    for list in ["watch.", "alerts.rule.", "alerts.sink."] {
        let Some((given, key)) = name
            .strip_prefix(list)
            .and_then(|rest| rest.rsplit_once('.'))
        else {
            continue;
        };
        let next = numbers.len() + 1;
        let number = numbers.entry(format!("{list}{given}")).or_insert(next);
        return format!("{list}{number}.{key}");
    }
    name.to_owned()
}

fn daemon(status: &ddgen_ipc::message::Status) -> Value {
    let probes: Vec<Value> = status
        .probes
        .iter()
        .map(|probe| json!({ "name": probe.name, "verdict": probe.verdict }))
        .collect();
    let watches: Vec<Value> = status
        .watches
        .iter()
        .map(|watch| {
            json!({ "how": watch.how, "folders": watch.folders, "unreadable": watch.unreadable,
                    "refused_names": watch.refused_names })
        })
        .collect();
    json!({
        "version": status.version,
        "status": status.status,
        "started_at": status.started_at,
        "queue": status.queue,
        "drops": status.drops,
        "probes": probes,
        "watches": watches,
        "workers": status.workers.len(),
        "jobs_done": status.workers.iter().map(|worker| worker.jobs_done).sum::<u64>(),
        "clients": status.clients,
        "dictionaries": status.dictionaries,
        "store_bytes": status.store_bytes,
        "http": status.http.is_some(),
    })
}

/// Rows by table and what was made of which format; none when it cannot be read.
fn store(file: &Path) -> Option<Value> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(file, flags).ok()?;
    let pairs = |sql: &str| -> Option<BTreeMap<String, i64>> {
        let mut found = db.prepare(sql).ok()?;
        let found = found
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .ok()?;
        found.collect::<Result<_, _>>().ok()
    };
    let number = |sql: &str| -> Option<i64> { db.query_row(sql, [], |row| row.get(0)).ok() };
    let tables = [
        "dictionaries",
        "versions",
        "fields",
        "version_fields",
        "annotations",
        "drops",
        "changes",
        "sketches",
        "backups",
    ];
    let rows: BTreeMap<&str, Option<i64>> = tables
        .into_iter()
        .map(|table| (table, number(&format!("SELECT count(*) FROM {table}"))))
        .collect();
    Some(json!({
        "schema": number("SELECT max(number) FROM migrations"),
        "sqlite": rusqlite::version(),
        "rows": rows,
        "drops": pairs("SELECT state, count FROM drop_counts"),
        "formats": pairs("SELECT format, count(*) FROM versions GROUP BY format"),
        "largest_file": number("SELECT max(bytes) FROM versions"),
        "most_fields": number("SELECT max(fields) FROM versions"),
        "longest_ms": number("SELECT max(duration_ms) FROM drops"),
    }))
}
