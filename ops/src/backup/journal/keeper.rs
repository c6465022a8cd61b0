//! Keeps the journal beside a store that is written to: the one writer takes in each commit before it
//! is acknowledged.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ddgen_ipc::Timestamp;
use serde::{Deserialize, Serialize};

use super::super::{BackupError, dir, room};
use super::log::{self, Position, Read};
use super::segment::{Head, Record, stretch_of};
use super::{Mark, Stretch};

/// Brought to disk at least this often while there are commits. The store itself is, at each.
const SYNC_MS: i64 = 60_000;
/// After a failure, until the next chain is begun.
const REST: Duration = Duration::from_secs(30);
/// Bytes that may wait for a backup to take them.
const MOST: u64 = 2 << 30;
/// Bytes that stay free: nothing here is worth a drop that finds no room in the store.
const FREE: u64 = 64 << 20;
/// What a journal that was closed in order says of the store it left.
pub(super) const CLOSED: &str = "closed.json";
pub(super) const ENDING: &str = "seg";

/// A store's journal. Whoever commits holds it meanwhile.
pub struct Journal {
    inner: Mutex<Inner>,
}

struct Inner {
    folder: PathBuf,
    store: PathBuf,
    chain: Option<Chain>,
    /// Why there is none, and since when.
    ended: Option<(String, Instant)>,
    /// Of the writer's connection: moves when somebody else wrote.
    seen: Option<i64>,
    /// Of all files in the folder.
    bytes: u64,
}

/// The chain that is being written.
pub(super) struct Chain {
    pub(super) head: Head,
    /// The last commit, and when it was.
    pub(super) number: u64,
    pub(super) at: Timestamp,
    /// Up to where the log was read; none where it was emptied.
    pub(super) position: Option<Position>,
    /// The file that grows, and its bytes.
    pub(super) open: Option<(File, u64)>,
}

/// A file of the journal that no longer grows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    pub path: PathBuf,
    pub stretch: Stretch,
}

/// How a store's file was when its journal was closed in order.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Left {
    chain: String,
    number: u64,
    inode: u64,
    bytes: u64,
    /// In seconds and nanoseconds: of the content, and of anything about the file.
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Left {
    pub(super) fn of(chain: &Chain, store: &Path) -> io::Result<Self> {
        let data = fs::metadata(store)?;
        Ok(Self {
            chain: chain.head.chain.clone(),
            number: chain.number,
            inode: data.ino(),
            bytes: data.len(),
            modified: (data.mtime(), data.mtime_nsec()),
            changed: (data.ctime(), data.ctime_nsec()),
        })
    }
}

pub(super) fn log_of(store: &Path) -> PathBuf {
    let mut log = store.as_os_str().to_owned();
    log.push("-wal");
    PathBuf::from(log)
}

impl Journal {
    /// Goes on where the last one ended, if it can be told that nothing was missed since; else the
    /// first commit begins a new chain. Before anybody opens the store. Also answers what kept the last
    /// one from being read.
    #[must_use]
    pub fn open(folder: &Path, store: &Path) -> (Self, Option<io::Error>) {
        let resumed = dir::make(folder)
            .map_err(io::Error::from)
            .and_then(|()| super::resume::resume(folder, store));
        let (chain, error) = match resumed {
            Ok(chain) => (chain, None),
            Err(error) => (None, Some(error)),
        };
        let bytes = files(folder).iter().map(|(_, bytes)| bytes).sum();
        let journal = Self {
            inner: Mutex::new(Inner {
                folder: folder.to_owned(),
                store: store.to_owned(),
                chain,
                ended: None,
                seen: None,
                bytes,
            }),
        };
        (journal, error)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nobody takes a snapshot for a backup until this is dropped.
    pub fn hold(&self) -> Held<'_> {
        Held(self.lock())
    }

    /// Whether the log was begun anew since it was read last. Of a writer that reads after each
    /// transaction that is the way of things; of one that does not, something may be lost with it.
    #[must_use]
    pub fn may_have_missed(&self) -> bool {
        let inner = self.lock();
        let Some(chain) = &inner.chain else {
            return false;
        };
        let read = File::open(log_of(&inner.store))
            .and_then(|file| log::read_on(&file, chain.position.as_ref()));
        match (read, chain.position) {
            (Ok(Some(read)), Some(before)) => before.salts != read.position.salts,
            (Ok(Some(read)), None) => read.sequence != 0,
            (Ok(None), _) => false,
            (Err(error), _) => error.kind() != io::ErrorKind::NotFound,
        }
    }

