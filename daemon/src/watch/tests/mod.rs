//! Real folders, real writers, real events.

mod arrivals;
mod backlog;
mod floods;
mod folders;
mod limits;
mod polling;
mod reload;
mod returns;
mod settling;
mod writers;

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{How, Known, KnownError, Settle, WatchHandle, WatchRules, WatchState, start};
use crate::arrival::Sighting;

/// Longer than anything takes on a busy machine; nothing waits for it to pass.
const DEADLINE: Duration = Duration::from_secs(20);
/// The scan's settling time in tests that do not measure it.
const SCANNED: Duration = Duration::from_millis(400);

/// Waits until something is so.
async fn until(what: &str, is_so: impl Fn() -> bool) {
    let since = Instant::now();
    while !is_so() {
        assert!(since.elapsed() < DEADLINE, "not {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The next answer is to be made and not given.
const HOLD_NEXT: usize = 1;
/// An answer is made and not given.
const HELD: usize = 2;

/// Remembers what it is told, as the store and the queue do.
#[derive(Default)]
struct Memory {
    known: Mutex<HashSet<Sighting>>,
    asked: AtomicUsize,
    broken: AtomicBool,
    /// One of [`HOLD_NEXT`], [`HELD`] or 0.
    hold: AtomicUsize,
}

impl Memory {
    fn learn(&self, sighting: &Sighting) {
        self.known.lock().expect("memory").insert(sighting.clone());
    }

    fn forget_all(&self) {
        self.known.lock().expect("memory").clear();
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Known for Memory {
    fn known(&self, sightings: &[Sighting]) -> Result<Vec<bool>, KnownError> {
        assert!(sightings.len() <= 500, "asked about {}", sightings.len());
        self.asked.fetch_add(sightings.len(), Ordering::SeqCst);
        if self.broken.load(Ordering::SeqCst) {
            return Err("the store is away".into());
        }
        let known = self.known.lock().expect("memory");
        let answers = sightings.iter().map(|one| known.contains(one)).collect();
        drop(known);
        let (order, held) = (Ordering::SeqCst, &self.hold);
        if held.compare_exchange(HOLD_NEXT, HELD, order, order).is_ok() {
            while held.load(order) == HELD {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        Ok(answers)
    }
}

/// Watches over a folder of its own, and what they hand on.
struct Bench {
    dir: TempDir,
    memory: Arc<Memory>,
    handle: WatchHandle,
    sightings: mpsc::Receiver<Vec<Sighting>>,
    /// Received and not yet looked at.
    seen: Vec<Sighting>,
    stop: CancellationToken,
}

/// Quick rules for `root`.
fn quick(name: &str, root: &Path) -> WatchRules {
    let mut rules = WatchRules::new(name, root);
    rules.settle = Settle {
        scanned: SCANNED,
        ..Settle::default()
    };
    rules
}

impl Bench {
    /// One watch with quick rules, observing.
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// One watch with quick rules as `change` leaves them, observing.
    async fn with(change: impl FnOnce(&mut WatchRules)) -> Self {
        let bench = Self::unready(|_| {}, change);
        bench.observing().await;
        bench
    }

    /// As `with`, but `prepare` fills the folder first, and nothing is waited for.
    fn unready(prepare: impl FnOnce(&Path), change: impl FnOnce(&mut WatchRules)) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let root = dir.path().join("in");
        fs::create_dir(&root).expect("root");
        prepare(&root);
        let mut rules = quick("w", &root);
        change(&mut rules);
        Self::over(dir, vec![rules], 8)
    }

    /// Two watches of one folder; one of them is in the midst of its first scan, which waits for the
    /// answer about `old.csv`.
    async fn scanning() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let root = dir.path().join("in");
        fs::create_dir(&root).expect("root");
        fs::write(root.join("old.csv"), "x\n1\n").expect("written");
        let memory = Memory::default();
        memory.hold.store(HOLD_NEXT, Ordering::SeqCst);
        let rules = vec![quick("w", &root), quick("v", &root)];
        let bench = Self::remembering(memory, dir, rules, 8);
        let held = || bench.memory.hold.load(Ordering::SeqCst) == HELD;
        until("asked", held).await;
        bench
    }

    fn over(dir: TempDir, rules: Vec<WatchRules>, capacity: usize) -> Self {
        Self::remembering(Memory::default(), dir, rules, capacity)
    }

    fn remembering(memory: Memory, dir: TempDir, rules: Vec<WatchRules>, capacity: usize) -> Self {
        let (out, sightings) = mpsc::channel(capacity);
        let (memory, stop) = (Arc::new(memory), CancellationToken::new());
        let known = Arc::clone(&memory) as Arc<dyn Known>;
        let handle = start(rules, known, out, stop.clone()).expect("good rules");
        Self {
            dir,
            memory,
            handle,
            sightings,
            seen: Vec::new(),
            stop,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join("in").join(name)
    }

    /// Outside of every watch, on the same file system.
    fn outside(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, content: &str) {
        fs::write(self.path(name), content).expect("written");
    }

    fn state(&self) -> WatchState {
        self.handle.states().swap_remove(0)
    }

    /// Waits until `wanted` is true of the first watch.
    async fn until(&self, what: &str, wanted: impl Fn(&WatchState) -> bool) {
        let since = Instant::now();
        while !wanted(&self.state()) {
            assert!(since.elapsed() < DEADLINE, "not {what}: {:?}", self.state());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn observing(&self) {
        let all = || self.handle.states().into_iter();
        let since = Instant::now();
        while all().any(|state| matches!(state.how, How::Starting | How::Broken)) {
            assert!(
                since.elapsed() < DEADLINE,
                "not observing: {:?}",
                self.state()
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// The next sighting; it is known from now on.
    async fn next(&mut self) -> Sighting {
        if self.seen.is_empty() {
            let batch = tokio::time::timeout(DEADLINE, self.sightings.recv())
                .await
                .unwrap_or_else(|_| panic!("nothing was handed on: {:?}", self.handle.states()))
                .expect("the watches run");
            assert!((1..=500).contains(&batch.len()), "{} at once", batch.len());
            self.seen = batch;
            self.seen.reverse();
        }
        let next = self.seen.pop().expect("a batch is not empty");
        self.memory.learn(&next);
        next
    }

    /// The paths of the next `count` sightings, in their order.
    async fn paths(&mut self, count: usize) -> Vec<String> {
        let mut paths = Vec::new();
        for _ in 0..count {
            let next = self.next().await;
            paths.push(next.path.to_str().expect("a plain name").to_owned());
        }
        paths
    }

    /// Insists that nothing is on its way but a file that arrives now, after all that was
    /// complete or found before it had its time.
    async fn nothing_else(&mut self) {
        tokio::time::sleep(SCANNED + Duration::from_millis(300)).await;
        self.write("the-last.csv", "x\n1\n");
        assert_eq!(self.paths(1).await, ["the-last.csv"]);
        assert!(self.seen.is_empty(), "{:?}", self.seen);
        fs::remove_file(self.path("the-last.csv")).expect("removed");
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// What `name` is now, as the watch `w` should see it.
fn sighting(bench: &Bench, name: &str) -> Sighting {
    use std::os::unix::fs::MetadataExt;
    let metadata = fs::metadata(bench.path(name)).expect("the file");
    Sighting {
        watch: "w".to_owned(),
        root: bench.path("").components().collect(),
        path: name.into(),
        size: metadata.size(),
        mtime_ns: metadata.mtime() * 1_000_000_000 + metadata.mtime_nsec(),
        inode: metadata.ino(),
    }
}

/// Sets mtime to `seconds` after the epoch.
fn set_mtime(path: &Path, seconds: u64) {
    let file = fs::File::options().write(true).open(path).expect("open");
    file.set_modified(std::time::UNIX_EPOCH + Duration::from_secs(seconds))
        .expect("mtime");
}
