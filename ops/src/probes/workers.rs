use crate::{Facts, Finding, Probe, Stage};

/// Whether there are workers to profile with.
#[derive(Debug, Clone, Copy, Default)]
pub struct Workers;

impl Probe for Workers {
    fn name(&self) -> &str {
        "workers"
    }

    fn look(&self, facts: &Facts) -> Finding {
        let there = facts.workers.len();
        let busy = facts.workers.iter().filter(|worker| worker.busy).count();
        let wanted = facts.workers_wanted;
        // One that was just killed is being replaced: that alone is no trouble.
        if there == 0 && wanted > 0 && facts.stage == Stage::Running {
            return Finding::degraded(format!(
                "none of {wanted} workers runs, so that files wait; the log says why they end"
            ));
        }
        Finding::ok(format!("{there} of {wanted} workers run, {busy} busy"))
    }
}
