//! CSV (RFC 4180): the dictionary, then its fields, one dictionary below the other.

use super::formula::neutral;
use super::sheet::{self, Cell};
use super::{Dictionary, ExportError};

pub(super) fn render(dictionaries: &[Dictionary]) -> Result<Vec<u8>, ExportError> {
    let mut out = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    out.write_record(sheet::titles())?;
    let mut write = |cells: Vec<Cell>| {
        out.write_record(cells.into_iter().map(|cell| match cell {
            Cell::Number(number) => number.to_string(),
            Cell::Text(text) => neutral(&text),
        }))
    };
    for dictionary in dictionaries {
        let written = dictionary.written();
        write(sheet::of_dictionary(dictionary, &written))?;
        for field in dictionary.fields() {
            write(sheet::of_field(dictionary, &written, field))?;
        }
    }
    let bytes = out
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(bytes)
}
