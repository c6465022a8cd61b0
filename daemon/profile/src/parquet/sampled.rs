//! The sampled records of a strip, gathered column by column.

use crate::accumulate::Kind;
use crate::accumulate::sample::{RecordSample, entry};

/// Records of a strip that belong to the sample.
#[derive(Default)]
pub(super) struct Sampled {
    base: u64,
    level: u32,
    bytes: usize,
    /// Ascending.
    rows: Vec<u32>,
    records: Vec<Vec<u8>>,
}

impl Sampled {
    /// Begins a strip of `rows` whose first stands at the place `base`.
    pub(super) fn begin(&mut self, sample: &RecordSample, base: u64, rows: u32) {
        self.base = base;
        self.level = sample.level();
        self.bytes = 0;
        self.rows.clear();
        let level = self.level;
        let taken = (0..rows).filter(|row| RecordSample::takes_at(base + u64::from(*row), level));
        self.rows.extend(taken);
        self.records.clear();
        self.records.resize(self.rows.len(), Vec::new());
        self.thin(sample);
    }

    /// The rows from `from` up to `to` that are sampled.
    pub(super) fn wanted(&self, from: u32, to: u32) -> &[u32] {
        let start = self.rows.partition_point(|row| *row < from);
        let end = self.rows.partition_point(|row| *row < to);
        &self.rows[start..end.max(start)]
    }

    /// Whether a row is sampled.
    pub(super) fn wants(&self, row: u32) -> bool {
        RecordSample::takes_at(self.base + u64::from(row), self.level)
    }

    /// Keeps a value of a row, if it is sampled.
    pub(super) fn keep(
        &mut self,
        sample: &RecordSample,
        row: u32,
        field: u32,
        kind: Kind,
        value: &[u8],
    ) {
        let Ok(at) = self.rows.binary_search(&row) else {
            return;
        };
        let record = &mut self.records[at];
        let before = record.len();
        entry(record, field, kind, value);
        self.bytes += record.len() - before;
        self.thin(sample);
    }

    /// A sample that would be thinned out when the strip is over is thinned out at once.
    fn thin(&mut self, sample: &RecordSample) {
        while !sample.has_room(self.rows.len(), self.bytes) {
            self.level += 1;
            let (base, level) = (self.base, self.level);
            let records = std::mem::take(&mut self.records);
            let rows = std::mem::take(&mut self.rows);
            for (row, record) in rows.into_iter().zip(records) {
                if RecordSample::takes_at(base + u64::from(row), level) {
                    self.rows.push(row);
                    self.records.push(record);
                }
            }
            self.bytes = self.records.iter().map(Vec::len).sum();
        }
    }

    /// Hands all records to the sample.
    pub(super) fn flush(&mut self, sample: &mut RecordSample) {
        sample.raise_to(self.level);
        for (row, record) in self.rows.drain(..).zip(self.records.drain(..)) {
            if !record.is_empty() {
                sample.add_at(self.base + u64::from(row), &record);
            }
        }
    }
}
