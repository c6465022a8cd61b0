//! One column of one strip of rows: from its pages into the accumulators.

use super::dictionary::{Dictionary, Raw, Words};
use super::footer::{Chunk, Group};
use super::hybrid::{Hybrid, width_of};
use super::levels::Levels;
use super::look::Physical;
use super::page::{self, Form, Head, Parts, Room, Shared};
use super::schema::Leaf;
use super::sink::Sink;
use super::stop::Stop;
use super::thrift::Read;
use super::values::{Values, unpadded};
use crate::accumulate::hash::hash;

/// Entries that are decoded before they are counted.
const BATCH: usize = 1024;

/// Counts are of 32 bits: they are handed on long before that many values came.
const FOLD: u64 = 1 << 30;

/// Where a thread stands in a column chunk.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cursor {
    /// Header of the next page.
    pub(super) at: u64,
    /// Rows that began before it.
    pub(super) row: u64,
    /// Entries before it.
    pub(super) entries: u64,
    /// Where the dictionary lies, once it was met.
    pub(super) dictionary: Option<u64>,
}

/// Memory that is used again from leaf to leaf.
#[derive(Default)]
pub(super) struct Scratch {
    pub(super) room: Room,
    dictionary: Dictionary,
    words: Words,
    repetitions: Vec<u32>,
    definitions: Vec<u32>,
    rows: Vec<u32>,
    indices: Vec<u32>,
    numbers: Vec<u64>,
}

/// What is read: rows `start..end` of a row group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows {
    pub(super) start: u64,
    pub(super) end: u64,
}

/// Reads one column of the rows, and adds it to the hash of every record.
pub(super) struct Reading<'r> {
    pub(super) shared: &'r Shared<'r>,
    pub(super) leaf: &'r Leaf,
    pub(super) chunk: &'r Chunk,
    pub(super) group: &'r Group,
    pub(super) rows: Rows,
    pub(super) states: &'r mut [u64],
    pub(super) levels: Levels,
}

/// What came of a page.
enum Went {
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
    fn flat(&self) -> bool {
        self.leaf.max_repetition == 0
    }

    /// Reads pages until the rows are done.
    pub(super) fn run(
        &mut self,
        cursor: &mut Cursor,
        scratch: &mut Scratch,
        sink: &mut Sink<'_>,
    ) -> Result<(), Stop> {
        scratch.dictionary.clear();
        if self.flat() && self.chunk.entries != self.group.rows {
            let why = format!(
                "it has {} values, and its row group {} rows",
                self.chunk.entries, self.group.rows
            );
            return Err(Stop::broken(self.chunk.start, why));
        }
        let mut noted = 0;
        loop {
            if cursor.entries >= self.chunk.entries || (self.flat() && cursor.row >= self.rows.end)
            {
                break;
            }
            let (head, next) = page::head(self.shared, cursor.at)?;
            let Some(head) = head else {
                cursor.at = next;
                continue;
            };
            if head.form == Form::Dictionary {
                cursor.dictionary = Some(cursor.at);
                cursor.at = next;
                continue;
            }
            if u64::from(head.entries) > self.chunk.entries - cursor.entries {
                return Err(Stop::broken(
                    head.at,
                    "its pages have more values than it says",
                ));
            }
            let rows = self.rows_of(&head);
            if rows.is_some_and(|rows| cursor.row + rows <= self.rows.start) {
                cursor.row += rows.unwrap_or(0);
                cursor.entries += u64::from(head.entries);
                cursor.at = next;
                continue;
            }
            let (went, row) = self.page(cursor, &head, scratch, sink)?;
            noted += u64::from(head.entries);
            if noted > FOLD {
                noted = 0;
                sink.fold(&mut scratch.dictionary);
                sink.drain(&mut scratch.words);
            }
            match went {
                Went::Beyond => break,
                Went::Through => {
                    cursor.row = row;
                    cursor.entries += u64::from(head.entries);
                    cursor.at = next;
                }
            }
        }
        sink.fold(&mut scratch.dictionary);
        sink.drain(&mut scratch.words);
        scratch.dictionary.shrink();
        scratch.room.shrink();
        self.complete(cursor)
    }

    /// Rows a page holds, where its header tells.
    fn rows_of(&self, head: &Head) -> Option<u64> {
        match head.form {
            _ if self.flat() => Some(u64::from(head.entries)),
            Form::Second { rows, .. } => Some(u64::from(rows)),
            _ => None,
        }
    }

    /// Checks that all rows were there.
    fn complete(&self, cursor: &Cursor) -> Result<(), Stop> {
        let ended = cursor.entries >= self.chunk.entries;
        if !ended && self.rows.end == self.group.rows {
            let why = format!("it has more than the {} rows of its group", self.group.rows);
            return Err(Stop::broken(cursor.at, why));
        }
        if !ended || cursor.row >= self.rows.end {
            return Ok(());
        }
        let why = format!("it ends after {} of {} rows", cursor.row, self.group.rows);
        Err(Stop::broken(cursor.at, why))
    }

    /// Reads a page; the rows that began before its end.
    fn page(
        &mut self,
        cursor: &Cursor,
        head: &Head,
        scratch: &mut Scratch,
        sink: &mut Sink<'_>,
    ) -> Result<(Went, u64), Stop> {
        let uses_dictionary = matches!(head.encoding, 2 | 8);
        if uses_dictionary && !scratch.dictionary.loaded {
            self.load_dictionary(cursor, head, scratch)?;
        }
        let _alone = page::alone(self.shared, head);
        page::load(self.shared, self.chunk, head, &mut scratch.room)?;
        let page = std::mem::take(&mut scratch.room.page);
        let went = self
            .entries(&page, cursor.row, head, scratch, sink)
            .map_err(|why| Stop::broken(head.at, why));
        scratch.room.page = page;
        if page::is_large(head) {
            scratch.room.shrink();
        }
        went
    }

    fn load_dictionary(
        &self,
        cursor: &Cursor,
        head: &Head,
        scratch: &mut Scratch,
    ) -> Result<(), Stop> {
        let Some(at) = cursor.dictionary else {
            return Err(Stop::broken(
                head.at,
                "values stand in a dictionary that is not there",
            ));
        };
        let (Some(head), _) = page::head(self.shared, at)? else {
            return Err(Stop::broken(at, "the dictionary is gone"));
        };
        if !matches!(head.encoding, 0 | 2) || self.leaf.physical == Physical::Boolean {
            return Err(Stop::broken(at, "the dictionary is in an unknown encoding"));
        }
        let _alone = page::alone(self.shared, &head);
        page::load(self.shared, self.chunk, &head, &mut scratch.room)?;
        let (physical, look) = (self.leaf.physical, self.leaf.look);
        scratch
            .dictionary
            .take(&head, &mut scratch.room.page, physical, look)
            .map_err(|why| Stop::broken(at, why))
    }

    /// Reads the entries of a page.
    fn entries(
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

const BEYOND: &str = "a value is not in the dictionary";

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
