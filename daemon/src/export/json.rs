//! Everything as one JSON document.

use serde::Serialize;

use super::{Dictionary, ExportError};

/// Goes up when the document means something else.
pub(super) const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    ddgen_export: u32,
    dictionaries: &'a [Dictionary],
}

pub(super) fn render(dictionaries: &[Dictionary]) -> Result<Vec<u8>, ExportError> {
    let document = Document {
        ddgen_export: VERSION,
        dictionaries,
    };
    let mut text = serde_json::to_vec_pretty(&document)?;
    text.push(b'\n');
    Ok(text)
}
