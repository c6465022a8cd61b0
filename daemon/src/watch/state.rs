//! What a watch says about itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How a watch is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchState {
    pub name: String,
    /// As the rules give it.
    pub root: PathBuf,
    pub how: How,
    /// Why it is polled or broken, and what to do. Also said when it works but an answer is owed.
    pub because: Option<String>,
    /// Folders under observation.
    pub folders: usize,
    /// Files that wait to be complete.
    pub pending_settle: usize,
    /// Files and folders that cannot be taken, at most [`SHOWN_PROBLEMS`] of them.
    pub problems: Vec<Problem>,
    /// Number of all files and folders that cannot be read.
    pub unreadable: usize,
    /// Number of all files and folders whose name is no text.
    pub refused_names: usize,
}

/// Problems that [`WatchState`] lists; all of them are counted.
pub const SHOWN_PROBLEMS: usize = 100;

/// How changes are learnt of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The first scan is under way.
    Starting,
    /// Native events.
    Native,
    /// A scan each interval.
    Polled { interval: Duration },
    /// The root is missing or cannot be read; tried again every two seconds.
    Broken,
}

/// A file or folder that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Below the root; empty for the root itself.
    pub path: PathBuf,
    pub because: String,
    pub kind: ProblemKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// A link, pipe, socket or device: left alone for good.
    Refused,
    /// A name that is not UTF-8: left alone until it is renamed.
    RefusedName,
    /// A file that cannot be read; tried again every minute.
    UnreadableFile,
    /// A folder that cannot be read; tried again every minute.
    UnreadableFolder,
}

impl ProblemKind {
    /// Whether another try may help without anybody renaming or replacing anything.
    #[must_use]
    pub fn is_unreadable(self) -> bool {
        matches!(self, Self::UnreadableFile | Self::UnreadableFolder)
    }

    /// What is lost first comes first.
    fn rank(self) -> u8 {
        match self {
            Self::UnreadableFile | Self::UnreadableFolder => 0,
            Self::RefusedName => 1,
            Self::Refused => 2,
        }
    }
}

/// Problems that are remembered, so that each is said once.
const MOST: usize = 1000;

/// The problems of one watch.
#[derive(Debug, Default)]
pub(super) struct Problems {
    by_path: BTreeMap<PathBuf, (ProblemKind, String)>,
    changed: bool,
}

impl Problems {
    /// Notes a problem and says it in the log when it is new.
    pub(super) fn note(&mut self, watch: &str, problem: Problem) {
        let Problem {
            path,
            because,
            kind,
        } = problem;
        let entry = (kind, because);
        if self.by_path.get(&path) == Some(&entry) {
            return;
        }
        let (kind, because) = &entry;
        let shown = path.display();
        match kind {
            ProblemKind::Refused => tracing::info!(watch, path = %shown, "{because}"),
            _ => tracing::warn!(watch, path = %shown, "{because}"),
        }
        if self.by_path.len() < MOST || self.by_path.contains_key(&path) {
            self.changed = true;
            self.by_path.insert(path, entry);
        }
    }

    pub(super) fn resolve(&mut self, path: &Path) {
        self.changed |= self.by_path.remove(path).is_some();
    }

    pub(super) fn resolve_below(&mut self, folder: &Path) {
        self.keep(|path, _| !path.starts_with(folder));
    }

    /// After a scan of `folder`: what it met again stays, files that only a look found stay too.
    pub(super) fn keep_met(&mut self, folder: &Path, met: &[Problem]) {
        self.keep(|path, kind| {
            !path.starts_with(folder)
                || kind == ProblemKind::UnreadableFile
                || met.iter().any(|problem| problem.path == path)
        });
    }

    /// True once after each change.
    pub(super) fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    fn keep(&mut self, wanted: impl Fn(&Path, ProblemKind) -> bool) {
        let before = self.by_path.len();
        self.by_path.retain(|path, (kind, _)| wanted(path, *kind));
        self.changed |= self.by_path.len() != before;
    }

    pub(super) fn has(&self, path: &Path) -> bool {
        self.by_path.contains_key(path)
    }

    /// Paths worth another try.
    pub(super) fn unreadable(&self) -> impl Iterator<Item = (&Path, ProblemKind)> {
        self.by_path
            .iter()
            .filter(|(_, (kind, _))| kind.is_unreadable())
            .map(|(path, (kind, _))| (path.as_path(), *kind))
    }

    /// Number of names that are no text.
    pub(super) fn refused_names(&self) -> usize {
        let kinds = self.by_path.values().map(|(kind, _)| *kind);
        kinds
            .filter(|kind| *kind == ProblemKind::RefusedName)
            .count()
    }

    /// What is shown: the unreadable, then refused names, then what is refused for its kind.
    pub(super) fn shown(&self) -> Vec<Problem> {
        let ranked = |rank: u8| {
            self.by_path
                .iter()
                .filter(move |(_, (kind, _))| kind.rank() == rank)
        };
        ranked(0)
            .chain(ranked(1))
            .chain(ranked(2))
            .take(SHOWN_PROBLEMS)
            .map(|(path, (kind, because))| Problem {
                path: path.clone(),
                because: because.clone(),
                kind: *kind,
            })
            .collect()
    }
}
