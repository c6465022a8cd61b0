//! What one watch observes, and how: the shape settings are turned into.

use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

use super::filter::Filter;

/// One folder under observation and its rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchRules {
    /// Unique among the watches; sightings carry it.
    pub name: String,
    /// Absolute. It may be missing when the watch starts, and may come and go.
    pub root: PathBuf,
    /// Whether folders below the root are observed as well.
    pub recursive: bool,
    /// Globs a file must match; empty takes every file. See [`WatchRules::check`] for how they match.
    pub include: Vec<String>,
    /// Globs of files and folders to leave out; wins over `include`.
    pub exclude: Vec<String>,
    pub mode: Mode,
    pub settle: Settle,
    /// How often a scan looks for what events did not tell.
    pub scan_every: Duration,
}

/// How changes are learnt of between two scans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Native events on local disks, polling where events do not tell what others write.
    Auto,
    /// Native events, even on a network mount.
    Native,
    /// A scan each `interval`; a slow folder is polled more rarely, so that polling takes at most a
    /// tenth of the time.
    Poll { interval: Duration },
}

/// How long a file must rest before it is handed on. A file that is renamed into place is handed on
/// at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settle {
    /// After its writer closed it.
    pub closed: Duration,
    /// When only a scan saw it: this long without a change. The same path is handed on at most once
    /// in this time.
    pub scanned: Duration,
    /// When its writer changed it and has not closed it: a pause shorter than this is a slow writer,
    /// a longer one a program that keeps its files open.
    pub held_open: Duration,
}

impl Default for Settle {
    fn default() -> Self {
        Self {
            closed: Duration::from_millis(20),
            scanned: Duration::from_secs(2),
            held_open: Duration::from_secs(60),
        }
    }
}

impl WatchRules {
    /// A watch with the usual rules: recursive, every file, events or polling as the mount demands.
    #[must_use]
    pub fn new(name: impl Into<String>, root: impl Into<PathBuf>) -> Self {
        Self {
            name: name.into(),
            root: root.into(),
            recursive: true,
            include: Vec::new(),
            exclude: Vec::new(),
            mode: Mode::Auto,
            settle: Settle::default(),
            scan_every: Duration::from_secs(3600),
        }
    }

    /// Whether these rules can be followed. The root need not exist.
    ///
    /// Globs are relative to the root. Without a `/` one matches a name at any depth (`*.csv`); with
    /// one it matches the path below the root (`2026/*.csv`, `**/raw/*.csv`; `*` does not cross a
    /// `/`). A trailing `/` means a folder and all in it.
    ///
    /// # Errors
    /// The first rule that cannot be followed, in words for whoever wrote it.
    pub fn check(&self) -> Result<(), RuleError> {
        if !self.root.is_absolute() {
            return Err(RuleError::RelativeRoot {
                watch: self.name.clone(),
                root: self.root.clone(),
            });
        }
        if matches!(self.mode, Mode::Poll { interval } if interval.is_zero())
            || self.scan_every.is_zero()
        {
            return Err(RuleError::NoInterval {
                watch: self.name.clone(),
            });
        }
        Filter::new(self).map(drop)
    }
}

/// Rules that cannot be followed.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum RuleError {
    #[error("watch `{watch}`: the folder `{}` is not an absolute path; write it from `/` on", root.display())]
    RelativeRoot { watch: String, root: PathBuf },
    #[error("watch `{watch}`: the pattern `{pattern}` cannot be read: {why}")]
    BadPattern {
        watch: String,
        pattern: String,
        why: String,
    },
    #[error(
        "watch `{watch}`: an interval of zero would never rest; give at least a second between two scans"
    )]
    NoInterval { watch: String },
    #[error("two watches are named `{watch}`; give each its own name")]
    SameName { watch: String },
}
