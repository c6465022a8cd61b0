//! Native events for all watches of the daemon: one watcher, one instance of the kernel's limit.
//!
//! Folders are registered one by one by the scan that enters them, never recursively by `notify`:
//! so that a folder is always registered before it is read (what lands in between raises an event),
//! and folders that a rule leaves out cost nothing.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind, RenameMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;

use super::limits::{self, NativeError};

/// Hints that may wait for one watch. At the bound they are dropped and the watch is told to scan.
const MAX_HINTS: usize = 16_384;

/// What an event says about a path. Only a hint: it may be late, doubled or missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Hint {
    NewFolder(PathBuf),
    NewFile(PathBuf),
    Written(PathBuf),
    Closed(PathBuf),
    Touched(PathBuf),
    MovedAway(PathBuf, usize),
    MovedHere(PathBuf, usize),
    Gone(PathBuf),
}

/// One watch's ear.
pub(super) struct Subscription {
    hub: Arc<Hub>,
    id: u64,
    missed: Arc<AtomicBool>,
    /// Folders registered for this watch.
    registered: AtomicUsize,
}

/// The shared watcher and who listens to which folder.
pub(super) struct Hub {
    routes: Arc<Mutex<Routes>>,
    /// Started when the first folder is registered. Never locked while `routes` is: notify's thread
    /// takes `routes`, and registering waits for notify's thread.
    watcher: Mutex<Option<RecommendedWatcher>>,
    next: AtomicU64,
}

#[derive(Default)]
pub(super) struct Routes {
    /// Sorted, so that a folder and all below it are neighbours.
    folders: BTreeMap<PathBuf, Vec<u64>>,
    ears: HashMap<u64, Ear>,
}

struct Ear {
    hints: mpsc::Sender<Hint>,
    missed: Arc<AtomicBool>,
}

impl Hub {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            routes: Arc::default(),
            watcher: Mutex::new(None),
            next: AtomicU64::new(0),
        })
    }

    pub(super) fn subscribe(self: &Arc<Self>) -> (Subscription, mpsc::Receiver<Hint>) {
        let (hints, receiver) = mpsc::channel(MAX_HINTS);
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let missed = Arc::new(AtomicBool::new(false));
        let ear = Ear {
            hints,
            missed: Arc::clone(&missed),
        };
        lock(&self.routes).ears.insert(id, ear);
        let subscription = Subscription {
            hub: Arc::clone(self),
            id,
            missed,
            registered: AtomicUsize::new(0),
        };
        (subscription, receiver)
    }

    #[cfg(test)]
    pub(super) fn routes(&self) -> Arc<Mutex<Routes>> {
        Arc::clone(&self.routes)
    }

    /// The route is there before the first event, and no release of another watch comes between.
    /// True when the folder was not registered for this watch before.
    fn watch(&self, folder: &Path, id: u64) -> Result<bool, NativeError> {
        let mut watcher = lock(&self.watcher);
        let is_new = lock(&self.routes).add(folder, id);
        let watched = match self.started(&mut watcher) {
            Ok(started) => started
                .watch(folder, RecursiveMode::NonRecursive)
                .map_err(|error| limits::cannot_watch(folder, &error)),
            Err(error) => Err(error),
        };
        if watched.is_err() && is_new {
            lock(&self.routes).remove(folder, id);
        }
        watched.map(|()| is_new)
    }

    fn started<'a>(
        &self,
        watcher: &'a mut Option<RecommendedWatcher>,
    ) -> Result<&'a mut RecommendedWatcher, NativeError> {
        if watcher.is_none() {
            let routes = Arc::clone(&self.routes);
            let started = notify::recommended_watcher(move |event| lock(&routes).deliver(event))
                .map_err(|error| limits::cannot_start(&error))?;
            *watcher = Some(started);
        }
        watcher
            .as_mut()
            .ok_or_else(|| NativeError::Other("no watcher".to_owned()))
    }

    /// Removes `id` from unwanted folders, and folders that nobody wants any more from the kernel.
    /// Says how many there were.
    fn unwatch(&self, id: u64, top: &Path, unwanted: impl Fn(&Path) -> bool) -> usize {
        let mut watcher = lock(&self.watcher);
        let taken = lock(&self.routes).take_where(id, top, unwanted);
        let count = taken.len();
        if let Some(watcher) = watcher.as_mut() {
            for (folder, _) in taken.into_iter().filter(|(_, orphaned)| *orphaned) {
                // Dropped already with the folder: that is what was wanted.
                let _gone = watcher.unwatch(&folder);
            }
        }
        count
    }
}

impl Subscription {
    /// Registers one folder. Doing so again is right: it mends a registration the kernel dropped.
    pub(super) fn watch(&self, folder: &Path) -> Result<(), NativeError> {
        if self.hub.watch(folder, self.id)? {
            self.registered.fetch_add(1, Ordering::AcqRel);
        }
        Ok(())
    }

    pub(super) fn watches(&self, folder: &Path) -> bool {
        lock(&self.hub.routes)
            .folders
            .get(folder)
            .is_some_and(|ids| ids.contains(&self.id))
    }

    pub(super) fn folders(&self) -> usize {
        self.registered.load(Ordering::Acquire)
    }

    /// Forgets a folder that is gone and all below it; notify drops them by itself then.
    pub(super) fn forget_below(&self, folder: &Path) {
        let taken = lock(&self.hub.routes).take_where(self.id, folder, |_| true);
        self.registered.fetch_sub(taken.len(), Ordering::AcqRel);
    }

