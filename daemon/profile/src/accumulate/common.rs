//! Columns that several threads fill together.
//!
//! Fields of mostly different values would otherwise be held once a thread, and the same values be
//! kept, thinned out and merged again.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use super::Kind;
use super::column::Column;

/// The common columns of one table.
#[derive(Default)]
pub(crate) struct Commons(Mutex<HashMap<(String, Kind), Arc<Common>>>);

impl Commons {
    /// The column of a path that is counted together with one of a thread.
    pub(super) fn of(&self, path: &str, own: &Column) -> Arc<Common> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let common = known
            .entry((path.to_owned(), own.kind))
            .or_insert_with(|| Arc::new(Common::new(own.blank())));
        Arc::clone(common)
    }
}

/// One column that several threads fill.
pub(crate) struct Common {
    column: Mutex<Column>,
    /// What its table took when it was last closed. A cost that is out of date is too low: nothing
    /// is thinned out by it that would have been kept.
    cost: AtomicU64,
    effective_cost: AtomicU64,
}

/// A common column that this thread alone sees.
pub(crate) struct Opened<'a> {
    common: &'a Common,
    column: MutexGuard<'a, Column>,
    /// Some of its values were first seen at later places.
    pub(crate) late: bool,
}

impl Common {
    fn new(column: Column) -> Self {
        Self {
            column: Mutex::new(column),
            cost: AtomicU64::new(0),
            effective_cost: AtomicU64::new(0),
        }
    }

    /// Opens it for values from a chunk of records that begins at `place`.
    #[inline]
    pub(crate) fn open(&self, place: u64) -> Opened<'_> {
        // Whoever panicked ends the run; what it left shows nowhere then.
        let column = self.column.lock().unwrap_or_else(PoisonError::into_inner);
        Opened {
            common: self,
            late: place < column.table.newest(),
            column,
        }
    }

    /// Whether another thread has it open now.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.column.try_lock(), Err(TryLockError::WouldBlock))
    }

    pub(super) fn cost(&self) -> u64 {
        self.cost.load(Ordering::Relaxed)
    }

    pub(super) fn effective_cost(&self) -> u64 {
        self.effective_cost.load(Ordering::Relaxed)
    }
}

impl Opened<'_> {
    pub(crate) fn column(&mut self) -> &mut Column {
        &mut self.column
    }
}

impl Drop for Opened<'_> {
    fn drop(&mut self) {
        let column = &self.column;
        let (cost, effective) = (column.table.cost(), column.effective_cost());
        self.common.cost.store(cost, Ordering::Relaxed);
        self.common
            .effective_cost
            .store(effective, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;
    use crate::accumulate::hash::{TINY, hash, words};
    use crate::accumulate::values::{BATCH, Batch, Pair, SHORT};

    /// Counts the values of a chunk, each kind of length the way readers do.
    fn count(opened: &mut Opened<'_>, place: u64, values: &[String]) {
        let late = opened.late;
        let column = opened.column();
        let odd = |column: &mut Column, at: usize| {
            let (text, place) = (values[at].as_bytes(), place + at as u64);
            let (low, high) = words(&text[..text.len().min(SHORT)]);
            if text.len() <= SHORT {
                let length = text.len() as u32;
                column.add_short(Pair { low, high, length }, hash(text), place, late);
            } else {
                column.add_hashed(text, hash(text), 1, place);
            }
        };
        let (mut keys, mut hashes) = ([u64::MAX; BATCH], [0; BATCH]);
        for (at, value) in values.iter().enumerate() {
            hashes[at] = hash(value.as_bytes());
            if value.len() <= TINY {
                keys[at] = words(value.as_bytes()).0 | (value.len() as u64) << 56;
            }
        }
        let batch = Batch {
            keys: &keys,
            hashes: &hashes,
            count: values.len(),
        };
        column.add_words(&batch, late, |at| place + at as u64, odd);
    }

    proptest! {
        #[test]
        fn whatever_chunk_comes_first_values_know_their_first_place(
            chunks in prop::collection::vec(prop::collection::vec("[ab]{1,3}|a{10}[bc]{1,3}|a{18}[bc]{1,3}", 1..30), 1..8),
            turns in prop::collection::vec(any::<prop::sample::Index>(), 8),
            raised in prop::option::of(0..8_usize),
        ) {
            let common = Common::new(Column::new(Kind::Text, None));
            let mut waiting: Vec<usize> = (0..chunks.len()).collect();
            for turn in turns.iter().take(chunks.len()) {
                let number = waiting.remove(turn.index(waiting.len()));
                let place = (number as u64) << 32;
                let mut opened = common.open(place);
                count(&mut opened, place, &chunks[number]);
                if raised == Some(waiting.len()) {
                    opened.column().raise();
                }
            }
            let mut expected: HashMap<&str, (u64, u64)> = HashMap::new();
            for (number, chunk) in (0_u64..).zip(&chunks) {
                for (at, value) in (0_u64..).zip(chunk) {
                    expected.entry(value).or_insert((number << 32 | at, 0)).1 += 1;
                }
            }
            let mut opened = common.open(u64::MAX);
            let mut held = 0;
            for value in opened.column().table.iter() {
                let text = std::str::from_utf8(value.text).expect("text");
                prop_assert_eq!((value.first, value.count), expected[text], "{}", text);
                held += value.count;
            }
            let all: usize = chunks.iter().map(Vec::len).sum();
            prop_assert_eq!(held + opened.column().passed.count(), all as u64);
        }
    }
}
