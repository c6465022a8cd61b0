//! Metrics in the text format that Prometheus reads.
//!
//! What happens is counted here as it happens; what is so is taken from the snapshot when someone
//! asks. Every label has a fixed set of values: no file name, path, dictionary or address is one.

mod gauges;
mod plain;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ddgen_ipc::Timestamp;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

use ddgen_ipc::message::AlertSeverity;

use crate::backup::Kind;
use crate::{ProcessFacts, Snapshot};

/// How everything can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextFormat {
    /// OpenMetrics 1.0.
    OpenMetrics,
    /// The text format of Prometheus before it.
    Plain,
}

impl TextFormat {
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Plain => "text/plain; version=0.0.4; charset=utf-8",
        }
    }
}

/// How a drop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    Done,
    Duplicate,
    Failed,
    Parked,
    Quarantined,
}

impl Outcome {
    const ALL: [Self; 5] = [
        Self::Done,
        Self::Duplicate,
        Self::Failed,
        Self::Parked,
        Self::Quarantined,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Duplicate => "duplicate",
            Self::Failed => "failed",
            Self::Parked => "parked",
            Self::Quarantined => "quarantined",
        }
    }
}

/// What became of a try to tell of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    Sent,
    /// It is tried again.
    Failed,
    Dead,
}

impl Told {
    fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Dead => "dead",
        }
    }
}

