//! One piece of work on backups at a time, on a thread of its own that yields to all others.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ddgen_ops::backup::{BackupError, Control, Workshop, calm_down};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio_util::sync::CancellationToken;

/// How long a daemon that stops waits for work that was told to: a step here takes far less, an answer
/// of another machine may take longer than anybody waits for the end of a service.
const PATIENCE: Duration = Duration::from_secs(10);

/// Hands out the one turn there is.
pub(super) struct Turns {
    one: Arc<Semaphore>,
    stop: CancellationToken,
    /// Of the turn that is taken: how far it is.
    under_way: Arc<Mutex<Option<Control>>>,
}

impl Turns {
    pub(super) fn new(stop: CancellationToken) -> Self {
        Self {
            one: Arc::new(Semaphore::new(1)),
            stop,
            under_way: Arc::default(),
        }
    }

    /// The turn, unless somebody has it.
    pub(super) fn take(&self) -> Result<Turn, BackupError> {
        let permit = Arc::clone(&self.one)
            .try_acquire_owned()
            .map_err(|_| BackupError::Busy)?;
        let control = Control::default();
        *lock(&self.under_way) = Some(control.clone());
        Ok(Turn {
            control,
            stop: self.stop.clone(),
            under_way: Arc::clone(&self.under_way),
            _permit: permit,
        })
    }
}

/// Held for as long as one piece of work takes, its notes in the store included.
pub(super) struct Turn {
    control: Control,
    stop: CancellationToken,
    under_way: Arc<Mutex<Option<Control>>>,
    _permit: OwnedSemaphorePermit,
}

impl Turn {
    pub(super) fn control(&self) -> Control {
        self.control.clone()
    }

    /// Runs `work` and waits for its end; it ends soon once the daemon stops.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        shop: &Arc<Workshop>,
        work: impl FnOnce(&Workshop, &Control) -> Result<T, BackupError> + Send + 'static,
    ) -> Result<T, BackupError> {
        let (reply, answer) = oneshot::channel();
        let (shop, control) = (Arc::clone(shop), self.control.clone());
        let thread = std::thread::Builder::new().name("backup".to_owned());
        thread
            .spawn(move || {
                calm_down();
                // Who waited may be gone: the work is done all the same.
                let _ = reply.send(work(&shop, &control));
            })
            .map_err(|error| BackupError::Io {
                what: "starting a thread for the backup".to_owned(),
                because: error.to_string(),
            })?;
        let mut answer = answer;
        let done = tokio::select! {
            done = &mut answer => done,
            () = self.stop.cancelled() => {
                self.control.stop();
                match tokio::time::timeout(PATIENCE, &mut answer).await {
                    Ok(done) => done,
                    // It waits for another machine, and leaves nothing that is half.
                    Err(_) => return Err(BackupError::Stopped),
                }
            }
        };
        done.unwrap_or_else(|_| {
            Err(BackupError::Io {
                what: "the backup".to_owned(),
                because: "its thread panicked; the log knows more".to_owned(),
            })
        })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *lock(&self.under_way) = None;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
