//! What of the first lines is the header, and what stands above it.

use super::sample::Record;
use crate::accumulate::Kind;
use crate::lex::{self, Class};

/// Lines before the header are told from records in the first of these only.
const MAX_PREAMBLE: usize = 50;

/// Records at the start that are none: comments, titles and notes above the header.
pub(super) fn preamble(records: &[Record], width: usize) -> usize {
    let comments = leading_comments(records, width);
    let rest = &records[comments..];
    if width < 2 {
        return comments;
    }
    comments + titles(rest, width).max(set_off(rest, width))
}

fn leading_comments(records: &[Record], width: usize) -> usize {
    let is_comment = |record: &&Record| record.cells[0].starts_with(b"#") && !record.is_quoted();
    let comments = records.iter().take_while(is_comment).count();
    // `#id,name` is a header in its own right when it is as wide as the records.
    match comments {
        n if n == records.len() => 0,
        n if n > 0 && width > 1 && records[n - 1].cells.len() == width => n - 1,
        n => n,
    }
}

/// Titles fill few cells; a header that lacks one name (R writes so) is no title.
fn titles(records: &[Record], width: usize) -> usize {
    if width < 3 {
        return 0;
    }
    let is_title = |record: &&Record| {
        let cells = record.cells.len();
        let filled = record.cells.iter().filter(|cell| !cell.is_empty()).count();
        (cells < width && filled * 2 <= width) || (cells == width && filled <= 1)
    };
    let titles = records
        .iter()
        .take(MAX_PREAMBLE)
        .take_while(is_title)
        .count();
    if !is_regular(&records[titles..], width) {
        return 0;
    }
    // Names of some of the columns are no title, where nothing else names them.
    let (title, first) = (
        titles.checked_sub(1).map(|at| &records[at]),
        &records[titles],
    );
    let names = title.is_some_and(|title| {
        title.cells.len() > 1
            && title.cells.iter().all(|cell| is_word(cell))
            && !first.set_off
            && is_header(title, &records[titles..])
            && !is_header(first, &records[titles + 1..])
    });
    titles - usize::from(names)
}

fn is_word(cell: &[u8]) -> bool {
    !cell.is_empty() && lex::read(Kind::Cell, cell).class() == Class::Text
}

/// Lines of another width that a blank line sets off from what is regular.
fn set_off(records: &[Record], width: usize) -> usize {
    let first = records
        .iter()
        .take(MAX_PREAMBLE)
        .take_while(|record| record.cells.len() != width)
        .count();
    let is_set_off = first > 0 && records.get(first).is_some_and(|record| record.set_off);
    if is_set_off && is_regular(&records[first..], width) {
        first
    } else {
        0
    }
}

fn is_regular(records: &[Record], width: usize) -> bool {
    let regular = records.iter().filter(|r| r.cells.len() == width).count();
    !records.is_empty() && regular * 10 >= records.len() * 9
}

/// Years one after the other, behind a name: they name what stands below them.
fn are_years(cells: &[Vec<u8>]) -> bool {
    let year = |cell: &Vec<u8>| {
        let year = std::str::from_utf8(cell).ok()?.parse::<u16>().ok()?;
        (1800..=2200).contains(&year).then_some(year)
    };
    let years: Vec<u16> = cells.iter().filter_map(year).collect();
    let named = cells.len() > years.len() && year(&cells[0]).is_none() && !cells[0].is_empty();
    let others_are_text = cells
        .iter()
        .filter(|cell| year(cell).is_none())
        .all(|cell| lex::read(Kind::Cell, cell).class() == Class::Text);
    let step = years
        .get(1)
        .map(|second| i32::from(*second) - i32::from(years[0]));
    named
        && others_are_text
        && step.is_some_and(|step| step != 0)
        && years
            .windows(2)
            .all(|pair| Some(i32::from(pair[1]) - i32::from(pair[0])) == step)
}

/// Whether the first record names the fields.
pub(super) fn is_header(first: &Record, body: &[Record]) -> bool {
    let first = &first.cells;
    if first.iter().all(Vec::is_empty) {
        return false;
    }
    let years = are_years(first);
    let typed = |cell: &[u8]| {
        !matches!(
            lex::read(Kind::Cell, cell).class(),
            Class::Text | Class::YesNo
        )
    };
    let (mut yes, mut no) = (0_u32, 0_u32);
    for (at, name) in first.iter().enumerate() {
        let column = body
            .iter()
            .take(100)
            .filter_map(|r| r.cells.get(at))
            .filter(|c| !c.is_empty());
        let (mut filled, mut typed_cells, mut again) = (0_u32, 0_u32, false);
        for cell in column {
            filled += 1;
            typed_cells += u32::from(typed(cell));
            again |= cell == name;
        }
        let column_typed = filled > 0 && typed_cells * 2 > filled;
        let name_typed = typed(name) && !years;
        match (name.is_empty(), name_typed, column_typed) {
            (true, ..) => {}
            (_, false, true) => yes += 3,
            (_, true, true) => no += 3,
            (_, true, false) => no += 1,
            (_, false, false) if again => no += 1,
            (_, false, false) => yes += u32::from(filled > 0),
        }
    }
    let text_only = years || first.iter().all(|name| !typed(name));
    if body.is_empty() {
        text_only
    } else {
        yes > no || (yes == no && text_only)
    }
}
