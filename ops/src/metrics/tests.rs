use std::collections::BTreeMap;
use std::time::Duration;

use crate::{
    DropCounts, Facts, Metrics, Outcome, ProbeRow, QueueCounts, Snapshot, Stage, TextFormat,
    Timestamp, Verdict, WatchRow, WorkerRow,
};

fn watch(how: &str) -> WatchRow {
    WatchRow {
        name: "in".into(),
        root: "/srv/in".into(),
        how: how.into(),
        because: None,
        folders: 1,
        unreadable: 0,
        refused_names: 0,
    }
}

fn snapshot() -> Snapshot {
    let mut facts = Facts::at_start("1.2.3", Timestamp(1_000_000));
    facts.stage = Stage::Running;
    facts.taken_at = Timestamp(1_060_000);
    facts.queue = QueueCounts {
        pending: 7,
        running: 2,
        parked: 1,
    };
    facts.oldest_pending = Some(Timestamp(1_050_500));
    facts.drops = DropCounts {
        total: 11,
        done: 8,
        duplicate: 3,
        ..DropCounts::default()
    };
    facts.store.bytes = 4_096;
    facts.store.dictionaries = 5;
    facts.store.versions = 8;
    facts.watches = vec![watch("native"), watch("broken"), watch("native")];
    let worker = |busy| WorkerRow {
        pid: 1,
        busy,
        jobs_done: 0,
    };
    facts.workers = vec![worker(true), worker(false), worker(true)];
    facts.clients = 2;
    let row = |name: &str, verdict| ProbeRow {
        name: name.into(),
        verdict,
        because: "x".into(),
    };
    let probes = vec![
        row("store", Verdict::Ok),
        row("disk_data", Verdict::Degraded),
    ];
    Snapshot {
        status: Verdict::Degraded,
        probes,
        facts,
    }
}

/// Reads the text as a scraper does: name with labels, and value.
fn read(text: &str) -> BTreeMap<String, f64> {
    let mut found = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, value) = line.rsplit_once(' ').unwrap();
        assert!(
            found
                .insert(name.to_owned(), value.parse().unwrap())
                .is_none(),
            "twice: {name}"
        );
    }
    found
}

#[test]
fn the_text_says_what_happened_and_what_is_so() {
    let metrics = Metrics::default();
    metrics.drop_ended(Outcome::Done, Duration::from_millis(700));
    metrics.drop_ended(Outcome::Done, Duration::from_millis(2_600));
    metrics.drop_ended(Outcome::Parked, Duration::from_secs(5));
    metrics.profiled(1_000, Duration::from_millis(5));
    metrics.profiled(234, Duration::from_millis(5));
    metrics.committed(Duration::from_millis(2));
    metrics.answered("/health", 200, Duration::from_micros(50));
    metrics.answered("/health", 503, Duration::from_micros(50));
    metrics.answered("/health", 200, Duration::from_micros(50));

    let text = metrics.render(&snapshot(), Timestamp(1_065_000), TextFormat::OpenMetrics);
    assert!(text.ends_with("# EOF\n"));
    let found = read(&text);
    let expected = [
        ("ddgen_drops_total{outcome=\"done\"}", 2.0),
        ("ddgen_drops_total{outcome=\"parked\"}", 1.0),
        ("ddgen_drops_total{outcome=\"failed\"}", 0.0),
        ("ddgen_profiled_bytes_total", 1_234.0),
        ("ddgen_profile_duration_seconds_count", 2.0),
        ("ddgen_profile_duration_seconds_bucket{le=\"0.003\"}", 0.0),
        ("ddgen_profile_duration_seconds_bucket{le=\"+Inf\"}", 2.0),
        ("ddgen_commit_duration_seconds_count", 1.0),
        ("ddgen_landing_duration_seconds_bucket{le=\"1.28\"}", 1.0),
        ("ddgen_landing_duration_seconds_sum", 8.3),
        (
            "ddgen_http_requests_total{route=\"/health\",code=\"200\"}",
            2.0,
        ),
        (
            "ddgen_http_requests_total{route=\"/health\",code=\"503\"}",
            1.0,
        ),
        ("ddgen_build_info{version=\"1.2.3\"}", 1.0),
        ("ddgen_health", 1.0),
        ("ddgen_probe{probe=\"disk_data\"}", 1.0),
        ("ddgen_probe{probe=\"store\"}", 0.0),
        ("ddgen_queue_jobs{state=\"pending\"}", 7.0),
        ("ddgen_queue_jobs{state=\"parked\"}", 1.0),
        ("ddgen_queue_oldest_age_seconds", 14.5),
        ("ddgen_stored_drops{state=\"duplicate\"}", 3.0),
        ("ddgen_store_size_bytes", 4_096.0),
        ("ddgen_dictionaries", 5.0),
        ("ddgen_versions", 8.0),
        ("ddgen_watches{state=\"native\"}", 2.0),
        ("ddgen_watches{state=\"broken\"}", 1.0),
        ("ddgen_workers{state=\"busy\"}", 2.0),
        ("ddgen_clients", 2.0),
        ("ddgen_snapshot_age_seconds", 5.0),
        ("process_start_time_seconds", 1_000.0),
    ];
    for (name, value) in expected {
        let said = found
            .get(name)
            .unwrap_or_else(|| panic!("{name} is missing in\n{text}"));
        assert!((said - value).abs() < 1e-9, "{name}: {said}, not {value}");
    }
    assert!(found["process_resident_memory_bytes"] > 1e6);
    assert!(found["process_cpu_seconds_total"] > 0.0);
    assert!(found["process_open_fds"] >= 3.0);
}

/// Names and help as Prometheus wants them: each family once, typed, helped, in base units.
#[test]
fn every_family_is_described_once_and_named_by_convention() {
    let text =
        Metrics::default().render(&snapshot(), Timestamp(1_065_000), TextFormat::OpenMetrics);
    let mut types = BTreeMap::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert!(
                types.insert(name, kind).is_none(),
                "{name} is described twice"
            );
        }
    }
    assert!(types.len() > 20);
    for name in types.keys() {
        assert!(
            name.starts_with("ddgen_") || name.starts_with("process_"),
            "{name}"
        );
        assert!(
            name.chars().all(|c| c.is_ascii_lowercase() || c == '_'),
            "{name}"
        );
        assert!(!name.ends_with("_total") && !name.contains("_ms"), "{name}");
        assert!(
            text.contains(&format!("# HELP {name} ")),
            "{name} is not explained"
        );
    }
    assert!(!text.contains("/srv/in"), "a path became a label");
}
