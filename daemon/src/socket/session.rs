//! One client's session: calls come in, handlers answer beside each other.

use std::sync::Arc;

use ddgen_ipc::codec;
use ddgen_ipc::message::{Call, Refusal, RefusalKind};
use futures::StreamExt;
use interprocess::local_socket::tokio::Stream;
use tokio::sync::Semaphore;
use tokio_util::codec::FramedRead;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::handlers;
use super::outbox::Outbox;
use super::peer::Peer;
use crate::desk::Desk;

/// Calls of one client that are worked on at once; further ones wait on the wire.
const CALLS_AT_ONCE: usize = 8;

/// Serves one client until it hangs up or the daemon stops.
pub(super) async fn run(stream: Stream, peer: Peer, desk: Arc<Desk>, stop: CancellationToken) {
    tracing::debug!(peer = %peer.name, "a client attached");
    let (reader, writer) = tokio::io::split(stream);
    let (outbox, writer) = Outbox::new(writer);
    // Ends with the writer too: a client that cannot be written to is not read from either.
    let hung_up = stop.child_token();
    let writing = tokio::spawn({
        let (stop, hung_up) = (stop.clone(), hung_up.clone());
        async move {
            writer.run(stop).await;
            hung_up.cancel();
        }
    });
    let calls = TaskTracker::new();
    let places = Arc::new(Semaphore::new(CALLS_AT_ONCE));
    let peer = Arc::new(peer);
    let mut frames = FramedRead::new(reader, codec::framing());
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        let frame = tokio::select! {
            () = hung_up.cancelled() => break,
            frame = frames.next() => frame,
        };
        let Some(Ok(bytes)) = frame else { break };
        let call: Call = match codec::decode(&bytes) {
            Ok(call) => call,
            Err(error) => {
                tracing::warn!(peer = %peer.name, %error, "a client was let go");
                let refusal = Refusal::new(RefusalKind::BadInput, error.to_string());
                let _gone = outbox.answering(0).last(Err(refusal)).await;
                break;
            }
        };
        let answering = outbox.answering(call.id);
        let (desk, peer, hung_up) = (Arc::clone(&desk), Arc::clone(&peer), hung_up.clone());
        calls.spawn(async move {
            let _place = place;
            tokio::select! {
                _ = handlers::handle(call.request, &desk, &peer, &answering) => {}
                () = hung_up.cancelled() => {}
            }
        });
    }
    hung_up.cancel();
    calls.close();
    calls.wait().await;
    drop(outbox);
    let _ended = writing.await;
    tracing::debug!(peer = %peer.name, "a client detached");
}
