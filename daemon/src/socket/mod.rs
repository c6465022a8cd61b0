//! The local socket: who may come in, and one session each.

pub mod endpoint;
mod handlers;
pub mod outbox;
pub mod peer;
mod session;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use ddgen_ipc::hello::{self, Greeting};
use interprocess::local_socket::tokio::Stream;
use interprocess::local_socket::tokio::prelude::*;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clients::{Clients, MAX_CLIENTS, Seat};
use crate::desk::Desk;
use endpoint::Endpoint;
#[cfg(test)]
pub(crate) use handlers::needs;
use peer::{Admission, Peer};

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
    let admitted = tokio::time::timeout(HELLO_DEADLINE, async {
        let theirs = hello::receive(&mut stream).await?;
        let (greeting, admitted) = judge(theirs, peer, seat);
        hello::answer(&mut stream, &greeting).await?;
        if let Greeting::Denied(words) = &greeting {
            tracing::warn!(%words, "a peer was turned away at the socket");
        }
        Ok::<_, hello::HelloError>(admitted)
    });
    if let Ok(Ok(Some((peer, _seat)))) = admitted.await {
        session::run(stream, peer, desk, stop).await;
    }
}

/// What the peer is told; and, only where that is a welcome, who it is and its seat.
fn judge(
    theirs: u16,
    peer: io::Result<Result<Peer, String>>,
    seat: Option<Seat>,
) -> (Greeting, Option<(Peer, Seat)>) {
    if theirs != ddgen_ipc::PROTOCOL {
        return (Greeting::Protocol { theirs }, None);
    }
    match (peer, seat) {
        (Err(error), _) => (
            Greeting::Denied(format!("the kernel does not say who you are: {error}")),
            None,
        ),
        (Ok(Err(words)), _) => (Greeting::Denied(words), None),
        (Ok(Ok(_)), None) => (
            Greeting::Full(format!("{MAX_CLIENTS} clients are attached already")),
            None,
        ),
        (Ok(Ok(peer)), Some(seat)) => {
            let text = env!("CARGO_PKG_VERSION").to_owned();
            (
                Greeting::Welcome {
                    role: peer.role,
                    text,
                },
                Some((peer, seat)),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ddgen_ipc::hello::Role;

    fn peer() -> Peer {
        Peer {
            name: "ana".into(),
            uid: 7,
            role: Role::Editor,
        }
    }

    #[test]
    fn only_a_welcome_opens_a_session() {
        let clients = Arc::new(Clients::default());
        let seat = || clients.enter();
        let (greeting, admitted) = judge(ddgen_ipc::PROTOCOL, Ok(Ok(peer())), seat());
        assert!(matches!(
            greeting,
            Greeting::Welcome {
                role: Role::Editor,
                ..
            }
        ));
        let (name, taken) = (admitted.as_ref().unwrap().0.clone(), clients.count());
        assert_eq!((name, taken), (peer(), 1));
        drop(admitted);
        assert_eq!(clients.count(), 0, "a seat is given back");
        let other = judge(ddgen_ipc::PROTOCOL + 1, Ok(Ok(peer())), seat());
        assert!(matches!(other, (Greeting::Protocol { .. }, None)));
        let denied = judge(ddgen_ipc::PROTOCOL, Ok(Err("no".into())), seat());
        assert!(matches!(denied, (Greeting::Denied(_), None)));
        let full = judge(ddgen_ipc::PROTOCOL, Ok(Ok(peer())), None);
        assert!(matches!(full, (Greeting::Full(_), None)));
    }
}
