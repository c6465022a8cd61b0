//! All fields of one table, as a reader fills them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::Kind;
use super::column::Column;
use super::common::Commons;
use super::hash::{hash, mix};
use super::record_part::RecordPart;
use super::records::RecordHashes;
use super::sample::RecordSample;
use crate::contract::{Check, Rules};

/// A field of this [`Columns`]; other instances may number the same path differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub u32);

/// A field as its reader names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldSpec {
    /// Unique in the table.
    pub path: String,
    pub name: String,
    /// The field it lies in, if any; `count` is then that field's occurrences as a container.
    pub parent: Option<FieldId>,
    /// True of the elements of an array: they occur as often as they are observed, and are never
    /// absent.
    pub element: bool,
}

/// The bounds all fields of a table share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Bytes of distinct values.
    pub values: u64,
    /// Distinct record hashes.
    pub records: usize,
    /// Bytes of sampled records.
    pub sample: usize,
}

impl Budget {
    /// Shares out the bytes of a brief.
    pub fn of(bytes: u64) -> Self {
        Self {
            // The tables take up to three times what their values are said to cost, on every thread.
            values: bytes / 6,
            records: usize::try_from(bytes / 64).unwrap_or(usize::MAX).max(1024),
            sample: usize::try_from(bytes / 16)
                .unwrap_or(usize::MAX)
                .max(64 << 10),
        }
    }
}

/// One field: its name and a column for each kind of value it was seen with.
pub struct FieldData {
    pub spec: FieldSpec,
    pub columns: Vec<Column>,
    /// Missing values that were observed (empty cells, JSON `null`).
    pub missing: u64,
    /// Smallest place a missing value was observed at.
    pub first_missing: Option<u64>,
    /// Smallest place anything was observed at: fields of nested formats stand in this order.
    pub first: u64,
    /// Where in that record it was, where its reader tells: see [`Self::note_first`].
    pub position: u64,
    /// Its part in the hashes of records.
    pub(crate) part: RecordPart,
    check: Option<Arc<Check>>,
}

impl FieldData {
    fn new(spec: FieldSpec, rules: Option<&Rules>) -> Self {
        Self {
            check: rules.and_then(|rules| rules.of_field(&spec.path)),
            part: RecordPart::of(&spec.path),
            spec,
            columns: Vec::new(),
            missing: 0,
            first_missing: None,
            first: u64::MAX,
            position: 0,
        }
    }

    /// The column for one kind of value.
    #[inline]
    pub fn column(&mut self, kind: Kind) -> &mut Column {
        match self.columns.iter().position(|c| c.kind == kind) {
            Some(at) => &mut self.columns[at],
            None => {
                self.columns.push(Column::new(kind, self.check.as_ref()));
                self.columns.last_mut().expect("pushed above")
            }
        }
    }

    /// Has columns of many values counted in common with other threads from here on. `place` is not
    /// before any that was counted.
    pub(crate) fn share(&mut self, commons: &Commons, place: u64) {
        for column in &mut self.columns {
            if column.is_large() {
                let common = commons.of(&self.spec.path, column);
                column.share(common, place);
            }
        }
    }

    /// Counts missing values, the first of them at `place`.
    pub fn add_missing(&mut self, count: u64, place: u64) {
        self.missing += count;
        self.first_missing = Some(self.first_missing.map_or(place, |p| p.min(place)));
        self.first = self.first.min(place);
    }

    /// The field is seen in the record at `place`, after all that stand there at lesser positions.
    pub fn note_first(&mut self, place: u64, position: u64) {
        if (place, position) < (self.first, self.position) {
            (self.first, self.position) = (place, position);
        }
    }

    /// Observed values of all kinds that are not missing.
    pub fn observed(&self) -> u64 {
        self.columns
            .iter()
            .map(|c| c.table.iter().map(|v| v.count).sum::<u64>() + c.passed.count())
            .sum()
    }
}

/// The accumulator of one table. Readers on several threads fill one each and merge them.
pub struct Columns {
    budget: Budget,
    pub fields: Vec<FieldData>,
    by_path: HashMap<String, FieldId>,
    /// Chunk number in the upper, record of the chunk in the lower half.
    place: u64,
    /// See [`Columns::under`].
    key: u64,
    record_hash: u64,
    /// Records of every chunk, by chunk number.
    pub chunk_records: HashMap<u32, u64>,
    pub record_hashes: RecordHashes,
    pub sample: RecordSample,
    added_since_check: u32,
    rules: Option<Arc<Rules>>,
}

impl Columns {
    /// An empty table.
    pub fn new(budget: Budget) -> Self {
        Self {
            budget,
            fields: Vec::new(),
            by_path: HashMap::new(),
            place: 0,
            key: 0,
            record_hash: 0,
            chunk_records: HashMap::new(),
            record_hashes: RecordHashes::new(budget.records),
            sample: RecordSample::new(budget.sample),
            added_since_check: 0,
            rules: None,
        }
    }

    /// The same with rules for the values of fields that are still to come.
    #[must_use]
    pub(crate) fn with_rules(self, rules: Option<Arc<Rules>>) -> Self {
        Self { rules, ..self }
    }

    /// The field of a path, created when it is new.
    pub fn field(&mut self, spec: &FieldSpec) -> FieldId {
        if let Some(id) = self.by_path.get(&spec.path) {
            return *id;
        }
        let id = FieldId(u32::try_from(self.fields.len()).expect("readers bound their fields"));
        self.by_path.insert(spec.path.clone(), id);
        let rules = self.rules.as_deref();
        self.fields.push(FieldData::new(spec.clone(), rules));
        id
    }

    /// A field that is known already.
    pub fn find(&self, path: &str) -> Option<FieldId> {
        self.by_path.get(path).copied()
    }

