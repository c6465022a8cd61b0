//! Columns that share the width of the screen.

use super::cell::Cell;
use super::page::{Page, Piece};
use crate::cli::screen::Ink;
use crate::cli::text;

/// The heading of what is never cut where nobody looks.
pub(super) const NAMES: &str = "FIELD";
/// Blanks between two columns.
const GAP: usize = 2;
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub(super) heading: &'static str,
    pub(super) right: bool,
    /// Columns of the screen without which it is not worth having.
    pub(super) least: usize,
    /// Columns of the screen that it is cut to before others are left out for its sake.
    pub(super) fair: usize,
    /// Columns of the screen past which it gains nothing.
    pub(super) most: usize,
    /// Who goes first when there is too little room: the highest. 0 stays.
    pub(super) rank: u8,
}

impl Column {
    fn least(&self) -> usize {
        self.least
    }

    fn fair(&self) -> usize {
        self.fair
    }

    /// Behind a sign a blank is enough.
    fn gap(&self) -> usize {
        if self.most == 1 { 1 } else { GAP }
    }
}

/// Prints the rows under their headings; columns with nothing in them are left out. False, and
/// nothing is printed, where not even the least of them fits.
pub(super) fn print(page: &mut Page, columns: &[Column], rows: &[Vec<Cell>]) -> bool {
    let Some(widths) = widths(columns, rows, page.screen.width) else {
        return false;
    };
    let headings = columns.iter().map(|column| {
        let heading = column.heading.to_owned();
        (heading, Ink::Quiet)
    });
    page.line(&pieces(columns, &widths, headings.collect()));
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| match width {
            Some(width) => cell.fit(*width),
            None => (String::new(), Ink::Plain),
        });
        page.line(&pieces(columns, &widths, cells.collect()));
    }
    true
}

fn pieces(columns: &[Column], widths: &[Option<usize>], cells: Vec<Piece>) -> Vec<Piece> {
    let mut out = Vec::with_capacity(2 * cells.len());
    for (((text, ink), column), width) in cells.into_iter().zip(columns).zip(widths) {
        let Some(width) = *width else { continue };
        // Blanks are not painted.
        let pad = " ".repeat(width.saturating_sub(text::width(&text)));
        if column.right {
            out.extend([(pad, Ink::Plain), (text, ink)]);
        } else {
            out.extend([(text, ink), (pad, Ink::Plain)]);
        }
        out.push((" ".repeat(column.gap()), Ink::Plain));
    }
    out
}

/// How wide each column is, or that it is left out.
fn widths(
    columns: &[Column],
    rows: &[Vec<Cell>],
    room: Option<usize>,
) -> Option<Vec<Option<usize>>> {
    let mut kept: Vec<Option<usize>> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let cells = || rows.iter().filter_map(|row| row.get(at));
            if cells().all(Cell::is_empty) {
                return None;
            }
            let widest = cells().map(Cell::natural).max().unwrap_or(0);
            // Where nobody looks, a script finds the names whole.
            let most = match room {
                None if column.heading == NAMES => usize::MAX,
                _ => column.most,
            };
            Some(widest.min(most).max(text::width(column.heading)))
        })
        .collect();
    let Some(room) = room else {
        return Some(kept);
    };
    let all = kept.clone();
    for least in [Column::fair as fn(&Column) -> usize, Column::least] {
        kept.clone_from(&all);
        loop {
            let mut widths = kept.clone();
            if shrink(columns, &mut widths, room, least) {
                return Some(widths);
            }
            let there = columns.iter().zip(&kept).enumerate();
            let cheapest = there
                .filter(|(_, (column, width))| column.rank > 0 && width.is_some())
                .max_by_key(|(_, (column, _))| column.rank);
            match cheapest {
                Some((out, _)) => kept[out] = None,
                None => break,
            }
        }
    }
    None
}

/// Takes from the widest until all fit; false when the least of each is too much.
fn shrink(
    columns: &[Column],
    widths: &mut [Option<usize>],
    room: usize,
    least: fn(&Column) -> usize,
) -> bool {
    loop {
        let shown = columns.iter().zip(widths.iter());
        let taken = shown.filter_map(|(column, width)| width.map(|width| width + column.gap()));
        // Behind the last one there is none.
        if taken.sum::<usize>() <= room + GAP {
            return true;
        }
        let spare = columns.iter().zip(widths.iter_mut());
        let spare = spare.filter_map(|(column, width)| {
            let least = least(column).max(text::width(column.heading));
            width.as_mut().filter(|width| **width > least)
        });
        match spare.max_by_key(|width| **width) {
            Some(width) => *width -= 1,
            None => return false,
        }
    }
}
