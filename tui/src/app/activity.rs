//! Drops as they come, run and end.

use std::cmp::Ordering;
use std::collections::HashSet;

use ddgen_ipc::message::{DropRow, DropState};

use super::columns::DropColumn;
use super::listing::{Entry, Listing, fits};

/// Drops kept at most; the oldest go. `ddgend drops` has them all.
pub const KEPT: usize = 2000;
/// Drops asked for at first.
pub const ASKED: u32 = 500;

#[derive(Debug)]
pub struct Activity {
    pub list: Listing<Arrival>,
    /// As of [`super::dictionaries::Dictionaries`].
    pub touched: Option<HashSet<String>>,
    pub known: bool,
}

/// A drop, and how far its worker has read.
#[derive(Debug, Clone)]
pub struct Arrival {
    pub row: DropRow,
    /// Bytes read, of bytes in all.
    pub progress: Option<(u64, u64)>,
}

impl Default for Activity {
    fn default() -> Self {
        Self {
            list: Listing::new(DropColumn::Arrived, true, true),
            touched: None,
            known: false,
        }
    }
}

impl Activity {
    /// Takes the row of an event.
    pub fn hear(&mut self, row: DropRow) {
        if let Some(touched) = &mut self.touched {
            touched.insert(row.id.clone());
        }
        self.list.put(self.arrival(row));
        // A little slack, so that a flood does not rebuild the list at each drop.
        if self.list.entries().len() > KEPT + KEPT / 4 {
            self.prune();
        }
    }

    /// Takes the newest drops, but for those that events have brought meanwhile.
    pub fn learn(&mut self, rows: Vec<DropRow>) {
        let touched = self.touched.take().unwrap_or_default();
        let mut all: Vec<Arrival> = rows
            .into_iter()
            .filter(|row| !touched.contains(&row.id))
            .map(|row| self.arrival(row))
            .collect();
        all.extend(
            self.list
                .entries()
                .iter()
                .filter(|arrival| touched.contains(&arrival.row.id))
                .cloned(),
        );
        self.list.replace(all);
        self.known = true;
    }

    pub fn progress(&mut self, id: &str, bytes: u64, total: u64) {
        self.list.change(id, |arrival| {
            if arrival.row.state == DropState::Running {
                arrival.progress = Some((bytes, total));
            }
        });
    }

    fn arrival(&self, row: DropRow) -> Arrival {
        let known = self.list.get(&row.id).and_then(|known| known.progress);
        let progress = known.filter(|_| row.state == DropState::Running);
        Arrival { row, progress }
    }

    fn prune(&mut self) {
        let mut all = self.list.entries().to_vec();
        all.sort_by(|left, right| right.compare(left, DropColumn::Arrived));
        all.truncate(KEPT);
        self.list.replace(all);
    }
}

impl Arrival {
    /// The last part of the file's path.
    #[must_use]
    pub fn file(&self) -> &str {
        let path = &self.row.path;
        path.rsplit('/')
            .next()
            .filter(|name| !name.is_empty())
            .unwrap_or(path)
    }
}

impl Entry for Arrival {
    type Column = DropColumn;

    fn key(&self) -> &str {
        &self.row.id
    }

    fn matches(&self, words: &[String]) -> bool {
        fits(
            words,
            &[
                &self.row.path,
                self.row.state.as_str(),
                self.row.reason.as_deref().unwrap_or_default(),
                self.row.dictionary.as_deref().unwrap_or_default(),
            ],
        )
    }

    fn compare(&self, other: &Self, column: DropColumn) -> Ordering {
        let (left, right) = (&self.row, &other.row);
        match column {
            // A queued drop has no number in the store yet: by time, then by number.
            DropColumn::Arrived => left
                .arrived_at
                .cmp(&right.arrived_at)
                .then(left.seq.cmp(&right.seq)),
            DropColumn::State => order_of(left.state).cmp(&order_of(right.state)),
            DropColumn::File => self.file().cmp(other.file()),
            DropColumn::Size => left.size.cmp(&right.size),
            DropColumn::Outcome => outcome(left).cmp(&outcome(right)),
        }
    }
}

/// What wants attention first.
fn order_of(state: DropState) -> u8 {
    match state {
        DropState::Running => 0,
        DropState::Pending => 1,
        DropState::Parked => 2,
        DropState::Quarantined => 3,
        DropState::Failed => 4,
        DropState::Duplicate => 5,
        DropState::Done => 6,
    }
}

fn outcome(row: &DropRow) -> (Option<&str>, Option<u32>, Option<&str>) {
    (
        row.dictionary.as_deref(),
        row.version,
        row.reason.as_deref(),
    )
}
