//! Metrics, rules and dashboard held against a real Prometheus, and against what the daemon says.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use harness::{Daemon, Place, Plan, curl, skip, until};
use regex::Regex;
use serde_json::Value;

fn packaging(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../packaging")
        .join(name)
}

fn is_there(program: &str) -> bool {
    let version = Command::new(program).arg("--version").output();
    version.is_ok_and(|output| output.status.success())
}

fn serving() -> Plan {
    Plan::default()
        .with_argument("--http")
        .with_argument("127.0.0.1:0")
}

/// Names of our own metrics in a text, without what histograms add.
fn names(text: &str) -> BTreeSet<String> {
    let name = Regex::new(r"\bddgen_[a-z_]+").unwrap();
    let base = |found: &str| {
        let endings = ["_bucket", "_sum", "_count"];
        let cut = endings.iter().find_map(|ending| found.strip_suffix(ending));
        cut.filter(|cut| cut.ends_with("_seconds"))
            .unwrap_or(found)
            .to_owned()
    };
    name.find_iter(text)
        .map(|found| base(found.as_str()))
        .collect()
}

#[test]
fn rules_dashboard_and_document_name_what_the_daemon_says_and_nothing_else() {
    let place = Place::new();
    let mut daemon = Daemon::start_as(&place, &serving());
    place.drop_file("sales.csv", "id\n1\n");
    place.settled(1);
    place.ask(&["backup", "now"]);
    let _counted = curl(&[&format!("{}/health", place.http())]);
    let text = until("a run of upkeep", || {
        let text = curl(&[&format!("{}/metrics", place.http())]).body;
        text.contains("ddgen_upkeep_failed{").then_some(text)
    });
    let samples: String = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| format!("{line}\n"))
        .collect();
    let mut said = names(&samples);
    // Said from the first notice on.
    said.insert("ddgen_alert_notices_total".to_owned());
    for file in ["prometheus/ddgen.rules.yml", "grafana/ddgen.json"] {
        let used = names(&fs::read_to_string(packaging(file)).unwrap());
        let unknown: Vec<_> = used.difference(&said).collect();
        assert!(unknown.is_empty() && used.len() > 8, "{file}: {unknown:?}");
    }
    let documented = names(&fs::read_to_string(packaging("prometheus/METRICS.md")).unwrap());
    let difference: Vec<_> = documented.symmetric_difference(&said).collect();
    assert!(difference.is_empty(), "{difference:?}");
    let _dashboard: Value =
        serde_json::from_str(&fs::read_to_string(packaging("grafana/ddgen.json")).unwrap())
            .unwrap();
    daemon.stop();
}

/// What `promtool check metrics` says of a text: none without promtool.
fn checked(text: &str) -> Option<Result<(), String>> {
    use std::io::Write;
    if !is_there("promtool") {
        return None;
    }
    let mut promtool = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut into = promtool.stdin.take().unwrap();
    into.write_all(text.as_bytes()).unwrap();
    drop(into);
    let output = promtool.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Some(output.status.success().then_some(()).ok_or(said))
}

fn series(text: &str) -> usize {
    text.lines().filter(|line| !line.starts_with('#')).count()
}

#[test]
fn promtool_accepts_the_metrics() {
    let place = Place::new();
    let _daemon = Daemon::start_as(&place, &serving());
    place.drop_file("sales.csv", "id\n1\n");
    place.settled(1);
    let plain = curl(&[&format!("{}/metrics", place.http())]).body;
    match checked(&plain) {
        Some(said) => assert_eq!(said, Ok(())),
        None => skip("metrics", "the package prometheus is not installed"),
    }
    let accept = "Accept: application/openmetrics-text;version=1.0.0,text/plain;q=0.5";
    let open = curl(&["-H", accept, &format!("{}/metrics", place.http())]).body;
    assert!(open.ends_with("# EOF\n"), "{open}");
    assert!(
        series(&open).abs_diff(series(&plain)) < 20,
        "{open}\n{plain}"
    );
}

mod long {
    use std::time::Duration;

    use super::*;
    use harness::{small_files, within};

    #[test]
    fn a_hundred_thousand_files_leave_the_number_of_series_small() {
        const FILES: usize = 100_000;
        let place = Place::new();
        let _daemon = Daemon::start_as(&place, &serving());
        for file in small_files(FILES) {
            let path = place.drop_dir().join(&file.path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, &file.content).unwrap();
        }
        let settled = within(Duration::from_secs(3_000), || {
            let drops = &place.ask(&["status"])["drops"];
            (drops["total"].as_u64()? >= FILES as u64).then_some(())
        });
        assert_eq!(settled, Some(()), "not all files were read in time");
        let text = curl(&[&format!("{}/metrics", place.http())]).body;
        println!("{FILES} files: {} series", series(&text));
        assert!(series(&text) < 2_000, "{}", series(&text));
        assert!(checked(&text).is_none_or(|said| said.is_ok()));
    }
}

