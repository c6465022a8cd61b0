//! The rules of who has written none: what a small team wants to be woken for, and no more.

use std::time::Duration;

use ddgen_ipc::message::{AlertSeverity, Verdict};

use super::rule::{Happening, On, Rule, State};

const MINUTE: u64 = 60;

/// Every rule that holds unless the settings say otherwise. What only stands for as long as the daemon
/// runs (`sandbox`, `settings`) raises none: it would never clear, and health shows it.
#[must_use]
pub fn default_rules() -> Vec<Rule> {
    use AlertSeverity::{Critical, Warning};
    use Verdict::{Degraded, Down};
    let mut rules = vec![
        // Nobody can read: a minute is a restart of a slow disk, more is a breakdown.
        probe("store_down", "store", Down, Critical, 1, 1),
        // A full disk or a lock: files wait meanwhile and nothing is lost.
        probe("store", "store", Degraded, Warning, 5, 5),
        probe("queue", "queue", Degraded, Warning, 10, 5),
        // Each parked file waits for a person from its first minute on.
        probe("parked", "parked", Degraded, Warning, 1, 1),
        probe("watches", "watches", Degraded, Warning, 5, 5),
        probe("workers", "workers", Degraded, Critical, 5, 2),
        // A large file that comes and goes again is no trend.
        probe("disk", "disk_*", Degraded, Warning, 10, 10),
        probe("memory", "memory", Degraded, Warning, 15, 10),
        // It tries again by itself within a quarter of an hour.
        probe("backups", "backups", Degraded, Warning, 30, 0),
        probe("certificate", "certificate", Degraded, Warning, 60, 0),
        probe("clock", "clock", Degraded, Warning, 10, 10),
        probe("alerts", "alerts", Degraded, Warning, 15, 5),
        probe("upkeep", "upkeep", Degraded, Warning, 30, 0),
    ];
    let hour = Duration::from_secs(60 * MINUTE);
    rules.push(Rule {
        name: "breaking_change".to_owned(),
        on: On::Event {
            happening: Happening::BreakingChange,
            count: 1,
            within: hour,
        },
        severity: Warning,
        hold: Duration::ZERO,
        clear_after: hour,
        sinks: None,
    });
    // What people have to decide about, at once and for as long as it is so.
    for (name, state) in State::WORDS {
        rules.push(Rule {
            name: (*name).to_owned(),
            on: On::State(*state),
            severity: Warning,
            hold: Duration::ZERO,
            clear_after: Duration::ZERO,
            sinks: None,
        });
    }
    rules
}

fn probe(
    name: &str,
    probe: &str,
    verdict: Verdict,
    severity: AlertSeverity,
    hold_minutes: u64,
    clear_minutes: u64,
) -> Rule {
    Rule {
        name: name.to_owned(),
        on: On::Probe {
            probe: probe.to_owned(),
            verdict,
        },
        severity,
        hold: Duration::from_secs(hold_minutes * MINUTE),
        clear_after: Duration::from_secs(clear_minutes * MINUTE),
        sinks: None,
    }
}
