//! One walk through a watched folder: registers each folder for events before reading it, and
//! collects the files nobody knows yet, oldest first.

use std::collections::{BinaryHeap, HashMap, HashSet};
use std::fs::DirEntry;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::SystemTime;

use super::ground::Ground;
use super::known::{BATCH, KnownError, ask};
use super::limits::NativeError;
use super::look::{FileSeen, special};
use super::mount::silent_file_system;
use super::rules::Mode;
use super::scan::{Found, Remembered, Report, Scan};
use super::state::{Problem, ProblemKind};

/// Files one walk brings back. Of more than these the oldest come first and another walk follows.
/// Tests meet the bound with fewer.
const MOST_FOUND: usize = if cfg!(test) { 2_000 } else { 50_000 };
/// Folders inside folders; deeper ones are refused in words.
const DEEPEST: usize = 128;
/// Problems one walk brings back.
const MOST_PROBLEMS: usize = 1000;

/// Why a walk ended early.
pub(super) enum Halt {
    Native(NativeError),
    /// A folder on a file system that raises no events.
    Silent(PathBuf, &'static str),
    Broken(String),
    Unknown(KnownError),
    Stopped,
}

pub(super) struct Walk<'a> {
    scan: &'a Scan,
    top: &'a Path,
    native: bool,
    /// Devices met, and which of them raise no events.
    devices: HashMap<u64, Option<&'static str>>,
    /// Whether the folder being read is stamped by this machine's clock.
    own_clock: bool,
    asked: Vec<Found>,
    found: BinaryHeap<Found>,
    more: bool,
    met: HashSet<PathBuf>,
    folders: usize,
    problems: Vec<Problem>,
    remembered: Remembered,
}

impl<'a> Walk<'a> {
    pub(super) fn new(scan: &'a Scan, top: &'a Path, native: bool) -> Self {
        Self {
            scan,
            top,
            native,
            devices: HashMap::new(),
            own_clock: false,
            asked: Vec::new(),
            found: BinaryHeap::new(),
            more: false,
            met: HashSet::new(),
            folders: 0,
            problems: Vec::new(),
            remembered: scan.remembered.emptied(),
        }
    }

    /// Another scan must follow.
    pub(super) fn must_repeat(&mut self) {
        self.more = true;
    }

    /// Folders registered for events.
    pub(super) fn met(&self) -> &HashSet<PathBuf> {
        &self.met
    }

    pub(super) fn report(self, ground: &Ground, polled: Option<String>, limited: bool) -> Report {
        Report {
            ground: ground.clone(),
            polled,
            limited,
            found: self.found.into_sorted_vec(),
            more: self.more,
            folders: self.folders,
            problems: self.problems,
            remembered: self.remembered,
        }
    }

    /// Reads one folder; folders to read after it are put on `below`.
    pub(super) fn folder(&mut self, folder: &Path, below: &mut Vec<PathBuf>) -> Result<(), Halt> {
        self.scan.progress.fetch_add(1, Ordering::Relaxed);
        let full = match folder.as_os_str().is_empty() {
            true => self.top.to_owned(),
            false => self.top.join(folder),
        };
        match full.symlink_metadata() {
            Ok(metadata) if metadata.is_dir() => self.check_device(&full, metadata.dev())?,
            Ok(_) => return Ok(()),
            Err(error) => return self.unreadable(folder, &error),
        }
        if self.native {
            match self.scan.events.watch(&full) {
                Ok(()) => {
                    self.met.insert(full.clone());
                }
                Err(error) if error.concerns_all() => return Err(Halt::Native(error)),
                Err(NativeError::Folder(_, error)) => return self.unreadable(folder, &error),
                Err(_) => return self.unreadable(folder, &io::ErrorKind::NotFound.into()),
            }
        }
        let entries = match full.read_dir() {
            Ok(entries) => entries,
            Err(error) => return self.unreadable(folder, &error),
        };
        self.folders += 1;
        for entry in entries {
            match entry {
                Ok(entry) => self.entry(folder, &entry, below)?,
                Err(error) => return self.unreadable(folder, &error),
            }
        }
        Ok(())
    }

