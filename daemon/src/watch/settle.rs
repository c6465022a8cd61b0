//! When is a file complete? Deadlines and what happens at them, without a clock and without I/O.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::look::{FileSeen, Stamp};
use super::rules::Settle;

/// Paths that may wait at once. Beyond it a hint is refused, and a scan has to find the file.
pub(super) const MAX_PENDING: usize = 100_000;

/// Why a path waits, and thereby how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// Found at rest by a scan: nothing more to wait for.
    Rested,
    /// Renamed into place: at once.
    Placed,
    /// Its writer closed it: a moment of quiet.
    Closed,
    /// Its attributes changed: quiet as long as after a scan.
    Touched,
    /// It appeared; its writer has not closed it (or it is a link, which nobody closes).
    Created,
    /// It was written to and not closed.
    Writing,
    /// Still not closed after the quiet time of a scan.
    HeldOpen,
    /// Seen by a scan or by chance: must look the same twice.
    Scanned,
}

/// A path that waits.
#[derive(Debug)]
struct Pending {
    need: Need,
    seen: Option<Stamp>,
    /// Hand it on even when it is known.
    forced: bool,
    /// None while somebody looks at the path.
    due: Option<Slot>,
}

type Slot = (Instant, u64);

/// A path whose time has come.
#[derive(Debug, Clone)]
pub(super) struct Due {
    pub(super) path: Arc<Path>,
    pub(super) need: Need,
    pub(super) seen: Option<Stamp>,
    pub(super) forced: bool,
}

/// What a look at a due file means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    Ready,
    Wait(Need),
}

/// All waiting paths of one watch, one deadline each.
#[derive(Debug)]
pub(super) struct Settler {
    times: Settle,
    pending: HashMap<Arc<Path>, Pending>,
    queue: BTreeMap<Slot, Arc<Path>>,
    /// Keeps paths of one deadline in the order they came.
    next: u64,
    /// The last rename of a file that was still being written: its cookie.
    carried: Option<usize>,
    /// Paths handed on within the last `scanned`, so that a chatty writer is heard once in that time.
    handed: HashMap<Arc<Path>, Instant>,
    /// Size at which `handed` is swept: twice what the last sweep left, so that a flood costs little.
    sweep_at: usize,
}

const SMALLEST_SWEEP: usize = 1024;

