//! Values into accumulators, one field after the other: what the values of a field look like stays
//! predictable, and its table stays in the cache.

use super::by_node::ByNode;
use super::fill::{Counter, place};
use super::held::{Held, KINDS, MISSING};
use super::paths::{NodeId, Paths};
use super::sampled::sample;
use crate::accumulate::Columns;
use crate::accumulate::column::Column;
use crate::accumulate::columns::FieldData;
use crate::accumulate::common::Commons;
use crate::accumulate::hash::{hash, mix};
use crate::accumulate::lanes::Lanes;

/// Reused from chunk to chunk.
#[derive(Default)]
pub(super) struct Room {
    values: ByNode,
    /// Of the records that have ended, and of the one that has not.
    record_hashes: Vec<u64>,
    /// What the record that goes on has come to so far, how many events of it were counted, and how
    /// many values under any key.
    open: u64,
    open_events: u32,
    open_values: u32,
    lanes: Lanes,
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
    room.values.sort(held, paths.len());
    let nodes = room.values.nodes();
    // New fields are found in the order of the file.
    let backwards = side.backwards && (0..nodes).all(|node| paths.known_field(node).is_some());
    let mut count = |node, data: &mut FieldData| {
        let counter = Counter::new(texts, base, budget, side.commons);
        let values = room.values.of(node);
        counter.count(values, &mut room.lanes, data, &mut room.record_hashes);
    };
    let mut later = Vec::new();
    let steps = (0..nodes).map(|step| if backwards { nodes - 1 - step } else { step });
    for node in steps {
        let Some(first) = room.values.of(node).first() else {
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
        // What another thread counts just now comes last.
        if side.commons.is_some() && data.columns.iter().any(Column::is_taken) {
            later.push((node, field));
            continue;
        }
        count(node, data);
    }
    for (node, field) in later {
        count(node, &mut columns.fields[field.0 as usize]);
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
        let part = data.part.of_value(value ^ keyed.key, place ^ keyed.key);
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
