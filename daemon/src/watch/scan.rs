//! The truth about a folder: which files lie there that nobody knows yet, and by which means the
//! folder can be observed from now on.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::filter::Filter;
use super::ground::Ground;
use super::known::{Known, KnownError, Origin};
use super::look::Stamp;
use super::native::Subscription;
use super::rules::Mode;
use super::state::Problem;
use super::walk::{Halt, Walk};

/// Files a polled watch remembers as known (8 bytes each); beyond it they are asked about each time.
const MOST_REMEMBERED: usize = 1_000_000;

/// All a scan needs; it runs where it may block.
pub(super) struct Scan {
    pub(super) origin: Origin,
    pub(super) filter: Arc<Filter>,
    pub(super) events: Arc<Subscription>,
    pub(super) known: Arc<dyn Known>,
    pub(super) mode: Mode,
    /// False while the kernel's limits forbid native events.
    pub(super) try_native: bool,
    /// The root is another folder than before: what was registered is void.
    pub(super) afresh: bool,
    /// Folder to start from, below the root; empty scans all.
    pub(super) from: PathBuf,
    /// Unchanged for this long counts as at rest.
    pub(super) rest: Duration,
    pub(super) remembered: Arc<Remembered>,
    /// Grows while the file system answers.
    pub(super) progress: Arc<AtomicU64>,
    pub(super) stop: CancellationToken,
}

/// What a polled watch knows to be known, as hashes of path and stamp: unchanged files cost no
/// question. Emptied every `scan_every`, when the question is asked in earnest.
#[derive(Debug, Default, Clone)]
pub(super) struct Remembered {
    hasher: RandomState,
    hashes: HashSet<u64>,
}

/// A file nobody knows yet. Sorts by mtime, then name: the order of arrival.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    pub(super) mtime_ns: i64,
    pub(super) path: PathBuf,
    pub(super) size: u64,
    pub(super) inode: u64,
    /// Unchanged for long enough already.
    pub(super) rested: bool,
}

/// What a scan brings back.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) ground: Ground,
    /// None: native events. Otherwise why the watch must be polled (empty where the rules say so).
    pub(super) polled: Option<String>,
    pub(super) limited: bool,
    pub(super) found: Vec<Found>,
    /// More was there than one scan brings back, or it came too late to be observed.
    pub(super) more: bool,
    pub(super) folders: usize,
    pub(super) problems: Vec<Problem>,
    pub(super) remembered: Remembered,
}

#[derive(Debug)]
pub(super) enum ScanError {
    /// The root is not there, in words.
    Broken(String),
    Unknown(KnownError),
    Stopped,
}

impl Found {
    pub(super) fn stamp(&self) -> Stamp {
        Stamp {
            size: self.size,
            mtime_ns: self.mtime_ns,
            inode: self.inode,
        }
    }
}

impl Scan {
    pub(super) fn run(self) -> Result<Report, ScanError> {
        if self.afresh {
            self.events.release();
        }
        let result = self.scan();
        if matches!(result, Err(ScanError::Broken(_))) {
            self.events.release();
        }
        result
    }

    fn scan(&self) -> Result<Report, ScanError> {
        let ground = Ground::find(&self.origin.root).map_err(ScanError::Broken)?;
        let reason = match (self.mode, ground.silent) {
            (Mode::Poll { .. }, _) => Some(String::new()),
            (Mode::Auto, Some(kind)) => Some(format!(
                "the folder lies on {kind}, where the writes of other machines raise no events"
            )),
            (Mode::Auto, None) | (Mode::Native, _) => None,
        };
        let mut limited = false;
        let reason = match reason {
            None if self.try_native => match self.walk(&ground, true) {
                Ok(walk) => return Ok(walk.report(&ground, None, false)),
                Err(Halt::Native(error)) => {
                    limited = true;
                    error.to_string()
                }
                Err(Halt::Silent(folder, kind)) => format!(
                    "the folder {} lies on {kind}, where the writes of other machines raise no events",
                    folder.display()
                ),
                Err(halt) => return Err(halt.into()),
            },
            None => {
                limited = true;
                String::new()
            }
            Some(reason) => reason,
        };
        // Gives back what was registered, so that other watches can have it.
        self.events.release();
        let walk = self.walk(&ground, false)?;
        Ok(walk.report(&ground, Some(reason), limited))
    }

    fn walk<'a>(&'a self, ground: &'a Ground, native: bool) -> Result<Walk<'a>, Halt> {
        let mut walk = Walk::new(self, &ground.top, native);
        let mut folders = vec![self.from.clone()];
        while let Some(folder) = folders.pop() {
            if self.stop.is_cancelled() {
                return Err(Halt::Stopped);
            }
            walk.folder(&folder, &mut folders)?;
        }
        walk.ask()?;
        if native && self.is_full() && self.events.keep_only(&ground.top, walk.met()) {
            walk.must_repeat();
        }
        Ok(walk)
    }

    /// Whether it scans the whole watch.
    pub(super) fn is_full(&self) -> bool {
        self.from.as_os_str().is_empty()
    }
}

impl Remembered {
    /// Empty, but hashing as this one does.
    pub(super) fn emptied(&self) -> Self {
        Self {
            hasher: self.hasher.clone(),
            hashes: HashSet::new(),
        }
    }

    pub(super) fn has(&self, path: &Path, stamp: Stamp) -> bool {
        !self.hashes.is_empty() && self.hashes.contains(&self.hasher.hash_one((path, stamp)))
    }

    pub(super) fn keep(&mut self, path: &Path, stamp: Stamp) {
        if self.hashes.len() < MOST_REMEMBERED {
            self.hashes.insert(self.hasher.hash_one((path, stamp)));
        }
    }
}

impl From<Halt> for ScanError {
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::Native(error) => Self::Broken(error.to_string()),
            Halt::Silent(folder, kind) => {
                Self::Broken(format!("the folder {} lies on {kind}", folder.display()))
            }
            Halt::Broken(because) => Self::Broken(because),
            Halt::Unknown(error) => Self::Unknown(error),
            Halt::Stopped => Self::Stopped,
        }
    }
}
