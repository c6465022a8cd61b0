//! Who is idle, who works, and who waits for a worker: one lock, held for moments.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use rustix::process::Pid;
use tokio::sync::{oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::channel::Channel;
use super::config::Limits;
use super::error::WorkerError;
use super::launch::Scratch;
use super::sandbox::Sandbox;

/// Callers that may wait for a worker. The queue leases a few jobs a worker; more than this is a
/// caller that does not wait for its answers.
const WAITING: usize = 1024;

/// One worker as its user holds it.
pub struct Seat {
    pub slot: usize,
    pub pid: Pid,
    pub channel: Channel,
    pub scratch: Arc<Scratch>,
    pub control: Arc<Control>,
    /// The bounds it was started with.
    pub limits: Limits,
    /// Processor time it has used in all its jobs.
    pub cpu_used: Duration,
}

/// Between the user of a worker and the task that keeps its process.
pub struct Control {
    /// Asks for SIGKILL.
    pub kill: CancellationToken,
    /// Its end is wanted: no death.
    pub dismissed: AtomicBool,
    pub exit: watch::Receiver<Option<Exit>>,
}

/// How a worker's process ended.
#[derive(Debug, Clone)]
pub struct Exit {
    pub status: std::process::ExitStatus,
    pub last_words: Arc<str>,
}

/// What the pool shows of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolState {
    /// Workers that are up, in the order of their slots.
    pub workers: Vec<WorkerState>,
    /// Workers there should be.
    pub wanted: usize,
    /// Callers that wait for a worker.
    pub waiting: usize,
    /// As the newest worker found it.
    pub sandbox: Sandbox,
    /// Ends nobody wanted, since start.
    pub deaths: u64,
    /// Why the last start of a worker failed, until one succeeds.
    pub trouble: Option<String>,
}

/// One worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerState {
    pub pid: u32,
    pub busy: bool,
    /// Busy or idle since.
    pub since: SystemTime,
    pub jobs_done: u64,
}

/// The shared book of the pool.
pub struct Roster(Mutex<Book>);

struct Book {
    idle: Vec<Seat>,
    waiting: VecDeque<oneshot::Sender<Result<Lease, WorkerError>>>,
    slots: Vec<Option<WorkerState>>,
    limits: Limits,
    sandbox: Sandbox,
    deaths: u64,
    trouble: Option<String>,
    closed: bool,
}

