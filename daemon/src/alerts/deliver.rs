//! Carries what waits in the outbox to one sink, one notice after the other.

use std::sync::Arc;
use std::time::Duration;

use ddgen_ipc::Timestamp;
use ddgen_ops::Told;
use ddgen_ops::alerts::{Fate, Undelivered};

use super::Alerts;

/// Clocks are set and machines sleep: what waits is looked at again by then.
const LONGEST: Duration = Duration::from_secs(600);

impl Alerts {
    /// Until told to stop. A notice that is under way then is sent again at the next start.
    pub(super) async fn deliver(self, index: usize) {
        let Some(place) = self.inner.places.get(index) else {
            return;
        };
        loop {
            let now = Timestamp::now();
            let due = self.inner.lock().outbox.due(&place.name, now).cloned();
            let Some(parcel) = due else {
                let next = self.inner.lock().outbox.next_at(&place.name);
                tokio::select! {
                    () = self.inner.stop.cancelled() => return,
                    () = place.mail.notified() => {}
                    () = sleep_until(next, now) => {}
                }
                continue;
            };
            let (sink, notice) = (Arc::clone(&place.sink), parcel.notice);
            let sending = tokio::task::spawn_blocking(move || sink.send(&notice));
            let sent = tokio::select! {
                () = self.inner.stop.cancelled() => return,
                sent = sending => sent,
            };
            let sent = sent
                .unwrap_or_else(|_| Err(Undelivered::yet("the sink panicked: the log knows more")));
            self.note(parcel.number, index, sent);
            self.keep().await;
        }
    }

    fn note(&self, number: u64, index: usize, sent: Result<(), Undelivered>) {
        let Some(place) = self.inner.places.get(index) else {
            return;
        };
        let (sink, kind, now) = (&place.name, place.sink.kind(), Timestamp::now());
        let outbox = &mut self.inner.lock().outbox;
        let metrics = &self.inner.metrics;
        let Err(why) = sent else {
            outbox.sent(number, now);
            metrics.alert_told(kind, Told::Sent);
            return;
        };
        let because = &why.because;
        match outbox.failed(number, &why, self.inner.retry, now) {
            Some(Fate::AgainAt(next)) => {
                metrics.alert_told(kind, Told::Failed);
                tracing::warn!(%sink, %because, again_at = %next, "an alert was not delivered");
            }
            Some(Fate::Dead) => {
                metrics.alert_told(kind, Told::Dead);
                tracing::error!(%sink, %because, "an alert was given up: nobody was told by this sink");
            }
            None => {}
        }
    }
}

async fn sleep_until(next: Option<Timestamp>, now: Timestamp) {
    let Some(next) = next else {
        return std::future::pending().await;
    };
    let wait = u64::try_from(next.0.saturating_sub(now.0)).unwrap_or(0);
    tokio::time::sleep(Duration::from_millis(wait.max(1)).min(LONGEST)).await;
}
