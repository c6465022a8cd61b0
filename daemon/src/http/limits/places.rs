//! Places for connections. When all are taken, the connection that has kept us waiting longest for
//! a request gives up its own: who dribbles its bytes takes no place from others.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// All places of one listener.
pub struct Places {
    most: usize,
    table: Mutex<Table>,
    freed: Notify,
}

#[derive(Default)]
struct Table {
    taken: usize,
    /// Connections that wait for a request, by when they began to.
    waiting: BTreeMap<u64, CancellationToken>,
    next: u64,
}

/// One connection's place, given back when dropped.
pub struct Place {
    places: Arc<Places>,
    /// Cancelled when the place is wanted for another.
    evicted: CancellationToken,
    turn: Mutex<Option<u64>>,
}

impl Places {
    #[must_use]
    pub fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most: most.max(1),
            table: Mutex::default(),
            freed: Notify::new(),
        })
    }

    /// A place, as soon as there is one.
    pub async fn take(self: &Arc<Self>) -> Arc<Place> {
        let mut evicted = false;
        loop {
            let freed = self.freed.notified();
            if let Some(place) = self.try_take(&mut evicted) {
                return place;
            }
            freed.await;
        }
    }

    /// `evicted`: somebody has been asked to go for this newcomer, and one is enough.
    fn try_take(self: &Arc<Self>, evicted: &mut bool) -> Option<Arc<Place>> {
        let mut table = self.table();
        if table.taken >= self.most {
            // Its place counts until its task has ended, so that there are never more connections
            // than places.
            if !*evicted && let Some((_, longest)) = table.waiting.pop_first() {
                longest.cancel();
                *evicted = true;
            }
            return None;
        }
        table.taken += 1;
        let evicted = CancellationToken::new();
        let turn = table.wait(&evicted);
        Some(Arc::new(Place {
            places: Arc::clone(self),
            evicted,
            turn: Mutex::new(Some(turn)),
        }))
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn wait(&mut self, evicted: &CancellationToken) -> u64 {
        let turn = self.next;
        self.next += 1;
        self.waiting.insert(turn, evicted.clone());
        turn
    }
}

impl Place {
    /// Returns when another connection needs the place more.
    pub async fn evicted(&self) {
        self.evicted.cancelled().await;
    }

    /// A request is being answered until the answer's body is sent or dropped.
    #[must_use]
    pub fn busy(self: &Arc<Self>) -> Busy {
        let turn = self.turn().take();
        if let Some(turn) = turn {
            self.places.table().waiting.remove(&turn);
        }
        Busy(Arc::clone(self))
    }

    fn turn(&self) -> MutexGuard<'_, Option<u64>> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let turn = self.turn().take();
        let mut table = self.places.table();
        if let Some(turn) = turn {
            table.waiting.remove(&turn);
        }
        table.taken -= 1;
        drop(table);
        self.places.freed.notify_one();
    }
}

/// Held while a request is answered.
pub struct Busy(Arc<Place>);

impl Busy {
    /// Holds on until the body has been sent.
    pub fn until_sent(self, body: Body) -> Body {
        Body::new(Held { body, _busy: self })
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let turn = self.0.places.table().wait(&self.0.evicted);
        *self.0.turn() = Some(turn);
        // Somebody may wait for a connection that can be let go.
        self.0.places.freed.notify_one();
    }
}

/// A body with what is to be held while it is sent.
struct Held {
    body: Body,
    _busy: Busy,
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[tokio::test]
    async fn who_waits_longest_makes_room_and_who_is_answered_does_not() {
        let places = Places::new(2);
        let answered = places.take().await;
        let busy = answered.busy();
        let dribbles = places.take().await;
        assert!(places.take().now_or_never().is_none(), "not before it went");
        assert!(dribbles.evicted().now_or_never().is_some());
        assert!(answered.evicted().now_or_never().is_none());
        drop(dribbles);
        let third = places.take().now_or_never().expect("a place is free");
        // Answered now, the first has waited less long than the third.
        drop(busy);
        assert!(places.take().now_or_never().is_none());
        assert!(third.evicted().now_or_never().is_some());
        assert!(answered.evicted().now_or_never().is_none());
    }

    #[tokio::test]
    async fn when_all_are_being_answered_a_newcomer_waits_for_the_first_that_ends() {
        let places = Places::new(1);
        let first = places.take().await;
        let busy = first.busy();
        let newcomer = tokio::spawn({
            let places = Arc::clone(&places);
            async move { places.take().await }
        });
        tokio::task::yield_now().await;
        drop(busy);
        first.evicted().await;
        assert!(!newcomer.is_finished());
        drop(first);
        drop(newcomer.await.unwrap());
        let table = places.table();
        assert_eq!((table.taken, table.waiting.len()), (0, 0));
    }
}
