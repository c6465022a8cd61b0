//! The local socket: who may come in, and one session each.

pub mod endpoint;
mod handlers;
pub mod outbox;
pub mod peer;
mod session;

use std::sync::Arc;
use std::time::Duration;

use ddgen_ipc::hello::{self, Greeting};
use interprocess::local_socket::tokio::Stream;
use interprocess::local_socket::tokio::prelude::*;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clients::{Clients, MAX_CLIENTS};
use crate::desk::Desk;
use endpoint::Endpoint;
use peer::Admission;

/// A peer that connects and says nothing is let go after this.
const HELLO_DEADLINE: Duration = Duration::from_secs(5);
/// Sessions get this long to finish an answer when the daemon stops.
const FAREWELL: Duration = Duration::from_secs(2);

/// Accepts until told to stop, then lets the sessions say farewell.
pub async fn serve(
    endpoint: Endpoint,
    admission: Admission,
    desk: Arc<Desk>,
    clients: Arc<Clients>,
    stop: CancellationToken,
) {
    let sessions = TaskTracker::new();
    let admission = Arc::new(admission);
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = endpoint.accept() => accepted,
        };
        match accepted {
            Ok(stream) => {
                let (admission, desk) = (Arc::clone(&admission), Arc::clone(&desk));
                let (clients, stop) = (Arc::clone(&clients), stop.clone());
                sessions.spawn(async move {
                    admit(stream, &admission, desk, &clients, stop).await;
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a client could not be accepted");
                // Out of descriptors: accepting again at once would spin.
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    sessions.close();
    let _late = tokio::time::timeout(FAREWELL, sessions.wait()).await;
}

async fn admit(
    mut stream: Stream,
    admission: &Admission,
    desk: Arc<Desk>,
    clients: &Arc<Clients>,
    stop: CancellationToken,
) {
    let seat = clients.enter();
    let peer = stream
        .peer_creds()
        .map(|creds| admission.identify(creds.euid(), creds.egid()));
    let entered = tokio::time::timeout(HELLO_DEADLINE, async {
        let theirs = hello::receive(&mut stream).await?;
        let greeting = match (&peer, &seat) {
            _ if theirs != ddgen_ipc::PROTOCOL => Greeting::Protocol { theirs },
            (Err(error), _) => {
                Greeting::Denied(format!("the kernel does not say who you are: {error}"))
            }
            (Ok(Err(words)), _) => Greeting::Denied(words.clone()),
            (_, None) => Greeting::Full(format!("{MAX_CLIENTS} clients are attached already")),
            (Ok(Ok(peer)), Some(_)) => Greeting::Welcome {
                role: peer.role,
                text: env!("CARGO_PKG_VERSION").to_owned(),
            },
        };
        hello::answer(&mut stream, &greeting).await
    })
    .await;
    if !matches!(entered, Ok(Ok(()))) {
        return;
    }
    match (peer, seat) {
        (Ok(Ok(peer)), Some(_seat)) => session::run(stream, peer, desk, stop).await,
        (Ok(Err(words)), _) => tracing::warn!(%words, "a peer was turned away at the socket"),
        _ => {}
    }
}
