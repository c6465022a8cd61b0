//! Signals in, and words to the service manager out.

use std::sync::Arc;

use ddgen_ops::Facts;
use sd_notify::NotifyState;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::pipeline::Pipeline;
use crate::report::Reporter;

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

/// Tells the service manager that the daemon gets on: with each snapshot that was taken, when the
/// store has answered for it. A timer would only prove that timers run.
pub(super) async fn feed_watchdog(reporter: Arc<Reporter>, stop: CancellationToken) {
    let mut looked = reporter.looked();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            changed = looked.changed() => if changed.is_err() { return },
        }
        if gets_on(&reporter.board().get().facts) {
            tell(&[NotifyState::Watchdog]);
        }
    }
}

fn gets_on(facts: &Facts) -> bool {
    facts.store.silent.is_none()
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

#[cfg(test)]
mod tests {
    use super::*;
    use ddgen_ipc::Timestamp;

    #[test]
    fn a_store_that_does_not_answer_is_no_progress() {
        let mut facts = Facts::at_start("1", Timestamp(0));
        assert!(!gets_on(&facts));
        facts.store.silent = None;
        facts.store.read_only = Some("the disk is full".into());
        assert!(gets_on(&facts), "reading goes on: a restart frees no space");
    }
}
