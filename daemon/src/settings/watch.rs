//! The folders under observation and the rules of each.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::arrival::{After, OnBreach};
use crate::dataset::{Naming, NamingError};
use crate::judge::Severities;

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
    /// Globs of files to take; empty takes all. Without `/` a glob matches a name at any depth, with
    /// one the path below `path`; `*` never crosses a `/`; a `/` at the end means a folder.
    pub include: Vec<String>,
    /// Globs of files and folders to leave, also where `include` names them.
    pub exclude: Vec<String>,
    pub mode: WatchMode,
    /// Between two looks at the folder when polling.
    pub poll_interval: Duration,
    /// Quiet time after a file was closed by its writer.
    pub settle_closed: Duration,
    /// How long a file found by a scan must stay unchanged.
    pub settle_scanned: Duration,
    /// How long a file that is held open for writing must stay unchanged.
    pub settle_held_open: Duration,
    /// How long a new version may still be replaced by a change of its file.
    pub provisional: Duration,
    /// The watch's own rule for which dictionary a file belongs to: a regular expression with a
    /// group named `stem`, as [`Naming::parse`] takes it.
    pub naming: Option<String>,
    /// A contract file for dictionaries without a contract of their own. Absolute.
    pub contract: Option<PathBuf>,
    /// What becomes of a file that breaks its contract.
    pub on_breach: OnBreach,
    /// What becomes of a file after success.
    pub after: After,
    /// How much changes between versions matter, where that is not as usual.
    pub severity: Severities,
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
            settle_held_open: Duration::from_secs(60),
            provisional: Duration::from_secs(10),
            naming: None,
            contract: None,
            on_breach: OnBreach::Flag,
            after: After::Keep,
            severity: Severities::default(),
        }
    }
}

/// A watch's name is shown before a `/` and the dictionary's, so it holds none itself.
pub(super) fn watch_name(name: &str) -> Result<String, String> {
    let fits = !name.is_empty() && name.chars().count() <= 64;
    if fits && !name.contains(|c: char| c == '/' || c.is_control()) {
        Ok(name.to_owned())
    } else {
        Err("expected a name of 1 to 64 characters without `/`".to_owned())
    }
}

pub(super) fn glob_pattern(pattern: &str) -> Result<String, String> {
    let bare = pattern.trim_start_matches("./").trim_matches('/');
    if bare.is_empty() {
        return Err("expected a pattern such as *.csv or archive/".to_owned());
    }
    globset::GlobBuilder::new(bare)
        .literal_separator(true)
        .backslash_escape(true)
        .build()
        .map(|_| pattern.to_owned())
        .map_err(|error| format!("the pattern `{pattern}` cannot be read: {}", error.kind()))
}

pub(super) fn naming_pattern(pattern: &str) -> Result<String, String> {
    match Naming::parse(pattern) {
        Ok(_) => Ok(pattern.to_owned()),
        // The regex crate draws the place of an error over several lines; the last one says why.
        Err(NamingError::Malformed { because, .. }) => Err(format!(
            "no regular expression: {}",
            because
                .lines()
                .last()
                .unwrap_or_default()
                .trim_start_matches("error: ")
        )),
        Err(error) => Err(error.to_string()),
    }
}
