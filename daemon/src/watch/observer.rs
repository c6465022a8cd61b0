//! One watch at work: hints and scans go in, sightings of complete files come out.
//!
//! One task a watch decides; whatever may block (walking, looking, asking what is known) runs beside
//! it, at most one scan and one batch of looks at a time.

use std::collections::{BTreeSet, VecDeque};
use std::future::pending;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinHandle};
use tokio_util::sync::CancellationToken;

use super::due::Answers;
use super::filter::Filter;
use super::ground::Ground;
use super::known::{BATCH, Known, Origin};
use super::native::{Hint, Subscription};
use super::recent::Recent;
use super::rules::WatchRules;
use super::scan::{Remembered, Report, ScanError};
use super::settle::Settler;
use super::state::{How, Problems, WatchState};
use super::taken::Taken;
use crate::arrival::Sighting;

/// The one tick of an idle watch: is the root still the same, can more be read, did a disk hang?
const TICK: Duration = Duration::from_secs(60);
/// Folders that may wait for a scan; beyond it the whole root is scanned.
const MOST_FOLDERS: usize = 1024;

/// What the rest of the daemon asks of a watch.
#[derive(Debug)]
pub(super) enum Order {
    Rescan,
    /// Look at this path again once it is quiet, even if it is known.
    Again(PathBuf),
    /// Look at this path again, in case it has come back.
    Look(PathBuf),
}

/// What a watch is given.
pub(super) struct Parts {
    pub(super) rules: WatchRules,
    pub(super) filter: Arc<Filter>,
    pub(super) events: Arc<Subscription>,
    pub(super) hints: mpsc::Receiver<Hint>,
    pub(super) known: Arc<dyn Known>,
    pub(super) out: mpsc::Sender<Vec<Sighting>>,
    pub(super) state: Arc<Mutex<WatchState>>,
    /// What the queue has of that which was handed on.
    pub(super) taken: Arc<Taken>,
    /// Set when an order found no place.
    pub(super) overrun: Arc<AtomicBool>,
    pub(super) stop: CancellationToken,
}

pub(super) struct Observer {
    pub(super) parts: Parts,
    pub(super) origin: Origin,
    pub(super) settler: Settler,
    pub(super) recent: Recent,
    pub(super) problems: Problems,
    /// Complete files on their way out.
    pub(super) ready: VecDeque<Sighting>,
    /// None until a first scan found the root, and while it is missing.
    pub(super) ground: Option<Ground>,
    pub(super) wanted: Wanted,
    pub(super) scan: Option<RunningScan>,
    pub(super) batch: Option<JoinHandle<Answers>>,
    pub(super) batch_since: Instant,
    /// In a flood files gather meanwhile: the queue behind us writes once a batch.
    pub(super) batch_not_before: Instant,
    pub(super) remembered: Arc<Remembered>,
    /// When `remembered` is emptied.
    pub(super) forget_at: Instant,
    /// When native events are tried (again).
    pub(super) native_at: Instant,
    pub(super) scan_at: Instant,
    /// Scans that are wanted and not due rest as long as the last one took.
    pub(super) scan_not_before: Instant,
    pub(super) tick_at: Instant,
    pub(super) check_ground: bool,
    /// Questions in a row about what is known that had no answer.
    pub(super) unanswered: u32,
    /// Why nothing is handed on although the folder is observed.
    pub(super) waiting: Option<String>,
    /// The folder did not answer; what it said before may not hold.
    pub(super) hung: bool,
    pub(super) how: How,
    pub(super) because: Option<String>,
    pub(super) folders: usize,
}

pub(super) struct RunningScan {
    pub(super) task: JoinHandle<Result<Report, ScanError>>,
    pub(super) from: PathBuf,
    pub(super) since: Instant,
    pub(super) progress: Arc<AtomicU64>,
    pub(super) progress_before: u64,
}

/// What has to be scanned.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) full: bool,
    /// Register every folder again: the root is another one.
    pub(super) afresh: bool,
    pub(super) folders: BTreeSet<PathBuf>,
}

impl Wanted {
    pub(super) fn folder(&mut self, folder: &Path) {
        if self.folders.len() >= MOST_FOLDERS {
            self.full = true;
            self.folders.clear();
        }
        if !self.full {
            self.folders.insert(folder.to_owned());
        }
    }
}

impl Observer {
    pub(super) fn new(parts: Parts) -> Self {
        let now = Instant::now();
        Self {
            origin: Origin {
                watch: parts.rules.name.clone(),
                root: parts.rules.root.clone(),
            },
            settler: Settler::new(parts.rules.settle),
            recent: Recent::default(),
            problems: Problems::default(),
            ready: VecDeque::new(),
            ground: None,
            wanted: Wanted::default(),
            scan: None,
            batch: None,
            batch_since: now,
            batch_not_before: now,
            remembered: Arc::default(),
            forget_at: now + parts.rules.scan_every,
            native_at: now,
            scan_at: now,
            scan_not_before: now,
            tick_at: now + TICK,
            check_ground: false,
            unanswered: 0,
            waiting: None,
            hung: false,
            how: How::Starting,
            because: None,
            folders: 0,
            parts,
        }
    }