impl Settler {
    pub(super) fn new(times: Settle) -> Self {
        Self {
            times,
            pending: HashMap::new(),
            queue: BTreeMap::new(),
            next: 0,
            carried: None,
            handed: HashMap::new(),
            sweep_at: SMALLEST_SWEEP,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.pending.len()
    }

    pub(super) fn contains(&self, path: &Path) -> bool {
        self.pending.contains_key(path)
    }

    /// An event told something about `path`. False when there is no room: a scan must find it.
    #[must_use]
    pub(super) fn hint(&mut self, path: &Path, need: Need, now: Instant) -> bool {
        let rest = match need {
            Need::Closed => self.rest_of(path, now).max(self.times.closed),
            Need::Touched if self.contains(path) => return self.postpone(path, now),
            need => self.quiet(need),
        };
        self.arm(path, need, None, false, now + rest)
    }

    /// A scan saw `path` with this stamp and somebody must look again. A path that waits already
    /// keeps its deadline, unless it changed.
    #[must_use]
    pub(super) fn found(&mut self, path: &Path, stamp: Stamp, now: Instant) -> bool {
        match self.pending.get(path) {
            Some(pending) if pending.need != Need::Scanned || pending.seen == Some(stamp) => true,
            _ => self.arm(
                path,
                Need::Scanned,
                Some(stamp),
                false,
                now + self.times.scanned,
            ),
        }
    }

    /// A scan that began at `since` saw `path` at rest: its turn is before all that came later.
    #[must_use]
    pub(super) fn found_rested(&mut self, path: &Path, since: Instant) -> bool {
        self.contains(path) || self.arm(path, Need::Rested, None, false, since)
    }

    /// Look again once it is quiet, and hand it on even when it is known.
    #[must_use]
    pub(super) fn again(&mut self, path: &Path, now: Instant) -> bool {
        self.arm(path, Need::Scanned, None, true, now)
    }

    /// Look whether `path` is there, at once; it waits as after a scan. One that waits already waits
    /// on for the reason it has.
    #[must_use]
    pub(super) fn look(&mut self, path: &Path, now: Instant) -> bool {
        self.contains(path) || self.arm(path, Need::Scanned, None, false, now)
    }

    /// `path` was renamed away. What is known about its writer travels to the new name.
    pub(super) fn moved_away(&mut self, path: &Path, cookie: usize) {
        let need = self.pending.get(path).map(|pending| pending.need);
        if matches!(need, Some(Need::Created | Need::Writing | Need::HeldOpen)) {
            self.carried = Some(cookie);
        }
        self.forget(path);
    }

    /// `path` is the new name of a file.
    #[must_use]
    pub(super) fn moved_here(&mut self, path: &Path, cookie: usize, now: Instant) -> bool {
        let still_written = self.carried.take_if(|carried| *carried == cookie).is_some();
        let need = if still_written {
            Need::Writing
        } else {
            Need::Placed
        };
        self.hint(path, need, now)
    }

    pub(super) fn forget(&mut self, path: &Path) {
        if let Some(Pending {
            due: Some(slot), ..
        }) = self.pending.remove(path)
        {
            self.queue.remove(&slot);
        }
    }

    /// Forgets all that waits.
    pub(super) fn clear(&mut self) {
        self.pending.clear();
        self.queue.clear();
    }

    /// Forgets all that waits below a folder that is gone.
    pub(super) fn forget_below(&mut self, folder: &Path) {
        let below: Vec<Arc<Path>> = self
            .pending
            .keys()
            .filter(|path| path.starts_with(folder))
            .cloned()
            .collect();
        for path in below {
            self.forget(&path);
        }
    }

    /// Events were lost: who writes what is unknown, so all that waits must look the same twice.
    pub(super) fn doubt_all(&mut self, now: Instant) {
        let doubtful: Vec<Arc<Path>> = self
            .pending
            .iter()
            .filter(|(_, pending)| !matches!(pending.need, Need::Scanned | Need::Rested))
            .map(|(path, _)| Arc::clone(path))
            .collect();
        for path in doubtful {
            // No growth: each of them has its room already.
            let _has_room = self.arm(&path, Need::Scanned, None, false, now);
        }
    }

    /// When the next path is due.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.queue.first_key_value().map(|((at, _), _)| *at)
    }

    /// Up to `most` paths that are due, the longest due first. They wait without a deadline until
    /// [`Settler::settled`], [`Settler::wait`] or a new hint.
    pub(super) fn take_due(&mut self, now: Instant, most: usize) -> Vec<Due> {
        let mut due = Vec::new();
        while due.len() < most {
            match self.queue.first_entry() {
                Some(entry) if entry.key().0 <= now => {
                    let path = entry.remove();
                    if let Some(pending) = self.pending.get_mut(&path) {
                        pending.due = None;
                        due.push(Due {
                            need: pending.need,
                            seen: pending.seen,
                            forced: pending.forced,
                            path,
                        });
                    }
                }
                _ => break,
            }
        }
        due
    }

    /// The look at `due` ended its wait. False when a hint came meanwhile: the look is stale and
    /// the path waits on.
    #[must_use]
    pub(super) fn settled(&mut self, due: &Due) -> bool {
        let current = self.is_current(due);
        if current {
            self.pending.remove(&due.path);
        }
        current
    }

    /// Notes that `path` was handed on.
    pub(super) fn handed_on(&mut self, path: &Arc<Path>, now: Instant) {
        if self.handed.len() >= self.sweep_at {
            self.sweep(now);
        }
        if self.handed.len() < MAX_PENDING {
            self.handed.insert(Arc::clone(path), now);
        }
    }

