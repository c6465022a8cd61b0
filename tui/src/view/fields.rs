//! The fields of one dictionary.

use super::brush::Brush;
use super::table::{self, Cell};
use crate::app::App;
use crate::app::columns::{FIELDS, FieldColumn};
use crate::app::fields::FieldSlot;
use crate::app::layout::Layout;
use crate::format;
use crate::text;

pub(super) fn draw(app: &App, layout: &Layout, brush: &mut Brush<'_>) {
    let Some(open) = &app.open else { return };
    table::draw(&open.list, FIELDS, layout, brush, cell);
    if open.list.shown() > 0 {
        return;
    }
    let (words, style) = if let Some(why) = &open.trouble {
        (why.as_str(), brush.theme.bad())
    } else if open.total == Some(0) {
        ("this dictionary has no fields", brush.theme.quiet())
    } else if open.total.is_none() {
        ("reading the fields …", brush.theme.quiet())
    } else if open.progress().is_some() {
        ("looking through the fields …", brush.theme.quiet())
    } else {
        ("no field has these words", brush.theme.quiet())
    };
    let columns = usize::from(layout.body.width.saturating_sub(2));
    let lines = text::wrap(words, columns, layout.page());
    for (y, line) in (layout.body.y..).zip(&lines) {
        brush.put(1, y, layout.body.width - 1, line, style);
    }
}

fn cell(slot: &FieldSlot, column: FieldColumn, width: usize, brush: &Brush<'_>) -> Cell {
    let theme = brush.theme;
    let plain = |words: String| Cell {
        words,
        style: theme.text(),
    };
    let quiet = |words: String| Cell {
        words,
        style: theme.quiet(),
    };
    if column == FieldColumn::Position {
        return quiet(slot.position.to_string());
    }
    let Some(row) = &slot.row else {
        return quiet(
            if column == FieldColumn::Path {
                "…"
            } else {
                ""
            }
            .to_owned(),
        );
    };
    match column {
        FieldColumn::Position => quiet(row.position.to_string()),
        FieldColumn::Path if row.path.is_empty() => quiet("(no name)".to_owned()),
        // Of a nested path the end is what differs from its neighbours.
        FieldColumn::Path if row.nesting_level > 0 => plain(text::tail(&row.path, width)),
        FieldColumn::Path => plain(row.path.clone()),
        FieldColumn::Type => plain(row.field_type.clone()),
        FieldColumn::Nulls if row.null_count == 0 => quiet("·".to_owned()),
        FieldColumn::Nulls => plain(format::share(row.null_count, row.count)),
        FieldColumn::Distinct => plain(format::count_in(row.distinct_count, width)),
        FieldColumn::Estimated => quiet(if row.estimated { "≈" } else { "" }.to_owned()),
        FieldColumn::Min => plain(row.min.as_deref().unwrap_or("·").to_owned()),
        FieldColumn::Max => plain(row.max.as_deref().unwrap_or("·").to_owned()),
        FieldColumn::Findings => {
            table::quiet_zero(row.findings.into(), theme.warning(), width, brush)
        }
        FieldColumn::Meaning => match (&row.pii, &row.semantic_type) {
            (Some(entity), _) => Cell {
                words: entity.clone(),
                style: theme.private(),
            },
            (None, Some(meaning)) => quiet(meaning.clone()),
            (None, None) => quiet(String::new()),
        },
    }
}