    /// Runs `snapshot` while the writer waits; answers how far the chain is in it, none where there is
    /// no chain, or somebody else wrote.
    pub fn mark<T>(&self, snapshot: impl FnOnce() -> T) -> (T, Option<Mark>) {
        let inner = self.lock();
        let done = snapshot();
        let whole = inner.is_up_to_date();
        let mark = inner.chain.as_ref().filter(|_| whole).map(|chain| Mark {
            chain: chain.head.chain.clone(),
            commit: chain.number,
        });
        (done, mark)
    }

    /// The chain that is being written, and why there is none.
    #[must_use]
    pub fn standing(&self) -> (Option<String>, Option<String>) {
        let inner = self.lock();
        let chain = inner.chain.as_ref().map(|chain| chain.head.chain.clone());
        (chain, inner.ended.as_ref().map(|(why, _)| why.clone()))
    }

    /// Closes the file that grows; answers all that no longer do.
    ///
    /// # Errors
    /// When it cannot be brought to disk.
    pub fn closed(&self) -> Result<Vec<Closed>, BackupError> {
        let (folder, grew, paths) = {
            let mut inner = self.lock();
            let chain = inner.chain.as_mut();
            let grew = chain.and_then(|chain| chain.open.take());
            // What is begun from here on grows, and is none of them.
            (inner.folder.clone(), grew, files(&inner.folder))
        };
        // The next commit does not wait for the disk.
        if let Some((file, _)) = grew {
            file.sync_all()
                .map_err(|error| BackupError::of_path("writing", &folder, &error))?;
        }
        read_all(paths)
    }

    /// Removes files that a backup holds now.
    pub fn bundled(&self, closed: &[Closed]) {
        for one in closed {
            // What stays is taken in by the next backup, too.
            drop(fs::remove_file(&one.path));
        }
        let mut inner = self.lock();
        inner.bytes = files(&inner.folder).iter().map(|(_, bytes)| bytes).sum();
    }

    /// Says that the store was closed in order, and how it was left. After its file was closed.
    ///
    /// # Errors
    /// The next start begins a new chain.
    pub fn close(&self) -> io::Result<()> {
        let mut inner = self.lock();
        let Some(mut chain) = inner.chain.take() else {
            return Ok(());
        };
        let emptied = fs::metadata(log_of(&inner.store)).map_or(true, |log| log.len() == 0);
        if let Some((file, _)) = chain.open.take() {
            file.sync_all()?;
        }
        if !emptied {
            return Ok(());
        }
        let text = serde_json::to_vec(&Left::of(&chain, &inner.store)?)?;
        Ok(dir::write_whole(&inner.folder.join(CLOSED), &text)?)
    }
}

/// The journal while somebody commits.
pub struct Held<'a>(MutexGuard<'a, Inner>);

impl Held<'_> {
    /// Takes in what the log got since. `seen` is SQLite's `data_version` of the writer's connection.
    /// Whatever goes wrong ends the chain, never the commit; answers why, when it did.
    pub fn take_in(&mut self, now: Timestamp, seen: i64) -> Option<String> {
        let inner = &mut *self.0;
        let foreign = inner
            .seen
            .replace(seen)
            .is_some_and(|before| before != seen);
        let mut ended = None;
        if foreign {
            ended = inner.end("another program wrote to the store".to_owned());
            inner.ended = None;
        }
        let rests = inner
            .ended
            .as_ref()
            .is_some_and(|(_, since)| since.elapsed() < REST);
        if rests {
            return None;
        }
        match inner.read(now) {
            Ok(()) => inner.ended = None,
            Err(error) => ended = inner.end(error.to_string()),
        }
        ended
    }

    /// Ends the chain: what follows is no commit, or not this writer's.
    pub fn end(&mut self, because: String) {
        drop(self.0.end(because));
        self.0.ended = None;
    }
}

impl Inner {
    /// Answers why, where there was a chain.
    fn end(&mut self, because: String) -> Option<String> {
        self.ended = Some((because.clone(), Instant::now()));
        self.chain.take().map(|_| because)
    }

    /// Whether the log holds nothing that was not taken in.
    fn is_up_to_date(&self) -> bool {
        let Some(chain) = &self.chain else {
            return false;
        };
        let read = File::open(log_of(&self.store))
            .and_then(|file| log::read_on(&file, chain.position.as_ref()));
        match read {
            Ok(Some(read)) => {
                let before = chain.position.map(|before| before.salts);
                read.size == 0 && before.is_none_or(|before| before == read.position.salts)
            }
            // Emptied, by whom it may: what was in it was taken in.
            Ok(None) => true,
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        }
    }

