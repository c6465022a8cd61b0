//! What was judged of a version beside what its file alone says: drift, breaches of its contract.

use std::collections::BTreeMap;

use ddgen_ipc::message::FindingRow;
use ddgen_profile::contract::Violation;
use ddgen_profile::document::{Finding, Severity};
use rusqlite::{Connection, params};
use serde::Serialize;

use super::error::StoreError;

/// Where a finding comes from.
pub(super) const DRIFT: &str = "drift";
pub(super) const CONTRACT: &str = "contract";

/// As it stands in documents.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Found {
    /// Path of the field; none: the table.
    field: Option<String>,
    source: String,
    code: String,
    severity: String,
    message: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    numbers: BTreeMap<String, f64>,
}

pub(super) fn insert(
    db: &Connection,
    version: i64,
    dictionary: i64,
    path: Option<&str>,
    source: &str,
    finding: &Finding,
) -> Result<(), StoreError> {
    let numbers = serde_json::to_string(&finding.numbers)
        .map_err(|error| StoreError::Internal(format!("a finding cannot be written: {error}")))?;
    let severity = match finding.severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let message = match path {
        Some(path) if !has_field(db, dictionary, path)? => format!("`{path}`: {}", finding.message),
        _ => finding.message.clone(),
    };
    db.prepare_cached(
        "INSERT INTO findings (version, field, source, code, severity, message, numbers) VALUES \
           (?1, (SELECT id FROM fields WHERE dictionary = ?2 AND path = ?3), ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        version,
        dictionary,
        path,
        source,
        finding.code,
        severity,
        message,
        numbers
    ])?;
    Ok(())
}

/// A field that never was has no identity to hang a finding on.
fn has_field(db: &Connection, dictionary: i64, path: &str) -> Result<bool, StoreError> {
    let mut field =
        db.prepare_cached("SELECT 1 FROM fields WHERE dictionary = ?1 AND path = ?2")?;
    Ok(field.exists(params![dictionary, path])?)
}

/// Notes where a version is not what its contract says.
pub(super) fn note_violations(
    db: &Connection,
    version: i64,
    dictionary: i64,
    violations: &[Violation],
) -> Result<(), StoreError> {
    for violation in violations {
        let number = |name: &str, n: Option<u64>| n.map(|n| (name.to_owned(), n as f64));
        let numbers = [
            number("count", violation.count),
            number("first_record", violation.first_record),
        ];
        let finding = Finding {
            code: format!("CONTRACT_{}", violation.rule.to_uppercase()),
            severity: Severity::Error,
            message: violation.sentence(),
            numbers: numbers.into_iter().flatten().collect(),
        };
        let path = violation.field.as_deref();
        insert(db, version, dictionary, path, CONTRACT, &finding)?;
    }
    Ok(())
}

/// Those of a version whose content is replaced.
pub(super) fn forget(db: &Connection, version: i64) -> Result<(), StoreError> {
    db.prepare_cached("DELETE FROM findings WHERE version = ?1")?
        .execute([version])?;
    Ok(())
}

pub(super) fn of(db: &Connection, version: i64) -> Result<Vec<Found>, StoreError> {
    let mut rows = db.prepare_cached(
        "SELECT f.path, n.source, n.code, n.severity, n.message, n.numbers FROM findings n \
         LEFT JOIN fields f ON f.id = n.field WHERE n.version = ?1 ORDER BY n.id",
    )?;
    let rows = rows.query_map([version], |row| {
        let numbers: String = row.get(5)?;
        Ok(Found {
            field: row.get(0)?,
            source: row.get(1)?,
            code: row.get(2)?,
            severity: row.get(3)?,
            message: row.get(4)?,
            numbers: serde_json::from_str(&numbers).unwrap_or_default(),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// As clients are told.
pub(super) fn rows(db: &Connection, version: i64) -> Result<Vec<FindingRow>, StoreError> {
    let found = of(db, version)?.into_iter();
    Ok(found
        .map(|found| FindingRow {
            field: found.field,
            source: found.source,
            code: found.code,
            severity: found.severity,
            message: found.message,
        })
        .collect())
}
