//! The table of contents: what is started, from top to bottom, and stopped, in reverse.

mod ground;
mod probes;
mod reload;
mod signals;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::Event;
use ddgen_ops::{Board, Facts, Metrics, Snapshot, Stage};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::desk::Desk;
use crate::hub::Hub;
use crate::logging;
use crate::pipeline::{DropsAndQueue, Pipeline, take_in};
use crate::queue::{self, Queue};
use crate::report::{Identity, Reporter};
use crate::settings::{Flags, Loaded, Severity};
use crate::socket::{self, Clients};
use crate::store::Store;
use crate::watch;
use crate::worker::WorkerPool;

/// Batches of settled files that may wait for the queue; then the watches wait.
const SETTLED: usize = 8;
/// Workers get this long to end what they read when the daemon stops.
const WORKERS_GRACE: Duration = Duration::from_secs(5);

/// Runs the daemon until SIGTERM or SIGINT.
///
/// # Errors
/// What kept it from starting, in words for the operator.
pub async fn run(loaded: Loaded, flags: Flags) -> anyhow::Result<()> {
    let settings = loaded.settings.clone();
    let log = logging::start(&settings.log);
    for notice in &loaded.notices {
        match notice.severity {
            Severity::Note => tracing::info!("{notice}"),
            _ => tracing::warn!("{notice}"),
        }
    }
    let signals = signals::Signals::listen()?;
    let started_at = Timestamp::now();

    // The ground: folders and locks. From here on this data directory and this socket are ours.
    let ground = ground::Ground::take(&settings, &flags, started_at)?;
    let http = ground::listen_http(&settings.http)?;

    // The truth, then the working memory.
    let (data_dir, busy) = (settings.data.dir.clone(), settings.database.busy_timeout);
    let store_dir = data_dir.clone();
    let store = tokio::task::spawn_blocking(move || Store::open(&store_dir, busy)).await??;
    let limits = queue::Limits {
        tries: settings.worker.tries,
        ..queue::Limits::default()
    };
    let queue_dir = data_dir.clone();
    let queue = tokio::task::spawn_blocking(move || Queue::open(&queue_dir, limits)).await??;

    // The workers, then the pipeline that hands them files, then the watches that find the files.
    let stop_workers = CancellationToken::new();
    let pool = WorkerPool::start(reload::pool_of(&settings), stop_workers.clone()).await;
    let workers = pool.map_err(anyhow::Error::msg)?;
    let hub = Arc::new(Hub::default());
    let known = Arc::new(DropsAndQueue {
        store: store.clone(),
        queue: queue.clone(),
        runtime: Handle::current(),
    });
    let stop_watching = CancellationToken::new();
    let (settled_in, settled) = mpsc::channel(SETTLED);
    let watches = watch::start(
        reload::watches_of(&settings),
        known,
        settled_in,
        stop_watching.clone(),
    )?;
    let metrics = Arc::new(Metrics::default());
    let pipeline = Arc::new(Pipeline::new(
        queue.clone(),
        store.clone(),
        workers,
        watches,
        Arc::clone(&hub),
        Arc::clone(&metrics),
        started_at.0,
    ));
    reload::set_rules(&pipeline, &settings)?;
    let stop_pipeline = CancellationToken::new();
    let intake = tokio::spawn(take_in(
        Arc::clone(&pipeline),
        settled,
        stop_watching.clone(),
    ));
    let rescans = tokio::spawn(reload::rescan_when_queue_was_lost(
        Arc::clone(&pipeline),
        stop_watching.clone(),
    ));
    let working = tokio::spawn({
        let (pipeline, stop) = (Arc::clone(&pipeline), stop_pipeline.clone());
        let count = settings.worker.count;
        async move { pipeline.run(count, stop).await }
    });

    // What is told of it.
    let clients = Arc::new(Clients::default());
    let http_address = http
        .as_ref()
        .and_then(|listener| listener.local_addr().ok());
    let reporter = Arc::new(Reporter::new(
        Identity {
            started_at,
            data_dir: data_dir.to_string_lossy().into_owned(),
            http: http_address.map(|address| format!("http://{address}")),
            workers_wanted: u32::try_from(settings.worker.count).unwrap_or(u32::MAX),
        },
        Arc::clone(&pipeline),
        Arc::clone(&clients),
        probes::all(&settings, &loaded, &pipeline),
        Board::new(Snapshot::take(
            Facts::at_start(env!("CARGO_PKG_VERSION"), started_at),
            &[],
        )),
    ));
    let stop_doors = CancellationToken::new();
    let reporting = tokio::spawn(Arc::clone(&reporter).run(stop_doors.clone()));
    reporter.set_stage(Stage::Running);
    reporter.refresh().await;

    // The doors; the socket is last: once `status` answers, every door is open.
    let serving_http: Option<tokio::task::JoinHandle<()>> = None;
    let (claim, admission, data_lock) = ground.into_door();
    let endpoint = claim.bind()?;
    let desk = Arc::new(Desk {
        store: store.clone(),
        pipeline: Arc::clone(&pipeline),
        reporter: Arc::clone(&reporter),
        hub: Arc::clone(&hub),
    });
    let serving = tokio::spawn(socket::serve(
        endpoint,
        admission,
        desk,
        clients,
        stop_doors.clone(),
    ));
    signals::ready(&pipeline);
    tracing::info!(
        data = %data_dir.display(),
        http = http_address.map_or_else(|| "off".to_owned(), |address| address.to_string()),
        watches = settings.watches.len(),
        "ddgend is ready"
    );

    // Until told to stop.
    let mut running = loaded;
    signals
        .until_stop(async || running = reload::reload(&running, &flags, &pipeline, &log))
        .await;
    signals::stopping();
    reporter.set_stage(Stage::Stopping);
    hub.publish(Event::Stopping);

    // In reverse: nothing new comes in, what is in flight arrives, the doors close, and what must
    // last is flushed before the locks are released.
    stop_watching.cancel();
    pipeline.watches.wait().await;
    let _ended = tokio::join!(intake, rescans);
    stop_pipeline.cancel();
    let _ended = working.await;
    stop_doors.cancel();
    let _ended = serving.await;
    if let Some(serving) = serving_http {
        let _ended = serving.await;
    }
    let _ended = reporting.await;
    stop_workers.cancel();
    pipeline.workers.finish(WORKERS_GRACE).await;
    if let Err(error) = queue.close().await {
        tracing::warn!(%error, "the queue was not closed in order: it is repaired at the next start");
    }
    store.close().await?;
    drop(data_lock);
    tracing::info!("ddgend has stopped");
    Ok(())
}

/// The folder of the workers' scratch folders.
fn scratch_root(data_dir: &std::path::Path) -> PathBuf {
    data_dir.join("scratch")
}