impl Roster {
    pub fn new(count: usize, limits: Limits) -> Self {
        Self(Mutex::new(Book {
            idle: Vec::new(),
            waiting: VecDeque::new(),
            slots: vec![None; count],
            limits,
            sandbox: Sandbox::None("no worker has come up yet".into()),
            deaths: 0,
            trouble: None,
            closed: false,
        }))
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn limits(&self) -> Limits {
        self.book().limits
    }

    pub fn state(&self) -> PoolState {
        let book = self.book();
        PoolState {
            workers: book.slots.iter().flatten().cloned().collect(),
            wanted: book.slots.len(),
            waiting: book.waiting.iter().filter(|w| !w.is_closed()).count(),
            sandbox: book.sandbox.clone(),
            deaths: book.deaths,
            trouble: book.trouble.clone(),
        }
    }

    /// Waits for a worker, first come first served.
    pub async fn take(self: &Arc<Self>) -> Result<Lease, WorkerError> {
        let turn = {
            let mut book = self.book();
            if book.closed {
                return Err(WorkerError::Stopped);
            }
            // Newest first: its memory is warm, and the others may sleep on.
            if let Some(seat) = book.idle.pop() {
                return Ok(Lease::new(seat, self, &mut book));
            }
            if let (Some(trouble), true) = (&book.trouble, book.slots.iter().all(Option::is_none)) {
                return Err(WorkerError::Unavailable(trouble.clone()));
            }
            book.waiting.retain(|waiting| !waiting.is_closed());
            if book.waiting.len() >= WAITING {
                return Err(WorkerError::Unavailable(format!(
                    "{WAITING} files wait for one already"
                )));
            }
            let (sender, turn) = oneshot::channel();
            book.waiting.push_back(sender);
            turn
        };
        turn.await.unwrap_or(Err(WorkerError::Stopped))
    }

    /// A worker came up.
    pub fn joined(self: &Arc<Self>, seat: Seat, sandbox: Sandbox) {
        {
            let mut book = self.book();
            book.sandbox = sandbox;
            book.trouble = None;
            let pid = seat.pid.as_raw_nonzero().get().unsigned_abs();
            let since = SystemTime::now();
            book.slots[seat.slot] = Some(WorkerState {
                pid,
                busy: false,
                since,
                jobs_done: 0,
            });
        }
        self.offer(seat);
    }

    /// A worker did not come up. When none is left, nobody is kept waiting for it.
    pub fn failed(&self, reason: &str) {
        let mut book = self.book();
        book.trouble = Some(reason.to_owned());
        if book.slots.iter().all(Option::is_none) {
            for waiting in std::mem::take(&mut book.waiting) {
                let _ = waiting.send(Err(WorkerError::Unavailable(reason.to_owned())));
            }
        }
    }

    /// A worker ended; whether it had been of use, be it to meet its end over a file.
    pub fn left(&self, slot: usize, pid: Pid, unwanted: bool) -> bool {
        let (state, dead) = {
            let mut book = self.book();
            book.deaths += u64::from(unwanted);
            let state = book.slots[slot].take();
            (
                state,
                book.idle
                    .extract_if(.., |seat| seat.pid == pid)
                    .collect::<Vec<_>>(),
            )
        };
        drop(dead);
        state.is_some_and(|state| state.busy || state.jobs_done > 0)
    }

    /// New bounds: of time at once, of memory and scratch with the next worker in each slot.
    pub fn set_limits(&self, limits: Limits) {
        let stale = {
            let mut book = self.book();
            book.limits = limits;
            let book = &mut *book;
            book.idle
                .extract_if(.., |seat| !seat.is_within(&limits))
                .collect::<Vec<_>>()
        };
        stale.iter().for_each(Seat::dismiss);
    }

    /// Takes no more jobs: idle workers end, those who wait are told.
    pub fn close(&self) {
        let (idle, waiting) = {
            let mut book = self.book();
            book.closed = true;
            (
                std::mem::take(&mut book.idle),
                std::mem::take(&mut book.waiting),
            )
        };
        idle.iter().for_each(Seat::dismiss);
        for waiting in waiting {
            let _ = waiting.send(Err(WorkerError::Stopped));
        }
    }

    /// Hands a free worker to whoever waits longest, or lets it rest.
    fn offer(self: &Arc<Self>, seat: Seat) {
        let mut seat = seat;
        loop {
            let mut book = self.book();
            if book.closed || !seat.is_within(&book.limits) || seat.has_ended() {
                drop(book);
                seat.dismiss();
                return;
            }
            let Some(waiting) = book.waiting.pop_front() else {
                book.idle.push(seat);
                return;
            };
            let lease = Lease::new(seat, self, &mut book);
            drop(book);
            match waiting.send(Ok(lease)) {
                Err(Ok(lease)) => {
                    // It had stopped waiting; the next one may have it.
                    let Some(back) = lease.recover() else { return };
                    seat = back;
                }
                _ => return,
            }
        }
    }

    fn mark(&self, seat: &Seat, jobs: u64) {
        let mut book = self.book();
        let pid = seat.pid.as_raw_nonzero().get().unsigned_abs();
        if let Some(state) = book.slots[seat.slot]
            .as_mut()
            .filter(|state| state.pid == pid)
        {
            state.busy = false;
            state.since = SystemTime::now();
            state.jobs_done += jobs;
        }
    }
}

impl Seat {
    /// Its end is wanted: dropped after this, its socket closes and it goes by itself.
    pub fn dismiss(&self) {
        self.control.dismissed.store(true, Ordering::Relaxed);
    }

    fn has_ended(&self) -> bool {
        self.control.exit.borrow().is_some()
    }

    const fn is_within(&self, limits: &Limits) -> bool {
        self.limits.memory == limits.memory && self.limits.scratch == limits.scratch
    }
}

/// A worker at work for one caller. Dropped in the midst of a job, it kills the worker: what it
/// would answer belongs to nobody.
pub struct Lease {
    seat: Option<Seat>,
    roster: Arc<Roster>,
    /// Between handing over a file and the whole answer.
    in_job: bool,
    jobs: u64,
}

impl Lease {
    fn new(seat: Seat, roster: &Arc<Roster>, book: &mut Book) -> Self {
        if let Some(state) = book.slots[seat.slot].as_mut() {
            state.busy = true;
            state.since = SystemTime::now();
        }
        Self {
            seat: Some(seat),
            roster: Arc::clone(roster),
            in_job: false,
            jobs: 0,
        }
    }

    pub const fn seat(&mut self) -> &mut Seat {
        self.seat
            .as_mut()
            .expect("a lease loses its seat only when it ends")
    }

    /// From now on the worker is in the midst of a job.
    pub const fn begin(&mut self) {
        self.in_job = true;
    }

    /// The worker answered and is free again.
    pub fn finish(mut self) {
        self.in_job = false;
        self.jobs = 1;
    }

    /// The worker answered, but shall not go on.
    pub fn retire(mut self) {
        if let Some(seat) = self.seat.take() {
            self.roster.mark(&seat, 1);
            seat.dismiss();
        }
    }

    /// The worker is dead or must be; `control` tells its end.
    pub fn abandon(mut self) -> Option<Arc<Control>> {
        self.seat.take().map(|seat| seat.control)
    }

    fn recover(mut self) -> Option<Seat> {
        let seat = self.seat.take()?;
        self.roster.mark(&seat, 0);
        Some(seat)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(seat) = self.seat.take() else { return };
        if self.in_job {
            seat.dismiss();
            seat.control.kill.cancel();
        } else {
            self.roster.mark(&seat, self.jobs);
            self.roster.offer(seat);
        }
    }
}
