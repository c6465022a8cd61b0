//! Readings for the charts: what the daemon and its workers used since the last one.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{DropCounts, Reading};

use crate::Facts;
use crate::probes::disk_permille;
use crate::process::Usage;

/// Takes readings, each the difference to the one before.
#[derive(Debug)]
pub struct Meter {
    /// On the disk that is looked at.
    place: PathBuf,
    before: Option<Before>,
}

#[derive(Debug)]
struct Before {
    at: Timestamp,
    /// Processor time by process: a worker that is new has all of its own to add.
    cpu_ms: HashMap<u32, u64>,
    ended: u64,
}

impl Meter {
    #[must_use]
    pub fn new(place: &Path) -> Self {
        Self {
            place: place.to_owned(),
            before: None,
        }
    }

    /// When the last reading was taken.
    #[must_use]
    pub fn last(&self) -> Option<Timestamp> {
        self.before.as_ref().map(|before| before.at)
    }

    /// Looks at the processes and the disk; the rest is as the facts say.
    pub fn read(&mut self, facts: &Facts) -> Reading {
        let workers = facts.workers.iter().map(|worker| worker.pid);
        let processes = std::iter::once(std::process::id()).chain(workers);
        let usages: HashMap<u32, Usage> = processes
            .filter_map(|pid| Usage::of(pid).map(|usage| (pid, usage)))
            .collect();
        let now = Before {
            at: facts.taken_at,
            cpu_ms: usages.iter().map(|(pid, u)| (*pid, u.cpu_ms)).collect(),
            ended: ended(&facts.drops),
        };
        let mut reading = Reading {
            at: now.at,
            elapsed_ms: 0,
            cpu_ms: 0,
            drops: 0,
            memory: usages.values().map(|usage| usage.memory).sum(),
            disk_permille: disk_permille(&self.place),
            queued: facts.queue.pending + facts.queue.running,
        };
        if let Some(before) = &self.before {
            reading.elapsed_ms = now.at.0.saturating_sub(before.at.0).max(0).unsigned_abs();
            reading.cpu_ms = now.cpu_since(before);
            // A store that does not answer counts nothing; a cleared one has less than before.
            reading.drops = now.ended.saturating_sub(before.ended);
        }
        let unknown = facts.store.silent.is_some();
        let ended = self
            .before
            .as_ref()
            .map_or(now.ended, |before| before.ended);
        self.before = Some(Before {
            ended: if unknown { ended } else { now.ended },
            ..now
        });
        reading
    }
}

impl Before {
    fn cpu_since(&self, before: &Self) -> u64 {
        let spent = |(pid, now): (&u32, &u64)| {
            let then = before.cpu_ms.get(pid).copied().unwrap_or_default();
            // Less than before: the number of the process was given to another.
            now.checked_sub(then).unwrap_or(*now)
        };
        self.cpu_ms.iter().map(spent).sum()
    }
}

fn ended(drops: &DropCounts) -> u64 {
    drops.done + drops.duplicate + drops.failed + drops.parked + drops.quarantined
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::time::{Duration, Instant};

    use ddgen_ipc::message::WorkerRow;

    use super::*;

    fn facts(at: i64, done: u64, workers: &[u32]) -> Facts {
        let row = |pid: &u32| WorkerRow {
            pid: *pid,
            busy: true,
            jobs_done: 0,
        };
        let mut facts = Facts::at_start("0", Timestamp(at));
        facts.store.silent = None;
        facts.drops.done = done;
        facts.workers = workers.iter().map(row).collect();
        facts
    }

    #[test]
    fn a_reading_is_what_happened_since_the_one_before() {
        let mut worker = Command::new("sh")
            .args(["-c", "while :; do :; done"])
            .spawn()
            .unwrap();
        let mut meter = Meter::new(Path::new("/"));
        let first = meter.read(&facts(1_000, 5, &[]));
        assert_eq!((first.elapsed_ms, first.cpu_ms, first.drops), (0, 0, 0));
        assert!(first.memory > 1 << 20, "{}", first.memory);
        assert!(first.disk_permille.is_some_and(|part| part <= 1_000));
        let deadline = Instant::now() + Duration::from_secs(30);
        while Usage::of(worker.id()).unwrap().cpu_ms < 100 {
            assert!(Instant::now() < deadline, "the worker does not run");
            std::thread::yield_now();
        }
        let second = meter.read(&facts(61_000, 12, &[worker.id()]));
        assert_eq!((second.elapsed_ms, second.drops), (60_000, 7));
        assert!(second.cpu_ms >= 100, "{}", second.cpu_ms);
        worker.kill().unwrap();
        worker.wait().unwrap();
    }

    #[test]
    fn drops_are_counted_once_however_the_store_answers() {
        let mut meter = Meter::new(Path::new("/nowhere/at/all"));
        assert_eq!(meter.read(&facts(0, 10, &[])).disk_permille, None);
        let mut silent = facts(1, 0, &[]);
        silent.store.silent = Some("locked".into());
        assert_eq!(meter.read(&silent).drops, 0);
        assert_eq!(meter.read(&facts(2, 13, &[])).drops, 3);
        // Cleared.
        assert_eq!(meter.read(&facts(3, 0, &[])).drops, 0);
        assert_eq!(meter.read(&facts(4, 2, &[])).drops, 2);
    }
}
