//! Values into accumulators, one field after the other: what the values of a field look like stays
//! predictable, and its table stays in the cache.

use super::held::{Event, Held, KINDS, MISSING, Texts};
use super::paths::{NodeId, Paths};
use crate::accumulate::column::Column;
use crate::accumulate::columns::FieldData;
use crate::accumulate::common::Commons;
use crate::accumulate::hash::{hash, hash_words, mix};
use crate::accumulate::lanes::Lanes;
use crate::accumulate::values::{BATCH, Batch, SHORT};
use crate::accumulate::{Columns, Kind};

/// Values so long are counted one by one.
const LONG: usize = 64 << 10;

/// Reused from chunk to chunk.
#[derive(Default)]
pub(super) struct Room {
    /// Where the values of every node begin.
    starts: Vec<u32>,
    /// All values, node by node, in the order of their records.
    sorted: Vec<Placed>,
    /// Of the records that have ended, and of the one that has not.
    record_hashes: Vec<u64>,
    /// What the record that goes on has come to so far, how many events of it were counted, and how
    /// many values under any key.
    open: u64,
    open_events: u32,
    open_values: u32,
    lanes: Lanes,
}

#[derive(Debug, Clone, Copy, Default)]
struct Placed {
    start: u32,
    length: u32,
    /// Record of the chunk below, number of the kind above.
    record: u32,
}

const RECORD_BITS: u32 = 29;

impl Placed {
    #[inline(always)]
    fn record(self) -> usize {
        (self.record & ((1 << RECORD_BITS) - 1)) as usize
    }

    /// The number of its kind; past all of them for a missing value.
    #[inline(always)]
    fn kind(self) -> usize {
        (self.record >> RECORD_BITS) as usize
    }
}

/// A place is that of a chunk and the record in it.
fn place(base: u64, record: usize) -> u64 {
    base + record as u64
}

/// Which of the threads that read a table counts.
#[derive(Clone, Copy, Default)]
pub(super) struct Side<'a> {
    /// Columns that are counted in common, where there is more than one thread.
    pub commons: Option<&'a Commons>,
    /// Goes from the last field to the first: two threads then seldom want the same column.
    pub backwards: bool,
}

