//! One row a field, or, on a narrow screen, a few lines each.

use ddgen_profile::document::{Field, Number, Severity, Table};

use super::cell::Cell;
use super::grid::{self, Column};
use super::page::Page;
use super::shape::Shape;
use super::{block, name_of};
use crate::cli::amounts::share;
use crate::cli::screen::Ink;
use crate::cli::text::printable;

/// From this share of missing values the number is painted.
const MANY_MISSING: f64 = 0.5;

const COLUMNS: [Column; 11] = [
    column("", false, [1, 1, 1], 0),
    column(grid::NAMES, false, [12, 18, 40], 0),
    column("TYPE", false, [9, 9, 9], 0),
    column("NULL", true, [5, 5, 5], 0),
    column("DISTINCT", true, [8, 8, 14], 0),
    column("MIN", true, [8, 8, 24], 0),
    column("MEDIAN", true, [8, 8, 24], 2),
    column("MEAN", true, [7, 7, 12], 3),
    column("MAX", true, [8, 8, 24], 0),
    column("SHAPE", false, [5, 5, 10], 1),
    column("MEANING", false, [8, 8, 20], 0),
];

const fn column(
    heading: &'static str,
    right: bool,
    [least, fair, most]: [usize; 3],
    rank: u8,
) -> Column {
    Column {
        heading,
        right,
        least,
        fair,
        most,
        rank,
    }
}

/// What the table says of one field.
pub(super) struct Row {
    pub(super) mark: Cell,
    pub(super) name: Cell,
    pub(super) kind: Cell,
    pub(super) missing: Cell,
    pub(super) distinct: Cell,
    pub(super) min: Cell,
    pub(super) median: Cell,
    pub(super) mean: Cell,
    pub(super) max: Cell,
    pub(super) shape: Cell,
    pub(super) meaning: Cell,
}

pub(super) fn all(page: &mut Page, table: &Table) {
    let rows: Vec<Row> = table.fields.iter().map(Row::of).collect();
    let cells: Vec<Vec<Cell>> = rows.iter().map(Row::cells).collect();
    if !grid::print(page, &COLUMNS, &cells) {
        for row in &rows {
            block::print(page, row);
        }
    }
}

impl Row {
    fn of(field: &Field) -> Self {
        let about = |what: &str| field.estimates.contains_key(what);
        let middle = field.quantiles.as_ref().map(|quantiles| &quantiles.p50);
        let median = middle.filter(|_| is_ordered(field));
        let mean = field.mean.map(|mean| Cell::Value {
            value: Number::Float(mean),
            about: about("mean"),
            ink: Ink::Plain,
        });
        let (mark, ink) = mark(worst(field));
        Self {
            mark: Cell::Words(mark.to_owned(), ink),
            name: Cell::Words(name_of(field), Ink::Strong),
            kind: Cell::Words(printable(&field.field_type), Ink::Kind),
            missing: missing(field),
            distinct: distinct(field),
            min: value(field, field.min.as_ref(), about("min")),
            median: value(field, median, about("quantiles")),
            mean: mean.unwrap_or(Cell::Empty),
            max: value(field, field.max.as_ref(), about("max")),
            shape: Shape::of(field).map_or(Cell::Empty, Cell::Shape),
            meaning: meaning(field),
        }
    }

    /// In the order of the columns.
    fn cells(&self) -> Vec<Cell> {
        [
            &self.mark,
            &self.name,
            &self.kind,
            &self.missing,
            &self.distinct,
            &self.min,
            &self.median,
            &self.mean,
            &self.max,
            &self.shape,
            &self.meaning,
        ]
        .map(Cell::clone)
        .to_vec()
    }
}

/// Whether a value in the middle says something: of texts it does not.
pub(in crate::cli) fn is_ordered(field: &Field) -> bool {
    !matches!(
        field.field_type.as_str(),
        "string" | "boolean" | "object" | "array" | "binary" | "any"
    )
}

fn is_moment(field: &Field) -> bool {
    matches!(field.field_type.as_str(), "date" | "time" | "datetime")
}

fn value(field: &Field, value: Option<&Number>, about: bool) -> Cell {
    match value {
        None => Cell::Empty,
        Some(Number::Text(text)) if is_moment(field) => Cell::Moment {
            text: printable(text),
            about,
        },
        Some(value) => Cell::Value {
            value: value.clone(),
            about,
            ink: if is_ordered(field) {
                Ink::Plain
            } else {
                Ink::Quiet
            },
        },
    }
}

/// An object or an array whose members are fields of their own has no values to count.
fn distinct(field: &Field) -> Cell {
    if field.distinct_count == 0 && matches!(field.field_type.as_str(), "object" | "array") {
        return Cell::Empty;
    }
    Cell::Count {
        number: field.distinct_count,
        about: field.estimates.contains_key("distinct_count"),
    }
}

fn missing(field: &Field) -> Cell {
    let ink = match field.null_proportion {
        _ if field.null_count == 0 => Ink::Quiet,
        share if share >= MANY_MISSING => Ink::Warning,
        _ => Ink::Plain,
    };
    let words = if field.null_count == 0 {
        "-".to_owned()
    } else {
        share(field.null_count, field.count)
    };
    Cell::Words(words, ink)
}

fn meaning(field: &Field) -> Cell {
    let said = field.said_by();
    let with = |word: &str| match &said {
        Some(by) => printable(&format!("{word}, {by}")),
        None => printable(word),
    };
    match (&field.pii, &field.semantic_type, &said) {
        (Some(pii), _, _) => Cell::Label(with(&pii.entity), Ink::Private),
        (None, Some(semantic), _) => Cell::Label(with(semantic), Ink::Good),
        (None, None, Some(by)) => Cell::Label(printable(by), Ink::Good),
        (None, None, None) => Cell::Empty,
    }
}

fn worst(field: &Field) -> Option<Severity> {
    field.findings.iter().map(|finding| finding.severity).max()
}

/// The sign of a finding: what only informs needs none in the table.
pub(super) fn mark(severity: Option<Severity>) -> (&'static str, Ink) {
    match severity {
        None | Some(Severity::Info) => ("", Ink::Plain),
        Some(Severity::Warning) => ("!", Ink::Warning),
        Some(Severity::Error) => ("x", Ink::Bad),
    }
}
