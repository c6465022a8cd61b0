use crate::{Facts, Finding, Probe};

/// How long the file waits that is first in line.
#[derive(Debug, Clone, Copy)]
pub struct QueueAge {
    /// Degraded from this age on.
    pub warn_ms: i64,
}

impl Default for QueueAge {
    /// Ten minutes: longer than the longest wait between two tries, so that one failing file
    /// warns only when it has failed for good.
    fn default() -> Self {
        Self { warn_ms: 600_000 }
    }
}

impl Probe for QueueAge {
    fn name(&self) -> &str {
        "queue"
    }

    fn look(&self, facts: &Facts) -> Finding {
        let (pending, running) = (facts.queue.pending, facts.queue.running);
        let Some(oldest) = facts.oldest_pending else {
            return Finding::ok(format!("no file waits, {running} in work"));
        };
        let age = facts.taken_at.0.saturating_sub(oldest.0).max(0);
        if age < self.warn_ms {
            return Finding::ok(format!("{pending} files wait, {running} in work"));
        }
        Finding::degraded(format!(
            "{pending} files wait, the first of them since {oldest} ({} minutes), {running} in \
             work; `ddgend status` shows the workers and the log says what fails",
            age / 60_000
        ))
    }
}

/// Files that nobody will try again unasked.
#[derive(Debug, Clone, Copy)]
pub struct Parked {
    /// Degraded from this many on.
    pub warn_at: u64,
}

impl Default for Parked {
    /// Each of them waits for a person.
    fn default() -> Self {
        Self { warn_at: 1 }
    }
}

impl Probe for Parked {
    fn name(&self) -> &str {
        "parked"
    }

    fn look(&self, facts: &Facts) -> Finding {
        let parked = facts.queue.parked;
        if parked == 0 {
            return Finding::ok("no file is parked");
        }
        let files = if parked == 1 {
            "1 file is".to_owned()
        } else {
            format!("{parked} files are")
        };
        let because = format!(
            "{files} parked; `ddgend drops` says why, `ddgend retry` tries again once repaired"
        );
        if parked < self.warn_at {
            Finding::ok(because)
        } else {
            Finding::degraded(because)
        }
    }
}
