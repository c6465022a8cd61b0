//! The queue as one thread sees it: every operation is one call and one transaction.

use std::collections::HashSet;
use std::path::PathBuf;

use redb::ReadableTable;

use super::coalesce::Arrivals;
use super::error::QueueError;
use super::file::{Keep, Opener, QueueFile, SetAside};
use super::job::{Blame, Ended, Job, Leased, Limits, Outcome, Which};
use super::mint::Mint;
use super::passed::Passed;
use super::record::Place;
use super::room::Room;
use super::signal::{Signal, measure};
use super::tables::{JOBS, LATER, READY};
use super::turns::Turns;
use crate::arrival::{DropId, Origin, Sighting};

/// Jobs made due by one lease; the next lease goes on.
const WAKE_AT_ONCE: usize = 1_000;
/// Jobs done lazily before the file is made durable: as many questions to the store a crash costs.
const LAZY_DONE: usize = 1_000;
/// A reason is a sentence; what a worker wrote before it died can be longer.
const REASON_BYTES: usize = 2_000;

pub(super) struct Book {
    pub(super) file: QueueFile,
    limits: Limits,
    /// The leases of this start of the daemon.
    pub(super) running: HashSet<DropId>,
    mint: Mint,
    next_seq: u64,
    /// The watch served last.
    last_watch: String,
    passed: Passed,
    /// Of the [`Room`] by which `passed` was filled.
    rules: u64,
    /// Counts what became due.
    came: u64,
    lazily_done: usize,
    closed: bool,
}

impl Book {
    pub(super) fn open(path: PathBuf, limits: Limits, opener: Opener) -> Result<Self, QueueError> {
        let file = QueueFile::open(path, opener)?;
        let mut book = Self {
            file,
            limits,
            running: HashSet::new(),
            mint: Mint::new(),
            next_seq: 0,
            last_watch: String::new(),
            passed: Passed::default(),
            rules: 0,
            came: 0,
            lazily_done: 0,
            closed: false,
        };
        book.recover()?;
        Ok(book)
    }

    pub(super) fn set_aside(&self) -> Option<&SetAside> {
        self.file.set_aside()
    }

    /// Takes sightings in, in the order given, in one durable transaction.
    pub(super) fn enqueue(
        &mut self,
        batch: &[Sighting],
        origin: Origin,
        now: i64,
    ) -> Result<Vec<Outcome>, QueueError> {
        self.ready()?;
        let Self {
            file,
            running,
            mint,
            next_seq,
            limits,
            ..
        } = self;
        file.change(|tables| {
            let room = limits.jobs.saturating_sub(tables.size()?);
            let mut arrivals = Arrivals {
                running,
                mint,
                next_seq,
                room,
                origin,
                now,
            };
            let mut outcomes = Vec::with_capacity(batch.len());
            for sighting in batch {
                outcomes.push(arrivals.admit(tables, sighting)?);
            }
            let idle = outcomes
                .iter()
                .all(|o| matches!(o, Outcome::Known { .. } | Outcome::Full));
            Ok(if idle {
                Keep::Nothing(outcomes)
            } else {
                Keep::Durably(outcomes)
            })
        })
    }

    /// Hands out up to `most` jobs of series that have room: one watch after the other, in order of
    /// arrival inside each.
    pub(super) fn lease_within(
        &mut self,
        most: usize,
        room: &mut Room,
        now: i64,
    ) -> Result<Leased, QueueError> {
        self.ready()?;
        self.wake(now)?;
        self.note_came();
        if self.rules != room.rules() {
            self.rules = room.rules();
            self.passed.clear();
        }
        let Self {
            file,
            running,
            last_watch,
            passed,
            ..
        } = self;
        let (jobs, (served, saw_all)) = file.read(|view| {
            let (ready, table) = (view.open_table(READY)?, view.open_table(JOBS)?);
            let mut turns = Turns::new(&ready, &table, running, last_watch, passed, room);
            let mut picked = Vec::new();
            while picked.len() < most {
                let Some(job) = turns.next()? else { break };
                picked.push(job);
            }
            Ok((picked, turns.end()))
        })?;
        self.last_watch = served;
        self.running.extend(jobs.iter().map(|job| job.id));
        let held = saw_all && jobs.len() < most && !self.passed.is_empty();
        Ok(Leased {
            jobs,
            held: held.then_some(self.came),
        })
    }

    /// Ends jobs whose result the store has committed. Ids that are not here are passed over.
    pub(super) fn done(&mut self, ids: &[DropId]) -> Result<(), QueueError> {
        self.lazily_done += ids.len();
        let durably = self.lazily_done >= LAZY_DONE;
        self.end(ids, durably)?;
        if durably {
            self.lazily_done = 0;
        }
        Ok(())
    }

    /// Drops jobs for good, for example of a file that has vanished.
    pub(super) fn forget(&mut self, ids: &[DropId]) -> Result<(), QueueError> {
        self.end(ids, true)
    }

    fn end(&mut self, ids: &[DropId], durably: bool) -> Result<(), QueueError> {
        self.ready()?;
        self.file.change(|tables| {
            for id in ids {
                tables.end(*id)?;
            }
            Ok(if durably {
                Keep::Durably(())
            } else {
                Keep::Lazily(())
            })
        })?;
        for id in ids {
            self.running.remove(id);
        }
        Ok(())
    }

