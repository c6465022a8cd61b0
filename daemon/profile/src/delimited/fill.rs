//! Cells into accumulators, by tiles of records, and in a tile one column after the other: what the
//! cells of a column look like stays predictable.

use super::Signs;
use super::cut::Chunk;
use super::ragged::Ragged;
use super::scan::{Ends, Structure, next_start, value};
use crate::accumulate::columns::Column;
use crate::accumulate::hash::{TINY, hash, hash_tiny, hash_words, mix};
use crate::accumulate::values::{Added, BATCH, Prepared, SHORT, TinyValue, words};
use crate::accumulate::{Columns, Kind};

/// Records that are counted column by column before the next ones are: their text and the ends of
/// their cells stay in the innermost cache.
const TILE: usize = 128;

/// Reused from chunk to chunk.
#[derive(Default)]
pub struct Room {
    /// First byte and byte after the last of all cells, record by record, as many as there are
    /// fields.
    cells: Vec<(u32, u32)>,
    starts: Vec<u32>,
    record_hashes: Vec<u64>,
    unquoted: Vec<u8>,
}

/// A chunk as the columns see it.
struct View<'a> {
    padded: &'a [u8],
    signs: Signs,
    /// Place of the first record.
    base: u64,
    width: usize,
}

/// Counts all cells of a chunk. The fields are those of `columns`, in order.
pub fn fill(
    chunk: &Chunk,
    ends: &Ends,
    signs: Signs,
    columns: &mut Columns,
    room: &mut Room,
) -> Ragged {
    let width = columns.fields.len();
    let base = u64::from(chunk.number) << 32;
    let view = View {
        padded: chunk.padded(),
        signs,
        base,
        width,
    };
    let mut ragged = Ragged::default();
    let records = if is_regular(chunk.text(), ends, width) {
        fill_regular(&view, ends, columns, room);
        ends.records
    } else {
        let found = Structure::of(view.padded, chunk.text().len(), ends, signs.delimiter);
        ragged = normalise(&found, width, base, room);
        let records = room.cells.len() / width.max(1);
        fill_normalised(&view, columns, room);
        records
    };
    for state in &room.record_hashes {
        columns.record_hashes.add(mix(*state, 0));
    }
    columns.chunk_records.insert(chunk.number, records as u64);
    columns.enforce();
    ragged
}

/// Whether every record has exactly `width` cells: then every cell lies where arithmetic says.
fn is_regular(text: &[u8], ends: &Ends, width: usize) -> bool {
    let all = ends.all();
    // As many line ends as records, each at the end of its record: none can be elsewhere.
    width > 1
        && all.len() == ends.records * width
        && all
            .iter()
            .skip(width - 1)
            .step_by(width)
            .all(|end| matches!(text.get(*end as usize), None | Some(b'\n' | b'\r')))
}

fn fill_regular(view: &View<'_>, ends: &Ends, columns: &mut Columns, room: &mut Room) {
    let width = view.width;
    let all = ends.all();
    room.starts.clear();
    room.starts.push(0);
    let line_ends = all.iter().skip(width - 1).step_by(width);
    room.starts
        .extend(line_ends.map(|end| next_start(view.padded, *end) as u32));
    room.starts.truncate(ends.records);
    room.record_hashes.clear();
    room.record_hashes.resize(ends.records, 0);
    for (tile, hashes) in room.record_hashes.chunks_mut(TILE).enumerate() {
        let first = tile * TILE;
        let all = &all[first * width..];
        let starts = &room.starts[first..];
        for at in 0..width {
            let field = &mut columns.fields[at];
            let place = view.base + first as u64;
            let column = field.column(Kind::Cell);
            let missing = if at == 0 {
                let cell_at = |r: usize| (starts[r], all[r * width]);
                count_column(view, place, cell_at, column, hashes, &mut room.unquoted)
            } else {
                let ends = &all[at - 1..];
                let cell_at = |r: usize| (ends[r * width] + 1, ends[r * width + 1]);
                count_column(view, place, cell_at, column, hashes, &mut room.unquoted)
            };
            if missing.count > 0 {
                field.add_missing(missing.count, missing.first);
            }
        }
    }
    for record in 0..ends.records {
        let place = view.base + record as u64;
        if columns.sample.takes(place) {
            let row = &all[record * width..][..width];
            let starts = std::iter::once(room.starts[record]).chain(row.iter().map(|end| end + 1));
            sample(
                view,
                starts.zip(row.iter().copied()),
                place,
                columns,
                &mut room.unquoted,
            );
        }
    }
}

