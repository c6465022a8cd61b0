//! The nouns that travel from the watched folder to the store.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The watch of files that a person named and that lie in no watched folder.
pub const NO_WATCH: &str = "ingest";

/// One regular file as a scan or a hint saw it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sighting {
    /// Name of the watch.
    pub watch: String,
    /// Absolute folder the watch observes.
    pub root: PathBuf,
    /// Below `root`, without a leading `/` and without `..`.
    pub path: PathBuf,
    pub size: u64,
    /// Nanoseconds since the Unix epoch.
    pub mtime_ns: i64,
    pub inode: u64,
}

impl Sighting {
    /// Where the file lies.
    #[must_use]
    pub fn full_path(&self) -> PathBuf {
        self.root.join(&self.path)
    }
}

/// The identity of one arrival, given when it is enqueued: the store inserts by it, so that work
/// done twice has its effect once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DropId(pub u128);

impl fmt::Display for DropId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl FromStr for DropId {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u128::from_str_radix(text, 16).map(Self)
    }
}

/// How a file came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Seen in a watched folder: provisional at first.
    Watched,
    /// Named by a person: final at once.
    Ingest,
}

/// What becomes of a watched file that breaks its contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnBreach {
    /// It is a version all the same, and says so.
    #[default]
    Flag,
    /// It is set aside until a person decides.
    Quarantine,
}

/// What becomes of a watched file after success.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum After {
    /// It stays where its producer put it.
    #[default]
    Keep,
    /// It is moved into the folder `done` of its watch.
    Done,
    /// It is removed.
    Delete,
}

impl Origin {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Watched => "watched",
            Self::Ingest => "ingest",
        }
    }
}
