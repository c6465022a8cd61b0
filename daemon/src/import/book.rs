//! Workbooks: all sheets whose first row has our titles.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use ddgen_ipc::message::ImportCell;

use super::ImportError;
use super::rows::{self, Columns};
use crate::export::CUT;

pub(super) fn read(bytes: &[u8]) -> Result<Vec<ImportCell>, ImportError> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes))?;
    let mut cells = Vec::new();
    let mut any = false;
    for (_, range) in book.worksheets() {
        let mut rows = range.rows();
        let titles: Vec<String> = rows.next().into_iter().flatten().map(text).collect();
        let Some(columns) = Columns::of(titles.iter().map(String::as_str)) else {
            continue;
        };
        any = true;
        for row in rows {
            let row: Vec<String> = row.iter().map(text).collect();
            let of_row = columns.cells(&row);
            cells.extend(of_row.into_iter().filter(|cell| !cell.value.ends_with(CUT)));
        }
    }
    if any { Ok(cells) } else { Err(rows::none()) }
}

/// What stands in a cell, as a person reads it.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            match (hour, minute, second) {
                (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
                _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
            }
        }
        other => other.to_string(),
    }
}
