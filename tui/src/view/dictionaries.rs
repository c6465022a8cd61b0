//! All dictionaries.

use ddgen_ipc::message::DictionaryRow;

use super::brush::Brush;
use super::table::{self, Cell};
use super::welcome;
use crate::app::App;
use crate::app::columns::{DICTIONARIES, DictionaryColumn};
use crate::app::layout::Layout;
use crate::format;

pub(super) fn draw(app: &App, layout: &Layout, brush: &mut Brush<'_>) {
    if app.dictionaries.list.entries().is_empty() {
        welcome::draw(app, layout, brush);
        return;
    }
    table::draw(
        &app.dictionaries.list,
        DICTIONARIES,
        layout,
        brush,
        |row, column, width, brush| cell(app, row, column, width, brush),
    );
    if app.dictionaries.list.shown() == 0 {
        let quiet = brush.theme.quiet();
        brush.put(
            1,
            layout.body.y,
            layout.body.width - 1,
            "no dictionary has these words",
            quiet,
        );
    }
}

fn cell(
    app: &App,
    row: &DictionaryRow,
    column: DictionaryColumn,
    width: usize,
    brush: &Brush<'_>,
) -> Cell {
    let theme = brush.theme;
    let (words, style) = match column {
        DictionaryColumn::Name => (row.name.clone(), theme.text()),
        DictionaryColumn::Records => (format::count_in(row.records, width), theme.text()),
        DictionaryColumn::Fields => (format::count_in(row.fields.into(), width), theme.text()),
        DictionaryColumn::Versions => (format::count_in(row.versions.into(), width), theme.quiet()),
        DictionaryColumn::Warnings => {
            return table::quiet_zero(row.warnings.into(), theme.warning(), width, brush);
        }
        DictionaryColumn::Pii => {
            return table::quiet_zero(row.pii_fields.into(), theme.private(), width, brush);
        }
        DictionaryColumn::Format => (row.format.clone(), theme.quiet()),
        DictionaryColumn::Size => (format::bytes(row.bytes), theme.quiet()),
        DictionaryColumn::Updated => (app.clock.moment(row.updated_at), theme.text()),
        DictionaryColumn::Watch => (row.watch.clone(), theme.quiet()),
    };
    Cell { words, style }
}
