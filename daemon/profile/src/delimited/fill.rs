//! Cells into accumulators, one column after the other.

use super::Signs;
use super::scan::{Structure, value};
use crate::accumulate::hash::{hash, mix};
use crate::accumulate::{Columns, Kind};

/// Records that do not have as many cells as there are fields.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ragged {
    pub short: u64,
    pub long: u64,
    /// Cells beyond the last field: counted, and part of no field.
    pub extra_cells: u64,
    /// Place of the first such record.
    pub first: Option<u64>,
}

impl Ragged {
    /// Joins those of other chunks.
    pub fn merge(&mut self, other: Self) {
        self.short += other.short;
        self.long += other.long;
        self.extra_cells += other.extra_cells;
        self.first = match (self.first, other.first) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }

    fn note(&mut self, cells: usize, width: usize, place: u64) {
        if cells < width {
            self.short += 1;
        } else {
            self.long += 1;
            self.extra_cells += (cells - width) as u64;
        }
        self.first.get_or_insert(place);
    }
}

/// Reused from chunk to chunk.
#[derive(Default)]
pub struct Room {
    /// All cells of a chunk, record by record, as many as there are fields.
    cells: Vec<(u32, u32)>,
    record_hashes: Vec<u64>,
    unquoted: Vec<u8>,
}

/// Counts all cells of a chunk. The fields are those of `columns`, in order.
pub fn fill(
    text: &[u8],
    found: &Structure,
    signs: Signs,
    number: u32,
    columns: &mut Columns,
    room: &mut Room,
) -> Ragged {
    let width = columns.fields.len();
    let base = u64::from(number) << 32;
    let mut ragged = Ragged::default();
    room.cells.clear();
    let mut records = 0;
    for record in 0..found.records() {
        let before = room.cells.len();
        room.cells.extend(found.cells(record));
        let cells = room.cells.len() - before;
        if cells == width {
            records += 1;
            continue;
        }
        // A blank line between records says nothing; in a single column it is a missing value.
        if cells == 1 && room.cells[before].0 == room.cells[before].1 {
            room.cells.truncate(before);
            continue;
        }
        ragged.note(cells, width, base + records);
        room.cells.resize(before + width, (0, 0));
        records += 1;
    }
    room.record_hashes.clear();
    room.record_hashes.resize(records as usize, 0);
    for at in 0..width {
        fill_column(text, signs, base, columns, at, room);
    }
    for (record, cells) in room.cells.chunks_exact(width.max(1)).enumerate() {
        let place = base + record as u64;
        if !columns.sample.takes(place) {
            continue;
        }
        for (at, (start, end)) in cells.iter().enumerate() {
            let cell = &text[*start as usize..*end as usize];
            let cell = value(cell, signs.quote, &mut room.unquoted);
            columns.sample.observe(place, at as u32, Kind::Cell, cell);
        }
        columns.sample.end_record(place);
    }
    columns.record_hashes.extend(&room.record_hashes);
    columns.chunk_records.insert(number, records);
    columns.enforce();
    ragged
}

fn fill_column(
    text: &[u8],
    signs: Signs,
    base: u64,
    columns: &mut Columns,
    at: usize,
    room: &mut Room,
) {
    let width = columns.fields.len();
    let field = &mut columns.fields[at];
    let (mut missing, mut first_missing) = (0, 0);
    let column = field.column(Kind::Cell);
    let cells = room.cells.iter().skip(at).step_by(width);
    for (record, ((start, end), state)) in cells.zip(&mut room.record_hashes).enumerate() {
        let cell = &text[*start as usize..*end as usize];
        let cell = value(cell, signs.quote, &mut room.unquoted);
        let place = base + record as u64;
        if cell.is_empty() {
            if missing == 0 {
                first_missing = place;
            }
            missing += 1;
            *state = mix(*state, 1);
            continue;
        }
        let cell_hash = hash(cell);
        *state = mix(*state ^ cell_hash, 0);
        column.add_hashed(cell, cell_hash, 1, place);
    }
    if missing > 0 {
        field.add_missing(missing, first_missing);
    }
}
