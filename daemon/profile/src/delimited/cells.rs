//! The cells of one column into its accumulator.

use super::Signs;
use super::scan::value;
use crate::accumulate::column::Column;
use crate::accumulate::hash::hash;
use crate::accumulate::lanes::{Lanes, Look, MISSING, NONE, ODD, with_cell};
use crate::accumulate::values::{BATCH, Batch, Pair, SHORT};

/// A chunk as the columns see it.
pub(super) struct View<'a> {
    /// Its text, and at least [`super::cut::PADDING`] bytes after it.
    pub(super) padded: &'a [u8],
    pub(super) signs: Signs,
    /// Place of the first record.
    pub(super) base: u64,
    pub(super) width: usize,
}

impl View<'_> {
    /// The bytes from `start` on, of a cell or beyond it.
    #[inline(always)]
    fn load<const N: usize>(&self, start: u32) -> &[u8; N] {
        self.padded[start as usize..]
            .first_chunk()
            .expect("a chunk ends in padding")
    }
}

/// What the cells of a column were like so far: cells of a column resemble each other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Mode {
    /// All fit into a word, none is quoted.
    #[default]
    Tiny,
    /// Most fit into two words, without their quotes.
    Short,
    Long,
}

/// Reused from column to column.
#[derive(Default)]
pub(super) struct Bench {
    lanes: Lanes,
    unquoted: Vec<u8>,
}

/// Missing values of a column and the place of the first.
#[derive(Debug, Default)]
pub(super) struct Missing {
    pub(super) count: u64,
    pub(super) first: u64,
}

impl Missing {
    fn note(&mut self, count: u64, place: u64) {
        if self.count == 0 {
            self.first = place;
        }
        self.count += count;
    }
}

/// Counts cells of one column, the first of which stands at the place `first`, and takes each into
/// the hash of its record.
#[inline(always)]
pub(super) fn count_column(
    view: &View<'_>,
    first: u64,
    cell_at: impl Fn(usize) -> (u32, u32),
    column: &mut Column,
    records: &mut [u64],
    bench: &mut Bench,
    mode: &mut Mode,
) -> Missing {
    let mut missing = Missing::default();
    for (number, records) in records.chunks_mut(BATCH).enumerate() {
        let from = number * BATCH;
        let place = first + from as u64;
        let cell_at = |at: usize| cell_at(from + at);
        if *mode == Mode::Tiny {
            if count_tiny(view, cell_at, place, column, records, bench, &mut missing) {
                continue;
            }
            *mode = Mode::Short;
        }
        if *mode == Mode::Short {
            let odd = count_short(view, cell_at, place, column, records, bench, &mut missing);
            if odd * 2 > records.len() {
                *mode = Mode::Long;
            }
            continue;
        }
        for (at, record) in records.iter_mut().enumerate() {
            let place = place + at as u64;
            let cell_hash = count_odd(view, cell_at(at), place, column, bench, &mut missing);
            *record = with_cell(*record, cell_hash);
        }
    }
    missing
}

/// Counts cells of at most a word that are not quoted; false, and nothing counted, when one is not so.
#[inline(always)]
fn count_tiny(
    view: &View<'_>,
    cell_at: impl Fn(usize) -> (u32, u32),
    place: u64,
    column: &mut Column,
    records: &mut [u64],
    bench: &mut Bench,
    missing: &mut Missing,
) -> bool {
    let lanes = &mut bench.lanes;
    let count = records.len();
    for at in 0..count.min(BATCH) {
        let (start, end) = cell_at(at);
        lanes.lengths[at] = end - start;
        lanes.low[at] = u64::from_le_bytes(*view.load(start));
    }
    lanes.fill_up(count);
    match lanes.tiny(view.signs.quote) {
        Look::Odd => return false,
        Look::Same if lanes.low[0] == NONE => missing.note(count as u64, place),
        Look::Same if column.table.is_exact() => {
            column
                .table
                .add_word(lanes.low[0], lanes.hashes[0], count as u64, place, false);
        }
        _ => {
            let batch = Batch {
                keys: &lanes.low,
                hashes: &lanes.hashes,
                count,
            };
            let place_of = |at| place + at as u64;
            column.add_words(&batch, false, place_of, |_, at| {
                missing.note(1, place_of(at));
            });
        }
    }
    lanes.join(records);
    true
}

/// Counts cells of which most are at most two words long without their quotes; how many are not.
#[inline(always)]
fn count_short(
    view: &View<'_>,
    cell_at: impl Fn(usize) -> (u32, u32),
    place: u64,
    column: &mut Column,
    records: &mut [u64],
    bench: &mut Bench,
    missing: &mut Missing,
) -> usize {
    let count = records.len();
    let lanes = &mut bench.lanes;
    for at in 0..count.min(BATCH) {
        let (start, end) = cell_at(at);
        let (mut length, mut loaded) = (end - start, u128::from_le_bytes(*view.load(start)));
        if loaded as u8 == view.signs.quote {
            (length, loaded) = without_quotes(view, start, end);
        }
        lanes.lengths[at] = length;
        lanes.low[at] = loaded as u64;
        lanes.high[at] = (loaded >> 64) as u64;
    }
    lanes.fill_up(count);
    lanes.short();
    let mut odd = 0;
    for at in 0..count.min(BATCH) {
        let place = place + at as u64;
        let lanes = &mut bench.lanes;
        match lanes.lengths[at] {
            0 => missing.note(1, place),
            ODD => {
                odd += 1;
                let cell_hash = count_odd(view, cell_at(at), place, column, bench, missing);
                bench.lanes.hashes[at] = cell_hash;
            }
            length => {
                let (low, high, hash) = (lanes.low[at], lanes.high[at], lanes.hashes[at]);
                let pair = Pair { low, high, length };
                column.add_short(pair, hash, place, false);
            }
        }
    }
    bench.lanes.join(records);
    odd
}

/// Length and first bytes of a cell that starts with a quote, without its quotes; [`ODD`] when there
/// is more to it.
#[inline(always)]
fn without_quotes(view: &View<'_>, start: u32, end: u32) -> (u32, u128) {
    const ONES: u128 = u128::MAX / 255;
    let quote = view.signs.quote;
    let length = end - start;
    let closed = length >= 2 && view.padded[end as usize - 1] == quote;
    if !closed || length as usize > SHORT + 2 {
        return (ODD, 0);
    }
    let length = length - 2;
    let loaded = u128::from_le_bytes(*view.load(start + 1));
    let others = loaded ^ (ONES * u128::from(quote));
    // The lowest bit that is set belongs to the first byte that is zero.
    let zeros = others.wrapping_sub(ONES) & !others & (ONES << 7);
    if zeros.trailing_zeros() < 8 * length {
        return (ODD, 0);
    }
    (length, loaded)
}

/// Counts any cell; its part in the hash of its record.
#[inline(never)]
fn count_odd(
    view: &View<'_>,
    (start, end): (u32, u32),
    place: u64,
    column: &mut Column,
    bench: &mut Bench,
    missing: &mut Missing,
) -> u64 {
    let cell = &view.padded[start as usize..end as usize];
    let cell = value(cell, view.signs.quote, &mut bench.unquoted);
    if cell.is_empty() {
        missing.note(1, place);
        return MISSING;
    }
    // To compare a long text with the one before costs less than to hash it.
    if cell.len() > 4 * SHORT
        && let Some(known) = column.table.again(cell)
    {
        return known;
    }
    let cell_hash = hash(cell);
    column.add_hashed(cell, cell_hash, 1, place);
    cell_hash
}