/// Counts all that is held. `base` is the place of the first record; a record that has not ended
/// is counted as far as it goes.
pub(super) fn count(
    held: &mut Held,
    chunk: &[u8],
    base: u64,
    paths: &mut Paths,
    columns: &mut Columns,
    side: Side<'_>,
    room: &mut Room,
) {
    held.pad();
    let texts = held.texts(chunk);
    let records = held.ends.len();
    room.record_hashes.clear();
    room.record_hashes.resize(records + 1, 0);
    room.record_hashes[0] = room.open;
    let budget = columns.budget().values;
    sort(held, paths.len(), room);
    let nodes = room.starts.len() - 1;
    // New fields are found in the order of the file.
    let backwards = side.backwards && (0..nodes).all(|node| paths.known_field(node).is_some());
    for step in 0..nodes {
        let node = if backwards { nodes - 1 - step } else { step };
        let values = &room.sorted[room.starts[node] as usize..room.starts[node + 1] as usize];
        let Some(first) = values.first() else {
            continue;
        };
        let before = if first.record() == 0 {
            room.open_events
        } else {
            0
        };
        let position = || {
            let number = before.saturating_add(position(held, node, first.record()));
            (u64::from(number) * 2 + 1) << POSITION_BITS
        };
        let field = paths.field(
            NodeId(node as u32),
            columns,
            place(base, first.record()),
            position,
        );
        let data = &mut columns.fields[field.0 as usize];
        let mut counter = Counter {
            texts,
            base,
            budget,
            commons: side.commons,
            inner: [(0, 0); KINDS.len()],
            missing: (0, 0),
        };
        counter.count(values, &mut room.lanes, data, &mut room.record_hashes);
    }
    for (number, keyed) in (0_u32..).zip(&held.keyed) {
        let record = keyed.record as usize;
        let node = NodeId(keyed.event.node() as u32);
        let before = if record == 0 { room.open_events } else { 0 };
        // Between the event before it and the one after.
        let position = (u64::from(before.saturating_add(keyed.before)) * 2) << POSITION_BITS;
        let position = || position | u64::from(number);
        let field = paths.field(node, columns, place(base, record), position);
        let data = &mut columns.fields[field.0 as usize];
        let place = place(base, record);
        let text = texts.of(keyed.event);
        let value = if keyed.event.kind() == MISSING {
            data.add_missing(1, place);
            0
        } else {
            let kind = KINDS[usize::from(keyed.event.kind())];
            let value = hash(text);
            let column = data.column(kind);
            match column.common() {
                None => column.add_long(text, value, place, budget),
                Some(common) => {
                    let mut opened = common.open(base);
                    opened.column().add_long(text, value, place, budget);
                }
            }
            value ^ kind as u64
        };
        let part = data.in_record(value ^ keyed.key, place ^ keyed.key);
        let state = &mut room.record_hashes[record];
        *state = state.wrapping_add(part);
    }
    sample(held, texts, paths, room.open_values, columns);
    for state in &room.record_hashes[..records] {
        columns.record_hashes.add(mix(*state, 0));
    }
    room.open = room.record_hashes[records];
    let last = held.ends.last().map_or(0, |end| *end as usize);
    let (events, values) = if records == 0 {
        (room.open_events, room.open_values)
    } else {
        (0, 0)
    };
    let open = (held.events.len() - last) as u32;
    let keyed = held.keyed.iter().rev();
    let keyed = keyed.take_while(|k| k.record as usize == records).count() as u32;
    room.open_events = events.saturating_add(open);
    room.open_values = values.saturating_add(open + keyed);
}

/// Brings the values of every node together.
fn sort(held: &Held, nodes: usize, room: &mut Room) {
    room.starts.clear();
    room.starts.resize(nodes + 2, 0);
    for event in &held.events {
        room.starts[event.node() + 2] += 1;
    }
    let mut before = 0;
    for start in &mut room.starts {
        before += *start;
        *start = before;
    }
    room.sorted.resize(held.events.len(), Placed::default());
    let mut put = |events: &[Event], record: usize| {
        for event in events {
            let at = &mut room.starts[event.node() + 1];
            let kind = u32::from(event.kind().min(7));
            room.sorted[*at as usize] = Placed {
                start: event.start,
                length: event.length,
                record: record as u32 | kind << RECORD_BITS,
            };
            *at += 1;
        }
    };
    let mut from = 0;
    for (record, end) in held.ends.iter().enumerate() {
        put(&held.events[from..*end as usize], record);
        from = *end as usize;
    }
    put(&held.events[from..], held.ends.len());
    room.starts.truncate(nodes + 1);
}

/// Positions in a record leave room between two events for values under hidden keys.
const POSITION_BITS: u32 = 30;

/// Which value of its record the first one of a node is.
fn position(held: &Held, node: usize, record: usize) -> u32 {
    let from = match record {
        0 => 0,
        _ => held.ends[record - 1] as usize,
    };
    let before = held.events[from..].iter().position(|e| e.node() == node);
    before.map_or(u32::MAX, |n| n as u32)
}

/// The hash of no bytes.
const EMPTY: u64 = hash_words(0, 0, 0);

/// Counts the values of one field, and takes each into the hash of its record.
struct Counter<'a> {
    texts: Texts<'a>,
    base: u64,
    budget: u64,
    commons: Option<&'a Commons>,
    /// Containers that hold no value of their own, by the number of their kind, and the first of them.
    inner: [(u64, u64); KINDS.len()],
    missing: (u64, u64),
}