    /// Observes until it is told to stop, or nobody takes sightings any more.
    pub(super) async fn run(mut self, orders: &mut mpsc::Receiver<Order>) {
        let mut hints = Vec::new();
        let out = self.parts.out.clone();
        loop {
            let now = Instant::now();
            self.begin_scan(now);
            self.begin_batch(now);
            self.publish();
            let wake = self.next_wake();
            tokio::select! {
                () = self.parts.stop.cancelled() => return,
                Some(order) = orders.recv() => self.obey(order, Instant::now()),
                _ = self.parts.hints.recv_many(&mut hints, 256), if self.knows_its_root() => {
                    self.take_hints(&mut hints, Instant::now());
                }
                permit = out.reserve(), if !self.ready.is_empty() => {
                    let Ok(permit) = permit else { return };
                    let most = self.ready.len().min(BATCH);
                    permit.send(self.ready.drain(..most).collect());
                }
                done = finished(&mut self.batch) => {
                    self.batch = None;
                    self.finish_batch(done, Instant::now());
                }
                done = scanned(&mut self.scan) => self.finish_scan(done, Instant::now()),
                () = tokio::time::sleep_until(wake.into()) => self.tick(Instant::now()),
            }
        }
    }

    /// Before the first scan came back a hint cannot be told from another watch's. It waits: it may
    /// be the only word of a file that came into a folder just after that was read.
    fn knows_its_root(&self) -> bool {
        self.ground.is_some() || self.scan.is_none()
    }

    fn obey(&mut self, order: Order, now: Instant) {
        self.wanted.full |= self.parts.overrun.swap(false, Ordering::AcqRel);
        match order {
            Order::Rescan => {
                self.wanted.full = true;
                self.native_at = now;
                self.remembered = Arc::default();
            }
            Order::Again(path) => {
                if !self.settler.again(&path, now) {
                    self.wanted.full = true;
                }
            }
            Order::Look(path) => self.wanted.full |= !self.settler.look(&path, now),
        }
    }

    /// The earliest moment at which something is to be done without a cause from outside.
    fn next_wake(&self) -> Instant {
        let mut wake = self.tick_at;
        if self.scan.is_none() {
            wake = wake.min(self.scan_at);
            if self.wanted.full && self.has_room() {
                wake = wake.min(self.scan_not_before);
            }
        }
        if self.may_settle()
            && let Some(due) = self.settler.next_due()
        {
            wake = wake.min(due.max(self.batch_not_before));
        }
        wake
    }

    fn tick(&mut self, now: Instant) {
        if now < self.tick_at {
            return;
        }
        self.tick_at = now + TICK;
        self.recent.sweep(now);
        self.settler.sweep(now);
        self.check_ground = self.how == How::Native;
        self.retry_unreadable(now);
        self.watch_for_hanging(now);
    }

    /// Tells the rest of the daemon.
    fn publish(&mut self) {
        let mut state = self
            .parts
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        state.how = self.how;
        state.pending_settle = self.settler.len() + self.ready.len();
        state.folders = self.folders;
        let because = self.because.as_ref().or(self.waiting.as_ref());
        if state.because.as_ref() != because {
            state.because = because.cloned();
        }
        if self.problems.take_changed() {
            state.problems = self.problems.shown();
            state.unreadable = self.problems.unreadable().count();
            state.refused_names = self.problems.refused_names();
        }
    }

    /// Changes how the watch works and says so once.
    pub(super) fn now_works(&mut self, how: How, because: Option<String>) {
        if (self.how, &self.because) == (how, &because) {
            return;
        }
        let (watch, root) = (&self.origin.watch, self.origin.root.display());
        match (&because, how) {
            (None, How::Polled { .. }) | (Some(_), _) => {
                let because = because.as_deref().unwrap_or("its rules say so");
                match how {
                    How::Native => tracing::warn!(watch, %root, "{because}"),
                    How::Broken => tracing::warn!(watch, %root, "not observed: {because}"),
                    _ => tracing::warn!(watch, %root, "polled: {because}"),
                }
            }
            (None, _) => {
                tracing::info!(watch, %root, folders = self.folders, "observed by native events");
            }
        }
        self.how = how;
        self.because = because;
    }
}

async fn finished<T>(task: &mut Option<JoinHandle<T>>) -> Result<T, JoinError> {
    match task {
        Some(task) => task.await,
        None => pending().await,
    }
}

async fn scanned(scan: &mut Option<RunningScan>) -> Result<Result<Report, ScanError>, JoinError> {
    match scan {
        Some(scan) => (&mut scan.task).await,
        None => pending().await,
    }
}
