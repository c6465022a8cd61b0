//! What people wrote, read back out of an export: workbook, CSV, JSON or folder. Pure: bytes in,
//! cells out; whether a cell was changed, and may be written, the store decides.

mod book;
mod csv;
mod json;
mod rows;

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use ddgen_ipc::message::ImportCell;
use thiserror::Error;

pub use json::sheet;

#[derive(Debug, Error)]
pub enum ImportError {
    #[error("the workbook cannot be read: {0}")]
    Workbook(#[from] calamine::XlsxError),
    #[error("the CSV cannot be read: {0}")]
    Csv(#[from] ::csv::Error),
    #[error("the JSON cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    #[error(
        "this ddgend reads exports of version {known}, and this is one of version {found}: export it \
         again, or import it with the newer ddgend"
    )]
    Newer { found: u32, known: u32 },
    #[error(
        "there is no column to import: one row has to name the columns, `dictionary` and at least \
         one of {0} among them"
    )]
    NoColumns(String),
    #[error("{place}: this was said in another row already; leave one of both")]
    Twice { place: String },
    #[error("it is neither a workbook, nor an export as JSON, nor CSV in UTF-8")]
    Unknown,
}

/// The cells of a file, whatever its name.
///
/// # Errors
/// When it is nothing that can be imported.
pub fn read(bytes: &[u8]) -> Result<Vec<ImportCell>, ImportError> {
    let text = || std::str::from_utf8(bytes).map_err(|_| ImportError::Unknown);
    let text = match bytes {
        [b'P', b'K', ..] => return once(book::read(bytes)?),
        _ => text()?.trim_start_matches('\u{feff}'),
    };
    once(match text.trim_start().starts_with('{') {
        true => json::read(text)?,
        false => csv::read(text)?,
    })
}

/// Nothing may be said twice: which of both would be meant?
///
/// # Errors
/// Names the first that is.
pub fn once(cells: Vec<ImportCell>) -> Result<Vec<ImportCell>, ImportError> {
    let mut seen = HashSet::new();
    for cell in &cells {
        if !seen.insert((&cell.dictionary, &cell.field, cell.aspect)) {
            let of = cell.field.as_deref().unwrap_or("the dictionary");
            let place = format!("{} of {of} in `{}`", cell.aspect, cell.dictionary);
            return Err(ImportError::Twice { place });
        }
    }
    Ok(cells)
}
