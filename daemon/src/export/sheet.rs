//! Rows and columns that CSV and workbooks share, and that can be imported again.

use ddgen_ipc::message::Aspect;
use ddgen_profile::document::{Field, Number};

use super::{Dictionary, Written};

/// What a row is about.
pub const DICTIONARY: &str = "dictionary";
pub const FIELD: &str = "field";

/// Facts, which an import does not read but the first three.
pub const FACTS: [&str; 18] = [
    "what",
    "dictionary",
    "path",
    "position",
    "type",
    "format",
    "semantic_type",
    "pii",
    "nullable",
    "count",
    "null_count",
    "distinct_count",
    "min",
    "max",
    "mean",
    "samples",
    "findings",
    "file",
];
/// What stood when it was exported: `description=12 owner=13`. An import tells by it who changed what.
pub const REVISIONS: &str = "revisions";

/// A cell, by what it is.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Text(String),
    Number(f64),
}

/// Titles of all columns.
#[must_use]
pub fn titles() -> Vec<&'static str> {
    let edited = Aspect::ALL.iter().map(|aspect| aspect.word());
    let facts = FACTS.iter().copied();
    facts.chain(edited).chain([REVISIONS]).collect()
}

/// The dictionary's own row.
pub(super) fn of_dictionary(dictionary: &Dictionary, written: &Written<'_>) -> Vec<Cell> {
    let text = |text: &str| Cell::Text(text.to_owned());
    let mut cells = vec![text(DICTIONARY), text(&dictionary.name)];
    cells.resize(FACTS.len(), text(""));
    #[expect(clippy::cast_precision_loss, reason = "a cell is a double anyway")]
    let records = dictionary.records as f64;
    cells[9] = Cell::Number(records);
    cells[17] = text(&dictionary.profile.source.name);
    edited(&mut cells, written, None);
    cells
}

/// One row a field.
pub(super) fn of_field<'a>(
    dictionary: &Dictionary,
    written: &Written<'a>,
    field: &'a Field,
) -> Vec<Cell> {
    let text = |text: &str| Cell::Text(text.to_owned());
    let maybe = |known: &Option<String>| Cell::Text(known.clone().unwrap_or_default());
    #[expect(clippy::cast_precision_loss, reason = "a cell is a double anyway")]
    let count = |number: u64| Cell::Number(number as f64);
    let codes = field.findings.iter().map(|finding| finding.code.as_str());
    let mut cells = vec![
        text(FIELD),
        text(&dictionary.name),
        Cell::Text(odd(&field.path)),
        Cell::Number(field.position.into()),
        text(&field.field_type),
        maybe(&field.format),
        maybe(&field.semantic_type),
        text(field.pii.as_ref().map_or("", |pii| &pii.entity)),
        text(if field.nullable { "yes" } else { "no" }),
        count(field.count),
        count(field.null_count),
        count(field.distinct_count),
        value(field.min.as_ref()),
        value(field.max.as_ref()),
        field.mean.map_or_else(|| text(""), Cell::Number),
        Cell::Text(field.samples.join(" | ")),
        Cell::Text(codes.collect::<Vec<_>>().join(" ")),
        text(&dictionary.profile.source.name),
    ];
    edited(&mut cells, written, Some(&field.path));
    cells
}

fn edited<'a>(cells: &mut Vec<Cell>, written: &Written<'a>, field: Option<&'a str>) {
    let mut revisions = Vec::new();
    for aspect in Aspect::ALL {
        let row = written.row(field, aspect);
        cells.push(Cell::Text(
            row.map_or_else(String::new, |row| row.value.clone()),
        ));
        revisions.extend(row.map(|row| format!("{aspect}={}", row.revision)));
    }
    cells.push(Cell::Text(revisions.join(" ")));
}

fn value(number: Option<&Number>) -> Cell {
    match number {
        None => Cell::Text(String::new()),
        // Above 2^53 a double would be another number.
        #[expect(clippy::cast_precision_loss, reason = "smaller than that")]
        Some(Number::Integer(value)) if value.unsigned_abs() < 1 << 53 => {
            Cell::Number(*value as f64)
        }
        Some(Number::Integer(value)) => Cell::Text(value.to_string()),
        Some(Number::Float(value)) => Cell::Number(*value),
        Some(Number::Text(text)) => Cell::Text(text.clone()),
    }
}

/// A path as a cell: what blanks, quotes or control characters make doubtful stands as in JSON.
#[must_use]
pub fn odd(path: &str) -> String {
    let doubtful = path.is_empty()
        || path.trim() != path
        || path.starts_with('"')
        || path.contains("_x")
        || path.chars().any(|c| c.is_control() || c == '\u{feff}');
    if !doubtful {
        return path.to_owned();
    }
    let mut out = String::from("\"");
    for c in path.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            // `_x000A_` is an escape in workbooks.
            '_' => out.push_str("\\u005f"),
            c if c.is_control() || c == '\u{feff}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// What [`odd`] was given.
#[must_use]
pub fn path(cell: &str) -> String {
    let quoted = cell
        .starts_with('"')
        .then(|| serde_json::from_str(cell).ok());
    quoted.flatten().unwrap_or_else(|| cell.to_owned())
}