fn fill_normalised(view: &View<'_>, columns: &mut Columns, room: &mut Room) {
    let width = view.width;
    room.record_hashes.clear();
    room.record_hashes
        .resize(room.cells.len() / width.max(1), 0);
    for at in 0..width {
        let field = &mut columns.fields[at];
        let column = field.column(Kind::Cell);
        let (hashes, unquoted) = (&mut room.record_hashes, &mut room.unquoted);
        let cells = room.cells.get(at..).unwrap_or_default();
        let cell_at = |r: usize| cells[r * width];
        let missing = count_column(view, view.base, cell_at, column, hashes, unquoted);
        if missing.count > 0 {
            field.add_missing(missing.count, missing.first);
        }
    }
    for (record, cells) in room.cells.chunks_exact(width.max(1)).enumerate() {
        let place = view.base + record as u64;
        if columns.sample.takes(place) {
            sample(
                view,
                cells.iter().copied(),
                place,
                columns,
                &mut room.unquoted,
            );
        }
    }
}

/// Masks of the first n bytes of 16.
const FIRST: [u128; SHORT + 1] = {
    let mut masks = [0; SHORT + 1];
    let mut length = 1;
    while length <= SHORT {
        masks[length] = u128::MAX >> (128 - 8 * length);
        length += 1;
    }
    masks
};

