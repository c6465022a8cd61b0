//! Alerts of the running daemon: judged with every snapshot, kept in the store, told to sinks.

mod deliver;
mod events;
mod keep;
mod sinks;
mod standing;
mod watch;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{AlertList, AlertSeverity, Event};
use ddgen_ops::alerts::{Book, Change, Notice, Origin, Outbox, Refused, Retry, Sink, Turn};
use ddgen_ops::{Finding, Metrics};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::hub::Hub;
use crate::pipeline::Pipeline;
use crate::settings::Loaded;
use crate::store::{Finals, Store};
use keep::Keeper;

/// A notice given up longer ago than this is shown, and does not trouble health any more.
const DEAD_MS: i64 = 24 * 3600 * 1000;

/// Everything about alerts while the daemon runs. Clones share it.
#[derive(Clone)]
pub struct Alerts {
    inner: Arc<Inner>,
}

struct Inner {
    enabled: bool,
    state: Mutex<State>,
    keeper: Keeper,
    places: Vec<Place>,
    retry: Retry,
    origin: Origin,
    store: Store,
    hub: Arc<Hub>,
    metrics: Metrics,
    /// A silence began or ended: times are to be looked at anew.
    changed: Notify,
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// One sink under its name.
struct Place {
    name: String,
    sink: Arc<dyn Sink>,
    /// Something is to be sent.
    mail: Notify,
}

#[derive(Default)]
struct State {
    book: Book,
    outbox: Outbox,
    finals: Finals,
    /// When a contract is broken next because nothing came.
    late_at: Option<Timestamp>,
}

impl Alerts {
    /// Goes on with what the last daemon kept. Nothing is judged before [`Alerts::watch`].
    pub async fn start(loaded: &Loaded, pipeline: &Pipeline) -> Self {
        let settings = &loaded.settings.alerts;
        let places: Vec<Place> = sinks::build(&settings.sinks);
        let names: Vec<String> = places.iter().map(|place| place.name.clone()).collect();
        let store = pipeline.store.clone();
        let state = keep::load(&store, settings.rules.clone(), &names).await;
        let host = rustix::system::uname();
        Self {
            inner: Arc::new(Inner {
                enabled: settings.enabled,
                state: Mutex::new(state),
                keeper: Keeper::default(),
                places,
                retry: settings.retry,
                origin: Origin {
                    name: loaded.settings.application.name.clone(),
                    host: host.nodename().to_string_lossy().into_owned(),
                    version: env!("CARGO_PKG_VERSION").to_owned(),
                },
                store,
                hub: Arc::clone(&pipeline.hub),
                metrics: pipeline.metrics.clone(),
                changed: Notify::new(),
                stop: CancellationToken::new(),
                tasks: TaskTracker::new(),
            }),
        }
    }

    /// All alerts, silences and sinks as they stand.
    #[must_use]
    pub fn list(&self) -> AlertList {
        let state = self.inner.lock();
        let mut list = state.book.list(Timestamp::now());
        list.sinks = self
            .inner
            .places
            .iter()
            .map(|place| state.outbox.row(&place.name, place.sink.kind()))
            .collect();
        list.dead_letters = state.outbox.dead_letters();
        list
    }

    /// Somebody takes care of an alert.
    ///
    /// # Errors
    /// When none of this name is raised.
    pub async fn acknowledge(
        &self,
        alert: &str,
        by: &str,
        note: Option<String>,
    ) -> Result<(), Refused> {
        let now = Timestamp::now();
        let changes = (self.inner.lock().book).acknowledge(alert, by, note, now)?;
        self.apply(changes, now).await;
        Ok(())
    }

    /// Nothing is told of an alert, a rule, or all, until then.
    ///
    /// # Errors
    /// When there is no such alert, or the time has passed.
    pub async fn silence(
        &self,
        alert: &str,
        until: Timestamp,
        by: &str,
        because: Option<String>,
    ) -> Result<(), Refused> {
        let now = Timestamp::now();
        let changes = (self.inner.lock().book).silence(alert, until, by, because, now)?;
        self.apply(changes, now).await;
        self.inner.changed.notify_one();
        Ok(())
    }

    /// What a silence held back is told now.
    ///
    /// # Errors
    /// When there is no such silence.
    pub async fn unsilence(&self, alert: &str) -> Result<(), Refused> {
        let now = Timestamp::now();
        let changes = self.inner.lock().book.unsilence(alert, now)?;
        self.apply(changes, now).await;
        self.inner.changed.notify_one();
        Ok(())
    }

    /// Whether alerts arrive, for the probe.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> Finding {
        if !self.inner.enabled {
            return Finding::ok("alerts are switched off");
        }
        let list = self.list();
        let failing = list.sinks.iter().find(|sink| sink.problem.is_some());
        if let Some(sink) = failing {
            let problem = sink.problem.as_deref().unwrap_or_default();
            return Finding::degraded(format!(
                "alerts do not reach `{}`, {} wait: {problem}; `ddgend alerts` shows all",
                sink.name, sink.waiting
            ));
        }
        let dead = |at: Timestamp| now.0.saturating_sub(at.0) < DEAD_MS;
        if let Some(letter) = list.dead_letters.iter().find(|letter| dead(letter.at)) {
            return Finding::degraded(format!(
                "`{}` was never told that `{}` was {}: {}; `ddgend alerts` shows all",
                letter.sink, letter.alert, letter.event, letter.because
            ));
        }
        let raised = list.alerts.iter().filter(|row| row.raised_at.is_some());
        Finding::ok(match raised.count() {
            0 => "no alert is raised".to_owned(),
            1 => "1 alert is raised; `ddgend alerts` shows it".to_owned(),
            raised => format!("{raised} alerts are raised; `ddgend alerts` shows them"),
        })
    }

    /// Ends within a moment; what waits to be told is kept.
    pub async fn stop(&self) {
        self.inner.stop.cancel();
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
        self.keep().await;
    }

    /// Tells clients and sinks, and keeps what has become.
    async fn apply(&self, changes: Vec<Change>, now: Timestamp) {
        if changes.is_empty() {
            return;
        }
        let inner = &self.inner;
        {
            let mut state = inner.lock();
            for change in &changes {
                let (row, sinks, turn) = match change {
                    Change::Raised(row, sinks) => (row, sinks, Turn::Raised),
                    Change::Cleared(row, sinks) => (row, sinks, Turn::Cleared),
                    Change::Shown(_) => continue,
                };
                let notice = Notice::of(row, turn, &inner.origin);
                let meant = |place: &&Place| {
                    sinks
                        .as_ref()
                        .is_none_or(|sinks| sinks.contains(&place.name))
                };
                for place in inner.places.iter().filter(meant) {
                    state.outbox.put(&place.name, notice.clone(), now);
                }
            }
            for severity in AlertSeverity::ALL {
                let raised = state.book.raised(severity);
                inner.metrics.alerts_raised(severity, raised);
            }
        }
        // Kept first: what is told must not be told again after a restart.
        self.keep().await;
        for place in &inner.places {
            place.mail.notify_one();
        }
        for change in changes {
            let (Change::Raised(row, _) | Change::Cleared(row, _) | Change::Shown(row)) = change;
            inner.hub.publish(Event::Alert(Box::new(row)));
        }
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
