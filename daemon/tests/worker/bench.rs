//! What the tests share: a pool in a folder of its own, files, signals, and waiting with a deadline.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ddgen_profile::Brief;
use ddgend::worker::{Limits, PoolConfig, PoolState, Profiled, WorkerError, WorkerPool};
use rustix::process::{Pid, Signal};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// Longest wait for anything: milliseconds on an idle machine, but a test machine may be overrun.
pub const SOON: Duration = Duration::from_secs(60);

pub struct Bench {
    pub pool: Arc<WorkerPool>,
    pub stop: CancellationToken,
    pub folder: TempDir,
}

pub fn config(folder: &Path, count: usize, limits: Limits) -> PoolConfig {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_ddgend"));
    PoolConfig {
        count,
        program,
        scratch_root: folder.join("scratch"),
        limits,
    }
}

impl Bench {
    pub async fn new(count: usize) -> Self {
        Self::with(count, Limits::default()).await
    }

    pub async fn with(count: usize, limits: Limits) -> Self {
        Self::run(|folder| config(folder, count, limits))
            .await
            .unwrap()
    }

    pub async fn run(config: impl FnOnce(&Path) -> PoolConfig) -> Result<Self, String> {
        let folder = tempfile::tempdir().unwrap();
        let stop = CancellationToken::new();
        let pool = WorkerPool::start(config(folder.path()), stop.clone()).await?;
        Ok(Self {
            pool: Arc::new(pool),
            stop,
            folder,
        })
    }

    pub fn state(&self) -> PoolState {
        self.pool.state()
    }

    pub fn pid(&self) -> u32 {
        self.state().workers[0].pid
    }

    pub fn file(&self, name: &str, content: &[u8]) -> File {
        let path = self.folder.path().join(name);
        File::create(&path).unwrap().write_all(content).unwrap();
        File::open(&path).unwrap()
    }

    /// A job in the background.
    pub fn submit(&self, file: File) -> tokio::task::JoinHandle<Result<Profiled, WorkerError>> {
        let pool = Arc::clone(&self.pool);
        tokio::spawn(async move { pool.profile(&file, &brief("x.csv"), |_| ()).await })
    }

    /// Whether a file goes through and is judged by the engine, whatever the judgement.
    pub async fn works(&self) -> bool {
        let file = self.file("works.csv", b"id,name\n1,a\n2,b\n");
        let answer = self.pool.profile(&file, &brief("works.csv"), |_| ()).await;
        matches!(answer, Ok(_) | Err(WorkerError::Refused { .. }))
    }

    pub async fn until(&self, what: &str, condition: impl Fn(&PoolState) -> bool) {
        until(what, || condition(&self.state())).await;
    }
}

pub fn brief(name: &str) -> Brief {
    Brief {
        name: name.into(),
        ..Brief::default()
    }
}

pub async fn until(what: &str, condition: impl Fn() -> bool) {
    let deadline = Instant::now() + SOON;
    while !condition() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

pub fn signal(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    rustix::process::kill_process(pid, signal).unwrap();
}

/// The state letter of `/proc/PID/stat`; `None` when the process is gone.
pub fn process_state(pid: u32) -> Option<char> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(')')?.1.trim_start().chars().next()
}

/// Clock ticks in user and kernel mode, of all threads; of a zombie, too.
pub fn processor_ticks(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let after_the_name = stat.rsplit_once(')').unwrap().1;
    // Fields 14 and 15 of proc(5); the name is the second.
    let times = after_the_name.split_whitespace().skip(11).take(2);
    times.map(|ticks| ticks.parse::<u64>().unwrap()).sum()
}

/// Gone, or a zombie whose new parent takes its time.
pub fn has_ended(pid: u32) -> bool {
    matches!(process_state(pid), None | Some('Z' | 'X'))
}

/// Stops a worker and waits until it stands: from then on a job it is handed hangs.
pub async fn freeze(pid: u32) {
    signal(pid, Signal::STOP);
    until("the worker stands", || process_state(pid) == Some('T')).await;
}