    /// Forgets folders at or below `top` that a full scan did not meet. True when there were any:
    /// one of them may have been moved, its registration being that of its new name, which is
    /// forgotten with it. Then only another scan registers all.
    pub(super) fn keep_only(&self, top: &Path, met: &HashSet<PathBuf>) -> bool {
        let count = self
            .hub
            .unwatch(self.id, top, |folder| !met.contains(folder));
        self.registered.fetch_sub(count, Ordering::AcqRel);
        count > 0
    }

    /// Forgets every folder.
    pub(super) fn release(&self) {
        if self.folders() > 0 {
            let count = self.hub.unwatch(self.id, Path::new("/"), |_| true);
            self.registered.fetch_sub(count, Ordering::AcqRel);
        }
    }

    /// True once after hints were lost: only a scan knows what they would have told.
    pub(super) fn take_missed(&self) -> bool {
        self.missed.swap(false, Ordering::AcqRel)
    }

    /// Forgets every folder and listens no more.
    pub(super) fn close(&self) {
        self.release();
        lock(&self.hub.routes).ears.remove(&self.id);
    }
}

impl Routes {
    /// True when it is new.
    fn add(&mut self, folder: &Path, id: u64) -> bool {
        match self.folders.get_mut(folder) {
            Some(ids) if ids.contains(&id) => return false,
            Some(ids) => ids.push(id),
            None => {
                self.folders.insert(folder.to_owned(), vec![id]);
            }
        }
        true
    }

    /// True when nobody listens to the folder any more.
    fn remove(&mut self, folder: &Path, id: u64) -> bool {
        let Some(ids) = self.folders.get_mut(folder) else {
            return false;
        };
        ids.retain(|other| *other != id);
        let orphaned = ids.is_empty();
        if orphaned {
            self.folders.remove(folder);
        }
        orphaned
    }

    /// Removes `id` from the unwanted folders at or below `top`; returns them, and of each whether
    /// nobody listens to it now.
    fn take_where(
        &mut self,
        id: u64,
        top: &Path,
        unwanted: impl Fn(&Path) -> bool,
    ) -> Vec<(PathBuf, bool)> {
        let mine: Vec<PathBuf> = self
            .folders
            .range::<Path, _>((Bound::Included(top), Bound::Unbounded))
            .take_while(|(folder, _)| folder.starts_with(top))
            .filter(|(folder, ids)| ids.contains(&id) && unwanted(folder))
            .map(|(folder, _)| folder.clone())
            .collect();
        mine.into_iter()
            .map(|folder| {
                let orphaned = self.remove(&folder, id);
                (folder, orphaned)
            })
            .collect()
    }

    /// Called by notify's thread, which must never wait: it is the one that registers folders.
    pub(super) fn deliver(&self, event: notify::Result<Event>) {
        let Ok(event) = event else {
            return self.everyone_missed();
        };
        if event.need_rescan() {
            return self.everyone_missed();
        }
        let Some(hint) = hint_of(event) else {
            return;
        };
        let (path, about_itself) = match &hint {
            Hint::Gone(path) | Hint::MovedAway(path, _) => (path, true),
            Hint::NewFolder(path)
            | Hint::NewFile(path)
            | Hint::Written(path)
            | Hint::Closed(path)
            | Hint::Touched(path)
            | Hint::MovedHere(path, _) => (path, false),
        };
        let above = path.parent().and_then(|parent| self.folders.get(parent));
        let itself = self.folders.get(path).filter(|_| about_itself);
        let above = above.map_or(&[][..], Vec::as_slice);
        let itself = itself.map_or(&[][..], Vec::as_slice);
        let others = itself.iter().filter(|id| !above.contains(id));
        for ear in above
            .iter()
            .chain(others)
            .filter_map(|id| self.ears.get(id))
        {
            ear.tell(hint.clone());
        }
    }

    fn everyone_missed(&self) {
        for ear in self.ears.values() {
            ear.missed.store(true, Ordering::Release);
            // Only to wake it: a full channel wakes it as well.
            let _full = ear.hints.try_send(Hint::Touched(PathBuf::new()));
        }
    }
}

impl Ear {
    fn tell(&self, hint: Hint) {
        if self.hints.try_send(hint).is_err() {
            self.missed.store(true, Ordering::Release);
        }
    }
}

/// What an event of notify means to us. Opening and reading, our own above all, mean nothing.
fn hint_of(mut event: Event) -> Option<Hint> {
    let cookie = event.tracker().unwrap_or_default();
    let path = match event.paths.len() {
        0 => return None,
        _ => event.paths.swap_remove(0),
    };
    Some(match event.kind {
        EventKind::Create(CreateKind::Folder) => Hint::NewFolder(path),
        EventKind::Create(_) => Hint::NewFile(path),
        EventKind::Modify(ModifyKind::Data(_)) => Hint::Written(path),
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => Hint::Closed(path),
        EventKind::Modify(ModifyKind::Metadata(_)) => Hint::Touched(path),
        EventKind::Modify(ModifyKind::Name(RenameMode::From)) => Hint::MovedAway(path, cookie),
        EventKind::Modify(ModifyKind::Name(RenameMode::To)) => Hint::MovedHere(path, cookie),
        EventKind::Remove(_) => Hint::Gone(path),
        // The pair of both names repeats what its two halves said.
        EventKind::Modify(ModifyKind::Name(RenameMode::Both)) | EventKind::Access(_) => {
            return None;
        }
        // Not on Linux: a system that says less than that gets a careful second look.
        EventKind::Modify(_) | EventKind::Any | EventKind::Other => Hint::Touched(path),
    })
}

/// A panic elsewhere leaves whole entries behind: every change under these locks is one insert or
/// one removal.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