    fn read(&mut self, now: Timestamp) -> io::Result<()> {
        if self.bytes > MOST {
            return Err(io::Error::other("no backup has taken it in for too long"));
        }
        if room::free(&self.folder).is_some_and(|free| free < FREE) {
            return Err(io::Error::other("its disk is nearly full"));
        }
        let file = match File::open(log_of(&self.store)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            file => file?,
        };
        let Some(chain) = &mut self.chain else {
            // What is in the log already is before the chain.
            if let Some(read) = log::read_on(&file, None)? {
                self.chain = Some(begin(now, &read)?);
            }
            return Ok(());
        };
        let Some(read) = log::read_on(&file, chain.position.as_ref())? else {
            return Ok(());
        };
        if chain.position.is_some_and(|before| {
            before.salts != read.position.salts && !before.is_followed_by(read.position.salts)
        }) {
            return Err(io::Error::other("the log was emptied more than once"));
        }
        if read.size == 0 {
            chain.position = Some(read.position);
            return Ok(());
        }
        self.bytes += append(chain, &self.folder, &read, now, false)?;
        Ok(())
    }
}

fn begin(now: Timestamp, read: &Read) -> io::Result<Chain> {
    let mut random = [0; 8];
    rustix::rand::getrandom(&mut random, rustix::rand::GetRandomFlags::empty())?;
    Ok(Chain {
        head: Head {
            chain: format!("{:016x}", u64::from_le_bytes(random)),
            started_at: now,
            page_bytes: read.page_bytes,
        },
        number: 0,
        at: now,
        position: Some(read.position),
        open: None,
    })
}

/// Writes one record; answers how many bytes more there are. A chain whose record is not whole has
/// come to its end.
pub(super) fn append(
    chain: &mut Chain,
    folder: &Path,
    read: &Read,
    now: Timestamp,
    doubtful: bool,
) -> io::Result<u64> {
    if read.page_bytes != chain.head.page_bytes {
        return Err(io::Error::other("its pages have another size"));
    }
    let number = chain.number + 1;
    // Clocks are set back; commits are not.
    let at = now.max(chain.at);
    let pages = read.pages.iter();
    let record = Record::new(number, at, doubtful, read.size, read.position, pages)?.to_bytes()?;
    let mut more = record.len() as u64;
    let (mut file, mut bytes) = match chain.open.take() {
        Some(open) => open,
        None => {
            let head = chain.head.to_bytes();
            let name = name_of(&chain.head, number);
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(folder.join(name))?;
            file.write_all(&head)?;
            more += head.len() as u64;
            (file, head.len() as u64)
        }
    };
    if let Err(error) = file.write_all(&record) {
        // Half a record is no record; its bytes may be all the space there is.
        drop(file.set_len(bytes));
        return Err(error);
    }
    bytes += record.len() as u64;
    let due = chain.at.0.div_euclid(SYNC_MS) != at.0.div_euclid(SYNC_MS);
    if due {
        file.sync_data()?;
    }
    (chain.number, chain.at) = (number, at);
    chain.position = Some(read.position);
    chain.open = Some((file, bytes));
    Ok(more)
}

/// Names sort by chain, and within one by commit.
fn name_of(head: &Head, first: u64) -> String {
    let (started_at, chain) = (head.started_at.0, &head.chain);
    format!("{started_at:016}-{chain}-{first:016}.{ENDING}")
}

/// The files of a journal with their sizes, in order.
pub(super) fn files(folder: &Path) -> Vec<(PathBuf, u64)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<(PathBuf, u64)> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == ENDING))
        .map(|path| {
            let bytes = fs::metadata(&path).map_or(0, |data| data.len());
            (path, bytes)
        })
        .collect();
    found.sort();
    found
}

/// What the files of a journal hold, as far as they are whole.
///
/// # Errors
/// When one cannot be opened.
pub fn segments(folder: &Path) -> Result<Vec<Closed>, BackupError> {
    read_all(files(folder))
}

fn read_all(paths: Vec<(PathBuf, u64)>) -> Result<Vec<Closed>, BackupError> {
    let mut closed = Vec::new();
    for (path, _) in paths {
        let stretch = File::open(&path).and_then(|mut file| stretch_of(&mut file));
        let stretch = stretch.map_err(|error| BackupError::of_path("reading", &path, &error))?;
        closed.extend(stretch.map(|stretch| Closed { path, stretch }));
    }
    Ok(closed)
}
