//! The daemon's account of itself: facts from its parts, looked at by the probes.

mod lateness;
mod watches;
mod writes;

pub use lateness::{Freshness, Lateness};

use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{Event, EventFrame, Reading, Status, Verdict, WatchRow, WorkerRow};
use ddgen_ops::{Board, Facts, Meter, Probe, Snapshot, Stage, StoreFacts};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use crate::clients::Clients;
use crate::pipeline::Pipeline;
use crate::readings::Readings;
use crate::store::StoreError;
use writes::Writes;

/// Changes are gathered this long before the next snapshot, so that a flood of files costs one a
/// second.
const GATHER: Duration = Duration::from_secs(1);
/// A snapshot is taken at least this often: the one tick of an idle daemon.
const TICK: Duration = Duration::from_secs(60);
/// A reading is taken with the first snapshot after this many milliseconds: with every tick of an
/// idle daemon, whose clock may be a little early.
const READING_MS: i64 = 59_000;
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
    writes: Writes,
    board: Board,
    lateness: Arc<Lateness>,
    stage: AtomicU8,
    changed: Notify,
    meter: Mutex<Meter>,
    readings: Readings,
    looked: watch::Sender<()>,
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
        lateness: Arc<Lateness>,
    ) -> Self {
        let stage = AtomicU8::new(stage_number(Stage::Starting));
        let dir = Path::new(&identity.data_dir);
        let (meter, readings) = (Mutex::new(Meter::new(dir)), Readings::open(dir));
        Self {
            identity,
            pipeline,
            clients,
            probes,
            writes: Writes::new(STORE_DEADLINE),
            board,
            lateness,
            stage,
            changed: Notify::new(),
            meter,
            readings,
            looked: watch::Sender::default(),
            refreshing: tokio::sync::Mutex::default(),
        }
    }

    /// Where health and metrics read.
    #[must_use]
    pub fn board(&self) -> &Board {
        &self.board
    }

    /// Told after every snapshot.
    #[must_use]
    pub fn looked(&self) -> watch::Receiver<()> {
        self.looked.subscribe()
    }

    pub fn set_stage(&self, stage: Stage) {
        self.stage.store(stage_number(stage), Ordering::Relaxed);
        self.changed.notify_one();
    }

    /// Takes a snapshot soon: somebody has seen an old one.
    pub fn look_again(&self) {
        self.changed.notify_one();
    }

    /// Takes a snapshot on change and once a minute, until told to stop.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let (_, mut events) = self.pipeline.hub.subscribe();
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.changed.notified() => {}
                // The hub outlives this task.
                heard = events.recv() => {
                    if !is_change(&heard.map_err(|_lagging| ())) {
                        continue;
                    }
                }
                () = tokio::time::sleep(TICK) => {}
            }
            self.refresh().await;
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(GATHER) => {}
            }
            // What happened while we rested is in the next snapshot, once.
            let mut more = false;
            while !events.is_empty() && !more {
                more = is_change(&events.try_recv().map_err(|_lagging| ()));
            }
            if more {
                events = events.resubscribe();
                self.changed.notify_one();
            }
        }
    }

    /// Takes a snapshot now and hangs it on the board.
    pub async fn refresh(&self) {
        let _one = self.refreshing.lock().await;
        self.lateness.look(&self.pipeline, Timestamp::now()).await;
        let before = self.board.get().status;
        let snapshot = self.look(self.facts().await).await;
        self.note_reading(&snapshot.facts);
        let (verdict, because) = (snapshot.status, worst(&snapshot));
        self.board.put(snapshot);
        self.looked.send_replace(());
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

    /// How the daemon fared in the last day, oldest first.
    #[must_use]
    pub fn readings(&self) -> Vec<Reading> {
        self.readings.all()
    }

    /// Once a minute, however often snapshots are taken.
    fn note_reading(&self, facts: &Facts) {
        let mut meter = self.meter.lock().unwrap_or_else(PoisonError::into_inner);
        let since = |last: Timestamp| facts.taken_at.0.saturating_sub(last.0);
        // A clock that was set back must not stop the readings.
        let due = |last| !(0..READING_MS).contains(&since(last));
        if meter.last().is_none_or(due) {
            let reading = meter.read(facts);
            tokio::task::block_in_place(|| self.readings.add(reading));
            self.pipeline.hub.publish(Event::Reading(reading));
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
        let (asked, stuck) = tokio::join!(asked, self.writes.stuck(&pipeline.store));
        let answer = asked.unwrap_or(Err(StoreError::Late(STORE_DEADLINE.as_millis())));
        match answer {
            Ok((drops, stats)) => {
                facts.drops = drops;
                facts.store = StoreFacts {
                    silent: None,
                    read_only: pipeline.blocked(),
                    stuck,
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

/// Whether the daemon may not be as it was. Lagging behind is a change; our own readings are none:
/// each would bring a snapshot that nothing else asked for.
fn is_change(heard: &Result<EventFrame, ()>) -> bool {
    !matches!(heard, Ok(frame) if matches!(frame.event, Event::Reading(_)))
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
