//! How many clients are attached to the socket, and how many may be.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Connections served at once. One more is told so in its hello.
pub const MAX_CLIENTS: u32 = 256;

/// Counts the clients that are attached.
#[derive(Default)]
pub struct Clients(AtomicU32);

impl Clients {
    pub fn count(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    /// A place for one more client, if there is one.
    pub fn enter(self: &Arc<Self>) -> Option<Seat> {
        let before = self.0.fetch_add(1, Ordering::Relaxed);
        let seat = Seat(Arc::clone(self));
        (before < MAX_CLIENTS).then_some(seat)
    }
}

/// One client's place, given back when dropped.
pub struct Seat(Arc<Clients>);

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}