/// The state of a record's hash after one more cell.
#[inline(always)]
fn with_cell(state: u64, cell: u64) -> u64 {
    (state.rotate_left(23) ^ cell).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Stands for a missing value in the hash of a record.
const MISSING: u64 = 0x6d69_7373_696e_6721;

/// A cell, ready to be counted; of length 0 where it is counted the long way: empty, quoted or long.
#[inline(always)]
fn prepare(view: &View<'_>, (start, end): (u32, u32)) -> Prepared {
    let length = (end - start) as usize;
    // The padding lets 16 bytes be loaded wherever a cell starts.
    let loaded: &[u8; SHORT] = view.padded[start as usize..]
        .first_chunk()
        .expect("a chunk ends in padding");
    let short = length <= SHORT && loaded[0] != view.signs.quote;
    let length = if short { length } else { 0 };
    let (low, high) = words(&(u128::from_le_bytes(*loaded) & FIRST[length]).to_le_bytes());
    Prepared {
        low,
        high,
        hash: hash_words(low, high, length),
        length: length as u64,
    }
}

/// A cell of at most [`TINY`] bytes that is not quoted; the key of an empty one is 0.
#[inline(always)]
fn prepare_tiny(view: &View<'_>, (start, end): (u32, u32)) -> Option<TinyValue> {
    let length = (end - start) as usize;
    let loaded: &[u8; 8] = view.padded[start as usize..]
        .first_chunk()
        .expect("a chunk ends in padding");
    if length > TINY || loaded[0] == view.signs.quote {
        return None;
    }
    let kept = u64::from_le_bytes(*loaded) & !(u64::MAX << (8 * length));
    let key = kept | (length as u64) << 56;
    Some(TinyValue {
        key,
        hash: if key == 0 { MISSING } else { hash_tiny(key) },
    })
}

/// Counts a batch whose cells are all tiny; false, and nothing counted, when one is not.
#[inline(always)]
fn count_tiny(
    view: &View<'_>,
    cell_at: impl Fn(usize) -> (u32, u32),
    place: u64,
    column: &mut Column,
    states: &mut [u64],
    missing: &mut Missing,
) -> bool {
    let mut batch = [TinyValue::default(); BATCH];
    let cells = &mut batch[..states.len()];
    for (at, cell) in cells.iter_mut().enumerate() {
        match prepare_tiny(view, cell_at(at)) {
            Some(tiny) => *cell = tiny,
            None => return false,
        }
    }
    column
        .table
        .add_tiny(cells, place, |at| missing.note(place + at as u64));
    for (state, cell) in states.iter_mut().zip(cells) {
        *state = with_cell(*state, cell.hash);
    }
    true
}

/// Counts one column, whose first cell stands at the place `first`; the missing values.
///
/// A batch of cells is hashed before any of them is counted: a wrong guess on where a value lies
/// then costs only the look at the table, not the hash as well.
#[inline(always)]
fn count_column(
    view: &View<'_>,
    first: u64,
    cell_at: impl Fn(usize) -> (u32, u32),
    column: &mut Column,
    record_hashes: &mut [u64],
    unquoted: &mut Vec<u8>,
) -> Missing {
    let mut missing = Missing { count: 0, first: 0 };
    let mut batch = [Prepared::default(); BATCH];
    let mut tiny = column.table.is_exact();
    for (number, states) in record_hashes.chunks_mut(BATCH).enumerate() {
        let from = number * BATCH;
        let place = first + from as u64;
        // One cell that is not tiny makes it likely that others follow.
        tiny = tiny
            && count_tiny(
                view,
                |at| cell_at(from + at),
                place,
                column,
                states,
                &mut missing,
            );
        if tiny {
            continue;
        }
        let cells = &mut batch[..states.len()];
        for (at, cell) in cells.iter_mut().enumerate() {
            *cell = prepare(view, cell_at(from + at));
        }
        for (at, (state, cell)) in states.iter_mut().zip(cells).enumerate() {
            let length = cell.length as usize;
            let place = place + at as u64;
            let cell_hash = if length > 0 {
                let text = cell.text();
                if column.table.add_short(&text, length, cell.hash, place) == Added::Passed {
                    column.passed.add(&text[..length], 1, place);
                }
                cell.hash
            } else {
                let (start, end) = cell_at(from + at);
                let cell = &view.padded[start as usize..end as usize];
                count_odd(
                    value(cell, view.signs.quote, unquoted),
                    place,
                    column,
                    &mut missing,
                )
            };
            *state = with_cell(*state, cell_hash);
        }
    }
    missing
}

/// Missing values of a column and the place of the first.
struct Missing {
    count: u64,
    first: u64,
}

impl Missing {
    fn note(&mut self, place: u64) {
        if self.count == 0 {
            self.first = place;
        }
        self.count += 1;
    }
}

/// Counts a cell that is empty, quoted or long; its part in the hash of its record.
#[inline(never)]
fn count_odd(cell: &[u8], place: u64, column: &mut Column, missing: &mut Missing) -> u64 {
    if cell.is_empty() {
        missing.note(place);
        return MISSING;
    }
    if cell.len() > SHORT
        && let Some(known) = column.table.again(cell)
    {
        return known;
    }
    let cell_hash = hash(cell);
    column.add_hashed(cell, cell_hash, 1, place);
    cell_hash
}

fn sample(
    view: &View<'_>,
    cells: impl Iterator<Item = (u32, u32)>,
    place: u64,
    columns: &mut Columns,
    unquoted: &mut Vec<u8>,
) {
    for (at, (start, end)) in (0..).zip(cells) {
        let cell = value(
            &view.padded[start as usize..end as usize],
            view.signs.quote,
            unquoted,
        );
        columns.sample.observe(place, at, Kind::Cell, cell);
    }
    columns.sample.end_record(place);
}

/// Brings records of any width to that of the table.
fn normalise(found: &Structure, width: usize, base: u64, room: &mut Room) -> Ragged {
    let mut ragged = Ragged::default();
    room.cells.clear();
    let mut records = 0;
    for record in 0..found.records() {
        let before = room.cells.len();
        room.cells.extend(found.cells(record));
        let cells = room.cells.len() - before;
        if cells != width {
            // A blank line between records says nothing; in a single column it is a missing value.
            if cells == 1 && room.cells[before].0 == room.cells[before].1 {
                room.cells.truncate(before);
                continue;
            }
            ragged.note(cells, width, base + records);
            room.cells.resize(before + width, (0, 0));
        }
        records += 1;
    }
    ragged
}