#[test]
fn promtool_accepts_the_rules_and_their_examples() {
    if !is_there("promtool") {
        return skip("promtool", "the package prometheus is not installed");
    }
    for arguments in [
        ["check", "rules", "ddgen.rules.yml"],
        ["test", "rules", "ddgen.rules.test.yml"],
    ] {
        let output = Command::new("promtool")
            .args(arguments)
            .current_dir(packaging("prometheus"))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let complained = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "{arguments:?}\n{said}\n{complained}"
        );
    }
}

/// Ended when dropped.
struct Prometheus(Child);

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _waited = self.0.wait();
    }
}

#[test]
fn a_real_prometheus_scrapes_the_daemon_and_runs_the_rules_over_it() {
    if !is_there("prometheus") {
        return skip("scraping", "the package prometheus is not installed");
    }
    let place = Place::new();
    let mut daemon = Daemon::start_as(&place, &serving());
    place.drop_file("sales.csv", "id\n1\n");
    place.settled(1);
    let folder = place.path().join("prometheus");
    fs::create_dir(&folder).unwrap();
    fs::copy(
        packaging("prometheus/ddgen.rules.yml"),
        folder.join("ddgen.rules.yml"),
    )
    .unwrap();
    // As shipped, but for the address and the pace.
    let shipped = fs::read_to_string(packaging("prometheus/prometheus.yml")).unwrap();
    let ours = place.http().replace("http://", "");
    let settings = shipped
        .replace("127.0.0.1:8000", &ours)
        .replace("scrape_interval: 15s", "scrape_interval: 1s");
    assert!(
        settings.contains(&ours) && settings.contains(": 1s"),
        "{settings}"
    );
    fs::write(folder.join("prometheus.yml"), settings).unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let log = fs::File::create(folder.join("log")).unwrap();
    let child = Command::new("prometheus")
        .args(["--config.file=prometheus.yml", "--storage.tsdb.path=data"])
        .arg(format!("--web.listen-address={address}"))
        .current_dir(&folder)
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap();
    let _prometheus = Prometheus(child);
    let said = || fs::read_to_string(folder.join("log")).unwrap_or_default();
    let query = |expression: &str| -> Option<Value> {
        let url = format!("http://{address}/api/v1/query");
        let output = Command::new("curl")
            .args([
                "--silent",
                "--get",
                "--data-urlencode",
                &format!("query={expression}"),
                &url,
            ])
            .output()
            .unwrap();
        let answer: Value = serde_json::from_slice(&output.stdout).ok()?;
        assert_eq!(
            answer["status"],
            "success",
            "{expression}: {answer}\n{}",
            said()
        );
        answer["data"]["result"][0]["value"].get(1).cloned()
    };
    until("the first scrape", || {
        (query("up{job=\"ddgen\"}")? == "1").then_some(())
    });
    assert_eq!(query("ddgen_drops_total{outcome=\"done\"}").unwrap(), "1");
    assert!(query("ddgen_health < 2 and ddgen_health >= 0").is_some());
    assert_eq!(query("ddgen_landing_duration_seconds_count").unwrap(), "1");
    let dashboard = fs::read_to_string(packaging("grafana/ddgen.json")).unwrap();
    let dashboard: Value = serde_json::from_str(&dashboard).unwrap();
    let mut asked = 0;
    for panel in dashboard["panels"].as_array().unwrap() {
        for target in panel["targets"].as_array().unwrap() {
            let expression = target["expr"].as_str().unwrap();
            let expression = expression
                .replace("$instance", ".*")
                .replace("$__rate_interval", "1m");
            let _value = query(&expression);
            asked += 1;
        }
    }
    assert!(asked > 20);
    let rules = until("the rules", || {
        let rules = curl(&[&format!("http://{address}/api/v1/rules")]).json();
        let group = rules["data"]["groups"][0].clone();
        (group["lastEvaluation"].as_str()? != "0001-01-01T00:00:00Z").then_some(group)
    });
    for rule in rules["rules"].as_array().unwrap() {
        assert_eq!(rule["health"], "ok", "{rule}");
    }
    daemon.stop();
}