    fn entry(
        &mut self,
        folder: &Path,
        entry: &DirEntry,
        below: &mut Vec<PathBuf>,
    ) -> Result<(), Halt> {
        let path = folder.join(entry.file_name());
        // What is gone between the listing and now is nobody's business any more.
        let Ok(kind) = entry.file_type() else {
            return Ok(());
        };
        let filter = &self.scan.filter;
        if path.to_str().is_none() {
            if filter.takes_file(&path) || filter.enters(&path) {
                self.problem(path, ProblemKind::RefusedName, UNNAMEABLE.to_owned());
            }
        } else if let Some(kind) = special(&kind) {
            if filter.takes_file(&path) || filter.enters(&path) {
                self.problem(path, ProblemKind::Refused, refusal(kind));
            }
        } else if kind.is_dir() {
            if path.components().count() > DEEPEST {
                let because = format!("left out: it lies more than {DEEPEST} folders deep");
                self.problem(path, ProblemKind::Refused, because);
            } else if self.scan.filter.enters(&path) {
                below.push(path);
            }
        } else if self.scan.filter.takes_file(&path) {
            self.file(path, entry)?;
        }
        Ok(())
    }

    fn file(&mut self, path: PathBuf, entry: &DirEntry) -> Result<(), Halt> {
        let seen = match entry.metadata() {
            Ok(metadata) if metadata.is_file() => FileSeen::of(&metadata),
            _ => return Ok(()),
        };
        if self.scan.remembered.has(&path, seen.stamp) {
            self.remembered.keep(&path, seen.stamp);
            return Ok(());
        }
        self.asked.push(Found {
            mtime_ns: seen.stamp.mtime_ns,
            path,
            size: seen.stamp.size,
            inode: seen.stamp.inode,
            rested: self.own_clock && self.has_rested(&seen),
        });
        if self.asked.len() >= BATCH {
            self.ask()?;
        }
        Ok(())
    }

    /// The change time cannot be set by anyone, so that an old one proves rest, if our own clock
    /// made it.
    fn has_rested(&self, seen: &FileSeen) -> bool {
        let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        since_epoch.is_ok_and(|now| {
            let age = i128::try_from(now.as_nanos()).unwrap_or(0) - i128::from(seen.ctime_ns);
            u128::try_from(age).is_ok_and(|age| age >= self.scan.rest.as_nanos())
        })
    }

    /// Keeps those of the collected files that nobody knows.
    pub(super) fn ask(&mut self) -> Result<(), Halt> {
        let asked = std::mem::take(&mut self.asked);
        let sightings: Vec<_> = asked
            .iter()
            .map(|found| self.scan.origin.sighting(&found.path, found.stamp()))
            .collect();
        let answers = ask(&*self.scan.known, &sightings).map_err(Halt::Unknown)?;
        self.scan.progress.fetch_add(1, Ordering::Relaxed);
        for (found, known) in asked.into_iter().zip(answers) {
            if !known {
                self.found.push(found);
            } else if !self.native {
                self.remembered.keep(&found.path, found.stamp());
            }
            if self.found.len() > MOST_FOUND {
                self.found.pop();
                self.more = true;
            }
        }
        Ok(())
    }

    /// A network mount inside a local folder raises no events, and is stamped by another clock.
    fn check_device(&mut self, folder: &Path, device: u64) -> Result<(), Halt> {
        let silent = *self
            .devices
            .entry(device)
            .or_insert_with(|| silent_file_system(folder));
        self.own_clock = silent.is_none();
        match silent {
            Some(kind) if self.native && self.scan.mode == Mode::Auto => {
                Err(Halt::Silent(folder.to_owned(), kind))
            }
            _ => Ok(()),
        }
    }

    /// A folder that cannot be read is a problem, and none once it is gone; without its root a watch
    /// is broken.
    fn unreadable(&mut self, folder: &Path, error: &io::Error) -> Result<(), Halt> {
        if folder.as_os_str().is_empty() {
            let root = self.scan.origin.root.display();
            return Err(Halt::Broken(unreadable(
                &format!("the folder {root}"),
                error,
            )));
        }
        if error.kind() != io::ErrorKind::NotFound && error.kind() != io::ErrorKind::NotADirectory {
            let because = unreadable("the folder", error);
            self.problem(folder.to_owned(), ProblemKind::UnreadableFolder, because);
        }
        Ok(())
    }

    fn problem(&mut self, path: PathBuf, kind: ProblemKind, because: String) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(Problem {
                path,
                because,
                kind,
            });
        }
    }
}

/// Why a name that is no text is left alone: it can neither be shown nor stored as it is.
pub(super) const UNNAMEABLE: &str = "the name is not valid UTF-8; rename it";

/// Why a link or special file is left alone.
pub(super) fn refusal(kind: &str) -> String {
    format!("{kind} is neither followed nor read; put the file itself here")
}

/// Why `what` cannot be read, and what to do.
pub(super) fn unreadable(what: &str, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => format!(
            "{what} cannot be read by this account; give it permission (chmod or setfacl), \
             it is tried again every minute"
        ),
        _ => format!("{what} cannot be read: {error}; it is tried again every minute"),
    }
}
