//! The connection to the daemon, in the background: connects, asks, listens, and connects again.

mod ask;
mod session;

use std::sync::Arc;
use std::time::Duration;

use ddgen_ipc::place::Hints;
use ddgen_ipc::{Client, ClientError};
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

use crate::app::link::Peer;
use crate::app::message::{Ask, LinkNews};

/// How long one attempt to connect may take: a daemon that is alive answers in milliseconds.
const CONNECT_DEADLINE: Duration = Duration::from_secs(2);
/// Waits between attempts: a daemon that restarts is back at once for the eye, one that is gone
/// costs one attempt every two seconds.
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// Keeps a connection until it is told to stop. Questions that come while there is none are
/// dropped: the model asks again once it hears of a connection.
pub async fn run(
    hints: Hints,
    mut asks: mpsc::Receiver<Ask>,
    news: mpsc::Sender<LinkNews>,
    nudge: Arc<Notify>,
    stop: CancellationToken,
) {
    let mut epoch = 0;
    let mut wait = FIRST_WAIT;
    let mut said = String::new();
    while !stop.is_cancelled() {
        let connecting = tokio::select! {
            () = stop.cancelled() => return,
            connecting = Client::connect(&hints, CONNECT_DEADLINE) => connecting,
        };
        let (why, absent) = match connecting {
            Ok((client, events)) => {
                epoch += 1;
                wait = FIRST_WAIT;
                said.clear();
                while asks.try_recv().is_ok() {}
                let peer = Peer {
                    version: client.version().to_owned(),
                    socket: client.socket().display().to_string(),
                    role: client.role(),
                };
                if news
                    .send(LinkNews::Connected { epoch, peer })
                    .await
                    .is_err()
                {
                    return;
                }
                let session = session::run(client, events, epoch, &mut asks, &news);
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = session => {}
                }
                ("the daemon went away".to_owned(), true)
            }
            Err(error) => (words(&error), matches!(error, ClientError::NoDaemon(_))),
        };
        // The same reason again is no news, and must not reach the screen.
        if why != said {
            said.clone_from(&why);
            if news
                .send(LinkNews::Unreachable { why, absent })
                .await
                .is_err()
            {
                return;
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = nudge.notified() => wait = FIRST_WAIT,
            () = tokio::time::sleep(wait) => wait = (wait * 2).min(LONGEST_WAIT),
        }
    }
}

/// Why there is no connection. Of the usual case, only what the screen does not say anyway.
fn words(error: &ClientError) -> String {
    match error {
        ClientError::NoDaemon(places) => {
            let places: Vec<String> = places
                .iter()
                .map(|place| place.display().to_string())
                .collect();
            format!("nothing answers at {}", places.join(" or "))
        }
        other => other.to_string(),
    }
}
