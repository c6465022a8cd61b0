//! The probes of this daemon.

use std::sync::Arc;

use ddgen_ops::{
    DiskSpace, Facts, Finding, Memory, Parked, Probe, QueueAge, Store, Watches, Workers,
};

use crate::backup::Backups;
use crate::pipeline::Pipeline;
use crate::settings::Loaded;
use crate::worker::Sandbox;

pub(super) fn all(
    loaded: &Loaded,
    pipeline: &Arc<Pipeline>,
    backups: &Backups,
) -> Vec<Box<dyn Probe>> {
    let warnings = loaded
        .standing_warnings()
        .map(ToString::to_string)
        .collect();
    vec![
        Box::new(Store),
        Box::new(QueueAge::default()),
        Box::new(Parked::default()),
        Box::new(Watches),
        Box::new(Workers),
        Box::new(Walls(Arc::clone(pipeline))),
        Box::new(DiskSpace::new("data", loaded.settings.data.dir.clone())),
        Box::new(Memory::default()),
        Box::new(OfBackups(backups.clone())),
        Box::new(StandingWarnings(warnings)),
    ]
}

/// Whether the store could be had back.
struct OfBackups(Backups);

impl Probe for OfBackups {
    fn name(&self) -> &str {
        "backups"
    }

    fn look(&self, facts: &Facts) -> Finding {
        self.0.standing().verdict(facts.taken_at)
    }
}

/// Whether workers are locked in as far as this system can.
struct Walls(Arc<Pipeline>);

impl Probe for Walls {
    fn name(&self) -> &str {
        "sandbox"
    }

    fn look(&self, _facts: &Facts) -> Finding {
        match self.0.workers.state().sandbox {
            Sandbox::Full => Finding::ok("workers see no files and no network"),
            Sandbox::Partial(because) | Sandbox::None(because) => Finding::degraded(format!(
                "workers are not locked in as they should be: {because}"
            )),
        }
    }
}

/// What the settings allow against advice.
struct StandingWarnings(Vec<String>);

impl Probe for StandingWarnings {
    fn name(&self) -> &str {
        "settings"
    }

    fn look(&self, _facts: &Facts) -> Finding {
        if self.0.is_empty() {
            Finding::ok("nothing is set against advice")
        } else {
            Finding::degraded(self.0.join("; "))
        }
    }
}
