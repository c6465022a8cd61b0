//! The warm pool: a file goes to the worker that is free, in the order the callers came.

use std::fs::File;
use std::os::fd::AsFd;
use std::os::unix::fs::DirBuilderExt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ddgen_profile::Brief;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::config::{Limits, PoolConfig};
use super::error::WorkerError;
use super::job::{self, Job, Outcome};
use super::launch::Scratch;
use super::roster::{PoolState, Roster};
use super::slot::Slot;
use super::wire::RefusalKind;

/// How many workers may prove dead when they are handed a file before the caller is told.
const HANDOVERS: usize = 4;

/// What a worker made of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profiled {
    /// The profile document as JSON.
    pub document: Vec<u8>,
    /// The sketches of its fields, packed, where the brief had a key for them.
    pub sketches: Option<Vec<u8>>,
    /// From handing the file over to the answer; the wait for a worker is not in it.
    pub took: Duration,
}

/// Workers of this binary, kept warm. Dropped without [`WorkerPool::finish`], it kills them.
pub struct WorkerPool {
    roster: Arc<Roster>,
    stop: CancellationToken,
    halt: CancellationToken,
    slots: TaskTracker,
}

impl WorkerPool {
    /// Starts the workers and waits until each is up or has failed once. When `stop` is cancelled
    /// the pool takes no more jobs and lets idle workers go; [`Self::finish`] waits for the others.
    ///
    /// # Errors
    /// A sentence, when not one worker comes up.
    pub async fn start(config: PoolConfig, stop: CancellationToken) -> Result<Self, String> {
        let PoolConfig {
            count,
            program,
            scratch_root,
            limits,
        } = config;
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&scratch_root)
            .map_err(|e| {
                format!(
                    "the folder for the workers' scratch files, {}, cannot be made: {e}",
                    scratch_root.display()
                )
            })?;
        Scratch::sweep(&scratch_root);
        let count = count.max(1);
        let pool = Self {
            roster: Arc::new(Roster::new(count, limits)),
            stop: stop.child_token(),
            halt: CancellationToken::new(),
            slots: TaskTracker::new(),
        };
        let mut first = Vec::with_capacity(count);
        for number in 0..count {
            let (tell, told) = oneshot::channel();
            first.push(told);
            let slot = Slot {
                number,
                program: program.clone(),
                scratch_root: scratch_root.clone(),
                roster: Arc::clone(&pool.roster),
                stop: pool.stop.clone(),
                halt: pool.halt.clone(),
            };
            pool.slots.spawn(slot.keep(tell));
        }
        let (roster, stopping) = (Arc::clone(&pool.roster), pool.stop.clone());
        pool.slots.spawn(async move {
            stopping.cancelled().await;
            roster.close();
        });
        let mut failure = None;
        let mut up = 0;
        for told in first {
            match told.await {
                Ok(Ok(())) => up += 1,
                Ok(Err(reason)) => failure = Some(reason),
                Err(_) => failure = failure.or_else(|| Some("the daemon is stopping".into())),
            }
        }
        match failure {
            Some(reason) if up == 0 => Err(reason),
            _ => Ok(pool),
        }
    }

    /// Profiles `file` in the next free worker and returns the profile document.
    /// `progress` is told the bytes read so far, a few times a second.
    ///
    /// Dropped before it is done, it kills the worker it had.
    ///
    /// # Errors
    /// [`WorkerError`], which says what counts as a try.
    pub async fn profile(
        &self,
        file: &File,
        brief: &Brief,
        mut progress: impl FnMut(u64) + Send,
    ) -> Result<Profiled, WorkerError> {
        let size = file
            .metadata()
            .map_err(|e| WorkerError::Io(e.to_string()))?
            .len();
        let brief = serde_json::to_vec(brief).map_err(|e| WorkerError::Io(e.to_string()))?;
        if brief.len() > super::wire::Kind::Job.bound() {
            return Err(WorkerError::Refused {
                kind: RefusalKind::TooLarge,
                message: format!(
                    "what its worker must know of it takes {} bytes, and 1 MiB is the most",
                    brief.len()
                ),
                offset: None,
            });
        }
        let job = Job {
            file: file.as_fd(),
            size,
            brief: &brief,
        };
        for _ in 0..HANDOVERS {
            let lease = self.roster.take().await?;
            let limits = self.roster.limits();
            let began = Instant::now();
            match job::run(lease, &limits, &job, &mut progress).await {
                Outcome::Done(Err(_)) if self.halt.is_cancelled() => {
                    return Err(WorkerError::Stopped);
                }
                Outcome::Done(result) => {
                    return result.map(|learned| Profiled {
                        document: learned.document,
                        sketches: learned.sketches,
                        took: began.elapsed(),
                    });
                }
                Outcome::NotTaken => {}
            }
        }
        Err(WorkerError::Unavailable(
            "workers end before they take a file".into(),
        ))
    }

    /// Who works and how the pool fares; never waits.
    #[must_use]
    pub fn state(&self) -> PoolState {
        self.roster.state()
    }

    /// New bounds: of time for the next job, of memory and scratch for workers that are idle or
    /// become so, by replacing them.
    pub fn set_limits(&self, limits: Limits) {
        self.roster.set_limits(limits);
    }

    /// Takes no more jobs, waits up to `grace` for those under way, then kills. Returns when no
    /// worker is left.
    pub async fn finish(&self, grace: Duration) {
        self.stop.cancel();
        self.roster.close();
        self.slots.close();
        if tokio::time::timeout(grace, self.slots.wait())
            .await
            .is_err()
        {
            self.halt.cancel();
            self.slots.wait().await;
        }
    }
}

impl Drop for WorkerPool {
    fn drop(&mut self) {
        self.stop.cancel();
        self.halt.cancel();
    }
}
