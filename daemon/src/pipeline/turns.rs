//! Versions of a dictionary are committed in order of arrival, however fast each file is profiled.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::queue::Series;

/// Who waits for whom, by series. Holds a line only while its series has work in flight.
#[derive(Default)]
pub(super) struct Turns {
    lines: Mutex<Lines>,
    /// How many have left their line.
    left: watch::Sender<u64>,
}

#[derive(Default)]
struct Lines {
    next: u64,
    by_series: HashMap<Series, BTreeSet<u64>>,
}

/// A place in the line of one series; dropping it leaves the line.
pub(super) struct Turn {
    number: u64,
    series: Series,
    turns: Arc<Turns>,
}

impl Turns {
    /// Takes the last place in line. Places are in the order of the calls.
    pub(super) fn take(self: &Arc<Self>, series: Series) -> Turn {
        let mut lines = self.lock();
        let number = lines.next;
        lines.next += 1;
        lines
            .by_series
            .entry(series.clone())
            .or_default()
            .insert(number);
        drop(lines);
        Turn {
            number,
            series,
            turns: Arc::clone(self),
        }
    }

    /// How many stand in each line, and how many have left theirs before.
    pub(super) fn standing(&self) -> (HashMap<Series, usize>, u64) {
        // Read first: whoever leaves meanwhile is noticed later, and counted here at worst.
        let left = *self.left.borrow();
        let lines = self.lock();
        let standing = lines.by_series.iter();
        let standing = standing.map(|(series, line)| (series.clone(), line.len()));
        (standing.collect(), left)
    }

    /// Returns once more than `before` have left their line.
    pub(super) async fn more_left(&self, before: u64) {
        // The sender lives in `self`, so that this cannot fail.
        let _ = self.left.subscribe().wait_for(|left| *left != before).await;
    }

    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_first(&self, turn: &Turn) -> bool {
        let lines = self.lock();
        lines.by_series.get(&turn.series).and_then(BTreeSet::first) == Some(&turn.number)
    }
}

impl Turn {
    /// Waits until all that came before have left the line.
    pub(super) async fn wait(&self) {
        // Subscribed before the look, so that a move in between is not missed.
        let mut left = self.turns.left.subscribe();
        while !self.turns.is_first(self) {
            // The sender lives in `turns`, so that this cannot fail.
            let _ = left.changed().await;
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut lines = self.turns.lock();
        if let Some(line) = lines.by_series.get_mut(&self.series) {
            line.remove(&self.number);
            if line.is_empty() {
                lines.by_series.remove(&self.series);
            }
        }
        drop(lines);
        self.turns.left.send_modify(|left| *left += 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(stem: &str) -> Series {
        ("drop".to_owned(), stem.to_owned())
    }

    async fn waits(turn: Turn) -> tokio::task::JoinHandle<()> {
        let waiting = tokio::spawn(async move { turn.wait().await });
        tokio::task::yield_now().await;
        waiting
    }

    #[tokio::test]
    async fn one_series_goes_in_order_and_others_pass() {
        let turns = Arc::new(Turns::default());
        let first = turns.take(series("sales"));
        let second = turns.take(series("sales"));
        let other = turns.take(series("stock"));
        first.wait().await;
        other.wait().await;
        let waiting = waits(second).await;
        assert!(!waiting.is_finished());
        drop(first);
        waiting.await.unwrap();
        drop(other);
        assert!(
            turns.lock().by_series.is_empty(),
            "a line without work is forgotten"
        );
    }

    #[tokio::test]
    async fn who_stands_where_is_known_and_leaving_is_noticed() {
        let turns = Arc::new(Turns::default());
        let first = turns.take(series("sales"));
        let _second = turns.take(series("sales"));
        let (standing, left) = turns.standing();
        assert_eq!(standing, HashMap::from([(series("sales"), 2)]));
        // One who left before anybody waited is noticed as well.
        drop(first);
        turns.more_left(left).await;
        assert_eq!(turns.standing().0, HashMap::from([(series("sales"), 1)]));
    }

    #[tokio::test]
    async fn one_that_gives_up_lets_nobody_overtake() {
        let turns = Arc::new(Turns::default());
        let first = turns.take(series("sales"));
        let second = turns.take(series("sales"));
        let third = turns.take(series("sales"));
        drop(second);
        let waiting = waits(third).await;
        assert!(
            !waiting.is_finished(),
            "the third waits for the first as well"
        );
        drop(first);
        waiting.await.unwrap();
    }
}
