//! The first records of a text, read by one dialect.

use crate::delimited::tokens::{Dialect, Sink, Tokens};

/// Records that are looked at.
const RECORDS: usize = 1000;

/// A record of the sample.
pub(super) struct Record {
    pub(super) cells: Vec<Vec<u8>>,
    /// Byte of the text it starts at.
    pub(super) start: usize,
    /// A blank line stands before it.
    pub(super) set_off: bool,
    /// Which cells were quoted.
    quoted: Vec<bool>,
}

impl Record {
    /// Whether any cell is quoted.
    pub(super) fn is_quoted(&self) -> bool {
        self.quoted.contains(&true)
    }

    /// The cells, and whether each was quoted.
    pub(super) fn each(&self) -> impl Iterator<Item = (&Vec<u8>, bool)> {
        self.cells.iter().zip(self.quoted.iter().copied())
    }
}

/// What a dialect makes of a text.
#[derive(Default)]
pub(super) struct Sample {
    pub(super) records: Vec<Record>,
    /// Comments that stand behind so many records.
    pub(super) comments: Vec<usize>,
    /// Quotes where none should be.
    pub(super) strays: u64,
    cells: Vec<Vec<u8>>,
    quoted: Vec<bool>,
    blank: bool,
}

impl Sample {
    /// Reads the start of a text; `whole` when there is no more.
    pub(super) fn read(text: &[u8], whole: bool, dialect: Dialect) -> Self {
        let (mut tokens, mut sample) = (Tokens::new(dialect), Self::default());
        for block in text.chunks(4 << 10) {
            tokens.push(block, &mut sample);
            if sample.records.len() > RECORDS {
                break;
            }
        }
        if whole || sample.records.is_empty() {
            tokens.finish(&mut sample);
        }
        sample.records.truncate(RECORDS);
        sample.strays = tokens.strays;
        sample
    }

    /// Forgets what a blank line sets off at the end and has another width than the records.
    pub(super) fn drop_footer(&mut self, width: usize) {
        let footer = |record: &&Record| record.cells.len() != width;
        let lines = self.records.iter().rev().take_while(footer).count();
        let first = self.records.len() - lines;
        let set_off = self.records[first..].iter().position(|r| r.set_off);
        if let Some(at) = set_off
            && first + at > 0
            && width > 1
        {
            self.records.truncate(first + at);
        }
    }

    /// The width most records have; of two equally common ones the larger.
    pub(super) fn common_width(&self) -> usize {
        let mut counts = std::collections::BTreeMap::new();
        for record in &self.records {
            *counts.entry(record.cells.len()).or_insert(0) += 1;
        }
        counts
            .into_iter()
            .max_by_key(|(width, count)| (*count, *width))
            .map_or(1, |(width, _)| width)
    }
}

impl Sink for Sample {
    fn cell(&mut self, value: &[u8], quoted: bool) {
        self.cells.push(value.to_vec());
        self.quoted.push(quoted);
    }

    fn record(&mut self, start: usize) {
        let cells = std::mem::take(&mut self.cells);
        let quoted = std::mem::take(&mut self.quoted);
        if cells.len() == 1 && cells[0].is_empty() {
            self.blank = true;
            return;
        }
        self.records.push(Record {
            cells,
            start,
            set_off: std::mem::take(&mut self.blank),
            quoted,
        });
    }

    fn comment(&mut self, _start: usize) {
        self.comments.push(self.records.len());
    }
}
