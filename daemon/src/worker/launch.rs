//! Starts one worker process and waits for its hello.

use std::fs::DirBuilder;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::net::UnixStream as StdUnixStream;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::Pid;
use tokio::io::AsyncReadExt;
use tokio::net::UnixStream;
use tokio::process::{Child, ChildStderr, Command};
use tokio::task::JoinHandle;

use super::channel::Channel;
use super::child::Orders;
use super::config::Limits;
use super::wire::{self, Hello, Kind};

/// From start to hello: half a second on a loaded machine, so twenty times that.
const HELLO_WITHIN: Duration = Duration::from_secs(10);

/// How much of a worker's standard error is kept to explain its end.
const LAST_WORDS: usize = 8 << 10;

/// A process that said hello. Dropping it kills it.
pub struct Launched {
    pub child: Child,
    pub pid: Pid,
    pub channel: Channel,
    pub hello: Hello,
    pub last_words: LastWords,
    pub scratch: Scratch,
}

/// Starts `program` as a worker with a scratch directory at `scratch`.
///
/// # Errors
/// A sentence that says why no worker came up.
pub async fn launch(program: &Path, limits: &Limits, scratch: PathBuf) -> Result<Launched, String> {
    let scratch = Scratch::create(scratch)?;
    let (ours, theirs) =
        StdUnixStream::pair().map_err(|e| format!("no socket for a worker: {e}"))?;
    ours.set_nonblocking(true)
        .map_err(|e| format!("no socket for a worker: {e}"))?;
    let orders = Orders {
        memory: limits.memory,
        scratch_file: limits.scratch,
        scratch: scratch.path.clone(),
    };
    let mut child = Command::new(program)
        .arg0("ddgend")
        .args(orders.to_arguments())
        .env_clear()
        // Large tables grow and go: glibc gives their memory back as long as these bounds are fixed. What
        // is smaller is soon used again: against bounds of 1 MiB and 128 KiB four of ten page faults are
        // spared. What a worker holds after all is bounded by `Limits::resident`.
        .envs([
            ("MALLOC_MMAP_THRESHOLD_", "2097152"),
            ("MALLOC_TRIM_THRESHOLD_", "8388608"),
        ])
        .current_dir(&scratch.path)
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        // A group of its own: Ctrl-C at the daemon's terminal must reach the daemon only.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(|e| format!("{} cannot be started as a worker: {e}", program.display()))?;
    let pid = child
        .id()
        .and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
    let (Some(pid), Some(stderr)) = (pid, child.stderr.take()) else {
        return Err("a worker ended as it started".into());
    };
    let last_words = LastWords::listen(stderr);
    let stream = UnixStream::from_std(ours).map_err(|e| format!("no socket for a worker: {e}"))?;
    let mut channel = Channel::new(stream);
    match tokio::time::timeout(HELLO_WITHIN, greet(&mut channel)).await {
        Ok(Ok(hello)) => Ok(Launched {
            child,
            pid,
            channel,
            hello,
            last_words,
            scratch,
        }),
        Ok(Err(error)) => {
            let _ = child.start_kill();
            // Before hello no file was read: its words are its own and may be told.
            let words = last_words.hear().await;
            let words = words.lines().last().unwrap_or("it said nothing").to_owned();
            Err(format!("a worker did not come up ({error}): {words}"))
        }
        Err(_) => Err(format!(
            "a worker did not come up within {} s",
            HELLO_WITHIN.as_secs()
        )),
    }
}

async fn greet(channel: &mut Channel) -> io::Result<Hello> {
    let (kind, payload) = channel.read().await?;
    let bad = |message: String| io::Error::new(io::ErrorKind::InvalidData, message);
    if kind != Kind::Hello {
        return Err(bad(format!("it began with {kind:?}")));
    }
    let hello: Hello = serde_json::from_slice(&payload)?;
    if hello.build != wire::BUILD {
        return Err(bad(format!(
            "it is of build {}, this daemon of {}",
            hello.build,
            wire::BUILD
        )));
    }
    Ok(hello)
}

/// The end of what a worker wrote to standard error.
pub struct LastWords(JoinHandle<Vec<u8>>);

impl LastWords {
    fn listen(mut stderr: ChildStderr) -> Self {
        Self(tokio::spawn(async move {
            let mut kept = Vec::new();
            let mut block = [0; 1024];
            while let Ok(n @ 1..) = stderr.read(&mut block).await {
                kept.extend_from_slice(&block[..n]);
                let over = kept.len().saturating_sub(LAST_WORDS);
                kept.drain(..over);
            }
            kept
        }))
    }

    /// What it said last; waits for the end of the pipe, which comes with the end of the process.
    pub async fn hear(mut self) -> String {
        match tokio::time::timeout(Duration::from_secs(1), &mut self.0).await {
            Ok(Ok(words)) => String::from_utf8_lossy(&words).into_owned(),
            _ => String::new(),
        }
    }
}

impl Drop for LastWords {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A worker's private folder; gone with it.
pub struct Scratch {
    pub path: PathBuf,
}

impl Scratch {
    /// The names under the scratch root that are ours to remove.
    pub const PREFIX: &'static str = "worker-";

    fn create(path: PathBuf) -> Result<Self, String> {
        let fail =
            |e: io::Error| format!("the scratch folder {} cannot be made: {e}", path.display());
        match std::fs::remove_dir_all(&path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(fail(e)),
            _ => {}
        }
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&path)
            .map_err(fail)?;
        Ok(Self { path })
    }

    /// Bytes in it.
    pub fn used(&self) -> u64 {
        used(&self.path)
    }

    /// Leaves nothing of one file for the next.
    pub fn empty(&self) -> io::Result<()> {
        for entry in std::fs::read_dir(&self.path)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                std::fs::remove_dir_all(entry.path())?;
            } else {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// Clears what workers of a daemon that was killed left behind.
    pub fn sweep(root: &Path) {
        let Ok(entries) = std::fs::read_dir(root) else {
            return;
        };
        for entry in entries.flatten() {
            if entry
                .file_name()
                .to_string_lossy()
                .starts_with(Self::PREFIX)
            {
                let _ = std::fs::remove_dir_all(entry.path());
            }
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

fn used(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    let of = |entry: std::fs::DirEntry| match entry.metadata() {
        Ok(meta) if meta.is_dir() => used(&entry.path()),
        Ok(meta) => std::os::unix::fs::MetadataExt::blocks(&meta).saturating_mul(512),
        Err(_) => 0,
    };
    entries.flatten().map(of).fold(0, u64::saturating_add)
}
