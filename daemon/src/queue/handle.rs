//! The queue as the daemon's tasks see it.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::book::Book;
use super::error::QueueError;
use super::file::{Opener, SetAside, open_file};
use super::job::{Blame, Counts, Ended, Leased, Limits, Listed, Only, Outcome, Parked, Which};
use super::room::Room;
use super::signal::Signal;
use crate::arrival::{DropId, Origin, Sighting};

/// Sightings taken in by one transaction, so that leases need not wait long behind a flood.
const BATCH: usize = 1_000;
/// How long to leave a disk in peace that has just failed.
const AFTER_A_FAILURE: Duration = Duration::from_secs(1);

/// A handle on the queue; clones share it. The file is touched on blocking threads only, one
/// operation at a time.
#[derive(Clone)]
pub struct Queue {
    book: Arc<Mutex<Book>>,
    signal: watch::Sender<Signal>,
    set_aside: watch::Sender<Option<SetAside>>,
    /// No wait is longer, whatever a clock that was set back makes of it.
    longest_wait: Duration,
    /// See [`Limits::tries`].
    tries: u32,
    /// The last lease failed.
    failing: Arc<AtomicBool>,
}

impl Queue {
    /// Opens `queue.redb` in the data directory, or makes it. What an earlier start had leased is
    /// pending again. A file that does not open is set aside, see [`Self::set_aside`]. Blocks.
    ///
    /// # Errors
    /// The file is in use, or the disk or its rights refuse.
    pub fn open(data_dir: &Path, limits: Limits) -> Result<Self, QueueError> {
        Self::open_with(data_dir, limits, Box::new(open_file))
    }

    pub(super) fn open_with(
        data_dir: &Path,
        limits: Limits,
        opener: Opener,
    ) -> Result<Self, QueueError> {
        let tries = limits.tries;
        let longest_wait = Duration::from_millis(limits.longest_wait_ms.max(0).unsigned_abs());
        let mut book = Book::open(data_dir.join("queue.redb"), limits, opener)?;
        let signal = watch::Sender::new(book.signal()?);
        let set_aside = watch::Sender::new(book.set_aside().cloned());
        Ok(Self {
            book: Arc::new(Mutex::new(book)),
            signal,
            set_aside,
            longest_wait,
            tries,
            failing: Arc::default(),
        })
    }

    /// Takes in settled files, in the order given, and answers for each. When the call returns,
    /// what was taken in survives a crash. It may be made again with the same sightings.
    ///
    /// # Errors
    /// See [`QueueError`]; sightings of earlier batches of the same call may have been taken in.
    pub async fn enqueue(
        &self,
        sightings: Vec<Sighting>,
        origin: Origin,
    ) -> Result<Vec<Outcome>, QueueError> {
        let mut outcomes = Vec::with_capacity(sightings.len());
        let mut rest = sightings;
        while !rest.is_empty() {
            let later = rest.split_off(rest.len().min(BATCH));
            let batch = std::mem::replace(&mut rest, later);
            outcomes.extend(
                self.on_book(move |b| b.enqueue(&batch, origin, now_ms()))
                    .await?,
            );
        }
        Ok(outcomes)
    }

    /// For each sighting, whether this very content is queued, running or parked.
    ///
    /// # Errors
    /// See [`QueueError`].
    pub async fn contains(&self, sightings: Vec<Sighting>) -> Result<Vec<bool>, QueueError> {
        self.on_book(move |book| book.contains(&sightings)).await
    }

    /// Hands out up to `most` jobs that are due, of series that have room, one watch after the
    /// other, in order of arrival inside each. Empty when nothing is due: then [`Self::wait`].
    ///
    /// # Errors
    /// See [`QueueError`].
    pub async fn lease(&self, most: usize, mut room: Room) -> Result<Leased, QueueError> {
        let leased = self
            .on_book(move |book| book.lease_within(most, &mut room, now_ms()))
            .await;
        self.failing.store(leased.is_err(), Ordering::Relaxed);
        leased
    }

    /// Returns when a job may be due. Costs nothing while none is. After a lease that failed it
    /// returns a second later, so that a loop of the two does not spin on a broken disk.
    pub async fn wait(&self) {
        self.wait_for(None).await;
    }

    /// As [`Self::wait`], where a lease has passed over all that was due at `held`
    /// ([`Leased::held`]): returns when a further job may be due.
    pub async fn wait_beyond(&self, held: u64) {
        self.wait_for(Some(held)).await;
    }

    async fn wait_for(&self, held: Option<u64>) {
        if self.failing.load(Ordering::Relaxed) {
            tokio::time::sleep(AFTER_A_FAILURE).await;
            return;
        }
        let mut signal = self.signal.subscribe();
        loop {
            let Signal {
                due,
                next_due,
                came,
                ..
            } = *signal.borrow_and_update();
            if due > 0 && held != Some(came) {
                return;
            }
            let wait = next_due.map(|at| {
                let ms = at.saturating_sub(now_ms()).max(0).unsigned_abs();
                Duration::from_millis(ms).min(self.longest_wait)
            });
            // The sender lives in `self`, so that waiting for a change cannot fail.
            let Some(wait) = wait else {
                let _ = signal.changed().await;
                continue;
            };
            if tokio::time::timeout(wait, signal.changed()).await.is_err() {
                return;
            }
        }
    }

