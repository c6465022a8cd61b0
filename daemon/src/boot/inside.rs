//! What works behind the doors: stores, workers, watches, and the pipeline between them.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ddgen_ipc::Timestamp;
use ddgen_ops::Metrics;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::reload;
use super::sketch_key::sketch_key;
use crate::http::upload;
use crate::hub::Hub;
use crate::pipeline::{DropsAndQueue, Parts, Pipeline, run_afterwards, take_in};
use crate::queue::{Limits, Queue};
use crate::settings::Settings;
use crate::store::Store;
use crate::watch;
use crate::worker::WorkerPool;

/// Batches of settled files that may wait for the queue; then the watches wait.
const SETTLED: usize = 8;
/// Workers get this long to end what they read when the daemon stops.
const WORKERS_GRACE: Duration = Duration::from_secs(5);

pub(super) struct Inside {
    pub(super) pipeline: Arc<Pipeline>,
    /// Watches, and what takes in what they find.
    finding: Stage,
    /// What works the queue off.
    working: Stage,
    stop_workers: CancellationToken,
}

/// Tasks that stop together.
#[derive(Default)]
struct Stage {
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Stage {
    async fn end(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Inside {
    pub(super) async fn start(settings: &Settings, started_at: Timestamp) -> anyhow::Result<Self> {
        let secret = settings.application.secret_key.as_ref();
        let sketch_key = sketch_key(secret, &settings.data.dir)?;
        // The truth, then the working memory.
        let (store, queue) = open_stores(settings).await?;
        let stop_workers = CancellationToken::new();
        let workers = WorkerPool::start(reload::pool_of(settings), stop_workers.clone())
            .await
            .map_err(anyhow::Error::msg)?;

        let (finding, working) = (Stage::default(), Stage::default());
        let known = DropsAndQueue {
            store: store.clone(),
            queue: queue.clone(),
            runtime: Handle::current(),
        };
        let (settled_in, settled) = mpsc::channel(SETTLED);
        let rules = reload::watches_of(settings);
        let watches = watch::start(rules, Arc::new(known), settled_in, finding.stop.clone())?;
        let pipeline = Arc::new(Pipeline::new(Parts {
            queue,
            store,
            workers,
            watches,
            hub: Arc::new(Hub::default()),
            metrics: Metrics::default(),
            started_at,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            sketch_key,
            uploads: settings.data.dir.join(upload::FOLDER),
        }));
        reload::set_rules(&pipeline, settings).await?;

        let shared = || Arc::clone(&pipeline);
        finding
            .tasks
            .spawn(take_in(shared(), settled, finding.stop.clone()));
        let lost = reload::rescan_when_queue_was_lost(shared(), finding.stop.clone());
        finding.tasks.spawn(lost);
        let (stop, count) = (working.stop.clone(), settings.worker.count);
        let work = shared();
        working
            .tasks
            .spawn(run_afterwards(shared(), working.stop.clone()));
        working
            .tasks
            .spawn(async move { work.run(count, stop).await });
        Ok(Self {
            pipeline,
            finding,
            working,
            stop_workers,
        })
    }

    /// Takes nothing new in and lets what is in flight arrive.
    pub(super) async fn drain(&self) {
        self.finding.stop.cancel();
        self.pipeline.watches.wait().await;
        self.finding.end().await;
        self.working.end().await;
    }

    /// Ends the workers and flushes what must last.
    pub(super) async fn close(self) -> anyhow::Result<()> {
        self.stop_workers.cancel();
        self.pipeline.workers.finish(WORKERS_GRACE).await;
        if let Err(error) = self.pipeline.queue.close().await {
            tracing::warn!(%error, "the queue was not closed in order: it is repaired at the next start");
        }
        self.pipeline.store.close().await?;
        Ok(())
    }
}

async fn open_stores(settings: &Settings) -> anyhow::Result<(Store, Queue)> {
    let (dir, busy) = (settings.data.dir.clone(), settings.database.busy_timeout);
    let limits = Limits {
        tries: settings.worker.tries,
        ..Limits::default()
    };
    // Without increments nothing takes a journal in.
    let backup = &settings.backup;
    let journal = backup.enabled && backup.point_in_time && backup.incremental_every.is_some();
    let open = move |dir: &Path| -> anyhow::Result<(Store, Queue)> {
        Ok((
            Store::open_as(dir, busy, journal)?,
            Queue::open(dir, limits)?,
        ))
    };
    tokio::task::spawn_blocking(move || open(&dir)).await?
}
