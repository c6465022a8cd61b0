//! What every drop read and taught, as OpenLineage events: START when its file is being read, COMPLETE or
//! FAIL at its end. A receiver gets every end, and a START before it, over restarts and long absences of a
//! server; after one it may get some twice, which the same run's id tells it. Nothing is told of a version
//! that may still be replaced.

mod event;
mod receiver;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{DropRow, DropState, Event, EventFrame};
use ddgen_ops::Undelivered;
use serde_json::Value;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::export::Dictionary;
use crate::hub::Hub;
use crate::settings::LineageSettings;
use crate::store::{Store, StoreError};
use receiver::Receiver;

/// Drops that are read from the store at a time.
const BATCH: u32 = 100;
/// Drops that are read at the same time are far fewer; the oldest goes when there are more.
const STARTED: usize = 1_000;
/// Drops that were tried again after their end was told; the oldest goes when there are more.
const AGAIN: usize = 1_000;
/// Ends that are held in mind; of an older one another event tells it once more.
const ENDED: usize = 1_000;
/// Waits after a failure: twice as long each time, up to the longest.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(300);

/// One clerk for each receiver; none where the settings name none.
pub struct Lineage {
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Lineage {
    pub async fn start(settings: &LineageSettings, store: &Store, hub: &Hub) -> Self {
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        for (name, receiver) in Receiver::all(settings) {
            let clerk = Clerk {
                name,
                receiver: Arc::new(receiver),
                namespace: settings.namespace.clone(),
                store: store.clone(),
                told: 0,
                again: VecDeque::new(),
                started: VecDeque::new(),
                ended: VecDeque::new(),
            };
            let (_, events) = hub.subscribe();
            match clerk.begin().await {
                Ok(clerk) => {
                    tasks.spawn(clerk.run(events, stop.clone()));
                }
                Err(error) => tracing::error!(%error, "no {name} is kept until the next start"),
            }
        }
        Self { tasks, stop }
    }

    /// What was not told yet is told at the next start.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// Tells one receiver.
struct Clerk {
    /// Under which the store remembers how far it came.
    name: &'static str,
    receiver: Arc<Receiver>,
    namespace: String,
    store: Store,
    /// The ends of all drops up to this place in the store were told.
    told: u64,
    /// Ids of drops up to that place that came to another end since.
    again: VecDeque<String>,
    /// Drops whose START was told, and whose end was not.
    started: VecDeque<String>,
    /// Ids and ends of drops that were told last: that a file was moved since is no other end.
    ended: VecDeque<(String, DropState)>,
}

impl Clerk {
    /// Where it stopped; the first time, behind what is there already.
    async fn begin(mut self) -> Result<Self, StoreError> {
        let noted = self.store.remembered(self.name).await?.unwrap_or_default();
        let mut words = noted.split_whitespace();
        match words.next().and_then(|text| text.parse().ok()) {
            Some(told) => {
                self.told = told;
                self.again = words.take(AGAIN).map(str::to_owned).collect();
            }
            None => {
                let newest = self.store.drops(None, None, 1).await?;
                self.told = newest.first().map_or(0, |row| row.seq);
                self.remember().await?;
            }
        }
        Ok(self)
    }

    async fn remember(&self) -> Result<(), StoreError> {
        let mut text = self.told.to_string();
        for id in &self.again {
            text.push(' ');
            text.push_str(id);
        }
        self.store.remember(self.name, text).await
    }

    async fn run(
        mut self,
        mut events: tokio::sync::broadcast::Receiver<EventFrame>,
        stop: CancellationToken,
    ) {
        let mut wait = Duration::ZERO;
        let mut due = tokio::time::Instant::now();
        loop {
            let event = tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep_until(due) => {
                    // Without a failure the next event says when, or the end of a version's time.
                    let pause = match self.catch_up(&stop).await {
                        Ok(next) => {
                            wait = Duration::ZERO;
                            next.map_or(LONGEST, |next| until(next).min(LONGEST))
                        }
                        Err(because) => {
                            wait = (wait * 2).clamp(SHORTEST, LONGEST);
                            tracing::warn!(%because, again_in = ?wait, "the {} does not get its events", self.name);
                            wait
                        }
                    };
                    due = tokio::time::Instant::now() + pause;
                    continue;
                }
                event = events.recv() => event,
            };
            match event {
                Ok(frame) => {
                    let Event::Drop(row) = frame.event else {
                        continue;
                    };
                    if row.finished_at.is_some() {
                        self.note(&row).await;
                    } else if row.state == DropState::Running && wait.is_zero() {
                        // Where it fails it is told with the end.
                        let _later = self.start(&row).await;
                        continue;
                    } else {
                        continue;
                    }
                }
                // What was missed stands in the store.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
            if wait.is_zero() {
                due = tokio::time::Instant::now();
            }
        }
    }

    async fn note(&mut self, row: &DropRow) {
        let told = (row.id.clone(), row.state);
        let is_new = !self.ended.contains(&told) && !self.again.contains(&row.id);
        if row.seq == 0 || row.seq > self.told || !is_new {
            return;
        }
        if self.again.len() == AGAIN {
            self.again.pop_front();
        }
        self.again.push_back(told.0);
        if let Err(error) = self.remember().await {
            tracing::warn!(%error, "the {} may not be told of another end", self.name);
        }
    }

    /// Tells all that the store knows and the receiver does not; when there will be more.
    async fn catch_up(&mut self, stop: &CancellationToken) -> Result<Option<Timestamp>, String> {
        let in_words = |error: StoreError| error.to_string();
        while let Some(id) = self.again.front().cloned() {
            match self.store.drop(&id).await {
                Ok(row) => self.tell(&row).await?,
                // It was taken away since.
                Err(StoreError::NotFound { .. }) => {}
                Err(error) => return Err(error.to_string()),
            }
            self.again.pop_front();
            self.remember().await.map_err(in_words)?;
        }
        loop {
            let found = self
                .store
                .final_drops_behind(self.told, BATCH, Timestamp::now());
            let (rows, next) = found.await.map_err(in_words)?;
            if rows.is_empty() || stop.is_cancelled() {
                return Ok(next);
            }
            let mut failed = Ok(());
            for row in rows {
                if stop.is_cancelled() {
                    break;
                }
                failed = self.tell(&row).await;
                if failed.is_err() {
                    break;
                }
                self.told = row.seq;
            }
            let noted = self.remember().await;
            failed?;
            noted.map_err(in_words)?;
        }
    }

    async fn start(&mut self, row: &DropRow) -> Result<(), String> {
        let event = event::start(row, &self.namespace);
        self.send(row, "START", &event).await?;
        if self.started.len() == STARTED {
            self.started.pop_front();
        }
        self.started.push_back(row.id.clone());
        Ok(())
    }

    async fn tell(&mut self, row: &DropRow) -> Result<(), String> {
        if !self.started.contains(&row.id) {
            self.start(row).await?;
        }
        let taught = match (&row.dictionary, row.version) {
            (Some(name), Some(version)) => match self.store.show_json(name, Some(version)).await {
                Ok(text) => serde_json::from_str::<Dictionary>(&text).ok(),
                // It was taken away since.
                Err(StoreError::NotFound { .. }) => None,
                Err(error) => return Err(error.to_string()),
            },
            _ => None,
        };
        let event = event::end(row, taught.as_ref(), &self.namespace);
        self.send(row, row.state.as_str(), &event).await?;
        self.started.retain(|id| *id != row.id);
        if self.ended.len() == ENDED {
            self.ended.pop_front();
        }
        self.ended.push_back((row.id.clone(), row.state));
        Ok(())
    }

    /// An event that is itself refused is given up.
    async fn send(&self, row: &DropRow, kind: &str, event: &Value) -> Result<(), String> {
        let (receiver, text) = (Arc::clone(&self.receiver), event.to_string());
        let key = format!("{} {kind}", row.id);
        let sent = tokio::task::spawn_blocking(move || receiver.send(&text, &key))
            .await
            .unwrap_or_else(|_| Err(Undelivered::yet("it panicked: the log knows more")));
        match sent {
            Err(why) if why.for_good => {
                tracing::error!(because = %why.because, path = %row.path, "the {} will not have an event", self.name);
                Ok(())
            }
            sent => sent.map_err(|why| why.because),
        }
    }
}

fn until(moment: Timestamp) -> Duration {
    let left = moment.0.saturating_sub(Timestamp::now().0);
    Duration::from_millis(u64::try_from(left).unwrap_or(0).saturating_add(1))
}
