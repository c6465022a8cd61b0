//! What is so at the moment someone asks.

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::Verdict;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::{ProcessFacts, Snapshot};

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct State {
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfProbe {
    probe: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfBuild {
    version: String,
}

pub(super) fn of_snapshot(snapshot: &Snapshot, now: Timestamp) -> Registry {
    let facts = &snapshot.facts;
    let mut all = Registry::with_prefix("ddgen");
    let build = Info::new(OfBuild {
        version: facts.version.clone(),
    });
    all.register("build", "Which ddgen this is", build);
    all.register(
        "health",
        "0 ok, 1 degraded, 2 down",
        number(level(snapshot.status)),
    );
    let probes = Family::<OfProbe, Gauge>::default();
    for probe in &snapshot.probes {
        let of = OfProbe {
            probe: probe.name.clone(),
        };
        probes.get_or_create(&of).set(level(probe.verdict));
    }
    all.register("probe", "0 ok, 1 degraded, 2 down, by probe", probes);

    let queue = &facts.queue;
    let jobs = [
        ("pending", queue.pending),
        ("running", queue.running),
        ("parked", queue.parked),
    ];
    all.register("queue_jobs", "Files in the queue, by state", by_state(jobs));
    let age = facts
        .oldest_pending
        .map_or(0, |oldest| now.0.saturating_sub(oldest.0).max(0));
    let help = "How long the file waits that is first in line; 0 when none waits";
    all.register_with_unit("queue_oldest_age", help, Unit::Seconds, seconds(age));

    let drops = &facts.drops;
    let stored = [
        ("done", drops.done),
        ("failed", drops.failed),
        ("duplicate", drops.duplicate),
        ("parked", drops.parked),
        ("quarantined", drops.quarantined),
    ];
    all.register(
        "stored_drops",
        "Drops the store has, by state",
        by_state(stored),
    );
    all.register(
        "dictionaries",
        "Dictionaries in the store",
        count(facts.store.dictionaries),
    );
    all.register(
        "versions",
        "Versions in the store",
        count(facts.store.versions),
    );
    let bytes = count(facts.store.bytes);
    all.register_with_unit("store_size", "Size of the store", Unit::Bytes, bytes);

    let how = |how: &str| {
        facts
            .watches
            .iter()
            .filter(|watch| watch.how == how)
            .count() as u64
    };
    let watches = [
        ("starting", how("starting")),
        ("native", how("native")),
        ("polled", how("polled")),
        ("broken", how("broken")),
    ];
    all.register(
        "watches",
        "Watches, by how they see their folder",
        by_state(watches),
    );
    let busy = facts.workers.iter().filter(|worker| worker.busy).count() as u64;
    let workers = [("busy", busy), ("idle", facts.workers.len() as u64 - busy)];
    all.register("workers", "Worker processes, by state", by_state(workers));
    all.register(
        "clients",
        "Clients connected to the socket",
        count(facts.clients.into()),
    );
    let age = now.0.saturating_sub(facts.taken_at.0).max(0);
    let help = "Age of what the other gauges show; about a minute when nothing happens";
    all.register_with_unit("snapshot_age", help, Unit::Seconds, seconds(age));
    all
}

/// Under the names every Prometheus client uses for a process, which dashboards know.
pub(super) fn of_process(process: &ProcessFacts, started: Timestamp) -> Registry {
    let mut all = Registry::with_prefix("process");
    let cpu = ConstCounter::new(process.cpu_seconds);
    all.register_with_unit("cpu", "User and system CPU time", Unit::Seconds, cpu);
    let start = seconds(started.0);
    let help = "Start of the daemon since the Unix epoch";
    all.register_with_unit("start_time", help, Unit::Seconds, start);
    let bytes = [
        ("resident_memory", "Resident memory", process.resident_bytes),
        ("virtual_memory", "Virtual memory", process.virtual_bytes),
    ];
    for (name, help, value) in bytes {
        if let Some(value) = value {
            all.register_with_unit(name, help, Unit::Bytes, count(value));
        }
    }
    let counts = [
        ("open_fds", "Open file descriptors", process.open_fds),
        ("max_fds", "Most file descriptors allowed", process.max_fds),
        ("threads", "Threads", process.threads),
    ];
    for (name, help, value) in counts {
        if let Some(value) = value {
            all.register(name, help, count(value));
        }
    }
    all
}

fn level(verdict: Verdict) -> i64 {
    match verdict {
        Verdict::Ok => 0,
        Verdict::Degraded => 1,
        Verdict::Down => 2,
    }
}

fn number(value: i64) -> ConstGauge<i64> {
    ConstGauge::new(value)
}

fn count(value: u64) -> ConstGauge<i64> {
    number(i64::try_from(value).unwrap_or(i64::MAX))
}

fn seconds(ms: i64) -> ConstGauge<f64> {
    ConstGauge::new(ms as f64 / 1_000.0)
}

fn by_state<const N: usize>(states: [(&'static str, u64); N]) -> Family<State, Gauge> {
    let family = Family::<State, Gauge>::default();
    for (state, value) in states {
        family
            .get_or_create(&State { state })
            .set(i64::try_from(value).unwrap_or(i64::MAX));
    }
    family
}
