//! The values that are held, brought together by the node they belong to.

use super::held::{Event, Held};

/// Values node by node; reused from chunk to chunk.
#[derive(Default)]
pub(super) struct ByNode {
    /// Where the values of every node begin.
    starts: Vec<u32>,
    /// All values, node by node, in the order of their records.
    values: Vec<Placed>,
}

/// A value, and the record it stands in.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Placed {
    pub start: u32,
    pub length: u32,
    /// Record of the chunk below, number of the kind above.
    pub place: u32,
}

/// Bits of the number of a record; those above tell the kind.
pub(super) const RECORD_BITS: u32 = 29;

impl Placed {
    #[inline(always)]
    pub(super) fn record(self) -> usize {
        (self.place & ((1 << RECORD_BITS) - 1)) as usize
    }

    /// The number of its kind; past all of them for a missing value.
    #[inline(always)]
    pub(super) fn kind(self) -> usize {
        (self.place >> RECORD_BITS) as usize
    }
}

impl ByNode {
    /// Brings the values of `nodes` nodes together.
    pub(super) fn sort(&mut self, held: &Held, nodes: usize) {
        let Self { starts, values } = self;
        starts.clear();
        starts.resize(nodes + 2, 0);
        for event in &held.events {
            starts[event.node() + 2] += 1;
        }
        let mut before = 0;
        for start in &mut *starts {
            before += *start;
            *start = before;
        }
        values.resize(held.events.len(), Placed::default());
        let mut put = |events: &[Event], record: usize| {
            for event in events {
                let at = &mut starts[event.node() + 1];
                let kind = u32::from(event.kind().min(7));
                values[*at as usize] = Placed {
                    start: event.start,
                    length: event.length,
                    place: record as u32 | kind << RECORD_BITS,
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
        starts.truncate(nodes + 1);
    }

    /// How many nodes there are.
    pub(super) fn nodes(&self) -> usize {
        self.starts.len() - 1
    }

    /// The values of a node, in the order of their records.
    pub(super) fn of(&self, node: usize) -> &[Placed] {
        &self.values[self.starts[node] as usize..self.starts[node + 1] as usize]
    }
}
