//! Notices on their way to sinks: tried again, in order for each alert, and never without bound.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{DeadLetterRow, SinkRow};
use serde::{Deserialize, Serialize};

use super::instance::millis;
use super::notice::Notice;
use super::sinks::Undelivered;

/// Notices that wait for one sink. When it is full the oldest is given up: the newest say how it is.
const WAITING: usize = 256;
/// Notices given up that are still shown.
const DEAD: usize = 100;
/// Between two tries at most.
const LONGEST_MS: i64 = 3_600_000;
/// Characters of a failure that are kept.
const WORDS: usize = 500;

/// How long is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// After the first failure; doubled after each further one, up to an hour.
    pub first: Duration,
    /// From then on a notice is given up.
    pub give_up_after: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(10),
            // A mail server that is down over night is up again in the morning.
            give_up_after: Duration::from_secs(24 * 3600),
        }
    }
}

/// One notice for one sink.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parcel {
    pub number: u64,
    pub sink: String,
    pub notice: Notice,
    pub tries: u32,
    made_at: Timestamp,
    next_at: Timestamp,
}

/// What became of a parcel that was not delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    AgainAt(Timestamp),
    Dead,
}

/// What waits, and what was given up. Outlives a restart.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Outbox {
    last_number: u64,
    waiting: Vec<Parcel>,
    dead: VecDeque<DeadLetterRow>,
    tallies: BTreeMap<String, Tally>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Tally {
    sent: u64,
    dead: u64,
    last_sent_at: Option<Timestamp>,
    problem: Option<String>,
}

impl Outbox {
    /// # Errors
    /// When the text is not one of [`Outbox::kept`].
    pub fn of_kept(kept: &str, sinks: &[String]) -> Result<Self, serde_json::Error> {
        let mut outbox: Self = serde_json::from_str(kept)?;
        // What waits for a sink that the settings name no longer would wait for ever.
        outbox.waiting.retain(|parcel| sinks.contains(&parcel.sink));
        outbox.tallies.retain(|sink, _| sinks.contains(sink));
        Ok(outbox)
    }

    /// All that must outlive a restart, as JSON.
    #[must_use]
    pub fn kept(&self) -> String {
        serde_json::to_string(self).expect("a plain structure of text and numbers")
    }

    /// A notice for a sink. Where too many wait, the oldest is given up.
    pub fn put(&mut self, sink: &str, notice: Notice, now: Timestamp) {
        let of_sink = |parcel: &Parcel| parcel.sink == sink;
        if self.waiting.iter().filter(|parcel| of_sink(parcel)).count() >= WAITING
            && let Some(at) = self.waiting.iter().position(of_sink)
        {
            let oldest = self.waiting.remove(at);
            let because = format!("{WAITING} newer ones wait for this sink");
            self.bury(oldest, &because, now);
        }
        self.last_number += 1;
        self.waiting.push(Parcel {
            number: self.last_number,
            sink: sink.to_owned(),
            notice,
            tries: 0,
            made_at: now,
            next_at: now,
        });
    }

    /// What is to be sent to a sink now. Of one alert nothing overtakes: its end is told after it.
    #[must_use]
    pub fn due(&self, sink: &str, now: Timestamp) -> Option<&Parcel> {
        let firsts = self.firsts(sink);
        firsts.into_iter().find(|parcel| parcel.next_at <= now)
    }

    /// When the next is due for a sink.
    #[must_use]
    pub fn next_at(&self, sink: &str) -> Option<Timestamp> {
        let firsts = self.firsts(sink);
        firsts.into_iter().map(|parcel| parcel.next_at).min()
    }

    /// The first parcel of each alert for a sink, in order.
    fn firsts(&self, sink: &str) -> Vec<&Parcel> {
        let mut firsts: Vec<&Parcel> = Vec::new();
        for parcel in self.waiting.iter().filter(|parcel| parcel.sink == sink) {
            if !firsts
                .iter()
                .any(|first| first.notice.id == parcel.notice.id)
            {
                firsts.push(parcel);
            }
        }
        firsts
    }

    pub fn sent(&mut self, number: u64, now: Timestamp) {
        let Some(at) = self.waiting.iter().position(|one| one.number == number) else {
            return;
        };
        let parcel = self.waiting.remove(at);
        let tally = self.tallies.entry(parcel.sink).or_default();
        tally.sent += 1;
        tally.last_sent_at = Some(now);
        tally.problem = None;
    }

    /// A try failed; none when the parcel was given up meanwhile.
    pub fn failed(
        &mut self,
        number: u64,
        why: &Undelivered,
        retry: Retry,
        now: Timestamp,
    ) -> Option<Fate> {
        let at = self.waiting.iter().position(|one| one.number == number)?;
        let because: String = why.because.chars().take(WORDS).collect();
        let parcel = &mut self.waiting[at];
        parcel.tries = parcel.tries.saturating_add(1);
        let sink = parcel.sink.clone();
        self.tallies.entry(sink).or_default().problem = Some(because.clone());
        let parcel = &mut self.waiting[at];
        let doublings = (parcel.tries - 1).min(30);
        let wait = millis(retry.first)
            .saturating_mul(1 << doublings)
            .clamp(1, LONGEST_MS);
        let next_at = Timestamp(now.0.saturating_add(wait));
        let too_late = next_at.0.saturating_sub(parcel.made_at.0) > millis(retry.give_up_after);
        if why.for_good || too_late {
            let parcel = self.waiting.remove(at);
            self.bury(parcel, &because, now);
            return Some(Fate::Dead);
        }
        parcel.next_at = next_at;
        Some(Fate::AgainAt(next_at))
    }

    fn bury(&mut self, parcel: Parcel, because: &str, now: Timestamp) {
        self.tallies.entry(parcel.sink.clone()).or_default().dead += 1;
        self.dead.push_front(DeadLetterRow {
            at: now,
            sink: parcel.sink,
            alert: parcel.notice.alert,
            event: parcel.notice.event.as_str().to_owned(),
            tries: parcel.tries,
            because: because.to_owned(),
        });
        self.dead.truncate(DEAD);
    }

    /// The last notices that were given up, newest first.
    #[must_use]
    pub fn dead_letters(&self) -> Vec<DeadLetterRow> {
        self.dead.iter().cloned().collect()
    }

    /// How a sink is.
    #[must_use]
    pub fn row(&self, name: &str, kind: &str) -> SinkRow {
        let tally = self.tallies.get(name).cloned().unwrap_or_default();
        let waiting = self.waiting.iter().filter(|parcel| parcel.sink == name);
        SinkRow {
            name: name.to_owned(),
            kind: kind.to_owned(),
            waiting: u32::try_from(waiting.count()).unwrap_or(u32::MAX),
            sent: tally.sent,
            dead: tally.dead,
            last_sent_at: tally.last_sent_at,
            problem: tally.problem,
        }
    }
}