    /// Lets go of what was handed on long enough ago.
    pub(super) fn sweep(&mut self, now: Instant) {
        let scanned = self.times.scanned;
        self.handed
            .retain(|_, at| now.saturating_duration_since(*at) < scanned);
        self.handed.shrink_to(SMALLEST_SWEEP);
        self.sweep_at = (2 * self.handed.len()).max(SMALLEST_SWEEP);
    }

    /// The look at `due` says to wait on, for the reason `need`.
    pub(super) fn wait(&mut self, due: &Due, need: Need, seen: Option<Stamp>, now: Instant) {
        if self.is_current(due) {
            let rest = self.quiet(need);
            let _has_room = self.arm(&due.path, need, seen, due.forced, now + rest);
        }
    }

    /// The question about `due` could not be answered: ask again at `at`.
    pub(super) fn retry(&mut self, due: &Due, at: Instant) {
        if self.is_current(due) {
            let _has_room = self.arm(&due.path, due.need, due.seen, due.forced, at);
        }
    }

    fn is_current(&self, due: &Due) -> bool {
        self.pending
            .get(&due.path)
            .is_some_and(|pending| pending.due.is_none())
    }

    /// Panics when a path and its deadline disagree.
    #[cfg(test)]
    pub(super) fn check(&self) {
        let due = self.pending.iter().filter(|(_, one)| one.due.is_some());
        assert_eq!(due.clone().count(), self.queue.len());
        for (path, pending) in due {
            assert_eq!(
                pending.due.and_then(|slot| self.queue.get(&slot)),
                Some(path)
            );
        }
    }

    /// What is left of the time in which a path is handed on only once.
    fn rest_of(&self, path: &Path, now: Instant) -> Duration {
        self.handed.get(path).map_or(Duration::ZERO, |at| {
            (*at + self.times.scanned).saturating_duration_since(now)
        })
    }

    fn quiet(&self, need: Need) -> Duration {
        match need {
            Need::Rested | Need::Placed => Duration::ZERO,
            Need::Closed => self.times.closed,
            Need::Touched | Need::Created | Need::Writing | Need::Scanned => self.times.scanned,
            Need::HeldOpen => self.times.held_open,
        }
    }

    /// Attributes of a waiting file changed: it waits on for the reason it has.
    fn postpone(&mut self, path: &Path, now: Instant) -> bool {
        let Some(pending) = self.pending.get(path) else {
            return false;
        };
        let (need, seen, forced) = (pending.need, pending.seen, pending.forced);
        let at = now + self.quiet(need);
        self.arm(path, need, seen, forced, at)
    }

    fn arm(
        &mut self,
        path: &Path,
        need: Need,
        seen: Option<Stamp>,
        forced: bool,
        at: Instant,
    ) -> bool {
        let slot = (at, self.next);
        self.next += 1;
        let (path, forced) = match self.pending.remove_entry(path) {
            Some((path, old)) => {
                if let Some(old) = old.due {
                    self.queue.remove(&old);
                }
                (path, forced || old.forced)
            }
            None if self.pending.len() >= MAX_PENDING => return false,
            None => (Arc::from(path), forced),
        };
        self.queue.insert(slot, Arc::clone(&path));
        let due = Some(slot);
        self.pending.insert(
            path,
            Pending {
                need,
                seen,
                forced,
                due,
            },
        );
        true
    }
}

/// What the look at a due file means for it.
pub(super) fn decide(need: Need, before: Option<Stamp>, seen: &FileSeen) -> Decision {
    let same = before == Some(seen.stamp);
    match need {
        Need::Placed | Need::Closed if seen.is_placeholder() => Decision::Wait(Need::Scanned),
        Need::Rested | Need::Placed | Need::Closed | Need::Touched => Decision::Ready,
        // A file that appears with a second name is a link to a finished one.
        Need::Created if seen.links > 1 => Decision::Ready,
        Need::Created | Need::Writing => Decision::Wait(Need::HeldOpen),
        Need::HeldOpen | Need::Scanned if same => Decision::Ready,
        Need::HeldOpen => Decision::Wait(Need::HeldOpen),
        Need::Scanned => Decision::Wait(Need::Scanned),
    }
}
