//! Whether writes to the store come to an end: one empty transaction at a time asks.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::store::{Store, StoreError};

/// The question, and what is known of its answer.
pub(super) struct Writes {
    /// A write that takes longer does not end.
    patience: Duration,
    asked: Arc<Mutex<Asked>>,
}

#[derive(Default)]
struct Asked {
    /// Since when the one that is under way waits.
    since: Option<Instant>,
    /// Why the last one failed, where that is not a full disk: reading and writing less goes on then.
    failed: Option<String>,
}

impl Writes {
    pub(super) fn new(patience: Duration) -> Self {
        Self {
            patience,
            asked: Arc::default(),
        }
    }

    /// Why no write ends; none: they do. An answer takes as long as a write does, and never longer
    /// than the patience.
    pub(super) async fn stuck(&self, store: &Store) -> Option<String> {
        // While one waits, a second would only wait behind it.
        let begins = {
            let mut asked = lock(&self.asked);
            let begins = asked.since.is_none();
            asked.since.get_or_insert_with(Instant::now);
            begins
        };
        if begins {
            let (store, asked) = (store.clone(), Arc::clone(&self.asked));
            let write = tokio::spawn(async move {
                let ended = store.try_write().await;
                let mut asked = lock(&asked);
                asked.since = None;
                asked.failed = ended.err().filter(is_stuck).map(|error| error.to_string());
            });
            // It goes on when nobody waits for it any more.
            let _ = tokio::time::timeout(self.patience, write).await;
        }
        let asked = lock(&self.asked);
        let waited = asked.since.map(|since| since.elapsed());
        match waited.filter(|waited| *waited >= self.patience) {
            Some(waited) => Some(format!(
                "a write to the store (ddgen.db) has waited for {} s: another program holds it \
                 locked, or its disk does not answer",
                waited.as_secs()
            )),
            None => asked.failed.clone(),
        }
    }
}

fn is_stuck(error: &StoreError) -> bool {
    error.passes() && !matches!(error, StoreError::DiskFull(_))
}

fn lock(asked: &Mutex<Asked>) -> MutexGuard<'_, Asked> {
    asked.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    /// How long the writer itself waits for a lock.
    const BUSY: Duration = Duration::from_millis(400);

    #[tokio::test(flavor = "multi_thread")]
    async fn a_lock_is_seen_before_the_writer_gives_up_and_after_and_its_end_as_well() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), BUSY).unwrap();
        let writes = Writes::new(Duration::from_millis(100));
        assert_eq!(writes.stuck(&store).await, None);

        let other = Connection::open(dir.path().join(crate::store::FILE)).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let words = writes.stuck(&store).await.expect("it waits");
        assert!(words.contains("has waited"), "{words}");
        // Once the writer has given up, its reason is told whether or not a next one waits.
        let deadline = Instant::now() + Duration::from_secs(20);
        while lock(&writes.asked).failed.is_none() {
            assert!(writes.stuck(&store).await.is_some());
            assert!(Instant::now() < deadline);
        }
        assert!(writes.stuck(&store).await.unwrap().contains("locked"));

        other.execute_batch("ROLLBACK").unwrap();
        while writes.stuck(&store).await.is_some() {
            assert!(Instant::now() < deadline);
        }
        store.close().await.unwrap();
    }
}
