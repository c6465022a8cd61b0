//! The queue as a plain list.

use super::super::super::job::{Counts, Ended, Outcome, State};
use super::LIMITS;
use crate::arrival::{DropId, Sighting};

#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) id: DropId,
    pub(super) seen: Sighting,
    pub(super) seq: u64,
    pub(super) first_seen: i64,
    pub(super) tries: u32,
    pub(super) waits: u32,
    /// Given by this start and never leased.
    pub(super) fresh: bool,
    pub(super) due: i64,
    pub(super) parked: bool,
    pub(super) running: bool,
    pub(super) follow_up: Option<Box<Entry>>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    pub(super) entries: Vec<Entry>,
    pub(super) seq: u64,
    pub(super) now: i64,
    pub(super) last_watch: String,
}

impl Model {
    pub(super) fn size(&self) -> usize {
        self.entries
            .iter()
            .map(|e| 1 + usize::from(e.follow_up.is_some()))
            .sum()
    }

    pub(super) fn entry(&mut self, id: DropId, seen: &Sighting) -> Entry {
        self.seq += 1;
        Entry {
            id,
            seen: seen.clone(),
            seq: self.seq,
            first_seen: self.now,
            tries: 0,
            waits: 0,
            fresh: true,
            due: self.now,
            parked: false,
            running: false,
            follow_up: None,
        }
    }

    /// Checks one answer and takes over the ids it brings.
    pub(super) fn enqueue(&mut self, seen: &Sighting, outcome: Outcome) {
        let full = self.size() as u64 >= LIMITS.jobs;
        let at = self
            .entries
            .iter()
            .position(|e| e.seen.watch == seen.watch && e.seen.path == seen.path);
        let Some(at) = at else {
            match outcome {
                Outcome::Full => assert!(full),
                Outcome::Added(id) => {
                    assert!(!full);
                    let entry = self.entry(id, seen);
                    self.entries.push(entry);
                }
                other => panic!("new path: {other:?}"),
            }
            return;
        };
        let known = self.entries[at].clone();
        if known.running {
            self.enqueue_running(at, seen, outcome, full);
        } else if known.seen == *seen {
            let state = if known.parked {
                State::Parked
            } else {
                State::Pending
            };
            assert_eq!(
                outcome,
                Outcome::Known {
                    id: known.id,
                    state
                }
            );
        } else if known.fresh {
            assert_eq!(outcome, Outcome::Updated(known.id));
            self.entries[at].seen = seen.clone();
        } else {
            let Outcome::Renewed { id, instead_of } = outcome else {
                panic!("{outcome:?}")
            };
            assert_eq!(instead_of, known.id);
            assert!(self.entries.iter().all(|e| e.id != id));
            let mut entry = self.entry(id, seen);
            entry.first_seen = known.first_seen;
            if !known.parked {
                entry.seq = known.seq;
            }
            self.entries[at] = entry;
        }
    }

    pub(super) fn enqueue_running(
        &mut self,
        at: usize,
        seen: &Sighting,
        outcome: Outcome,
        full: bool,
    ) {
        let running = self.entries[at].id;
        if self.entries[at].seen == *seen {
            assert_eq!(
                outcome,
                Outcome::Known {
                    id: running,
                    state: State::Running
                }
            );
            return;
        }
        match self.entries[at].follow_up.as_mut() {
            Some(next) if next.seen == *seen => {
                assert_eq!(
                    outcome,
                    Outcome::Known {
                        id: next.id,
                        state: State::Pending
                    }
                );
            }
            Some(next) => {
                assert_eq!(
                    outcome,
                    Outcome::Follows {
                        id: next.id,
                        running
                    }
                );
                next.seen = seen.clone();
            }
            None if full => assert_eq!(outcome, Outcome::Full),
            None => {
                let Outcome::Follows { id, running: of } = outcome else {
                    panic!("{outcome:?}")
                };
                assert_eq!(of, running);
                let entry = self.entry(id, seen);
                self.entries[at].follow_up = Some(Box::new(entry));
            }
        }
    }

    pub(super) fn lease(&mut self, most: usize) -> Vec<DropId> {
        let mut leased = Vec::new();
        let mut watches: Vec<String> = self.entries.iter().map(|e| e.seen.watch.clone()).collect();
        watches.sort();
        watches.dedup();
        while leased.len() < most {
            let now = self.now;
            let split = watches
                .iter()
                .position(|w| *w > self.last_watch)
                .unwrap_or(watches.len());
            let turn = watches[split..].iter().chain(&watches[..split]);
            let pick = turn.into_iter().find_map(|watch| {
                self.entries
                    .iter()
                    .enumerate()
                    .filter(|(_, e)| {
                        e.seen.watch == *watch && !e.running && !e.parked && e.due <= now
                    })
                    .min_by_key(|(_, e)| e.seq)
                    .map(|(at, _)| at)
            });
            let Some(at) = pick else { break };
            let entry = &mut self.entries[at];
            entry.running = true;
            entry.fresh = false;
            leased.push(entry.id);
            self.last_watch = entry.seen.watch.clone();
        }
        leased
    }

    pub(super) fn end(&mut self, at: usize) -> Option<DropId> {
        let ended = self.entries.remove(at);
        let next = *ended.follow_up?;
        let id = next.id;
        self.entries.push(next);
        Some(id)
    }

    pub(super) fn fail(&mut self, at: usize, worker: bool) -> Ended {
        if self.entries[at].follow_up.is_some() {
            return Ended::Superseded {
                by: self.end(at).unwrap(),
            };
        }
        let entry = &mut self.entries[at];
        entry.running = false;
        entry.waits += 1;
        entry.tries += u32::from(worker);
        if worker && entry.tries >= LIMITS.tries {
            entry.parked = true;
            return Ended::Parked;
        }
        let wait = [10, 20, 40, 60][(entry.waits as usize - 1).min(3)];
        entry.due = self.now + wait;
        Ended::Waits { until: entry.due }
    }

    pub(super) fn restart(&mut self) {
        self.last_watch.clear();
        for entry in &mut self.entries {
            if let Some(next) = entry.follow_up.take() {
                *entry = *next;
            }
            entry.running = false;
            entry.fresh = false;
        }
    }

    pub(super) fn retry(&mut self, only: Option<DropId>) -> Vec<DropId> {
        let mut retried = Vec::new();
        let now = self.now;
        for e in &mut self.entries {
            let waits = !e.running && (e.parked || e.due > now);
            if waits && only.is_none_or(|id| id == e.id) {
                e.parked = false;
                e.due = now;
                e.tries = 0;
                e.waits = 0;
                retried.push(e.id);
            }
        }
        retried
    }

    pub(super) fn counts(&self) -> Counts {
        let count =
            |what: &dyn Fn(&Entry) -> bool| self.entries.iter().filter(|e| what(e)).count() as u64;
        let pending = |e: &&Entry| !e.running && !e.parked;
        let followers = self.entries.iter().filter_map(|e| e.follow_up.as_deref());
        let oldest = self.entries.iter().filter(pending).min_by_key(|e| e.seq);
        let oldest = oldest.map(|e| e.first_seen);
        Counts {
            pending: count(&|e| !e.running && !e.parked) + followers.clone().count() as u64,
            running: count(&|e| e.running),
            parked: count(&|e| e.parked),
            oldest_pending_ms: oldest.or_else(|| followers.map(|e| e.first_seen).min()),
        }
    }
}
