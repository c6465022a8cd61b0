//! The state of the daemon at one moment, and the board it hangs on.

use std::sync::{Arc, PoisonError, RwLock};

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{ProbeRow, Verdict};

use crate::{Facts, Finding, Probe, Stage, overall};

/// One is taken every minute; three that did not come are no accident.
const STALE_MS: i64 = 180_000;

/// What health, readiness and metrics answer from.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    pub status: Verdict,
    pub probes: Vec<ProbeRow>,
    pub facts: Facts,
}

impl Snapshot {
    /// Lets every probe look.
    #[must_use]
    pub fn take(facts: Facts, probes: &[Box<dyn Probe>]) -> Self {
        let row = |name: &str, found: Finding| ProbeRow {
            name: name.to_owned(),
            verdict: found.verdict,
            because: found.because,
        };
        let probes: Vec<ProbeRow> = probes
            .iter()
            .map(|probe| row(probe.name(), probe.look(&facts)))
            .collect();
        Self {
            status: overall(&probes),
            probes,
            facts,
        }
    }

    /// Why the daemon is not ready to be used; empty when it is.
    #[must_use]
    pub fn not_ready(&self) -> Vec<String> {
        let mut reasons = Vec::new();
        match self.facts.stage {
            Stage::Starting => reasons.push("the daemon is starting".to_owned()),
            Stage::Stopping => reasons.push("the daemon is stopping".to_owned()),
            Stage::Running => {}
        }
        if let Some(because) = &self.facts.store.silent {
            reasons.push(format!("the store does not answer: {because}"));
        }
        // A full disk is another matter: what is known can be read, and health says so.
        if let Some(because) = &self.facts.store.stuck {
            reasons.push(format!("the store takes nothing in: {because}"));
        }
        reasons
    }

    /// A further row when nobody has taken a snapshot for long: what the others say is old.
    #[must_use]
    pub fn stale(&self, now: Timestamp) -> Option<ProbeRow> {
        let age = now.0.saturating_sub(self.facts.taken_at.0);
        (age >= STALE_MS).then(|| ProbeRow {
            name: "snapshot".to_owned(),
            verdict: Verdict::Degraded,
            because: format!(
                "the daemon has not looked at itself for {} s; its log says what it waits for",
                age / 1_000
            ),
        })
    }

    /// Whole seconds since the daemon started, at this moment.
    #[must_use]
    pub fn uptime_seconds(&self, now: Timestamp) -> u64 {
        now.0
            .saturating_sub(self.facts.started_at.0)
            .max(0)
            .unsigned_abs()
            / 1_000
    }
}

/// Where the newest snapshot hangs. Clones share it; reading never waits for the one who takes.
#[derive(Debug, Clone)]
pub struct Board {
    newest: Arc<RwLock<Arc<Snapshot>>>,
}

impl Board {
    #[must_use]
    pub fn new(first: Snapshot) -> Self {
        Self {
            newest: Arc::new(RwLock::new(Arc::new(first))),
        }
    }

    #[must_use]
    pub fn get(&self) -> Arc<Snapshot> {
        // Only a pointer is swapped under the lock, so that it is whole even when poisoned.
        Arc::clone(&self.newest.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn put(&self, snapshot: Snapshot) {
        let new = Arc::new(snapshot);
        let old = {
            let mut newest = self.newest.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *newest, new)
        };
        drop(old);
    }
}
