//! Signals in, and words to the service manager out.

use sd_notify::NotifyState;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::pipeline::Pipeline;

/// What the outside asks of the daemon.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl Signals {
    pub(super) fn listen() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// Reloads on SIGHUP; returns on SIGTERM and SIGINT.
    pub(super) async fn until_stop(mut self, mut reload: impl AsyncFnMut()) {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return,
                _ = self.interrupt.recv() => return,
                _ = self.hangup.recv() => {
                    tell(&[NotifyState::Reloading]);
                    reload().await;
                    tell(&[NotifyState::Ready]);
                }
            }
        }
    }
}

/// Says that every door is open.
pub(super) fn ready(pipeline: &Pipeline) {
    let watches = pipeline.watches.states().len();
    tell(&[
        NotifyState::Ready,
        NotifyState::Status(&format!("watching {watches} folders")),
    ]);
}

pub(super) fn stopping() {
    tracing::info!("ddgend is stopping: files in flight come first");
    tell(&[NotifyState::Stopping]);
}

/// Without a service manager nobody listens, which is no error.
fn tell(words: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(words) {
        tracing::debug!(%error, "the service manager was not told");
    }
}
