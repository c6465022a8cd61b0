//! What a watch does with files whose time has come.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinError;

use super::due::{Answers, Batch, Outcome};
use super::known::BATCH;
use super::look::Stamp;
use super::observer::Observer;
use super::settle::{Due, Need};
use super::state::{Problem, ProblemKind};
use super::walk::{UNNAMEABLE, unreadable};

/// Between the starts of two batches; a file that comes alone never waits for it.
const GATHER: Duration = Duration::from_millis(10);

impl Observer {
    /// Whether due files may be looked at now. Not before the first scan: what lay there before must
    /// go first. Not while the way out is full.
    pub(super) fn may_settle(&self) -> bool {
        self.batch.is_none() && self.ground.is_some() && self.ready.len() < 2 * BATCH
    }

    /// Starts a look at what is due.
    pub(super) fn begin_batch(&mut self, now: Instant) {
        if !self.may_settle() || (now < self.batch_not_before && !self.check_ground) {
            return;
        }
        let due = self.settler.take_due(now, BATCH);
        self.hear_taken();
        self.recent.before_a_question();
        let Some(ground) = &self.ground else {
            return;
        };
        if due.is_empty() && !self.check_ground {
            return;
        }
        let batch = Batch {
            origin: self.origin.clone(),
            filter: Arc::clone(&self.parts.filter),
            known: Arc::clone(&self.parts.known),
            top: ground.top.clone(),
            due,
            check: std::mem::take(&mut self.check_ground).then(|| ground.clone()),
        };
        self.batch_since = now;
        self.batch_not_before = now + GATHER;
        self.batch = Some(tokio::task::spawn_blocking(move || batch.run()));
    }

    pub(super) fn finish_batch(&mut self, done: Result<Answers, JoinError>, now: Instant) {
        let answers = match done {
            Ok(answers) => answers,
            Err(error) => {
                // What was being looked at is found again by a scan.
                let watch = &self.origin.watch;
                tracing::error!(
                    watch,
                    "looking at files failed: {error}; the folder is scanned"
                );
                self.settler.clear();
                self.wanted.full = true;
                return;
            }
        };
        let retry_at = match &answers.unknown {
            Some(error) => Some(now + self.cannot_ask(error)),
            None if answers.asked => {
                self.answered();
                None
            }
            None => None,
        };
        self.wanted.full |= std::mem::take(&mut self.hung);
        if answers.ground_changed {
            self.wanted.full = true;
            self.wanted.afresh = true;
        }
        for (due, outcome) in answers.outcomes {
            match (outcome, retry_at) {
                (Outcome::Ready(_), Some(at)) if !due.forced => self.settler.retry(&due, at),
                (Outcome::Wait(need, stamp), _) => self.settler.wait(&due, need, Some(stamp), now),
                (outcome, _) => {
                    if self.settler.settled(&due) {
                        self.conclude(&due, outcome, now);
                    }
                }
            }
        }
    }

    /// Takes note of what the queue has by now.
    pub(super) fn hear_taken(&mut self) {
        let taken = self.parts.taken.take();
        for (path, stamp) in taken {
            self.recent.taken(&path, stamp);
        }
    }

    /// The wait of `due` is over.
    fn conclude(&mut self, due: &Due, outcome: Outcome, now: Instant) {
        let problem = match outcome {
            Outcome::Refused(because) => Some((ProblemKind::Refused, because)),
            Outcome::RefusedName => Some((ProblemKind::RefusedName, UNNAMEABLE.to_owned())),
            Outcome::Unreadable(error) => {
                Some((ProblemKind::UnreadableFile, unreadable("the file", &error)))
            }
            Outcome::Ready(stamp) => {
                self.hand_on(due, stamp, now);
                None
            }
            // Attributes of folders change often and mean nothing, unless they let us in.
            Outcome::Folder if due.need != Need::Touched || self.problems.has(&due.path) => {
                self.wanted.folder(&due.path);
                None
            }
            Outcome::Folder | Outcome::Known | Outcome::Wait(..) | Outcome::Nothing => None,
        };
        match problem {
            Some((kind, because)) => {
                let path = due.path.to_path_buf();
                let problem = Problem {
                    path,
                    because,
                    kind,
                };
                self.problems.note(&self.origin.watch, problem);
            }
            None => self.problems.resolve(&due.path),
        }
    }

    fn hand_on(&mut self, due: &Due, stamp: Stamp, now: Instant) {
        if due.forced || !self.recent.covers(&due.path, stamp) {
            self.recent.insert(&due.path, stamp, now);
            self.settler.handed_on(&due.path, now);
            self.ready.push_back(self.origin.sighting(&due.path, stamp));
        }
    }
}
