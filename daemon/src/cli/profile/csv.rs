//! A profile as CSV (RFC 4180): one row a field, all tables one below the other.

use std::io;

use ddgen_profile::Profile;
use ddgen_profile::document::{Field, Number, Table};

use crate::cli::failure::Failure;
use crate::cli::output;
use crate::cli::screen::Screen;
use crate::cli::text::printable;
use crate::export::formula::neutral;

const HEADER: [&str; 32] = [
    "table",
    "path",
    "name",
    "position",
    "nesting_level",
    "type",
    "format",
    "count",
    "null_count",
    "null_proportion",
    "missing_values",
    "distinct_count",
    "unique_count",
    "min",
    "p05",
    "p25",
    "p50",
    "p75",
    "p95",
    "max",
    "mean",
    "stddev",
    "sum",
    "length_min",
    "length_mean",
    "length_max",
    "top_value",
    "top_count",
    "semantic_type",
    "pii",
    "estimated",
    "findings",
];

pub(super) fn print(profile: &Profile) -> Result<(), Failure> {
    let text = render(profile, Screen::of(&io::stdout()).terminal)
        .map_err(|error| Failure::refused(format!("the result cannot be printed: {error}")))?;
    output::all(&text)
}

fn render(profile: &Profile, terminal: bool) -> Result<Vec<u8>, csv::Error> {
    let mut out = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    out.write_record(HEADER)?;
    for table in &profile.tables {
        for field in &table.fields {
            let cells = row(table, field).map(|cell| cell.text());
            if terminal {
                out.write_record(cells.map(|cell| printable(&cell)))?;
            } else {
                out.write_record(cells)?;
            }
        }
    }
    out.into_inner().map_err(|error| error.into_error().into())
}

/// A number is written as it is; a text may be one that a spreadsheet would run.
enum Cell {
    Number(String),
    Text(String),
}

impl Cell {
    fn text(self) -> String {
        match self {
            Self::Number(number) => number,
            Self::Text(text) => neutral(&text),
        }
    }
}

fn row(table: &Table, field: &Field) -> [Cell; 32] {
    let text = |text: &str| Cell::Text(text.to_owned());
    let maybe = |known: &Option<String>| Cell::Text(known.clone().unwrap_or_default());
    let count = |number: u64| Cell::Number(number.to_string());
    let counted = |number: Option<u64>| {
        Cell::Number(number.map(|number| number.to_string()).unwrap_or_default())
    };
    let real = |real: Option<f64>| value(real.map(Number::Float).as_ref());
    let quantiles = field.quantiles.as_ref();
    let length = field.length.as_ref();
    let top = field.top_values.first();
    let codes = field.findings.iter().map(|finding| finding.code.as_str());
    let estimated = field.estimates.keys().map(String::as_str);
    [
        text(&table.name),
        text(&field.path),
        text(&field.name),
        count(field.position.into()),
        count(field.nesting_level.into()),
        text(&field.field_type),
        maybe(&field.format),
        count(field.count),
        count(field.null_count),
        real(Some(field.null_proportion)),
        text(&field.missing_values.join(" ")),
        count(field.distinct_count),
        counted(field.unique_count),
        value(field.min.as_ref()),
        value(quantiles.map(|it| &it.p05)),
        value(quantiles.map(|it| &it.p25)),
        value(quantiles.map(|it| &it.p50)),
        value(quantiles.map(|it| &it.p75)),
        value(quantiles.map(|it| &it.p95)),
        value(field.max.as_ref()),
        real(field.mean),
        real(field.stddev),
        value(field.sum.as_ref()),
        counted(length.map(|it| it.min)),
        real(length.map(|it| it.mean)),
        counted(length.map(|it| it.max)),
        text(top.map_or("", |top| &top.value)),
        counted(top.map(|top| top.count)),
        maybe(&field.semantic_type),
        text(field.pii.as_ref().map_or("", |pii| &pii.entity)),
        text(&estimated.collect::<Vec<_>>().join(" ")),
        text(&codes.collect::<Vec<_>>().join(" ")),
    ]
}

/// As the JSON document has it.
fn value(number: Option<&Number>) -> Cell {
    match number {
        None => Cell::Number(String::new()),
        Some(Number::Text(text)) => Cell::Text(text.clone()),
        Some(number) => Cell::Number(serde_json::to_string(number).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use ddgen_profile::Brief;

    use super::*;
    use crate::export::formula::runs;

    fn profiled(text: &str) -> Profile {
        let brief = Brief {
            name: "t.csv".into(),
            ..Brief::default()
        };
        ddgen_profile::profile(&text.as_bytes().to_vec(), &brief, &|_| {}).unwrap()
    }

    fn read(bytes: &[u8]) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(bytes);
        let rows = reader.records().map(|row| row.unwrap());
        rows.map(|row| row.iter().map(str::to_owned).collect())
            .collect()
    }

    #[test]
    fn rows_are_read_back_as_they_were() {
        let profile = profiled("a,\"b \"\"x\"\", y\"\n-2,\"p,\nq\"\n-1,r\n0,s\n");
        let bytes = render(&profile, false).unwrap();
        assert!(bytes.ends_with(b"\r\n"));
        let rows = read(&bytes);
        assert_eq!(rows[0], HEADER);
        let cell = |row: usize, name: &str| {
            let at = HEADER.iter().position(|known| *known == name).unwrap();
            rows[row][at].as_str()
        };
        assert_eq!(cell(1, "path"), "a");
        assert_eq!(
            [cell(1, "min"), cell(1, "mean"), cell(1, "sum")],
            ["-2", "-1.0", "-3"]
        );
        assert_eq!(cell(2, "path"), "b \"x\", y");
        assert_eq!(cell(2, "min"), "p,\nq");
    }

    #[test]
    fn no_cell_is_a_formula() {
        let header = "=cmd|' /C calc'!A0,@SUM(A1),+x,-y,＝1\n";
        let profile = profiled(&format!(
            "{header}=HYPERLINK(1),@a,+1 2,-2+3,\"\tx\"\n=2,@b,+3 4,-3+3,\"\ty\"\n"
        ));
        let rows = read(&render(&profile, false).unwrap());
        assert_eq!(rows.len(), 6);
        for cell in rows[1..].iter().flatten() {
            assert!(!runs(cell), "{cell}");
        }
        assert_eq!(rows[1][1], "'=cmd|' /C calc'!A0");
        assert!(runs("-2+3") && runs("+49 170") && !runs("-2.5e3") && !runs("+4917"));
        assert!(runs("-") && runs("-inf") && runs("+nan"));
    }

    #[test]
    fn a_terminal_is_not_steered_and_a_file_gets_the_bytes() {
        let profile = profiled("a\u{1b}]0;x\u{7}b,c\n1,2\n3,4\n");
        let shown = String::from_utf8(render(&profile, true).unwrap()).unwrap();
        assert!(shown.contains("a\\u{1b}]0;x\\u{7}b") && !shown.contains('\u{1b}'));
        let kept = String::from_utf8(render(&profile, false).unwrap()).unwrap();
        assert!(kept.contains("a\u{1b}]0;x\u{7}b"));
    }
}
