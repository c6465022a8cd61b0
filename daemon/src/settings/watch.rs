//! The folders under observation and the rules of each.

use std::path::{Path, PathBuf};
use std::time::Duration;

/// How changes in a folder are noticed. The scan is the truth in every mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WatchMode {
    /// Native events, or polling where the folder lies on a network mount.
    Auto,
    Native,
    Poll,
}

/// One watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchSettings {
    /// Unique among the watches; part of a dictionary's identity. Without `/`.
    pub name: String,
    /// Absolute.
    pub path: PathBuf,
    /// Whether folders below `path` belong to the watch.
    pub recursive: bool,
    /// Files to take; empty takes all.
    pub include: Vec<String>,
    /// Files to leave, also where `include` names them.
    pub exclude: Vec<String>,
    pub mode: WatchMode,
    /// Between two looks at the folder when polling.
    pub poll_interval: Duration,
    /// Quiet time after a file was closed by its writer.
    pub settle_closed: Duration,
    /// How long a file found by a scan must stay unchanged.
    pub settle_scanned: Duration,
    /// How long a new version may still be replaced by a change of its file.
    pub provisional: Duration,
    /// The watch's own rule for which dictionary a file belongs to.
    pub naming: Option<String>,
}

impl WatchSettings {
    /// A watch with the default rules.
    #[must_use]
    pub fn new(name: impl Into<String>, path: impl AsRef<Path>) -> Self {
        Self {
            name: name.into(),
            path: path.as_ref().to_path_buf(),
            recursive: true,
            include: Vec::new(),
            exclude: Vec::new(),
            mode: WatchMode::Auto,
            poll_interval: Duration::from_secs(10),
            settle_closed: Duration::from_millis(20),
            settle_scanned: Duration::from_secs(2),
            provisional: Duration::from_secs(10),
            naming: None,
        }
    }
}
