//! Values of one node into the accumulator of their field.

use super::by_node::{Placed, RECORD_BITS};
use super::held::{KINDS, Texts};
use crate::accumulate::Kind;
use crate::accumulate::column::Column;
use crate::accumulate::columns::FieldData;
use crate::accumulate::common::{Common, Commons, Opened};
use crate::accumulate::hash::{hash, hash_words};
use crate::accumulate::lanes::Lanes;
use crate::accumulate::values::{BATCH, Batch, Pair, SHORT};

/// Values so long are counted one by one.
const LONG: usize = 64 << 10;

/// A place is that of a chunk and the record in it.
pub(super) fn place(base: u64, record: usize) -> u64 {
    base + record as u64
}

/// The hash of no bytes.
const EMPTY: u64 = hash_words(0, 0, 0);

/// The column that is counted in common of the kind most values of a node have, open from batch to
/// batch.
struct Open<'a> {
    kind: usize,
    common: Option<&'a Common>,
    opened: Option<Opened<'a>>,
}

/// What the values of a batch have in common.
struct Alike {
    /// All are of one kind.
    kind: bool,
    /// And each is of the record after that of the one before.
    successive: bool,
}

impl Alike {
    /// `unlike` has a bit set where any value differs from what it would be then.
    fn of(unlike: u32) -> Self {
        Self {
            kind: unlike >> RECORD_BITS == 0,
            successive: unlike == 0,
        }
    }
}

/// Counts the values of one field, and takes each into the hash of its record.
pub(super) struct Counter<'a> {
    texts: Texts<'a>,
    base: u64,
    budget: u64,
    commons: Option<&'a Commons>,
    /// Containers that hold no value of their own, by the number of their kind, and the first of them.
    inner: [(u64, u64); KINDS.len()],
    missing: (u64, u64),
}

impl<'a> Counter<'a> {
    /// Counts values of texts, the first record of which is at `base`; no value is kept that is
    /// larger than the `budget`.
    pub(super) fn new(
        texts: Texts<'a>,
        base: u64,
        budget: u64,
        commons: Option<&'a Commons>,
    ) -> Self {
        Self {
            texts,
            base,
            budget,
            commons,
            inner: [(0, 0); KINDS.len()],
            missing: (0, 0),
        }
    }

    /// Counts all values of a node in a chunk.
    pub(super) fn count(
        mut self,
        values: &[Placed],
        lanes: &mut Lanes,
        data: &mut FieldData,
        record_hashes: &mut [u64],
    ) {
        let mut kinds = values.iter().map(|value| value.kind());
        let kind = kinds.find(|kind| *kind < KINDS.len());
        let kind = kind.unwrap_or(KINDS.len());
        let common = KINDS
            .get(kind)
            .and_then(|kind| data.column(*kind).common().cloned());
        let mut open = Open {
            kind,
            common: common.as_deref(),
            opened: None,
        };
        for batch in values.chunks(BATCH) {
            let alike = self.hash(batch, lanes);
            let first = batch[0];
            if alike.successive
                && first.kind() < KINDS.len()
                && data.part.join_each(
                    &lanes.hashes,
                    first.kind() as u64,
                    self.base + first.record() as u64,
                    &mut record_hashes[first.record()..][..batch.len()],
                )
            {
                self.count_run(batch, 0, lanes, data, &mut open);
                continue;
            }
            data.part.join(
                batch.iter().zip(&lanes.hashes).map(|(value, hashed)| {
                    let kind = value.kind();
                    let known = if kind < KINDS.len() {
                        hashed ^ kind as u64
                    } else {
                        0
                    };
                    (value.record(), known)
                }),
                self.base,
                record_hashes,
            );
            if alike.kind {
                self.count_run(batch, 0, lanes, data, &mut open);
                continue;
            }
            let mut at = 0;
            for run in batch.chunk_by(|a, b| a.kind() == b.kind()) {
                self.count_run(run, at, lanes, data, &mut open);
                at += run.len();
            }
        }
        for ((count, first), kind) in self.inner.into_iter().zip(KINDS) {
            if count > 0 {
                data.column(kind).add_hashed(b"", EMPTY, count, first);
            }
        }
        if self.missing.0 > 0 {
            data.add_missing(self.missing.0, self.missing.1);
        }
        drop(open);
        if let Some(commons) = self.commons {
            data.share(commons, self.base);
        }
    }

