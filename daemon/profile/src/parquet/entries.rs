//! The entries of one page: their levels, then their values into the accumulators.

use super::dictionary::Raw;
use super::hybrid::{Hybrid, width_of};
use super::leaf::{Reading, Scratch};
use super::levels::Levels;
use super::page::{Head, Parts};
use super::sink::Sink;
use super::thrift::Read;
use super::values::{Values, unpadded};
use crate::accumulate::hash::hash;

/// Entries that are decoded before they are counted.
const BATCH: usize = 1024;

const BEYOND: &str = "a value is not in the dictionary";

/// What came of a page.
pub(super) enum Went {
    /// All of it belongs to the rows or lies before them.
    Through,
    /// A row after the last was met.
    Beyond,
}

/// The state of a record's hash after one more value.
#[inline(always)]
fn with_cell(state: u64, cell: u64) -> u64 {
    (state.rotate_left(23) ^ cell).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Reading<'_> {
    /// Reads the entries of a page.
    pub(super) fn entries(
        &mut self,
        page: &[u8],
        row: u64,
        head: &Head,
        scratch: &mut Scratch,
        sink: &mut Sink<'_>,
    ) -> Read<(Went, u64)> {
        let (max_repetition, max_definition) = (self.leaf.max_repetition, self.leaf.max_definition);
        let parts = Parts::of(head, unpadded(page), max_repetition, max_definition)?;
        let mut repetitions = Hybrid::new(page, parts.repetition, width_of(max_repetition))?;
        let mut definitions = Hybrid::new(page, parts.definition, width_of(max_definition))?;
        let mut values = if parts.values.0 == parts.values.1 {
            None
        } else {
            let (physical, look) = (self.leaf.physical, self.leaf.look);
            Some(Values::of(
                page,
                parts.values,
                head.encoding,
                physical,
                look,
            )?)
        };
        let mut left = head.entries as usize;
        let mut row = row;
        while left > 0 {
            let count = left.min(BATCH);
            left -= count;
            let run = if max_definition == 0 {
                Some(0)
            } else {
                definitions.repeated(count)?
            };
            let went = match run {
                Some(level) if self.flat() => {
                    if max_definition > 0 {
                        definitions.pass(count);
                    }
                    self.alike(level, count, row, values.as_mut(), scratch, sink)?
                }
                _ => {
                    scratch.definitions.resize(count, 0);
                    if max_definition > 0 {
                        definitions.fill(&mut scratch.definitions)?;
                    }
                    // A flat column begins a record with every entry.
                    scratch.repetitions.clear();
                    scratch.repetitions.resize(count, 0);
                    if max_repetition > 0 {
                        repetitions.fill(&mut scratch.repetitions)?;
                    }
                    self.mixed(&mut row, values.as_mut(), scratch, sink)?
                }
            };
            if self.flat() {
                row += count as u64;
            }
            if matches!(went, Went::Beyond) || (self.flat() && row > self.rows.end) {
                return Ok((Went::Beyond, row));
            }
        }
        Ok((Went::Through, row))
    }

    /// Entries of a flat column that are all there, or all null.
    fn alike(
        &mut self,
        level: u32,
        count: usize,
        row: u64,
        values: Option<&mut Values<'_>>,
        scratch: &mut Scratch,
        sink: &mut Sink<'_>,
    ) -> Read<Went> {
        // Below the count, as the rows of a strip are.
        let low = self.rows.start.saturating_sub(row).min(count as u64) as usize;
        let high = self.rows.end.saturating_sub(row).min(count as u64) as usize;
        let first = (row + low as u64).saturating_sub(self.rows.start) as u32;
        let (low, high) = (low, high.max(low));
        let salt = self.levels.note_run(level, high - low, first)?;
        let states = &mut self.states[first as usize..][..high - low];
        if level < self.leaf.max_definition {
            states
                .iter_mut()
                .for_each(|state| *state = with_cell(*state, salt));
            return Ok(Went::Through);
        }
        match values.ok_or("there are fewer values than the page says")? {
            Values::Indices(indices) => {
                scratch.indices.resize(count, 0);
                indices.fill(&mut scratch.indices)?;
                let entries = &mut scratch.dictionary.entries;
                let here = &scratch.indices[low..high];
                for ((state, index), row) in states.iter_mut().zip(here).zip(first..) {
                    let entry = entries.get_mut(*index as usize).ok_or(BEYOND)?;
                    *state = with_cell(*state, entry.note(row));
                }
                for row in sink.wanted(first, first + (high - low) as u32) {
                    let index = here[(row - first) as usize] as usize;
                    sink.sample(&scratch.dictionary.raw(index), row);
                }
            }
            Values::Words(words) => {
                scratch.numbers.resize(count, 0);
                words.fill(&mut scratch.numbers)?;
                if scratch.words.is_full() {
                    sink.drain(&mut scratch.words);
                }
                let here = &scratch.numbers[low..high];
                let look = self.leaf.look;
                for ((state, word), row) in states.iter_mut().zip(here).zip(first..) {
                    *state = with_cell(*state, scratch.words.note(look, *word, row));
                }
                for row in sink.wanted(first, first + (high - low) as u32) {
                    sink.sample(&Raw::Word(here[(row - first) as usize]), row);
                }
            }
            Values::Bytes(bytes) => {
                for _ in 0..low {
                    bytes.next()?;
                }
                for (state, row) in states.iter_mut().zip(first..) {
                    let value = bytes.next()?;
                    *state = with_cell(*state, hash(value));
                    let raw = Raw::Bytes(value);
                    sink.add(&raw, 1, row);
                    if sink.wants(row) {
                        sink.sample(&raw, row);
                    }
                }
            }
        }
        Ok(Went::Through)
    }

    /// Entries whose levels lie in `scratch`. `row` counts the rows that began; of flat columns the
    /// caller counts them.
    fn mixed(
        &mut self,
        row: &mut u64,
        values: Option<&mut Values<'_>>,
        scratch: &mut Scratch,
        sink: &mut Sink<'_>,
    ) -> Read<Went> {
        let max = self.leaf.max_definition;
        let flat = self.flat();
        let Scratch {
            dictionary,
            words,
            repetitions,
            definitions,
            rows,
            indices,
            numbers,
            ..
        } = scratch;
        // Rows of the entries within the strip, and which entries they are.
        let mut began = *row;
        let (mut low, mut high) = (definitions.len(), definitions.len());
        rows.clear();
        for (at, repetition) in repetitions.iter().enumerate() {
            began += u64::from(*repetition == 0);
            let this = began
                .checked_sub(1)
                .ok_or("a record continues that never began")?;
            if this >= self.rows.end {
                high = at;
                break;
            }
            if this >= self.rows.start {
                low = low.min(at);
                rows.push((this - self.rows.start) as u32);
            }
        }
        low = low.min(high);
        if !flat {
            *row = began;
        }
        let there = |levels: &[u32]| levels.iter().filter(|level| **level == max).count();
        let (before, count) = (there(&definitions[..low]), there(&definitions[..high]));
        let went = if high < definitions.len() {
            Went::Beyond
        } else {
            Went::Through
        };
        let mut batch = Batch {
            levels: &mut self.levels,
            states: self.states,
            repetitions: &repetitions[low..high],
            definitions: &definitions[low..high],
            rows,
            max,
        };
        let Some(values) = values else {
            batch.each(|_| Err("there are fewer values than the page says"))?;
            return Ok(went);
        };
        match values {
            Values::Indices(hybrid) => {
                indices.resize(count, 0);
                hybrid.fill(indices)?;
                let mut next = indices[before..].iter();
                batch.each(|row| {
                    let index = next.next().ok_or(BEYOND)?;
                    let entry = dictionary.entries.get_mut(*index as usize).ok_or(BEYOND)?;
                    Ok(entry.note(row))
                })?;
                for (row, at) in batch.wanted(sink) {
                    let index = indices[before + at] as usize;
                    sink.sample(&dictionary.raw(index), row);
                }
            }
            Values::Words(decoder) => {
                numbers.resize(count, 0);
                decoder.fill(numbers)?;
                if words.is_full() {
                    sink.drain(words);
                }
                let look = self.leaf.look;
                let mut next = numbers[before..].iter();
                batch.each(|row| {
                    let word = next.next().ok_or(BEYOND)?;
                    Ok(words.note(look, *word, row))
                })?;
                for (row, at) in batch.wanted(sink) {
                    sink.sample(&Raw::Word(numbers[before + at]), row);
                }
            }
            Values::Bytes(bytes) => {
                for _ in 0..before {
                    bytes.next()?;
                }
                batch.each(|row| {
                    let value = bytes.next()?;
                    let raw = Raw::Bytes(value);
                    sink.add(&raw, 1, row);
                    if sink.wants(row) {
                        sink.sample(&raw, row);
                    }
                    Ok(hash(value))
                })?;
            }
        }
        Ok(went)
    }
}

