//! Cells into accumulators, by tiles of records, and in a tile one column after the other: what the
//! cells of a column look like stays predictable.

use super::Signs;
use super::cells::{Bench, Mode, View, count_column};
use super::cut::Chunk;
use super::ragged::Ragged;
use super::scan::{Ends, Structure, next_start, value};
use crate::accumulate::hash::mix;
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
    /// One a column.
    modes: Vec<Mode>,
    bench: Bench,
    unquoted: Vec<u8>,
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
    // Every chunk may try anew what the one before gave up.
    room.modes.clear();
    room.modes.resize(width, Mode::default());
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
            let (bench, mode) = (&mut room.bench, &mut room.modes[at]);
            let missing = if at == 0 {
                let cell_at = |r: usize| (starts[r], all[r * width]);
                count_column(view, place, cell_at, column, hashes, bench, mode)
            } else {
                let ends = &all[at - 1..];
                let cell_at = |r: usize| (ends[r * width] + 1, ends[r * width + 1]);
                count_column(view, place, cell_at, column, hashes, bench, mode)
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
        let (bench, mode) = (&mut room.bench, &mut room.modes[at]);
        let cells = room.cells.get(at..).unwrap_or_default();
        let cell_at = |r: usize| cells[r * width];
        let hashes = &mut room.record_hashes;
        let missing = count_column(view, view.base, cell_at, column, hashes, bench, mode);
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
