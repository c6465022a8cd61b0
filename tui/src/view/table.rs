//! A list as a table: titles, rows, the mark of the selected one.

use ratatui::style::{Modifier, Style};

use super::brush::Brush;
use crate::app::columns::{Column, Placed, place};
use crate::app::layout::Layout;
use crate::app::listing::{Entry, Listing};

/// What stands in a cell.
pub(super) struct Cell {
    pub(super) words: String,
    pub(super) style: Style,
}

/// Draws titles and rows; `cell` says what stands in a column that is so many columns wide.
pub(super) fn draw<E: Entry>(
    list: &Listing<E>,
    columns: &'static [Column<E::Column>],
    layout: &Layout,
    brush: &mut Brush<'_>,
    cell: impl Fn(&E, E::Column, usize, &Brush<'_>) -> Cell,
) {
    let placed = place(columns, 1, layout.titles.width.saturating_sub(1));
    titles(list, &placed, layout, brush);
    let rows = list.window(layout.page());
    for ((y, (_, entry)), row) in (layout.body.y..layout.body.bottom())
        .zip(rows)
        .zip(list.offset()..)
    {
        let selected = row == list.cursor();
        let mut name = None;
        if selected {
            let mark = brush.theme.strong();
            brush.put(0, y, 1, "▌", mark);
        }
        for Placed { column, x, width } in &placed {
            let Cell { words, style } = cell(entry, column.id, usize::from(*width), brush);
            if column.right {
                brush.put_right(*x, y, *width, &words, style);
            } else {
                brush.put(*x, y, *width, &words, style);
            }
            // Only the name is turned around: a whole line would cost every move of the cursor
            // two lines on the wire.
            if selected && column.grows && name.is_none() {
                name = Some(ratatui::layout::Rect::new(*x, y, *width, 1));
            }
        }
        if let Some(name) = name {
            let style = brush.theme.selected();
            brush.tint(name, style);
        }
    }
}

fn titles<E: Entry>(
    list: &Listing<E>,
    placed: &[Placed<E::Column>],
    layout: &Layout,
    brush: &mut Brush<'_>,
) {
    let y = layout.titles.y;
    let sort = list.sort();
    for Placed { column, x, width } in placed {
        let mut title = column.title.to_owned();
        let mut style = brush.theme.quiet().add_modifier(Modifier::UNDERLINED);
        if sort.column == column.id {
            title.push(if sort.descending { '↓' } else { '↑' });
            style = brush.theme.title();
        }
        if column.right {
            // The arrow may lean into the gap on the left, so that the title stays whole.
            let lean = u16::from(crate::text::width(&title) > usize::from(*width));
            brush.put_right(x - lean.min(*x), y, width + lean, &title, style);
        } else {
            brush.put(*x, y, *width, &title, style);
        }
    }
}

/// The cell of a number that is nothing to look at while it is zero.
pub(super) fn quiet_zero(number: u64, loud: Style, width: usize, brush: &Brush<'_>) -> Cell {
    if number == 0 {
        Cell {
            words: "·".to_owned(),
            style: brush.theme.quiet(),
        }
    } else {
        Cell {
            words: crate::format::count_in(number, width),
            style: loud,
        }
    }
}
