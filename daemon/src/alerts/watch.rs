//! When alerts are judged: with every snapshot, when something happened, and when a time is up.

use std::sync::Arc;
use std::time::Duration;

use ddgen_ipc::Timestamp;
use ddgen_ops::Stage;
use ddgen_ops::alerts::Happened;

use super::{Alerts, events};
use crate::pipeline::Pipeline;
use crate::report::Reporter;

/// At least between two looks that only a time asked for.
const SHORTEST: Duration = Duration::from_millis(20);

impl Alerts {
    /// Begins to judge, and to tell.
    pub fn watch(&self, reporter: Arc<Reporter>, pipeline: Arc<Pipeline>) {
        if !self.inner.enabled {
            return;
        }
        for index in 0..self.inner.places.len() {
            self.inner.tasks.spawn(self.clone().deliver(index));
        }
        self.inner
            .tasks
            .spawn(self.clone().judge(reporter, pipeline));
    }

    async fn judge(self, reporter: Arc<Reporter>, pipeline: Arc<Pipeline>) {
        let mut looked = reporter.looked();
        looked.mark_changed();
        let (_, mut events) = self.inner.hub.subscribe();
        // What happened while nobody listened, as far as the store knows, is not of now.
        let mut heard_until = Timestamp::now();
        loop {
            tokio::select! {
                () = self.inner.stop.cancelled() => return,
                changed = looked.changed() => if changed.is_err() { return },
                // Its own snapshot follows at once.
                () = self.due() => reporter.refresh().await,
                () = self.inner.changed.notified() => {}
                event = events.recv() => {
                    let heard = match events::heard(event, &mut events) {
                        Some(heard) => heard,
                        None => events::Heard {
                            happened: self.missed(heard_until).await,
                            stands: true,
                        },
                    };
                    heard_until = Timestamp::now();
                    self.happened(heard.happened).await;
                    if heard.stands {
                        self.look_at_standing(&pipeline).await;
                    }
                    // Probes are looked at with the next snapshot: a flood of events costs one.
                    continue;
                }
            }
            let snapshot = reporter.board().get();
            if snapshot.facts.stage != Stage::Running {
                continue;
            }
            self.look_at_finals().await;
            self.look_at_standing(&pipeline).await;
            let now = Timestamp::now();
            let changes = self.inner.lock().book.judge(&snapshot.probes, now);
            self.apply(changes, now).await;
        }
    }

    async fn happened(&self, happened: Vec<Happened>) {
        if happened.is_empty() {
            return;
        }
        let now = Timestamp::now();
        let changes = self.inner.lock().book.happened(&happened, now);
        self.apply(changes, now).await;
    }

    /// Versions that nothing can replace any more, and that break with those before them.
    async fn look_at_finals(&self) {
        let seen = self.inner.lock().finals.clone();
        let now = Timestamp::now();
        // A store that does not answer has a probe of its own.
        let Ok((next, broken)) = self.inner.store.broken_since(seen.clone(), now).await else {
            return;
        };
        let moved = next != seen;
        self.inner.lock().finals = next;
        if !broken.is_empty() {
            let happened = broken.iter().map(|one| events::broke(one, now)).collect();
            self.happened(happened).await;
        } else if moved {
            self.keep_lazily().await;
        }
    }

    /// Until the next time is up.
    async fn due(&self) {
        let now = Timestamp::now();
        let next = {
            let state = self.inner.lock();
            let times = [state.book.next_due(now), state.finals.next, state.late_at];
            times.into_iter().flatten().min()
        };
        let Some(next) = next else {
            return std::future::pending().await;
        };
        let wait = Duration::from_millis(u64::try_from(next.0.saturating_sub(now.0)).unwrap_or(0));
        tokio::time::sleep(wait.max(SHORTEST)).await;
    }
}
