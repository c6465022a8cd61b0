//! `GET /api/v1/events`: what happens, as server-sent events.
//!
//! Nothing is kept for a client that is away or slow: it is told `resync` and asks again for what it
//! shows. What waits for one listener is bounded by the hub's backlog.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event as Sent, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use ddgen_ipc::message::{Event, EventFrame};
use futures::Stream;
use serde_json::{Value, json};
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::Reading;
use crate::http::answer::refuse;

/// A line at least this often: proxies close what is silent for a minute, and a client can tell a
/// quiet daemon from a dead one.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long a browser waits before it comes again.
const AGAIN: Duration = Duration::from_secs(3);

pub(super) async fn listen(State(state): State<Reading>, headers: HeaderMap) -> Response {
    let Ok(place) = state.listeners.clone().try_acquire_owned() else {
        return refuse(
            StatusCode::SERVICE_UNAVAILABLE,
            "too many clients listen to events already: try again later, or ask the routes",
        );
    };
    let (next, events) = state.desk.hub.subscribe();
    let listener = Listener {
        first: VecDeque::from(greeting(next, last_seen(&headers))),
        events: Some(events),
        _place: place,
    };
    Sse::new(listener.stream())
        .keep_alive(KeepAlive::new().interval(HEARTBEAT))
        .into_response()
}

/// The number of the last event that the client has seen before it lost us.
fn last_seen(headers: &HeaderMap) -> Option<u64> {
    headers.get("last-event-id")?.to_str().ok()?.parse().ok()
}

/// What is told before any event: where the numbers stand, and whether some were missed.
fn greeting(next: u64, seen: Option<u64>) -> Vec<Sent> {
    let last = next.saturating_sub(1);
    let hello = named("subscribed", &json!({ "next": next }));
    let mut all = vec![hello.id(last.to_string()).retry(AGAIN)];
    // Another number than the last may also be one of a daemon before this one.
    if seen.is_some_and(|seen| seen != last) {
        all.push(told(&Event::Resync));
    }
    all
}

struct Listener {
    first: VecDeque<Sent>,
    /// None once the daemon has said that it stops.
    events: Option<Receiver<EventFrame>>,
    /// Given back when the client goes.
    _place: OwnedSemaphorePermit,
}

impl Listener {
    fn stream(self) -> impl Stream<Item = Result<Sent, Infallible>> {
        futures::stream::unfold(self, |mut listener| async {
            let sent = listener.next().await?;
            Some((Ok(sent), listener))
        })
    }

    async fn next(&mut self) -> Option<Sent> {
        if let Some(first) = self.first.pop_front() {
            return Some(first);
        }
        match self.events.as_mut()?.recv().await {
            Ok(frame) => {
                if frame.event == Event::Stopping {
                    self.events = None;
                }
                Some(told(&frame.event).id(frame.seq.to_string()))
            }
            Err(RecvError::Lagged(_)) => Some(told(&Event::Resync)),
            Err(RecvError::Closed) => None,
        }
    }
}

fn told(event: &Event) -> Sent {
    match event {
        Event::Drop(row) => named("drop", &json!(row)),
        Event::Progress { id, bytes, total } => {
            let progress = json!({ "id": id, "bytes": bytes, "total": total });
            named("progress", &progress)
        }
        Event::Dictionary(row) => named("dictionary", &json!(row)),
        Event::Verdict { verdict, because } => named(
            "verdict",
            &json!({ "verdict": verdict, "because": because }),
        ),
        Event::Annotated { dictionary } => named("annotated", &json!({ "dictionary": dictionary })),
        Event::Reading(reading) => named("reading", &json!(reading)),
        Event::Alert(row) => named("alert", &json!(row)),
        Event::Judged {
            dictionary,
            version,
            findings,
        } => named(
            "judged",
            &json!({ "dictionary": dictionary, "version": version, "findings": findings }),
        ),
        Event::Resync => named("resync", &json!({})),
        Event::Stopping => named("stopping", &json!({})),
    }
}

fn named(name: &str, data: &Value) -> Sent {
    // JSON on one line holds no line end.
    Sent::default().event(name).data(data.to_string())
}
