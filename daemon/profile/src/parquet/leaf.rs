//! One column of one strip of rows: from its pages into the accumulators.

use super::dictionary::{Dictionary, Words};
use super::entries::Went;
use super::footer::{Chunk, Group};
use super::levels::Levels;
use super::look::Physical;
use super::page::{self, Form, Head, Room, Shared};
use super::schema::Leaf;
use super::sink::Sink;
use super::stop::Stop;

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
    pub(super) dictionary: Dictionary,
    pub(super) words: Words,
    pub(super) repetitions: Vec<u32>,
    pub(super) definitions: Vec<u32>,
    pub(super) rows: Vec<u32>,
    pub(super) indices: Vec<u32>,
    pub(super) numbers: Vec<u64>,
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

impl Reading<'_> {
    pub(super) fn flat(&self) -> bool {
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
}
