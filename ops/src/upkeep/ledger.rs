//! Which task is due, and how the last run of each ended.

use std::collections::BTreeMap;

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{UpkeepList, UpkeepRow};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::backup::Every;

/// A task that failed is tried again after this, and not only at its next time.
const AGAIN_MS: i64 = 3_600_000;

/// One thing that is done for the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Task {
    /// Short, lower case, the same from start to start; also a label in the metrics.
    pub name: &'static str,
    /// One sentence.
    pub does: &'static str,
    /// None: only when somebody asks.
    pub every: Option<Every>,
}

/// There is no task of this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no upkeep called `{name}`: there are {known}")]
pub struct NoTask {
    name: String,
    known: String,
}

/// All tasks with what has become of them.
#[derive(Debug, Clone)]
pub struct Ledger {
    tasks: Vec<Task>,
    /// What is due is counted from here where a task never ran.
    since: Timestamp,
    zone: TimeZone,
    kept: Kept,
}

/// What outlives a restart.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Kept {
    runs: BTreeMap<String, Run>,
    paused: Option<Paused>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Run {
    began: Timestamp,
    took_ms: u64,
    result: Option<String>,
    problem: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Paused {
    by: String,
    at: Timestamp,
}

impl Ledger {
    /// `since`: when there began to be anything to take care of.
    #[must_use]
    pub fn new(tasks: Vec<Task>, since: Timestamp, zone: TimeZone) -> Self {
        Self {
            tasks,
            since,
            zone,
            kept: Kept::default(),
        }
    }

    /// Goes on with what an earlier daemon kept.
    ///
    /// # Errors
    /// When the text is not one of [`Ledger::kept`]; then nothing is changed.
    pub fn remember(&mut self, kept: &str) -> Result<(), serde_json::Error> {
        self.kept = serde_json::from_str(kept)?;
        Ok(())
    }

    /// All that must outlive a restart, as JSON.
    #[must_use]
    pub fn kept(&self) -> String {
        serde_json::to_string(&self.kept).expect("a plain structure of text and numbers")
    }

    /// # Errors
    /// With the names there are.
    pub fn task(&self, name: &str) -> Result<Task, NoTask> {
        let found = self.tasks.iter().find(|task| task.name == name);
        found.copied().ok_or_else(|| NoTask {
            name: name.to_owned(),
            known: self
                .tasks
                .iter()
                .map(|task| task.name)
                .collect::<Vec<_>>()
                .join(", "),
        })
    }

    /// What is to be done now, in order; nothing while the schedule rests.
    #[must_use]
    pub fn due(&self, now: Timestamp) -> Vec<Task> {
        let is_due = |task: &&Task| self.next(task).is_some_and(|next| next <= now);
        self.tasks.iter().filter(is_due).copied().collect()
    }

    /// When something is due next; none while the schedule rests.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        self.tasks.iter().filter_map(|task| self.next(task)).min()
    }

    fn next(&self, task: &Task) -> Option<Timestamp> {
        if self.kept.paused.is_some() {
            return None;
        }
        let every = task.every?;
        let run = self.kept.runs.get(task.name);
        let from = run.map_or(self.since, |run| run.began);
        let slot = every.next(from, &self.zone);
        match run {
            Some(run) if run.problem.is_some() => {
                Some(slot.min(Timestamp(run.began.0.saturating_add(AGAIN_MS))))
            }
            _ => Some(slot),
        }
    }

    /// How a run ended.
    pub fn ended(
        &mut self,
        task: &Task,
        began: Timestamp,
        now: Timestamp,
        result: Result<String, String>,
    ) {
        let took_ms = u64::try_from(now.0.saturating_sub(began.0)).unwrap_or(0);
        let (result, problem) = match result {
            Ok(result) => (Some(result), None),
            Err(problem) => (None, Some(problem)),
        };
        let run = Run {
            began,
            took_ms,
            result,
            problem,
        };
        self.kept.runs.insert(task.name.to_owned(), run);
    }

    pub fn pause(&mut self, by: &str, at: Timestamp) {
        self.kept.paused = Some(Paused {
            by: by.to_owned(),
            at,
        });
    }

    pub fn resume(&mut self) {
        self.kept.paused = None;
    }

    /// The first task whose last run failed, and why.
    #[must_use]
    pub fn problem(&self) -> Option<(&'static str, &str)> {
        self.tasks.iter().find_map(|task| {
            let problem = self.kept.runs.get(task.name)?.problem.as_deref()?;
            Some((task.name, problem))
        })
    }

    /// Everything, for people.
    #[must_use]
    pub fn list(&self, running: Option<&str>) -> UpkeepList {
        let row = |task: &Task| {
            let run = self.kept.runs.get(task.name);
            UpkeepRow {
                name: task.name.to_owned(),
                does: task.does.to_owned(),
                every: task.every.map_or_else(|| "when asked".to_owned(), words),
                running: running == Some(task.name),
                last_began: run.map(|run| run.began),
                last_took_ms: run.map(|run| run.took_ms),
                result: run.and_then(|run| run.result.clone()),
                problem: run.and_then(|run| run.problem.clone()),
                next: self.next(task),
            }
        };
        UpkeepList {
            tasks: self.tasks.iter().map(row).collect(),
            paused_by: self.kept.paused.as_ref().map(|paused| paused.by.clone()),
            paused_at: self.kept.paused.as_ref().map(|paused| paused.at),
        }
    }
}

fn words(every: Every) -> String {
    match every {
        Every::Day(time) => format!("daily at {:02}:{:02}", time.hour(), time.minute()),
        Every::Week(day, time) => {
            format!("{day:?}s at {:02}:{:02}", time.hour(), time.minute())
        }
        Every::Span(span) => format!("every {} min", span.as_secs() / 60),
    }
}
