//! Keeps one place in the pool filled: starts a worker, waits for its end, starts the next.

use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::process::Child;
use tokio::sync::{oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::launch::{Launched, Scratch, launch};
use super::roster::{Control, Exit, Roster, Seat};

/// After a start that failed: the first pause, doubled up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// A worker that ends sooner, and not over a file, counts as a start that failed.
const SETTLED: Duration = Duration::from_secs(1);

/// One place in the pool.
pub struct Slot {
    pub number: usize,
    pub program: PathBuf,
    pub scratch_root: PathBuf,
    pub roster: Arc<Roster>,
    /// Start no more workers.
    pub stop: CancellationToken,
    /// Kill the one there is.
    pub halt: CancellationToken,
}

/// Numbers scratch folders, so that a successor never shares one with a worker still dying.
static SERIAL: AtomicU64 = AtomicU64::new(0);

impl Slot {
    /// Runs until stop; `first` learns how the first start went.
    pub async fn keep(self, first: oneshot::Sender<Result<(), String>>) {
        let mut first = Some(first);
        let mut pause = FIRST_PAUSE;
        while !self.stop.is_cancelled() {
            let outcome = self.one_life(&mut first).await;
            let settled = match outcome {
                Ok(settled) => settled,
                Err(reason) => {
                    tracing::warn!(slot = self.number, %reason, "a worker could not be started");
                    self.roster.failed(&reason);
                    if let Some(first) = first.take() {
                        let _ = first.send(Err(reason));
                    }
                    false
                }
            };
            if settled {
                pause = FIRST_PAUSE;
            } else {
                let _ = tokio::time::timeout(pause, self.stop.cancelled()).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }

    /// From start to end of one worker; whether it was of use.
    async fn one_life(
        &self,
        first: &mut Option<oneshot::Sender<Result<(), String>>>,
    ) -> Result<bool, String> {
        let limits = self.roster.limits();
        let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
        let scratch =
            self.scratch_root
                .join(format!("{}{}-{serial}", Scratch::PREFIX, self.number));
        let born = Instant::now();
        let launched = tokio::select! {
            launched = launch(&self.program, &limits, scratch) => launched?,
            () = self.stop.cancelled() => return Ok(true),
        };
        let Launched {
            mut child,
            pid,
            channel,
            hello,
            last_words,
            scratch,
        } = launched;
        let (tell_exit, exit) = watch::channel(None);
        let control = Arc::new(Control {
            kill: CancellationToken::new(),
            dismissed: AtomicBool::new(false),
            exit,
        });
        self.roster.joined(
            Seat {
                slot: self.number,
                pid,
                channel,
                scratch: Arc::new(scratch),
                control: Arc::clone(&control),
                limits,
                cpu_used: Duration::ZERO,
            },
            hello.sandbox,
        );
        if let Some(first) = first.take() {
            let _ = first.send(Ok(()));
        }
        let status = self.attend(&mut child, &control).await;
        let last_words = last_words.hear().await.into();
        tell_exit.send_replace(Some(Exit { status, last_words }));
        let wanted = control.dismissed.load(Ordering::Relaxed) || self.stop.is_cancelled();
        let used = self.roster.left(self.number, pid, !wanted);
        if !wanted {
            tracing::warn!(slot = self.number, %status, "a worker ended and is replaced");
        }
        Ok(wanted || used || born.elapsed() >= SETTLED)
    }

    async fn attend(&self, child: &mut Child, control: &Control) -> ExitStatus {
        tokio::select! {
            status = child.wait() => return status.unwrap_or_default(),
            () = control.kill.cancelled() => {}
            () = self.halt.cancelled() => {}
        }
        let _ = child.start_kill();
        child.wait().await.unwrap_or_default()
    }
}
