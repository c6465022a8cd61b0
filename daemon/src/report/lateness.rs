//! Dictionaries whose next drop did not come.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{Event, FindingRow};
use ddgen_ops::{Facts, Finding, Probe};

use crate::judge::drift::Overdue;
use crate::pipeline::Pipeline;

/// What is due comes by the hour or the day: looking more often shows nothing sooner.
const EVERY_MS: i64 = 10 * 60 * 1000;
/// Names said in one sentence; the rest is counted.
const NAMED: usize = 3;

/// Those that are late, as of the last look.
#[derive(Debug, Default)]
pub struct Lateness(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    looked_at: Option<i64>,
    late: BTreeMap<String, Overdue>,
}

impl Lateness {
    /// Looks again when it is time, and tells once of each that has become late.
    pub(super) async fn look(&self, pipeline: &Pipeline, now: Timestamp) {
        {
            let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if seen
                .looked_at
                .is_some_and(|at| now.0 < at.saturating_add(EVERY_MS))
            {
                return;
            }
        }
        // A store that does not answer has a probe of its own.
        let Ok(found) = pipeline.store.overdue(now).await else {
            return;
        };
        let found: BTreeMap<String, Overdue> = found.into_iter().collect();
        let before = {
            let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            seen.looked_at = Some(now.0);
            std::mem::replace(&mut seen.late, found.clone())
        };
        for (dictionary, overdue) in found.iter().filter(|(name, _)| !before.contains_key(*name)) {
            tracing::warn!(%dictionary, "{}", words(overdue));
            pipeline.hub.publish(Event::Judged {
                dictionary: dictionary.clone(),
                version: 0,
                findings: vec![FindingRow {
                    field: None,
                    source: "drift".to_owned(),
                    code: "DRIFT_FRESHNESS".to_owned(),
                    severity: "warning".to_owned(),
                    message: words(overdue),
                }],
            });
        }
    }

    /// What is said of it in the daemon's status.
    fn words(&self) -> Option<String> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut said: Vec<String> = seen
            .late
            .iter()
            .take(NAMED)
            .map(|(name, overdue)| format!("{name}: {}", words(overdue)))
            .collect();
        if seen.late.len() > NAMED {
            said.push(format!("and {} more", seen.late.len() - NAMED));
        }
        (!said.is_empty()).then(|| said.join("; "))
    }
}

/// Whether drops come when they usually do. A producer that has stopped is no fault of the daemon: it is
/// said, and the verdict stays.
pub struct Freshness(pub std::sync::Arc<Lateness>);

impl Probe for Freshness {
    fn name(&self) -> &str {
        "freshness"
    }

    fn look(&self, _facts: &Facts) -> Finding {
        Finding::ok(match self.0.words() {
            Some(late) => format!("a drop did not come: {late}"),
            None => "no drop is late".to_owned(),
        })
    }
}

fn words(overdue: &Overdue) -> String {
    format!(
        "nothing came for {}; usually one comes every {}",
        span(overdue.since_ms),
        span(overdue.usual_ms)
    )
}

fn span(ms: i64) -> String {
    let minutes = ms / 60_000;
    match minutes {
        ..120 => format!("{minutes} minutes"),
        120..2880 => format!("{} hours", minutes / 60),
        _ => format!("{} days", minutes / 1440),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_said_in_their_own_unit() {
        let hour = 3_600_000;
        let said = [hour, 26 * hour, 80 * hour].map(span);
        assert_eq!(said, ["60 minutes", "26 hours", "3 days"]);
    }

    #[test]
    fn who_is_late_is_named_and_the_verdict_stays() {
        let late = std::sync::Arc::new(Lateness::default());
        let probe = Freshness(std::sync::Arc::clone(&late));
        let facts = Facts::at_start("0", Timestamp(0));
        assert_eq!(probe.look(&facts), Finding::ok("no drop is late"));
        let overdue = Overdue {
            usual_ms: 86_400_000,
            since_ms: 4 * 86_400_000,
        };
        late.0
            .lock()
            .unwrap()
            .late
            .insert("sales".to_owned(), overdue);
        let said =
            "a drop did not come: sales: nothing came for 4 days; usually one comes every 24 hours";
        assert_eq!(probe.look(&facts), Finding::ok(said));
    }
}