/// Entries within a strip, by their levels.
struct Batch<'b> {
    levels: &'b mut Levels,
    states: &'b mut [u64],
    repetitions: &'b [u32],
    definitions: &'b [u32],
    rows: &'b [u32],
    max: u32,
}

impl Batch<'_> {
    /// Counts the levels of all entries and adds them to the hashes of their records; `cell` counts
    /// the next value, and gives its hash.
    #[inline(always)]
    fn each(&mut self, mut cell: impl FnMut(u32) -> Read<u64>) -> Read<()> {
        let entries = self.repetitions.iter().zip(self.definitions).zip(self.rows);
        for ((repetition, definition), row) in entries {
            let salt = self.levels.note(*repetition, *definition, *row)?;
            let value = if *definition == self.max {
                cell(*row)?
            } else {
                0
            };
            let state = &mut self.states[*row as usize];
            *state = with_cell(*state, value ^ salt);
        }
        Ok(())
    }

    /// The values of sampled rows: row, and which value of the batch it is.
    fn wanted(&self, sink: &Sink<'_>) -> Vec<(u32, usize)> {
        let (Some(first), Some(last)) = (self.rows.first(), self.rows.last()) else {
            return Vec::new();
        };
        let wanted = sink.wanted(*first, last + 1);
        if wanted.is_empty() {
            return Vec::new();
        }
        let there = self.rows.iter().zip(self.definitions);
        there
            .filter(|(_, definition)| **definition == self.max)
            .enumerate()
            .filter(|(_, (row, _))| wanted.binary_search(row).is_ok())
            .map(|(at, (row, _))| (*row, at))
            .collect()
    }
}
