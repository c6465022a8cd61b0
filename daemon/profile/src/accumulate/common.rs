//! Columns that several threads fill together.
//!
//! Fields of mostly different values would otherwise be held once a thread, and the same values be
//! kept, thinned out and merged again.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
    shared: Mutex<Shared>,
    /// What its table took when it was last closed. A cost that is out of date is too low: nothing
    /// is thinned out by it that would have been kept.
    cost: AtomicU64,
    effective_cost: AtomicU64,
}

struct Shared {
    column: Column,
    /// The greatest place whose values were counted.
    latest: u64,
}

/// A common column that this thread alone sees.
pub(crate) struct Opened<'a> {
    common: &'a Common,
    shared: MutexGuard<'a, Shared>,
    /// Values from later places were counted already.
    pub(crate) late: bool,
}

impl Common {
    fn new(column: Column) -> Self {
        Self {
            shared: Mutex::new(Shared { column, latest: 0 }),
            cost: AtomicU64::new(0),
            effective_cost: AtomicU64::new(0),
        }
    }

    /// Opens it for values from a chunk of records that begins at `place`.
    #[inline]
    pub(crate) fn open(&self, place: u64) -> Opened<'_> {
        // Whoever panicked ends the run; what it left shows nowhere then.
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let late = place < shared.latest;
        shared.latest = shared.latest.max(place);
        Opened {
            common: self,
            shared,
            late,
        }
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
        &mut self.shared.column
    }
}

impl Drop for Opened<'_> {
    fn drop(&mut self) {
        let column = &self.shared.column;
        let (cost, effective) = (column.table.cost(), column.effective_cost());
        self.common.cost.store(cost, Ordering::Relaxed);
        self.common
            .effective_cost
            .store(effective, Ordering::Relaxed);
    }
}
