//! Findings on a table as a whole.

use super::{finding, percent};
use crate::document::{Finding, Severity, Table};
use crate::meaning::PERSONAL_KEYS;

/// What the reader counted and the document has no number for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TableFacts {
    /// Records with fewer or more values than the header has names.
    pub ragged_records: u64,
    /// First ragged record, from 1.
    pub first_ragged: Option<u64>,
    /// Byte sequences that the encoding does not know, replaced while reading.
    pub invalid_sequences: u64,
    /// Offset of the first of them.
    pub first_invalid: Option<u64>,
    /// Times an object gave a key again (JSON).
    pub repeated_keys: u64,
    /// Keys of objects that are personal data (JSON).
    pub personal_keys: u64,
    /// Line from 1, byte from 0 and reason of the first record that was rejected.
    pub first_rejected: Option<(u64, u64, &'static str)>,
}

/// Draws the findings of a table whose numbers are in place.
#[must_use]
pub fn table_findings(table: &Table, facts: &TableFacts) -> Vec<Finding> {
    let mut found = Vec::new();
    if table.records == 0 {
        found.push(finding(
            "EMPTY_TABLE",
            Severity::Warning,
            "There is a header and no record.".into(),
            &[],
        ));
    }
    if let Some(n) = table.duplicate_records.filter(|n| *n > 0) {
        let share = n as f64 / table.records.max(1) as f64;
        found.push(finding(
            "DUPLICATE_RECORDS",
            Severity::Warning,
            format!(
                "{n} of {} records repeat an earlier one ({}).",
                table.records,
                percent(share)
            ),
            &[
                ("duplicates", n as f64),
                ("records", table.records as f64),
                ("share", share),
            ],
        ));
    }
    if table.rejected_records > 0 {
        let n = table.rejected_records;
        let all = n + table.records;
        let place = facts
            .first_rejected
            .map_or(String::new(), |(line, offset, why)| {
                format!("; the first is line {line}: at byte {offset}, {why}")
            });
        let mut rejected = finding(
            "REJECTED_RECORDS",
            Severity::Error,
            format!("{n} of {all} records could not be read and are in no number{place}."),
            &[("rejected", n as f64), ("records", table.records as f64)],
        );
        if let Some((line, offset, _)) = facts.first_rejected {
            rejected.numbers.insert("first_line".into(), line as f64);
            rejected.numbers.insert("first_byte".into(), offset as f64);
        }
        found.push(rejected);
    }
    if facts.ragged_records > 0 {
        let n = facts.ragged_records;
        let place = facts
            .first_ragged
            .map_or(String::new(), |r| format!(", the first is record {r}"));
        found.push(finding(
            "RAGGED_RECORDS",
            Severity::Warning,
            format!(
                "{n} of {} records have more or fewer values than there are columns{place}.",
                table.records
            ),
            &[("ragged", n as f64), ("records", table.records as f64)],
        ));
    }
    if facts.invalid_sequences > 0 {
        let n = facts.invalid_sequences;
        let place = facts
            .first_invalid
            .map_or(String::new(), |b| format!(", the first at byte {b}"));
        found.push(finding(
            "INVALID_BYTES",
            Severity::Warning,
            format!(
                "{n} byte sequences are not valid in the file's encoding and were replaced{place}."
            ),
            &[("sequences", n as f64)],
        ));
    }
    if facts.repeated_keys > 0 {
        let n = facts.repeated_keys;
        found.push(finding(
            "REPEATED_KEYS",
            Severity::Warning,
            format!("{n} times an object gives one key twice; each value is kept under a path of its own (`key#2`)."),
            &[("repeated", n as f64)],
        ));
    }
    if facts.personal_keys > 0 {
        let n = facts.personal_keys;
        found.push(finding(
            "PERSONAL_DATA_IN_KEYS",
            Severity::Warning,
            format!("Keys of objects are personal data, {n} times; the path says `{PERSONAL_KEYS}` for all of them, and what stands under them is counted together."),
            &[("keys", n as f64)],
        ));
    }
    found
}
