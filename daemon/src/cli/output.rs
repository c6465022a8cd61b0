//! Printing: one JSON document, or a table a person reads.

use std::io::{self, Write};

use serde::Serialize;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::failure::Failure;

/// Columns a cell is shortened to, so that one long path does not push the rest off the screen.
const WIDEST: usize = 60;

/// Prints one JSON document and a line end.
pub(super) fn json<T: Serialize + ?Sized>(document: &T) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(document)
        .map_err(|error| Failure::refused(format!("the result cannot be printed: {error}")))?;
    line(&text)
}

/// Prints a line. A reader that has gone away (`| head`) is no error.
pub(super) fn line(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out
        .write_all(text.as_bytes())
        .and_then(|()| out.write_all(b"\n"))
    {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        result => Ok(result?),
    }
}

/// Which side of its column a cell keeps to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

/// Rows under headings, columns as wide as their widest cell.
pub(super) struct Table {
    columns: Vec<(&'static str, Align)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(columns: &[(&'static str, Align)]) -> Self {
        Self {
            columns: columns.to_vec(),
            rows: Vec::new(),
        }
    }

    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let last = self.columns.len().saturating_sub(1);
        let cells = cells.into_iter().map(|cell| printable(&cell)).enumerate();
        // The last column pushes nothing off the screen, and reasons stand there.
        let shown = cells.map(|(at, cell)| if at == last { cell } else { shorten(&cell) });
        self.rows.push(shown.collect());
    }

    pub(super) fn print(&self) -> Result<(), Failure> {
        line(self.render().trim_end_matches('\n'))
    }

    fn render(&self) -> String {
        let widths: Vec<usize> = self
            .columns
            .iter()
            .enumerate()
            .map(|(at, (heading, _))| {
                let cells = self
                    .rows
                    .iter()
                    .filter_map(|row| row.get(at))
                    .map(|cell| cell.width());
                cells.chain([heading.width()]).max().unwrap_or(0)
            })
            .collect();
        let headings = self
            .columns
            .iter()
            .map(|(heading, _)| (*heading).to_owned())
            .collect();
        let mut text = String::new();
        for row in std::iter::once(&headings).chain(&self.rows) {
            let mut out = String::new();
            for ((cell, (_, align)), width) in row.iter().zip(&self.columns).zip(&widths) {
                let pad = " ".repeat(width.saturating_sub(cell.width()));
                match align {
                    Align::Left => out.push_str(&format!("{cell}{pad}  ")),
                    Align::Right => out.push_str(&format!("{pad}{cell}  ")),
                }
            }
            text.push_str(out.trim_end());
            text.push('\n');
        }
        text
    }
}

/// Control characters escaped: what stands in a file must not steer a terminal.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            let escape = c.is_control();
            let plain = (!escape).then_some(c);
            plain
                .into_iter()
                .chain(escape.then(|| c.escape_default()).into_iter().flatten())
        })
        .collect()
}

fn shorten(text: &str) -> String {
    if text.width() <= WIDEST {
        return text.to_owned();
    }
    // The end of a path or a sentence's number says more than its middle.
    let half = (WIDEST - 1) / 2;
    let head = take(text.chars(), half);
    let tail: String = take(text.chars().rev(), half).chars().rev().collect();
    format!("{head}…{tail}")
}

fn take(chars: impl Iterator<Item = char>, columns: usize) -> String {
    let mut used = 0;
    chars
        .take_while(|c| {
            used += c.width().unwrap_or(0);
            used <= columns
        })
        .collect()
}

/// 1234567 as `1,234,567`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Bytes as a person says them.
pub(super) fn bytes(number: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut size = number as f64;
    let mut unit = 0;
    while size >= 1024.0 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    if unit == 0 {
        format!("{number} B")
    } else {
        format!("{size:.1} {}", UNITS[unit])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_by_display_width() {
        let mut table = Table::new(&[("name", Align::Left), ("records", Align::Right)]);
        table.row(["売上".into(), "1".into()]);
        table.row(["sales".into(), "1,234".into()]);
        assert_eq!(
            table.render(),
            "name   records\n売上         1\nsales    1,234\n"
        );
    }

    #[test]
    fn control_characters_never_reach_the_terminal() {
        assert_eq!(printable("a\u{1b}[31m\nb"), "a\\u{1b}[31m\\nb");
    }

    #[test]
    fn numbers_are_grouped_and_long_cells_keep_both_ends() {
        assert_eq!(
            [
                grouped(0),
                grouped(999),
                grouped(1_000),
                grouped(12_345_678)
            ],
            ["0", "999", "1,000", "12,345,678"]
        );
        let long = shorten(&format!("/start{}end.csv", "x".repeat(200)));
        assert!(long.starts_with("/start") && long.ends_with("end.csv") && long.width() <= WIDEST);
        assert_eq!(bytes(1536), "1.5 KiB");
    }
}
