//! The probes of this daemon.

use std::path::Path;
use std::sync::Arc;

use ddgen_ops::{
    Clock, DiskSpace, Facts, Finding, Memory, Parked, Probe, QueueAge, Store, Watches, Workers,
};

use super::Staff;
use crate::alerts::Alerts;
use crate::backup::Backups;
use crate::http::Tls;
use crate::pipeline::Pipeline;
use crate::report::{Freshness, Lateness};
use crate::settings::{Loaded, Settings};
use crate::upkeep::Upkeep;
use crate::worker::Sandbox;

pub(super) fn all(
    loaded: &Loaded,
    pipeline: &Arc<Pipeline>,
    staff: &Staff,
    tls: Option<Arc<Tls>>,
    lateness: &Arc<Lateness>,
) -> Vec<Box<dyn Probe>> {
    let warnings = loaded
        .standing_warnings()
        .map(ToString::to_string)
        .collect();
    let mut probes: Vec<Box<dyn Probe>> = vec![
        Box::new(Store),
        Box::new(QueueAge::default()),
        Box::new(Parked::default()),
        Box::new(Watches),
        Box::new(Workers),
        Box::new(Walls(Arc::clone(pipeline))),
        Box::new(space("data", &loaded.settings.data.dir, &loaded.settings)),
        Box::new(Memory::default()),
        Box::new(Clock::default()),
        Box::new(OfBackups(staff.backups.clone())),
        Box::new(OfAlerts(staff.alerts.clone())),
        Box::new(OfUpkeep(staff.upkeep.clone())),
        Box::new(Freshness(Arc::clone(lateness))),
        Box::new(StandingWarnings(warnings)),
    ];
    probes.extend(other_disks(&loaded.settings));
    if let Some(tls) = tls {
        probes.push(Box::new(Certificate(tls)));
    }
    probes
}

fn space(name: &str, path: &Path, settings: &Settings) -> DiskSpace {
    DiskSpace::new(name, path.to_path_buf(), settings.data.disk_warn_percent)
}

/// Disks of other places than the data directory, each once: backups, and watched folders.
fn other_disks(settings: &Settings) -> Vec<Box<dyn Probe>> {
    use std::os::unix::fs::MetadataExt;
    let disk_of = |path: &Path| {
        // A folder that is still to be made lies on its parent's disk.
        let existing = path.ancestors().find_map(|path| path.metadata().ok());
        existing.map(|data| data.dev())
    };
    let mut seen = vec![disk_of(&settings.data.dir)];
    let mut probes: Vec<Box<dyn Probe>> = Vec::new();
    let mut add = |name: &str, path: &Path| {
        let disk = disk_of(path);
        if disk.is_some() && !seen.contains(&disk) {
            seen.push(disk);
            probes.push(Box::new(space(name, path, settings)));
        }
    };
    if settings.backup.enabled {
        add("backups", &settings.backup.dir);
    }
    for watch in &settings.watches {
        add(&format!("watch_{}", watch.name), &watch.path);
    }
    probes
}

/// Renewing begins 30 days before the end as a rule: what is nearer was not renewed.
const RENEW_BEFORE_DAYS: i64 = 14;

/// How long the certificate of the HTTP door still holds. Looking also reads its files again when
/// they have changed.
struct Certificate(Arc<Tls>);

impl Probe for Certificate {
    fn name(&self) -> &str {
        "certificate"
    }

    fn look(&self, facts: &Facts) -> Finding {
        self.0.reload_when_changed();
        if let Some(because) = self.0.failed() {
            return Finding::degraded(format!(
                "the certificate's files have changed and cannot be used, the old one is: {because}"
            ));
        }
        let Some(ends) = self.0.ends() else {
            return Finding::degraded("the certificate does not say when it ends");
        };
        let days = ends
            .0
            .saturating_sub(facts.taken_at.0)
            .div_euclid(24 * 3_600_000);
        match days {
            ..0 => Finding::down(format!("the certificate ended {ends}: renew it")),
            0..RENEW_BEFORE_DAYS => Finding::degraded(format!(
                "the certificate ends in {days} days, {ends}: renew it"
            )),
            _ => Finding::ok(format!("the certificate holds {days} days, until {ends}")),
        }
    }
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

/// Whether what is done for the store goes well, and the store is sound.
struct OfUpkeep(Upkeep);

impl Probe for OfUpkeep {
    fn name(&self) -> &str {
        "upkeep"
    }

    fn look(&self, _facts: &Facts) -> Finding {
        self.0.standing()
    }
}

/// Whether alerts reach those they are for.
struct OfAlerts(Alerts);

impl Probe for OfAlerts {
    fn name(&self) -> &str {
        "alerts"
    }

    fn look(&self, facts: &Facts) -> Finding {
        self.0.standing(facts.taken_at)
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