    /// Fills the lanes with values and their hashes.
    #[inline(always)]
    fn hash(&self, batch: &[Placed], lanes: &mut Lanes) -> Alike {
        let (first, mut unlike, mut odd) = (batch[0].place, 0, 0);
        if matches!(KINDS.get(batch[0].kind()), Some(Kind::Object | Kind::Array)) {
            // Most containers have no text to be loaded.
            let mut length = 0;
            for (at, value) in (0_u32..).zip(batch) {
                unlike |= value.place ^ (first + at);
                length |= value.length;
            }
            if length == 0 && unlike >> RECORD_BITS == 0 {
                lanes.hashes = [EMPTY; BATCH];
                return Alike::of(unlike);
            }
            unlike = 0;
        }
        for (at, value) in (0_u32..).zip(batch).take(BATCH) {
            let text = self.texts.from(value.start);
            let loaded: &[u8; SHORT] = text.first_chunk().expect("texts end in padding");
            let both = u128::from_le_bytes(*loaded);
            let lane = at as usize;
            lanes.low[lane] = both as u64;
            lanes.high[lane] = (both >> 64) as u64;
            lanes.lengths[lane] = value.length;
            // Records of a chunk are far fewer than their bits can tell: a sum never reaches the kind.
            unlike |= value.place ^ (first + at);
            odd += usize::from(value.length.wrapping_sub(1) >= SHORT as u32);
        }
        lanes.fill_up(batch.len());
        lanes.short();
        if odd > 0 {
            for (value, hashed) in batch.iter().zip(&mut lanes.hashes) {
                let length = value.length as usize;
                if length == 0 {
                    *hashed = EMPTY;
                } else if length > SHORT {
                    *hashed = hash(&self.texts.from(value.start)[..length]);
                }
            }
        }
        Alike::of(unlike)
    }

    /// Counts values of one kind, which lie in the lanes from `from` on.
    #[inline(always)]
    fn count_run(
        &mut self,
        run: &[Placed],
        from: usize,
        lanes: &Lanes,
        data: &mut FieldData,
        open: &mut Open<'_>,
    ) {
        let Some(head) = run.first() else { return };
        let kind = head.kind();
        let place_of = |at: usize| place(self.base, run[at].record());
        let some = run.len() as u64;
        match KINDS.get(kind) {
            None => {
                if self.missing.0 == 0 {
                    self.missing.1 = place_of(0);
                }
                self.missing.0 += some;
            }
            Some(Kind::Object | Kind::Array) if run.iter().all(|v| v.length == 0) => {
                if self.inner[kind].0 == 0 {
                    self.inner[kind].1 = place_of(0);
                }
                self.inner[kind].0 += some;
            }
            Some(kind) => {
                let column = data.column(*kind);
                if let (true, Some(common)) = (head.kind() == open.kind, open.common) {
                    let opened = open.opened.get_or_insert_with(|| common.open(self.base));
                    let late = opened.late;
                    return self.count_values(run, from, lanes, opened.column(), late);
                }
                // Two at once, and two threads might wait for each other.
                open.opened = None;
                let Some(common) = column.common() else {
                    return self.count_values(run, from, lanes, column, false);
                };
                let mut opened = common.open(self.base);
                let late = opened.late;
                self.count_values(run, from, lanes, opened.column(), late);
            }
        }
    }

    #[inline(always)]
    fn count_values(
        &self,
        run: &[Placed],
        from: usize,
        lanes: &Lanes,
        column: &mut Column,
        late: bool,
    ) {
        let hashes = &lanes.hashes[from..from + run.len()];
        let mut keys = [0; BATCH];
        let one = |column: &mut Column, at: usize| {
            self.count_one(column, run[at], from + at, lanes, late);
        };
        let singly = from > 0 || lanes.keys(&mut keys) * 2 < BATCH;
        if column.table.is_exact() {
            let all = hashes.iter().zip(run);
            column
                .table
                .fetch(all.map(|(hash, value)| (*hash, value.length)));
            if singly {
                (0..run.len()).for_each(|at| one(column, at));
                return;
            }
        } else {
            let split = column.table.split(hashes);
            let kept = split.kept();
            column
                .table
                .fetch(kept.map(|at| (hashes[at], run[at].length)));
            if singly {
                split.kept().for_each(|at| one(column, at));
                split.passed().for_each(|at| one(column, at));
                return;
            }
        }
        let batch = Batch {
            keys: &keys,
            hashes: &lanes.hashes,
            count: run.len(),
        };
        let place_of = |at: usize| place(self.base, run[at].record());
        column.add_words(&batch, late, place_of, one);
    }

    #[inline(always)]
    fn count_one(&self, column: &mut Column, value: Placed, at: usize, lanes: &Lanes, late: bool) {
        let (length, hashed) = (value.length as usize, lanes.hashes[at]);
        let place = place(self.base, value.record());
        if (1..=SHORT).contains(&length) {
            let pair = Pair {
                low: lanes.low[at],
                high: lanes.high[at],
                length: value.length,
            };
            column.add_short(pair, hashed, place, late);
            return;
        }
        let text = &self.texts.from(value.start)[..length];
        if length < LONG {
            column.add_hashed(text, hashed, 1, place);
        } else {
            column.add_long(text, hashed, place, self.budget);
        }
    }
}
