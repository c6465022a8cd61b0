//! Events to whoever subscribed. Publishing never waits for a client.

use std::sync::atomic::{AtomicU64, Ordering};

use ddgen_ipc::message::{Event, EventFrame};
use tokio::sync::broadcast;

/// Events a slow subscriber may fall behind before it is told to ask again.
const BACKLOG: usize = 1024;

/// The one place events are numbered.
pub struct Hub {
    sender: broadcast::Sender<EventFrame>,
    /// Taken under the lock of `order`, so that numbers and channel agree on the order.
    next: AtomicU64,
    order: std::sync::Mutex<()>,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            sender: broadcast::channel(BACKLOG).0,
            next: AtomicU64::new(1),
            order: std::sync::Mutex::new(()),
        }
    }
}

impl Hub {
    pub fn publish(&self, event: Event) {
        let _order = self
            .order
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let seq = self.next.fetch_add(1, Ordering::Relaxed);
        // Without subscribers there is nobody to tell, which is no error.
        let _nobody = self.sender.send(EventFrame { seq, event });
    }

    /// The number of the next event, and the events from it on.
    pub fn subscribe(&self) -> (u64, broadcast::Receiver<EventFrame>) {
        let _order = self
            .order
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        (self.next.load(Ordering::Relaxed), self.sender.subscribe())
    }
}
