//! Upkeep of the running daemon's store: by schedule and when asked, one task at a time, in steps so
//! small that the writer is never held up for long.

mod tasks;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::UpkeepList;
use ddgen_ops::upkeep::{Ledger, NoTask, Task};
use ddgen_ops::{Finding, Metrics};
use jiff::tz::TimeZone;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::pipeline::Pipeline;
use crate::settings::{Loaded, UpkeepSettings};
use crate::store::Store;

/// The part's name in the store.
const PART: &str = "upkeep";
/// A daemon that was just started has files to catch up with first.
const GRACE: Duration = Duration::from_secs(60);
/// Looked at least this often: clocks are set, machines sleep.
const LONGEST: Duration = Duration::from_secs(600);

/// When the store was last read as a whole, and what was found wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Integrity {
    pub checked_at: Option<Timestamp>,
    pub damage: Vec<String>,
}

/// Everything about upkeep while the daemon runs. Clones share it.
#[derive(Clone)]
pub struct Upkeep {
    inner: Arc<Inner>,
}

struct Inner {
    settings: UpkeepSettings,
    store: Store,
    metrics: Metrics,
    ledger: Mutex<Ledger>,
    running: Mutex<Option<&'static str>>,
    /// Held while a task runs.
    turn: tokio::sync::Mutex<()>,
    integrity: Mutex<Integrity>,
    changed: Notify,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Upkeep {
    /// Begins to keep to the schedule, and reads the store through once.
    pub async fn start(loaded: &Loaded, pipeline: &Pipeline) -> Self {
        let settings = loaded.settings.upkeep.clone();
        let store = pipeline.store.clone();
        let since = store.made_at().await.unwrap_or_else(|_| Timestamp::now());
        let mut ledger = Ledger::new(tasks::all(&settings), since, TimeZone::system());
        match store.remembered(PART).await {
            Ok(Some(kept)) => {
                if let Err(error) = ledger.remember(&kept) {
                    tracing::warn!(%error, "what is known of upkeep cannot be read: it begins anew");
                }
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "upkeep begins anew"),
        }
        let upkeep = Self {
            inner: Arc::new(Inner {
                settings,
                store,
                metrics: pipeline.metrics.clone(),
                ledger: Mutex::new(ledger),
                running: Mutex::default(),
                turn: tokio::sync::Mutex::default(),
                integrity: Mutex::default(),
                changed: Notify::new(),
                stop: CancellationToken::new(),
                tasks: TaskTracker::new(),
            }),
        };
        upkeep.inner.tasks.spawn(upkeep.clone().keep_to_schedule());
        upkeep
    }

    async fn keep_to_schedule(self) {
        // On a large store it takes a while, beside all other work.
        let first = lock(&self.inner.ledger).task(tasks::INTEGRITY);
        if let Ok(task) = first {
            self.run_one(task).await;
        }
        let mut wait = GRACE;
        loop {
            tokio::select! {
                () = self.inner.stop.cancelled() => return,
                () = self.inner.changed.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
            if self.inner.settings.enabled {
                let due = lock(&self.inner.ledger).due(Timestamp::now());
                for task in due {
                    self.run_one(task).await;
                }
            }
            wait = self.until_next();
        }
    }

    fn until_next(&self) -> Duration {
        let next = lock(&self.inner.ledger).next_due();
        let wait = next.map_or(i64::MAX, |next| next.0.saturating_sub(Timestamp::now().0));
        let wait = Duration::from_millis(u64::try_from(wait).unwrap_or(0));
        wait.clamp(Duration::from_secs(1), LONGEST)
    }

    /// Waits for its turn, does it, and notes what came of it.
    async fn run_one(&self, task: Task) {
        let inner = &self.inner;
        let _turn = inner.turn.lock().await;
        if inner.stop.is_cancelled() {
            return;
        }
        *lock(&inner.running) = Some(task.name);
        let began = Timestamp::now();
        let done = tokio::select! {
            // What is under way in the store ends by itself.
            () = inner.stop.cancelled() => None,
            done = self.work(task.name) => Some(done),
        };
        *lock(&inner.running) = None;
        let Some(done) = done else {
            return;
        };
        match &done {
            Ok(result) => tracing::info!(task = task.name, %result, "upkeep"),
            Err(problem) => tracing::error!(task = task.name, %problem, "upkeep failed"),
        }
        inner.metrics.upkeep_ended(task.name, began, done.is_ok());
        let kept = {
            let mut ledger = lock(&inner.ledger);
            ledger.ended(&task, began, Timestamp::now(), done);
            ledger.kept()
        };
        self.keep(kept).await;
    }

    async fn keep(&self, kept: String) {
        if let Err(error) = self.inner.store.remember(PART, kept).await {
            tracing::warn!(%error, "what upkeep did was not noted in the store");
        }
    }

    /// All tasks as they stand.
    #[must_use]
    pub fn list(&self) -> UpkeepList {
        let running = *lock(&self.inner.running);
        lock(&self.inner.ledger).list(running)
    }

    /// Runs a task now, also while the schedule rests; goes on when nobody waits for it.
    ///
    /// # Errors
    /// When there is none of this name.
    pub fn run(&self, name: &str) -> Result<tokio::task::JoinHandle<()>, NoTask> {
        let task = lock(&self.inner.ledger).task(name)?;
        let upkeep = self.clone();
        Ok(self
            .inner
            .tasks
            .spawn(async move { upkeep.run_one(task).await }))
    }

    /// The schedule rests; what runs ends.
    pub async fn pause(&self, by: &str) {
        let kept = {
            let mut ledger = lock(&self.inner.ledger);
            ledger.pause(by, Timestamp::now());
            ledger.kept()
        };
        self.keep(kept).await;
    }

    /// The schedule goes on; what was missed is made up for once.
    pub async fn resume(&self) {
        let kept = {
            let mut ledger = lock(&self.inner.ledger);
            ledger.resume();
            ledger.kept()
        };
        self.keep(kept).await;
        self.inner.changed.notify_one();
    }

    /// What the last reading of the whole store found.
    #[must_use]
    pub fn integrity(&self) -> Integrity {
        lock(&self.inner.integrity).clone()
    }

    /// Whether anything failed, for the probe.
    #[must_use]
    pub fn standing(&self) -> Finding {
        let list = self.list();
        if let Some((task, problem)) = lock(&self.inner.ledger).problem() {
            return Finding::degraded(format!(
                "upkeep `{task}` failed: {problem}; `ddgend upkeep run {task}` tries again"
            ));
        }
        match (list.paused_by, list.paused_at) {
            (Some(by), Some(at)) => Finding::ok(format!(
                "upkeep rests since {at}, as {by} said; `ddgend upkeep resume` goes on"
            )),
            _ if !self.inner.settings.enabled => Finding::ok("upkeep by schedule is switched off"),
            _ => Finding::ok("the last run of every upkeep went well"),
        }
    }

    /// Ends what is under way at its next step.
    pub async fn stop(&self) {
        self.inner.stop.cancel();
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
