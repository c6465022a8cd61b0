//! The way of one file from the queue to its readers: lease -> open -> profile -> judge and store ->
//! done -> tell.

mod afterwards;
mod aside;
mod board;
mod held;
pub mod ingest;
mod intake;
mod known;
mod leasing;
mod one_file;
mod parked;
mod setback;
mod turns;
mod verdict;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use ddgen_ipc::Timestamp;
use tokio::sync::{Notify, OwnedSemaphorePermit, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use afterwards::{quarantine_report, run as run_afterwards};
pub use board::{Board, row_of};
pub use ingest::{IngestError, Ingested};
pub use intake::take_in;
pub use known::DropsAndQueue;
pub use verdict::VerdictError;

use crate::arrival::{After, DropId, OnBreach, Sighting};
use crate::contract::OfWatch;
use crate::dataset::{self, Folding, Naming};
use crate::hub::Hub;
use crate::queue::{Job, Queue};
use crate::store::{Store, StoreError};
use crate::watch::WatchHandle;
use crate::worker::WorkerPool;
use ddgen_ops::Metrics;
use ddgen_profile::SketchKey;
use leasing::Leasing;
use turns::Turns;

/// When the store took no write: how long until it is asked again whether it does.
const STORE_RETRY: Duration = Duration::from_secs(5);
/// A write and a read that take longer than this are no sign of health.
const STORE_DEADLINE: Duration = Duration::from_secs(5);
/// Files in flight get this long to reach the store when the daemon stops; leases of the others are
/// void at the next start.
const DRAIN: Duration = Duration::from_secs(10);

/// What the rules of a watch say about its files once they are settled.
#[derive(Debug, Clone)]
pub struct FileRules {
    /// The watch's own pattern, where it has one.
    pub naming: Option<Naming>,
    /// For dictionaries without a contract of their own.
    pub contract: Option<Arc<OfWatch>>,
    pub on_breach: OnBreach,
    pub after: After,
    /// How long a new version may still be replaced.
    pub provisional: Duration,
}

/// What the engine is told of every file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    pub sample_size: usize,
    pub nested_depth_limit: usize,
}

/// What a pipeline is made of.
pub struct Parts {
    pub queue: Queue,
    pub store: Store,
    pub workers: WorkerPool,
    pub watches: WatchHandle,
    pub hub: Arc<Hub>,
    pub metrics: Metrics,
    pub started_at: Timestamp,
    /// Threads a worker may use for one large file.
    pub threads: usize,
    /// What the values of sketches are hashed under.
    pub sketch_key: SketchKey,
    /// Where uploaded files lie.
    pub uploads: PathBuf,
}

/// What the settings say, as of now.
struct Rules {
    files: HashMap<String, FileRules>,
    shown: Shown,
    /// How often they were set.
    set: u64,
    /// Where uploaded files lie.
    uploads: PathBuf,
}

impl Rules {
    /// Which dictionary a file belongs to, as far as its name tells.
    fn folding(&self, sighting: &Sighting) -> Folding {
        let name = sighting.path.file_name().unwrap_or_default();
        if let Some(stem) = self.uploaded_to(sighting) {
            return dataset::named(&name.to_string_lossy(), &stem);
        }
        let rules = self.files.get(&sighting.watch);
        let naming = rules.and_then(|rules| rules.naming.as_ref());
        dataset::fold(&name.to_string_lossy(), naming)
    }

    /// The folder of an upload and the path below it, when `path` is one.
    fn upload_at(&self, path: &Path) -> Option<(PathBuf, PathBuf)> {
        let mut parts = path.strip_prefix(&self.uploads).ok()?.components();
        let folder = self.uploads.join(parts.next()?);
        Some((folder, parts.as_path().to_owned()))
    }

    /// The stem that somebody named with an upload: see [`crate::http::upload`].
    fn uploaded_to(&self, sighting: &Sighting) -> Option<String> {
        let parts: Vec<_> = sighting.path.iter().collect();
        match parts.as_slice() {
            [_, stem, _] if sighting.root.starts_with(&self.uploads) => {
                Some(stem.to_string_lossy().into_owned())
            }
            _ => None,
        }
    }
}

/// Everything a file meets on its way.
pub struct Pipeline {
    pub queue: Queue,
    pub store: Store,
    pub workers: WorkerPool,
    pub watches: WatchHandle,
    pub hub: Arc<Hub>,
    pub board: Arc<Board>,
    pub metrics: Metrics,
    rules: Arc<RwLock<Rules>>,
    turns: Arc<Turns>,
    /// A file is to be moved.
    errands: Notify,
    /// Set while the store takes no write: nothing is leased then.
    blocked: watch::Sender<Option<String>>,
    /// Callers of `ingest` that wait for their drop's end.
    ended: Mutex<HashMap<DropId, CancellationToken>>,
    started_at: i64,
    threads: usize,
    sketch_key: SketchKey,
}

