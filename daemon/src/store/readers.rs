//! Many readers: a small pool of read-only connections, used on blocking threads.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::connect;
use super::error::StoreError;

/// Connections; a reader that comes when all are taken waits for one. WAL lets them all read
/// beside the writer, and two cores gain nothing from more.
const CONNECTIONS: usize = 4;

#[derive(Clone)]
pub(super) struct Readers {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    busy: Duration,
    free: Mutex<Vec<Connection>>,
    places: Arc<Semaphore>,
    /// For callers that may block and must not wait behind the pages of a client.
    blocking: Mutex<Option<Connection>>,
}

impl Readers {
    pub(super) fn open(path: &Path, busy: Duration) -> Result<Self, StoreError> {
        Ok(Self {
            inner: Arc::new(Inner {
                path: path.to_path_buf(),
                busy,
                // One is opened now so that an unreadable file shows at once, the rest on demand.
                free: Mutex::new(vec![connect::reader(path, busy)?]),
                places: Arc::new(Semaphore::new(CONNECTIONS)),
                blocking: Mutex::new(Some(connect::reader(path, busy)?)),
            }),
        })
    }

    /// Runs `work` on one snapshot of the store, on a thread that may block.
    pub(super) async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let places = Arc::clone(&self.inner.places);
        let place = places
            .acquire_owned()
            .await
            .map_err(|_| StoreError::Closed)?;
        let inner = Arc::clone(&self.inner);
        let done = tokio::task::spawn_blocking(move || {
            // Held until the work ends: a caller that gives up waiting frees no connection.
            let _place = place;
            inner.run(work)
        });
        done.await
            .unwrap_or_else(|_| Err(StoreError::Internal("a read of the store panicked".into())))
    }

    /// The same for a thread that may block anyway.
    pub(super) fn read_blocking<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if self.inner.places.is_closed() {
            return Err(StoreError::Closed);
        }
        let db = self
            .inner
            .blocking
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        snapshot(db.as_ref().ok_or(StoreError::Closed)?, work)
    }

    /// No read starts from now on.
    pub(super) fn close(&self) {
        self.inner.places.close();
        self.inner
            .free
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        *self
            .inner
            .blocking
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Inner {
    fn run<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let free = self
            .free
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let db = match free {
            Some(db) => db,
            None => connect::reader(&self.path, self.busy)?,
        };
        let done = snapshot(&db, work);
        if !self.places.is_closed() {
            self.free
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(db);
        }
        done
    }
}

/// All statements of `work` see the same commit.
fn snapshot<T>(
    db: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let tx = db.unchecked_transaction()?;
    let done = work(&tx);
    tx.finish()?;
    done
}