    /// Puts a running job off, or parks it when its worker failed too often.
    pub(super) fn retry_later(
        &mut self,
        id: DropId,
        reason: &str,
        blame: Blame,
        not_before: Option<i64>,
        now: i64,
    ) -> Result<Ended, QueueError> {
        let limits = self.limits.clone();
        self.fail(id, |job| {
            job.reason = Some(cut(reason));
            job.waits = job.waits.saturating_add(1);
            if blame == Blame::Worker {
                job.tries = job.tries.saturating_add(1);
                if job.tries >= limits.tries {
                    return Place::Parked(now);
                }
            }
            let asked = not_before
                .unwrap_or(now)
                .min(now.saturating_add(limits.longest_wait_ms));
            Place::Later(asked.max(now.saturating_add(limits.wait_ms(job.waits))))
        })
    }

    /// Parks a running job at once.
    pub(super) fn park(&mut self, id: DropId, reason: &str, now: i64) -> Result<Ended, QueueError> {
        self.fail(id, |job| {
            job.reason = Some(cut(reason));
            Place::Parked(now)
        })
    }

    fn fail(
        &mut self,
        id: DropId,
        decide: impl FnOnce(&mut Job) -> Place,
    ) -> Result<Ended, QueueError> {
        self.ready()?;
        if !self.running.contains(&id) {
            return Ok(Ended::Unknown);
        }
        let ended = self.file.change(|tables| {
            if tables.follow_up(id)?.is_some() {
                let by = tables.end(id)?.unwrap_or(id);
                return Ok(Keep::Durably(Ended::Superseded { by }));
            }
            let Some(mut record) = tables.take(id)? else {
                return Ok(Keep::Nothing(Ended::Unknown));
            };
            record.ran = true;
            record.place = decide(&mut record.job);
            tables.put(&record)?;
            Ok(Keep::Durably(match record.place {
                Place::Later(until) => Ended::Waits { until },
                Place::Parked(_) | Place::Ready => Ended::Parked,
            }))
        })?;
        self.running.remove(&id);
        Ok(ended)
    }

    /// Makes parked and waiting jobs due now, with all their tries, in their old place in line.
    pub(super) fn retry(&mut self, which: &Which) -> Result<Vec<DropId>, QueueError> {
        self.ready()?;
        self.file.change(|tables| {
            let mut retried = Vec::new();
            for id in tables.candidates(which)? {
                let Some(mut record) = tables.get(id)? else {
                    continue;
                };
                let wanted = match which {
                    Which::Path(path) => record.job.sighting.full_path() == *path,
                    Which::Ids(_) | Which::All => true,
                };
                if !wanted || record.place == Place::Ready {
                    continue;
                }
                tables.take(id)?;
                record.place = Place::Ready;
                record.job.tries = 0;
                record.job.waits = 0;
                tables.put(&record)?;
                retried.push(id);
            }
            Ok(if retried.is_empty() {
                Keep::Nothing(retried)
            } else {
                Keep::Durably(retried)
            })
        })
    }

    /// Makes everything durable and closes the file for good.
    pub(super) fn close(&mut self) -> Result<(), QueueError> {
        self.ready()?;
        self.file.change(|_| Ok(Keep::Durably(())))?;
        self.file.close();
        self.closed = true;
        Ok(())
    }

    pub(super) fn signal(&mut self) -> Result<Signal, QueueError> {
        self.ready()?;
        let running = &self.running;
        let signal = self.file.read(|view| measure(view, running))?;
        Ok(Signal {
            came: self.came,
            ..signal
        })
    }

    /// What became due may stand before the places that leases have looked at.
    fn note_came(&mut self) {
        for (watch, place) in self.file.take_came() {
            self.came += 1;
            self.passed.came(&watch, place);
        }
    }

    fn wake(&mut self, now: i64) -> Result<(), QueueError> {
        // A clock that was set back must not put a job off for longer than any wait may be.
        let latest = now.saturating_add(self.limits.longest_wait_ms);
        let due = self.file.read(|view| {
            let later = view.open_table(LATER)?;
            let first = later.first()?.is_some_and(|(key, _)| key.value().0 <= now);
            let last = later.last()?.is_some_and(|(key, _)| key.value().0 > latest);
            Ok(first || last)
        })?;
        if due {
            self.file.change(|tables| {
                tables.wake((i64::MIN, now), WAKE_AT_ONCE)?;
                tables.wake((latest.saturating_add(1), i64::MAX), WAKE_AT_ONCE)?;
                Ok(Keep::Lazily(()))
            })?;
        }
        Ok(())
    }

    /// Opens the file when a disk error had closed it.
    pub(super) fn ready(&mut self) -> Result<(), QueueError> {
        if self.closed {
            return Err(QueueError::Closed);
        }
        if self.file.ensure_open()? {
            // Jobs done lazily may be back: as after a restart, their ids are the store's.
            self.mint = Mint::new();
            self.recover()?;
        }
        self.note_came();
        Ok(())
    }

    /// Brings a file that was just opened and the leases of this start together.
    fn recover(&mut self) -> Result<(), QueueError> {
        let Self { file, running, .. } = self;
        let (next_seq, alive) = file.change(|tables| {
            // Nobody works on these any more, and their content is gone: the newer one is due.
            let promoted = tables.promote(running)?;
            let mut alive = HashSet::new();
            for id in running.iter() {
                if tables.get(*id)?.is_some() {
                    alive.insert(*id);
                }
            }
            let found = (tables.next_seq()?, alive);
            Ok(if promoted {
                Keep::Durably(found)
            } else {
                Keep::Nothing(found)
            })
        })?;
        self.next_seq = self.next_seq.max(next_seq);
        self.running = alive;
        // What was changed lazily may be undone, and others may be due now.
        self.passed.clear();
        self.came += 1;
        Ok(())
    }
}

fn cut(reason: &str) -> String {
    let mut end = reason.len().min(REASON_BYTES);
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    reason[..end].to_owned()
}
