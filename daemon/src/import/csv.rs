//! CSV with a row of titles; what a spreadsheet would have run is taken back as it was.

use ddgen_ipc::message::ImportCell;

use super::ImportError;
use super::rows::{self, Columns};
use crate::export::formula::original;

pub(super) fn read(text: &str) -> Result<Vec<ImportCell>, ImportError> {
    // Spreadsheets of some countries write semicolons.
    let titles = text.lines().next().unwrap_or_default();
    let delimiter = match titles.contains(',') {
        true => b',',
        false if titles.contains(';') => b';',
        false => b'\t',
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(text.as_bytes());
    let columns = Columns::of(reader.headers()?.iter()).ok_or_else(rows::none)?;
    let mut cells = Vec::new();
    for row in reader.records() {
        let row: Vec<String> = row?.iter().map(|cell| original(cell).to_owned()).collect();
        cells.extend(columns.cells(&row));
    }
    Ok(cells)
}