impl Pipeline {
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let shown = Shown {
            sample_size: 10,
            nested_depth_limit: 10,
        };
        Self {
            queue: parts.queue,
            store: parts.store,
            workers: parts.workers,
            watches: parts.watches,
            hub: parts.hub,
            metrics: parts.metrics,
            started_at: parts.started_at.0,
            threads: parts.threads,
            sketch_key: parts.sketch_key,
            board: Arc::default(),
            rules: Arc::new(RwLock::new(Rules {
                files: HashMap::new(),
                shown,
                set: 0,
                uploads: parts.uploads,
            })),
            turns: Arc::default(),
            errands: Notify::new(),
            blocked: watch::Sender::new(None),
            ended: Mutex::default(),
        }
    }

    /// When this daemon started.
    #[must_use]
    pub fn started_at(&self) -> Timestamp {
        Timestamp(self.started_at)
    }

    /// From the next file on.
    pub fn set_rules(&self, rules: HashMap<String, FileRules>, shown: Shown) {
        let mut known = self.rules.write().unwrap_or_else(PoisonError::into_inner);
        known.files = rules;
        known.shown = shown;
        known.set += 1;
    }

    /// What the name of a file of this watch says, by the watch's own pattern where it has one.
    #[must_use]
    pub fn fold(&self, watch: &str, file: &str) -> Folding {
        let known = self.rules();
        let rules = known.files.get(watch);
        dataset::fold(file, rules.and_then(|rules| rules.naming.as_ref()))
    }

    fn rules(&self) -> RwLockReadGuard<'_, Rules> {
        self.rules.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn rules_of(&self, watch: &str) -> (FileRules, Shown) {
        let known = self.rules();
        let rules = known.files.get(watch).cloned().unwrap_or(FileRules {
            naming: None,
            contract: None,
            on_breach: OnBreach::Flag,
            after: After::Keep,
            provisional: Duration::ZERO,
        });
        (rules, known.shown)
    }

    /// What a watch holds its files against, where they have no contract of their own.
    #[must_use]
    pub fn contract_of(&self, watch: &str) -> Option<Arc<OfWatch>> {
        let known = self.rules();
        known
            .files
            .get(watch)
            .and_then(|rules| rules.contract.clone())
    }

    /// Why nothing is taken from the queue, while that is so.
    #[must_use]
    pub fn blocked(&self) -> Option<String> {
        self.blocked.borrow().clone()
    }

    /// Works the queue off until told to stop, then lets what is in flight arrive.
    pub async fn run(self: &Arc<Self>, workers: usize, stop: CancellationToken) {
        let mut leasing = Leasing::new(workers);
        let flights = TaskTracker::new();
        let abandon = CancellationToken::new();
        let mut blocked = self.blocked.subscribe();
        tokio::select! {
            () = stop.cancelled() => {}
            () = self.record_parked() => {}
        }
        while !stop.is_cancelled() {
            let next = tokio::select! {
                () = stop.cancelled() => break,
                next = self.next_files(&mut leasing, &mut blocked) => next,
            };
            for (job, place) in next {
                let (pipeline, abandon) = (Arc::clone(self), abandon.clone());
                let (rules, shown) = self.rules_of(&job.sighting.watch);
                let folding = self.rules().folding(&job.sighting);
                let turn = self
                    .turns
                    .take((job.sighting.watch.clone(), folding.stem.clone()));
                flights.spawn(async move {
                    let _place = place;
                    tokio::select! {
                        () = one_file::run(&pipeline, job, &rules, shown, folding, turn) => {}
                        () = abandon.cancelled() => {}
                    }
                });
            }
        }
        flights.close();
        if tokio::time::timeout(DRAIN, flights.wait()).await.is_err() {
            tracing::warn!(
                files = flights.len(),
                "files were still in flight: they come first at the next start"
            );
            abandon.cancel();
            flights.wait().await;
        }
    }

    /// Jobs that are due, each with a place in flight. Returns with none when asking again is in
    /// order.
    async fn next_files(
        &self,
        leasing: &mut Leasing,
        blocked: &mut watch::Receiver<Option<String>>,
    ) -> Vec<(Job, OwnedSemaphorePermit)> {
        // Only this task changes `blocked` back: see `wait_for_store`.
        if blocked.borrow_and_update().is_some() {
            self.wait_for_store().await;
            self.record_parked().await;
        }
        match leasing.next(self).await {
            Ok(next) => next,
            Err(error) => {
                tracing::error!(%error, "the queue hands out nothing");
                tokio::time::sleep(STORE_RETRY).await;
                Vec::new()
            }
        }
    }

    async fn wait_for_store(&self) {
        loop {
            tokio::time::sleep(STORE_RETRY).await;
            match self.store.health(STORE_DEADLINE).await {
                Ok(_) => {
                    tracing::info!("the store takes writes again");
                    self.blocked.send_replace(None);
                    return;
                }
                Err(error) => {
                    self.blocked.send_replace(Some(error.to_string()));
                }
            }
        }
    }

    fn block(&self, error: &StoreError) {
        let because = error.to_string();
        if self.blocked.send_replace(Some(because.clone())).is_none() {
            tracing::error!(%because, "the store takes no writes: files wait in the queue");
        }
    }

    /// Wakes whoever waits for the end of this drop.
    fn tell_end(&self, id: DropId) {
        let waiting = self
            .ended
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&id);
        if let Some(waiting) = waiting {
            waiting.cancel();
        }
    }

    /// Cancelled when the work on this drop has ended, in whatever way.
    fn end_of(&self, id: DropId) -> CancellationToken {
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        ended.entry(id).or_default().clone()
    }
}
