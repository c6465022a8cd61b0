//! The daemon's account of itself: facts from its parts, looked at by the probes.

mod watches;

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{Event, Status, Verdict, WatchRow, WorkerRow};
use ddgen_ops::{Board, Facts, Probe, Snapshot, Stage, StoreFacts};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::clients::Clients;
use crate::pipeline::Pipeline;
use crate::store::StoreError;

/// Changes are gathered this long before the next snapshot, so that a flood of files costs one a
/// second.
const GATHER: Duration = Duration::from_secs(1);
/// A snapshot is taken at least this often: the one tick of an idle daemon.
const TICK: Duration = Duration::from_secs(60);
/// A store that has not answered by then does not answer.
const STORE_DEADLINE: Duration = Duration::from_secs(5);

/// What does not change while the daemon runs.
pub struct Identity {
    pub started_at: Timestamp,
    pub data_dir: String,
    /// Where HTTP is served; none when it is off.
    pub http: Option<String>,
    pub workers_wanted: u32,
}

/// Gathers facts and keeps the board up to date.
pub struct Reporter {
    identity: Identity,
    pipeline: Arc<Pipeline>,
    clients: Arc<Clients>,
    probes: Vec<Box<dyn Probe>>,
    board: Board,
    stage: AtomicU8,
    changed: Notify,
    /// One snapshot at a time, so that a change of the verdict is told once.
    refreshing: tokio::sync::Mutex<()>,
}

impl Reporter {
    #[must_use]
    pub fn new(
        identity: Identity,
        pipeline: Arc<Pipeline>,
        clients: Arc<Clients>,
        probes: Vec<Box<dyn Probe>>,
        board: Board,
    ) -> Self {
        let stage = AtomicU8::new(stage_number(Stage::Starting));
        Self {
            identity,
            pipeline,
            clients,
            probes,
            board,
            stage,
            changed: Notify::new(),
            refreshing: tokio::sync::Mutex::default(),
        }
    }

    /// Where health and metrics read.
    #[must_use]
    pub fn board(&self) -> &Board {
        &self.board
    }

    pub fn set_stage(&self, stage: Stage) {
        self.stage.store(stage_number(stage), Ordering::Relaxed);
        self.changed.notify_one();
    }

    /// Takes a snapshot on change and once a minute, until told to stop.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let (_, mut events) = self.pipeline.hub.subscribe();
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.changed.notified() => {}
                // Lagging behind is a change as well; the hub outlives this task.
                _ = events.recv() => {}
                () = tokio::time::sleep(TICK) => {}
            }
            self.refresh().await;
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(GATHER) => {}
            }
            // What happened while we rested is in the next snapshot, once.
            if !events.is_empty() {
                events = events.resubscribe();
                self.changed.notify_one();
            }
        }
    }

    /// Takes a snapshot now and hangs it on the board.
    pub async fn refresh(&self) {
        let _one = self.refreshing.lock().await;
        let before = self.board.get().status;
        let snapshot = self.look(self.facts().await).await;
        let (verdict, because) = (snapshot.status, worst(&snapshot));
        self.board.put(snapshot);
        if verdict != before {
            match verdict {
                Verdict::Ok => tracing::info!("the daemon is well"),
                _ => tracing::warn!(%verdict, %because, "the daemon is not well"),
            }
            self.pipeline
                .hub
                .publish(Event::Verdict { verdict, because });
        }
    }

    /// The daemon's status at this moment. A store that does not answer is part of it: then what
    /// only the store knows is zero, and its probe says why.
    pub async fn status(&self) -> Status {
        let snapshot = self.look(self.facts().await).await;
        let facts = snapshot.facts;
        Status {
            status: snapshot.status,
            queue: facts.queue,
            drops: facts.drops,
            probes: snapshot.probes,
            watches: facts.watches,
            workers: facts.workers,
            version: facts.version,
            pid: std::process::id(),
            started_at: self.identity.started_at,
            data_dir: self.identity.data_dir.clone(),
            http: self.identity.http.clone(),
            clients: facts.clients,
            dictionaries: facts.store.dictionaries,
            store_bytes: facts.store.bytes,
        }
    }

    /// Probes read disks and `/proc`: not on a thread that serves others.
    async fn look(&self, facts: Facts) -> Snapshot {
        tokio::task::block_in_place(|| Snapshot::take(facts, &self.probes))
    }

    async fn facts(&self) -> Facts {
        let pipeline = &self.pipeline;
        let now = Timestamp::now();
        let mut facts = Facts::at_start(env!("CARGO_PKG_VERSION"), now);
        facts.started_at = self.identity.started_at;
        facts.stage = stage_of(self.stage.load(Ordering::Relaxed));
        facts.workers_wanted = self.identity.workers_wanted;
        facts.clients = self.clients.count();
        let counts = pipeline.queue.counts();
        facts.queue.pending = counts.pending;
        facts.queue.running = counts.running;
        facts.queue.parked = counts.parked;
        facts.oldest_pending = counts.oldest_pending_ms.map(Timestamp);
        facts.watches = self.watches();
        facts.workers = pipeline
            .workers
            .state()
            .workers
            .iter()
            .map(|worker| WorkerRow {
                pid: worker.pid,
                busy: worker.busy,
                jobs_done: worker.jobs_done,
            })
            .collect();
        let asked = tokio::time::timeout(STORE_DEADLINE, async {
            Ok((
                pipeline.store.drop_counts().await?,
                pipeline.store.stats().await?,
            ))
        });
        let answer = asked
            .await
            .unwrap_or(Err(StoreError::Late(STORE_DEADLINE.as_millis())));
        match answer {
            Ok((drops, stats)) => {
                facts.drops = drops;
                facts.store = StoreFacts {
                    silent: None,
                    read_only: pipeline.blocked(),
                    bytes: stats.database_size,
                    dictionaries: stats.table_counts.dictionaries,
                    versions: stats.table_counts.versions,
                };
            }
            Err(error) => facts.store.silent = Some(error.to_string()),
        }
        facts
    }

    fn watches(&self) -> Vec<WatchRow> {
        let states = self.pipeline.watches.states();
        states.into_iter().map(watches::row).collect()
    }
}

fn worst(snapshot: &Snapshot) -> String {
    let worst = snapshot
        .probes
        .iter()
        .filter(|probe| probe.verdict != Verdict::Ok);
    worst
        .max_by_key(|probe| probe.verdict)
        .map_or_else(String::new, |probe| probe.because.clone())
}

fn stage_number(stage: Stage) -> u8 {
    match stage {
        Stage::Starting => 0,
        Stage::Running => 1,
        Stage::Stopping => 2,
    }
}

fn stage_of(number: u8) -> Stage {
    match number {
        0 => Stage::Starting,
        1 => Stage::Running,
        _ => Stage::Stopping,
    }
}
