//! Printing: one JSON document, or a table a person reads.

use std::io::{self, Write};

use super::failure::Failure;
use super::text;
use serde::Serialize;

pub(super) use super::amounts::{bytes, grouped};
pub(super) use super::text::printable;

/// Columns a cell is shortened to, so that one long path does not push the rest off the screen.
const WIDEST: usize = 60;

/// Prints one JSON document and a line end.
pub(super) fn json<T: Serialize + ?Sized>(document: &T) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(document)
        .map_err(|error| Failure::refused(format!("the result cannot be printed: {error}")))?;
    json_text(&text)
}

/// Prints a JSON document that is text already. What stands in its strings steers no terminal: JSON
/// itself asks for escapes only up to U+001F.
pub(super) fn json_text(document: &str) -> Result<(), Failure> {
    let mut out = String::with_capacity(document.len());
    for c in document.chars() {
        if c >= '\u{7f}' && text::acts(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    line(&out)
}

/// Prints a line.
pub(super) fn line(text: &str) -> Result<(), Failure> {
    let mut line = Vec::with_capacity(text.len() + 1);
    line.extend_from_slice(text.as_bytes());
    line.push(b'\n');
    all(&line)
}

/// Prints bytes at once. A reader that has gone away (`| head`) is no error.
pub(super) fn all(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => Err(Failure::refused(format!(
            "the result cannot be written: {error}"
        ))),
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
        let shown = cells.map(|(at, cell)| {
            if at == last {
                cell
            } else {
                text::middle(&cell, WIDEST)
            }
        });
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
                    .map(|cell| text::width(cell));
                cells.chain([text::width(heading)]).max().unwrap_or(0)
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
                out.push_str(&text::padded(cell, *width, *align == Align::Right));
                out.push_str("  ");
            }
            text.push_str(out.trim_end());
            text.push('\n');
        }
        text
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
}
