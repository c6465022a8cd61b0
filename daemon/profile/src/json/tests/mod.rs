//! The reader against the standard, against another reader, and against numbers counted otherwise.

mod against_serde;
mod extended_json;
mod mutations;
mod numbers;
mod personal_keys;
mod rfc8259;
mod same_document;

use std::io::Read;

use super::form::HEAD;
use super::records::CHUNK;
use super::{Limits, Outcome, read_looking_at};
use crate::Refusal;
use crate::accumulate::{Budget, Columns};

/// Hands out a few bytes at a time, so that every token is cut somewhere.
struct Drip<'a>(&'a [u8], usize);

impl Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.1.min(self.0.len()).min(buffer.len());
        buffer[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

fn read_once(
    text: &[u8],
    depth: usize,
    step: usize,
    head: usize,
) -> (Columns, Result<Outcome, Refusal>) {
    let mut columns = Columns::new(Budget::of(64 << 20));
    let limits = Limits {
        nested_depth: depth,
        first_byte: 0,
        threads: 1,
    };
    let outcome = read_looking_at(head, CHUNK, &mut Drip(text, step), limits, &mut columns);
    (columns, outcome)
}

/// Reads a text `step` bytes at a time. What is a document is read again without a look ahead, so
/// that the window moves within it, and must come to the same.
fn read_text(text: &[u8], depth: usize, step: usize) -> (Columns, Result<Outcome, Refusal>) {
    let (columns, outcome) = read_once(text, depth, step, HEAD);
    if !matches!(&outcome, Ok(o) if o.format == "jsonl") {
        let (again, second) = read_once(text, depth, step, 0);
        assert_eq!(
            format!("{outcome:?}"),
            format!("{second:?}"),
            "{}",
            String::from_utf8_lossy(text)
        );
        if outcome.is_ok() {
            assert_eq!(
                counted(&columns),
                counted(&again),
                "{}",
                String::from_utf8_lossy(text)
            );
        }
    }
    (columns, outcome)
}

/// Reads lines on threads, about `chunk` bytes at once.
fn read_on(text: &[u8], threads: usize, chunk: usize) -> (Columns, Result<Outcome, Refusal>) {
    let mut columns = Columns::new(Budget::of(64 << 20));
    let limits = Limits {
        nested_depth: 10,
        first_byte: 0,
        threads,
    };
    let outcome = read_looking_at(HEAD, chunk, &mut Drip(text, 7), limits, &mut columns);
    (columns, outcome)
}

/// Path, kind, value and count of everything that was counted, sorted; missing values as `-`.
fn counted(columns: &Columns) -> Vec<String> {
    let mut all = Vec::new();
    for field in &columns.fields {
        for column in &field.columns {
            for value in column.table.iter() {
                let text = String::from_utf8_lossy(value.text);
                all.push(format!(
                    "{} {:?} {text} x{}",
                    field.spec.path, column.kind, value.count
                ));
            }
        }
        if field.missing > 0 {
            all.push(format!("{} - x{}", field.spec.path, field.missing));
        }
    }
    all.sort();
    all
}