impl EncodeLabelValue for Outcome {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        EncodeLabelValue::encode(&self.as_str(), encoder)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfDrop {
    outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRequest {
    route: &'static str,
    code: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfBackup {
    kind: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfAlert {
    severity: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfTask {
    task: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfNotice {
    sink: &'static str,
    outcome: &'static str,
}

/// The counters of one daemon since its start. Clones share them.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    drops: Family<OfDrop, Counter>,
    profiled_bytes: Counter,
    profiling: Histogram,
    committing: Histogram,
    landing: Histogram,
    requests: Family<OfRequest, Counter>,
    answering: Histogram,
    backups: Family<OfBackup, Counter>,
    last_backup: Gauge,
    last_verified_backup: Gauge,
    last_backup_elsewhere: Gauge,
    alerts: Family<OfAlert, Gauge>,
    notices: Family<OfNotice, Counter>,
    upkeep_last: Family<OfTask, Gauge>,
    upkeep_failed: Family<OfTask, Gauge>,
}

impl Default for Metrics {
    fn default() -> Self {
        // 1 ms to 9 minutes: a small file on a fast disk, and gigabytes on a slow one.
        let profiling = Histogram::new(exponential_buckets(0.001, 3.0, 13));
        // 0.5 ms to 16 s: one fsync on a good disk, and a queue of them on a bad one.
        let committing = Histogram::new(exponential_buckets(0.000_5, 2.0, 16));
        // 10 ms to 11 minutes, with 1.28 s and 2.56 s around the promised two seconds.
        let landing = Histogram::new(exponential_buckets(0.01, 2.0, 17));
        // 0.1 ms to 3 s: health is promised within 10 ms.
        let answering = Histogram::new(exponential_buckets(0.000_1, 2.0, 16));
        let mut metrics = Self {
            registry: Arc::default(),
            drops: Family::default(),
            profiled_bytes: Counter::default(),
            profiling,
            committing,
            landing,
            requests: Family::default(),
            answering,
            backups: Family::default(),
            last_backup: Gauge::default(),
            last_verified_backup: Gauge::default(),
            last_backup_elsewhere: Gauge::default(),
            alerts: Family::default(),
            notices: Family::default(),
            upkeep_last: Family::default(),
            upkeep_failed: Family::default(),
        };
        // A counter that is there from the start: its first increase shows as one.
        for outcome in Outcome::ALL {
            drop(metrics.drops.get_or_create(&OfDrop { outcome }));
        }
        for severity in AlertSeverity::ALL {
            metrics.alerts_raised(severity, 0);
        }
        metrics.registry = Arc::new(metrics.registered());
        metrics
    }
}

impl Metrics {
    fn registered(&self) -> Registry {
        let mut all = Registry::with_prefix("ddgen");
        all.register("drops", "Drops that ended, by outcome", self.drops.clone());
        let bytes = self.profiled_bytes.clone();
        all.register_with_unit("profiled", "Bytes of files profiled", Unit::Bytes, bytes);
        let mut time = |name: &str, help: &str, histogram: &Histogram| {
            all.register_with_unit(name, help, Unit::Seconds, histogram.clone());
        };
        time(
            "profile_duration",
            "Time a worker took for one file",
            &self.profiling,
        );
        time(
            "commit_duration",
            "Time the store took for one transaction",
            &self.committing,
        );
        time(
            "landing_duration",
            "Time from seeing a file to having it stored",
            &self.landing,
        );
        time(
            "http_duration",
            "Time an HTTP request took",
            &self.answering,
        );
        let requests = self.requests.clone();
        all.register(
            "http_requests",
            "HTTP requests answered, by route and code",
            requests,
        );
        let backups = self.backups.clone();
        all.register(
            "backups",
            "Backups that were run, by kind and outcome",
            backups,
        );
        let help = "When the newest backup was taken, since the Unix epoch; 0 without one";
        let last = self.last_backup.clone();
        all.register_with_unit("last_backup_timestamp", help, Unit::Seconds, last);
        let help = "The same for the newest that was restored and found whole";
        let last = self.last_verified_backup.clone();
        all.register_with_unit("last_verified_backup_timestamp", help, Unit::Seconds, last);
        let help = "The same for the newest that lies elsewhere";
        let last = self.last_backup_elsewhere.clone();
        all.register_with_unit("last_backup_elsewhere_timestamp", help, Unit::Seconds, last);
        let alerts = self.alerts.clone();
        all.register("alerts", "Alerts that are raised, by severity", alerts);
        let help = "Tries to tell of an alert, by kind of sink: sent, failed or dead (given up)";
        all.register("alert_notices", help, self.notices.clone());
        let help = "When a task of upkeep ran last, since the Unix epoch, by task";
        let last = self.upkeep_last.clone();
        all.register_with_unit("upkeep_last_run_timestamp", help, Unit::Seconds, last);
        let help = "1 when the last run of a task of upkeep failed, by task";
        all.register("upkeep_failed", help, self.upkeep_failed.clone());
        all
    }

    /// One drop has ended, `landing` after its file was seen.
    pub fn drop_ended(&self, outcome: Outcome, landing: Duration) {
        self.drops.get_or_create(&OfDrop { outcome }).inc();
        self.landing.observe(landing.as_secs_f64());
    }

    /// A worker has profiled a file.
    pub fn profiled(&self, bytes: u64, took: Duration) {
        self.profiled_bytes.inc_by(bytes);
        self.profiling.observe(took.as_secs_f64());
    }

    /// The store has committed a transaction.
    pub fn committed(&self, took: Duration) {
        self.committing.observe(took.as_secs_f64());
    }

    /// An HTTP request was answered. `route` is the route's pattern, never the path asked for.
    pub fn answered(&self, route: &'static str, code: u16, took: Duration) {
        self.requests
            .get_or_create(&OfRequest { route, code })
            .inc();
        self.answering.observe(took.as_secs_f64());
    }

    /// A backup was run: whether it was made, and where that is due at once, verified.
    pub fn backup_made(&self, kind: Kind, done: bool) {
        let outcome = if done { "done" } else { "failed" };
        let kind = kind.as_str();
        self.backups
            .get_or_create(&OfBackup { kind, outcome })
            .inc();
    }

    /// A backup was copied elsewhere, or was not.
    pub fn backup_copied(&self, done: bool) {
        let outcome = if done { "done" } else { "failed" };
        let kind = "elsewhere";
        self.backups
            .get_or_create(&OfBackup { kind, outcome })
            .inc();
    }

    /// The newest backup, the newest that was verified, and the newest elsewhere.
    pub fn backups_stand(
        &self,
        last: Option<Timestamp>,
        verified: Option<Timestamp>,
        elsewhere: Option<Timestamp>,
    ) {
        let seconds = |at: Option<Timestamp>| at.map_or(0, |at| at.0 / 1_000);
        self.last_backup.set(seconds(last));
        self.last_verified_backup.set(seconds(verified));
        self.last_backup_elsewhere.set(seconds(elsewhere));
    }

    /// So many alerts of a severity are raised now.
    pub fn alerts_raised(&self, severity: AlertSeverity, count: usize) {
        let severity = severity.word();
        self.alerts
            .get_or_create(&OfAlert { severity })
            .set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// A task of upkeep that began then has ended.
    pub fn upkeep_ended(&self, task: &'static str, began: Timestamp, well: bool) {
        let of = OfTask { task };
        self.upkeep_last.get_or_create(&of).set(began.0 / 1_000);
        self.upkeep_failed.get_or_create(&of).set(i64::from(!well));
    }

    /// A try to tell of an alert. `sink` is its kind, never its name.
    pub fn alert_told(&self, sink: &'static str, outcome: Told) {
        let outcome = outcome.as_str();
        self.notices
            .get_or_create(&OfNotice { sink, outcome })
            .inc();
    }

    /// Everything as text.
    #[must_use]
    pub fn render(&self, snapshot: &Snapshot, now: Timestamp, format: TextFormat) -> String {
        let mut text = String::with_capacity(16 << 10);
        let state = gauges::of_snapshot(snapshot, now);
        let process = gauges::of_process(&ProcessFacts::read(), snapshot.facts.started_at);
        encode_registry(&mut text, &self.registry)
            .and_then(|()| encode_registry(&mut text, &state))
            .and_then(|()| encode_registry(&mut text, &process))
            .and_then(|()| encode_eof(&mut text))
            .expect("writing to a string cannot fail");
        match format {
            TextFormat::OpenMetrics => text,
            TextFormat::Plain => plain::plain(&text),
        }
    }
}

#[cfg(test)]
mod tests;
