//! A probe and its verdict.

use ddgen_ipc::message::{ProbeRow, Verdict};

use crate::Facts;

/// What one probe found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub verdict: Verdict,
    /// One sentence: what is so, and what to do when it is not well.
    pub because: String,
}

impl Finding {
    #[must_use]
    pub fn ok(because: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Ok,
            because: because.into(),
        }
    }

    #[must_use]
    pub fn degraded(because: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Degraded,
            because: because.into(),
        }
    }

    #[must_use]
    pub fn down(because: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Down,
            because: because.into(),
        }
    }
}

/// One health check.
pub trait Probe: Send + Sync {
    /// Short, lower case, the same from start to start; also a label in the metrics.
    fn name(&self) -> &str;

    /// Looks at the facts, or at the machine. Never waits for another part of the daemon.
    fn look(&self, facts: &Facts) -> Finding;
}

/// The worst verdict, with one rule: only the store takes the whole daemon down. As long as it
/// answers, people can read, and a load balancer must not turn them away.
#[must_use]
pub fn overall(probes: &[ProbeRow]) -> Verdict {
    let weigh = |probe: &ProbeRow| match probe.verdict {
        Verdict::Down if probe.name != crate::probes::STORE => Verdict::Degraded,
        verdict => verdict,
    };
    probes.iter().map(weigh).max().unwrap_or(Verdict::Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, verdict: Verdict) -> ProbeRow {
        ProbeRow {
            name: name.to_owned(),
            verdict,
            because: String::new(),
        }
    }

    #[test]
    fn the_worst_counts_and_only_the_store_takes_the_daemon_down() {
        assert_eq!(overall(&[]), Verdict::Ok);
        let store = row("store", Verdict::Ok);
        assert_eq!(
            overall(&[store.clone(), row("disk", Verdict::Degraded)]),
            Verdict::Degraded
        );
        assert_eq!(
            overall(&[row("disk", Verdict::Down), store]),
            Verdict::Degraded
        );
        assert_eq!(
            overall(&[row("disk", Verdict::Ok), row("store", Verdict::Down)]),
            Verdict::Down
        );
    }
}