    /// Ends jobs whose result the store has committed; unknown ids are passed over. Newer content
    /// that came for a path meanwhile is now due.
    ///
    /// # Errors
    /// See [`QueueError`]. The job stays leased; call again.
    pub async fn done(&self, ids: Vec<DropId>) -> Result<(), QueueError> {
        self.on_book(move |book| book.done(&ids)).await
    }

    /// Puts a running job off, for twice as long as the last time and not before `not_before`
    /// (Unix milliseconds); parks it when its worker has failed [`Limits::tries`] times.
    ///
    /// # Errors
    /// See [`QueueError`]. The job stays leased; call again.
    pub async fn retry_later(
        &self,
        id: DropId,
        reason: String,
        blame: Blame,
        not_before: Option<i64>,
    ) -> Result<Ended, QueueError> {
        self.on_book(move |book| book.retry_later(id, &reason, blame, not_before, now_ms()))
            .await
    }

    /// Parks a running job with its reason.
    ///
    /// # Errors
    /// See [`QueueError`]. The job stays leased; call again.
    pub async fn park(&self, id: DropId, reason: String) -> Result<Ended, QueueError> {
        self.on_book(move |book| book.park(id, &reason, now_ms()))
            .await
    }

    /// Jobs that wait or are worked on, in order of arrival from the place `from` on, at most
    /// `most`. The next page begins behind the last place.
    ///
    /// # Errors
    /// See [`QueueError`].
    pub async fn list(
        &self,
        only: Only,
        from: u64,
        most: usize,
    ) -> Result<Vec<Listed>, QueueError> {
        self.on_book(move |book| book.list(only, from, most)).await
    }

    /// Those of the jobs that wait or are worked on.
    ///
    /// # Errors
    /// See [`QueueError`].
    pub async fn alive(&self, ids: Vec<DropId>) -> Result<Vec<DropId>, QueueError> {
        self.on_book(move |book| book.alive(&ids)).await
    }

    /// The job of this identity, if it waits or is worked on.
    ///
    /// # Errors
    /// See [`QueueError`].
    pub async fn find(&self, id: DropId) -> Result<Option<Listed>, QueueError> {
        self.on_book(move |book| book.find(id)).await
    }

    /// Whether this job is here, in whatever state.
    ///
    /// # Errors
    /// See [`QueueError`].
    pub async fn holds(&self, id: DropId) -> Result<bool, QueueError> {
        self.on_book(move |book| book.holds(id)).await
    }

    /// The parked jobs in order of arrival from the place `from` on, at most `most`.
    ///
    /// # Errors
    /// See [`QueueError`].
    pub async fn parked(&self, from: u64, most: usize) -> Result<Vec<Parked>, QueueError> {
        self.on_book(move |book| book.parked(from, most)).await
    }

    /// Times that a worker may fail over a job: with the last of them it is parked.
    #[must_use]
    pub fn tries(&self) -> u32 {
        self.tries
    }

    /// Makes parked and waiting jobs due now and gives them all their tries back; answers which.
    ///
    /// # Errors
    /// See [`QueueError`].
    pub async fn retry(&self, which: Which) -> Result<Vec<DropId>, QueueError> {
        self.on_book(move |book| book.retry(&which)).await
    }

    /// Drops jobs for good, whatever their state: their file has vanished, or must settle again.
    ///
    /// # Errors
    /// See [`QueueError`].
    pub async fn forget(&self, ids: Vec<DropId>) -> Result<(), QueueError> {
        self.on_book(move |book| book.forget(&ids)).await
    }

    /// As of the last operation; never waits.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.signal.borrow().counts
    }

    /// Returns when the counts have changed since `seen`.
    pub async fn changed(&self, seen: Counts) -> Counts {
        let mut signal = self.signal.subscribe();
        // The sender lives in `self`, so that this cannot fail.
        signal
            .wait_for(|now| now.counts != seen)
            .await
            .map_or(seen, |now| now.counts)
    }

    /// The last file that was damaged and set aside. When it changes, every watch must be scanned.
    #[must_use]
    pub fn set_aside(&self) -> watch::Receiver<Option<SetAside>> {
        self.set_aside.subscribe()
    }

    /// Makes everything durable and closes the file: the last call of an orderly stop.
    ///
    /// # Errors
    /// See [`QueueError`].
    pub async fn close(&self) -> Result<(), QueueError> {
        let book = Arc::clone(&self.book);
        blocking(move || lock(&book).close()).await
    }

    async fn on_book<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Book) -> Result<T, QueueError> + Send + 'static,
    ) -> Result<T, QueueError> {
        let queue = self.clone();
        blocking(move || {
            let mut book = lock(&queue.book);
            let result = work(&mut book);
            if let Ok(signal) = book.signal() {
                queue
                    .signal
                    .send_if_modified(|old| std::mem::replace(old, signal) != signal);
            }
            let set_aside = book.set_aside().cloned();
            queue.set_aside.send_if_modified(|old| {
                let new = *old != set_aside;
                *old = set_aside;
                new
            });
            result
        })
        .await
    }
}

/// A panic inside an operation was already answered by setting the file aside.
fn lock(book: &Mutex<Book>) -> std::sync::MutexGuard<'_, Book> {
    book.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, QueueError> + Send + 'static,
) -> Result<T, QueueError> {
    // Fails only when the runtime stops.
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or(Err(QueueError::Closed))
}

fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