    /// Starts a chunk of records. Chunks are numbered in the order of the file, each is read by one
    /// thread, and none holds 2^32 records. A reader that never calls this fills chunk 0.
    pub fn begin_chunk(&mut self, number: u32) {
        self.place = u64::from(number) << 32;
    }

    /// What is observed from here on stands under this key of its record: paths that stand for many
    /// keys keep records apart by it. 0 is none.
    pub fn under(&mut self, key: u64) {
        self.key = key;
    }

    /// Counts a value of the current record.
    pub fn observe(&mut self, field: FieldId, kind: Kind, value: &[u8]) {
        let value_hash = hash(value);
        let data = &mut self.fields[field.0 as usize];
        data.first = data.first.min(self.place);
        data.column(kind)
            .add_hashed(value, value_hash, 1, self.place);
        self.record_hash = self.record_hash.wrapping_add(
            data.part
                .of_value(value_hash ^ kind as u64 ^ self.key, self.place ^ self.key),
        );
        self.sample.observe(self.place, field.0, kind, value);
    }

    /// Counts a value of the current record that is there and says nothing (JSON `null`, an empty
    /// cell). Absent keys need no call: they are what a parent's occurrences leave over.
    pub fn observe_missing(&mut self, field: FieldId) {
        let data = &mut self.fields[field.0 as usize];
        data.add_missing(1, self.place);
        self.record_hash = self
            .record_hash
            .wrapping_add(data.part.of_value(self.key, self.place ^ self.key));
    }

    /// Ends the current record.
    pub fn end_record(&mut self) {
        self.record_hashes.add(mix(self.record_hash, 0));
        self.record_hash = 0;
        *self
            .chunk_records
            .entry((self.place >> 32) as u32)
            .or_default() += 1;
        self.sample.end_record(self.place);
        self.place += 1;
        self.added_since_check += 1;
        if self.added_since_check >= 4096 {
            self.enforce();
        }
    }

    /// Brings the fields within the budget. Runs by itself every few thousand records.
    ///
    /// A field is exact if and only if its values fit under the water level `w` for which all
    /// fields, cut at `w`, just fill the budget. A part of the file can only make `w` higher and
    /// costs lower, so what a part decides the whole would have decided as well: the outcome never
    /// depends on threads or blocks.
    pub fn enforce(&mut self) {
        self.added_since_check = 0;
        self.sample.agree();
        loop {
            let costs: Vec<u64> = self.all_columns().map(Column::effective_cost).collect();
            let water = water_level(costs, self.budget.values);
            let mut raised = false;
            for field in &mut self.fields {
                for column in &mut field.columns {
                    raised |= column.raise_below(water);
                }
            }
            if !raised {
                return;
            }
        }
    }

    fn all_columns(&self) -> impl Iterator<Item = &Column> {
        self.fields.iter().flat_map(|f| &f.columns)
    }

    /// An empty table beside this one, for another thread: see [`RecordHashes::beside`].
    pub fn beside(&self) -> Self {
        Self {
            record_hashes: self.record_hashes.beside(),
            sample: self.sample.beside(),
            rules: self.rules.clone(),
            ..Self::new(self.budget)
        }
    }

    /// Joins what another thread counted of other chunks of the same table.
    pub fn merge(&mut self, other: Self) {
        self.merge_on(other, 1);
    }

    /// As [`Self::merge`], on several threads.
    pub fn merge_on(&mut self, other: Self, threads: usize) {
        let ids: Vec<FieldId> = other.fields.iter().map(|f| self.field(&f.spec)).collect();
        let mut theirs: Vec<Option<FieldData>> = self.fields.iter().map(|_| None).collect();
        for (mut field, id) in other.fields.into_iter().zip(&ids) {
            field.spec.parent = field.spec.parent.map(|parent| ids[parent.0 as usize]);
            theirs[id.0 as usize] = Some(field);
        }
        let pairs = Mutex::new(self.fields.iter_mut().zip(theirs));
        // What is counted in common is nobody's own: whoever comes first takes it.
        let next = || pairs.lock().unwrap_or_else(PoisonError::into_inner).next();
        let work = || {
            while let Some((ours, theirs)) = next() {
                ours.columns.iter_mut().for_each(Column::settle);
                if let Some(theirs) = theirs {
                    ours.merge(theirs);
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(work);
            }
            work();
        });
        for (chunk, records) in other.chunk_records {
            *self.chunk_records.entry(chunk).or_default() += records;
        }
        self.record_hashes.merge(other.record_hashes);
        self.sample
            .merge(&other.sample, |field| ids[field as usize].0);
        self.enforce();
    }

    /// Records in all.
    pub fn records(&self) -> u64 {
        self.chunk_records.values().sum()
    }

    /// Bytes of distinct values the fields share.
    pub fn budget(&self) -> Budget {
        self.budget
    }
}

impl FieldData {
    fn merge(&mut self, theirs: Self) {
        if theirs.spec.parent.is_some() {
            self.spec.parent = theirs.spec.parent;
        }
        self.missing += theirs.missing;
        self.note_first(theirs.first, theirs.position);
        self.first_missing = match (self.first_missing, theirs.first_missing) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        for mut column in theirs.columns {
            column.settle();
            self.column(column.kind).merge(column);
        }
    }
}

/// The largest level `w` such that the costs, each cut at `w`, sum up to the budget at most.
fn water_level(mut costs: Vec<u64>, budget: u64) -> u64 {
    costs.sort_unstable();
    let mut left = budget;
    for (at, cost) in costs.iter().enumerate() {
        let share = left / (costs.len() - at) as u64;
        if *cost > share {
            return share;
        }
        left -= cost;
    }
    u64::MAX
}
