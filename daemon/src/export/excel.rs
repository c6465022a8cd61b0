//! A workbook: dictionaries, fields, findings, and how to edit it. Texts are written as texts and
//! marked as such, so that none becomes a formula when its cell is edited.

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatBorder, Workbook, Worksheet,
};

use super::formula::runs;
use super::sheet::{self, Cell, FACTS};
use super::{Dictionary, ExportError};

/// Characters that a cell holds.
const LONGEST: usize = 32_000;
/// How a text ends that a cell cannot hold; an import leaves what ends so as it is.
pub const CUT: &str = " … (too long for a cell)";

pub(super) fn render(dictionaries: &[Dictionary]) -> Result<Vec<u8>, ExportError> {
    let mut book = Workbook::new();
    // The same dictionaries make the same bytes.
    let day = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&day));
    let rows = dictionaries.iter();
    let own = rows.map(|one| sheet::of_dictionary(one, &one.written()));
    fill(book.add_worksheet(), "Dictionaries", &sheet::titles(), own)?;
    let fields = dictionaries.iter().flat_map(|one| {
        let written = one.written();
        let fields = one.fields().iter();
        let rows: Vec<_> = fields
            .map(|field| sheet::of_field(one, &written, field))
            .collect();
        rows
    });
    fill(book.add_worksheet(), "Fields", &sheet::titles(), fields)?;
    let titles = ["dictionary", "path", "severity", "code", "message"];
    let findings = dictionaries.iter().flat_map(findings);
    fill(book.add_worksheet(), "Findings", &titles, findings)?;
    let about = book.add_worksheet();
    about.set_name("Read me")?;
    about.set_column_width(0, 100)?;
    let words = [
        "Columns with a coloured title can be edited: `ddgend import FILE` takes what was changed.",
        "An emptied cell takes a text away. Rows may be removed or put in another order.",
        "The column `revisions` tells what stood when this was exported: leave it as it is.",
        "All other columns are facts, measured of the newest version; changes to them are not read.",
    ];
    for (row, words) in (0..).zip(words) {
        about.write_string(row, 0, words)?;
    }
    Ok(book.save_to_buffer()?)
}

fn findings(dictionary: &Dictionary) -> Vec<Vec<Cell>> {
    let text = |text: &str| Cell::Text(text.to_owned());
    let severity = |finding: &ddgen_profile::document::Finding| match finding.severity {
        ddgen_profile::document::Severity::Info => "info",
        ddgen_profile::document::Severity::Warning => "warning",
        ddgen_profile::document::Severity::Error => "error",
    };
    let row = |path: &str, finding: &ddgen_profile::document::Finding| {
        vec![
            text(&dictionary.name),
            text(path),
            text(severity(finding)),
            text(&finding.code),
            text(&finding.message),
        ]
    };
    let of_tables = dictionary
        .profile
        .tables
        .iter()
        .flat_map(|table| &table.findings);
    let mut rows: Vec<_> = of_tables.map(|finding| row("", finding)).collect();
    for field in dictionary.fields() {
        let path = sheet::odd(&field.path);
        rows.extend(field.findings.iter().map(|finding| row(&path, finding)));
    }
    rows
}

fn fill(
    sheet: &mut Worksheet,
    name: &str,
    titles: &[&str],
    rows: impl Iterator<Item = Vec<Cell>>,
) -> Result<(), ExportError> {
    let fact = Format::new()
        .set_bold()
        .set_background_color(Color::RGB(0x00DD_E3EA))
        .set_border_bottom(FormatBorder::Thin);
    let edited = fact.clone().set_background_color(Color::RGB(0x00FF_E08A));
    let plain = Format::new().set_text_wrap();
    let harmless = plain.clone().set_quote_prefix();
    sheet.set_name(name)?;
    sheet.set_freeze_panes(1, 3)?;
    for (column, title) in (0..).zip(titles) {
        let at = usize::from(column);
        let is_edited = at >= FACTS.len() && *title != sheet::REVISIONS;
        let format = if is_edited { &edited } else { &fact };
        sheet.write_string_with_format(0, column, *title, format)?;
        let width = match *title {
            "description" | "examples" | "message" => 50,
            "dictionary" | "path" | "samples" => 28,
            _ => 14,
        };
        sheet.set_column_width(column, width)?;
        if *title == sheet::REVISIONS {
            sheet.set_column_hidden(column)?;
        }
    }
    let mut last = 0;
    for (row, cells) in (1..).zip(rows) {
        last = row;
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Cell::Number(number) => {
                    sheet.write_number(row, column, number)?;
                }
                Cell::Text(text) if text.is_empty() => {}
                Cell::Text(text) => {
                    let format = if runs(&text) { &harmless } else { &plain };
                    sheet.write_string_with_format(row, column, fitting(text), format)?;
                }
            }
        }
    }
    let columns = u16::try_from(titles.len().saturating_sub(1)).unwrap_or(0);
    sheet.autofilter(0, 0, last, columns)?;
    Ok(())
}

fn fitting(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}{CUT}", &text[..end]),
        None => text,
    }
}