impl Counter<'_> {
    fn count(
        &mut self,
        values: &[Placed],
        lanes: &mut Lanes,
        data: &mut FieldData,
        record_hashes: &mut [u64],
    ) {
        for batch in values.chunks(BATCH) {
            let alike = self.hash(batch, lanes);
            data.join_records(
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
            if alike {
                self.count_run(batch, 0, lanes, data);
                continue;
            }
            let mut at = 0;
            for run in batch.chunk_by(|a, b| a.kind() == b.kind()) {
                self.count_run(run, at, lanes, data);
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
        if let Some(commons) = self.commons {
            data.share(commons, self.base);
        }
    }

    /// Fills the lanes with values and their hashes; whether all are of one kind.
    #[inline(always)]
    fn hash(&self, batch: &[Placed], lanes: &mut Lanes) -> bool {
        let (first, mut unlike, mut odd) = (batch[0].record, 0, 0);
        for (at, value) in batch.iter().enumerate().take(BATCH) {
            let text = self.texts.from(value.start);
            let loaded: &[u8; SHORT] = text.first_chunk().expect("texts end in padding");
            let both = u128::from_le_bytes(*loaded);
            lanes.low[at] = both as u64;
            lanes.high[at] = (both >> 64) as u64;
            lanes.lengths[at] = value.length;
            unlike |= value.record ^ first;
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
        unlike >> RECORD_BITS == 0
    }

    /// Counts values of one kind, which lie in the lanes from `from` on.
    #[inline(always)]
    fn count_run(&mut self, run: &[Placed], from: usize, lanes: &Lanes, data: &mut FieldData) {
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
        let split = column.table.split(hashes);
        let kept = split.kept();
        column
            .table
            .fetch(kept.map(|at| (hashes[at], run[at].length)));
        let mut keys = [0; BATCH];
        let one = |column: &mut Column, at: usize| {
            self.count_one(column, run[at], from + at, lanes, late);
        };
        if from > 0 || lanes.keys(&mut keys) * 2 < BATCH {
            split.kept().for_each(|at| one(column, at));
            split.passed().for_each(|at| one(column, at));
            return;
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
        if (1..=SHORT).contains(&length) && !late {
            column.add_short(lanes.low[at], lanes.high[at], value.length, hashed, place);
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

/// Values of a record that are sampled together: of a record that holds more, every such run is
/// sampled or not by itself, so that no record is too large for the sample.
const RUN: usize = 1024;

/// Tells the sample of the records that belong to it: by where they start in the file, so that
/// neither threads nor chunks change what is sampled. `before` values of the first record were told
/// already.
fn sample(held: &Held, texts: Texts<'_>, paths: &Paths, before: u32, columns: &mut Columns) {
    let mut from = 0;
    let mut keyed = held.keyed.as_slice();
    let ends = held.ends.iter().map(|end| (*end as usize, true));
    let open = std::iter::once((held.events.len(), false));
    for (record, ((end, ended), start)) in ends.chain(open).zip(&held.starts).enumerate() {
        let events = &held.events[from..end];
        from = end;
        let under = keyed.iter().take_while(|k| k.record as usize == record);
        let (hidden, others) = keyed.split_at(under.count());
        keyed = others;
        let told = if record == 0 { before as usize } else { 0 };
        // Every value takes a byte and more: no two runs have one number.
        let run = |number: usize| start + ((told + number) / RUN) as u64;
        if told + events.len() + hidden.len() <= RUN && !columns.sample.takes(*start) {
            continue;
        }
        let all = events.iter().copied().chain(hidden.iter().map(|k| k.event));
        let mut last = None;
        for (number, event) in all.enumerate() {
            let this = run(number);
            if let Some(last) = last
                && last != this
            {
                columns.sample.end_record(last);
            }
            last = Some(this);
            if event.kind() != MISSING
                && columns.sample.takes(this)
                && let Some(field) = paths.known_field(event.node())
            {
                let kind = KINDS[usize::from(event.kind())];
                columns.sample.observe(this, field.0, kind, texts.of(event));
            }
        }
        if let (true, Some(last)) = (ended, last) {
            columns.sample.end_record(last);
        }
    }
}
