//! What a worker holds, sees and outlives.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use ddgend::worker::Sandbox;
use landlock::{ABI, Access, AccessFs, CompatLevel, Compatible, Ruleset, RulesetAttr};
use rustix::io::FdFlags;
use rustix::process::Signal;

use super::bench::{Bench, freeze, has_ended, signal, until};

#[tokio::test]
async fn a_worker_holds_its_socket_and_nothing_of_the_daemon() {
    let folder = tempfile::tempdir().unwrap();
    let lock = std::fs::File::create(folder.path().join("lock")).unwrap();
    // As if the daemon's own parent had handed it on: not closed by exec.
    rustix::io::fcntl_setfd(&lock, FdFlags::empty()).unwrap();
    let bench = Bench::new(2).await;
    assert!(bench.works().await);
    for worker in bench.state().workers {
        let held: BTreeMap<u32, String> = std::fs::read_dir(format!("/proc/{}/fd", worker.pid))
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                let target = std::fs::read_link(entry.path()).unwrap();
                (
                    entry.file_name().to_string_lossy().parse().unwrap(),
                    target.display().to_string(),
                )
            })
            .collect();
        assert_eq!(
            held.keys().copied().collect::<Vec<_>>(),
            [0, 1, 2, 3],
            "{held:?}"
        );
        assert!(
            held[&0].starts_with("socket:") && held[&0] == held[&3],
            "{held:?}"
        );
        assert_eq!(held[&1], "/dev/null");
        assert!(held[&2].starts_with("pipe:"), "{held:?}");
        let environment = std::fs::read(format!("/proc/{}/environ", worker.pid)).unwrap();
        // Two words for the allocator, and nothing of the daemon's.
        let words = b"MALLOC_MMAP_THRESHOLD_=2097152\0MALLOC_TRIM_THRESHOLD_=8388608\0";
        assert_eq!(environment, words);
    }
}

/// The hello is the verdict of a worker that tried to open `/etc/passwd` and to make a socket; the
/// kernel's own books must agree with it.
#[tokio::test]
async fn the_sandbox_stands_where_the_kernel_has_one() {
    let bench = Bench::new(1).await;
    let state = bench.state();
    let status = std::fs::read_to_string(format!("/proc/{}/status", bench.pid())).unwrap();
    let field = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name));
        line.map(|line| line[name.len()..].trim().to_owned())
    };
    assert_eq!(field("NoNewPrivs:").as_deref(), Some("1"));
    assert_eq!(field("CapEff:").as_deref(), Some("0000000000000000"));
    let landlock = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(ABI::V1))
        .and_then(Ruleset::create);
    match (landlock, field("Seccomp:").as_deref()) {
        (Ok(_), Some(mode)) => {
            assert_eq!(state.sandbox, Sandbox::Full);
            assert_eq!(mode, "2", "a filter is in force");
        }
        (landlock, seccomp) => {
            eprintln!(
                "SKIPPED: Landlock {:?}, seccomp {seccomp:?}",
                landlock.err()
            );
            assert!(state.sandbox.because().is_some());
        }
    }
}

#[tokio::test]
async fn limits_are_in_force_before_the_first_file() {
    let bench = Bench::new(1).await;
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", bench.pid())).unwrap();
    let both = |name: &str| -> Vec<String> {
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
        line[name.len()..]
            .split_whitespace()
            .take(2)
            .map(Into::into)
            .collect()
    };
    assert_eq!(both("Max data size"), ["536870912", "536870912"]);
    assert_eq!(both("Max file size"), ["1073741824", "1073741824"]);
    assert_eq!(both("Max core file size"), ["0", "0"]);
    assert_eq!(both("Max open files"), ["64", "64"]);
}

#[tokio::test]
async fn workers_end_with_the_pool_that_is_dropped() {
    let bench = Bench::new(2).await;
    let pids: Vec<u32> = bench.state().workers.iter().map(|w| w.pid).collect();
    freeze(pids[0]).await;
    drop(bench);
    until("both are gone", || pids.iter().all(|pid| has_ended(*pid))).await;
}

const AS_DAEMON: &str = "DDGEN_TEST_AS_DAEMON";

/// Not a test of its own: the daemon that the next test kills.
#[tokio::test]
async fn stand_in_for_a_daemon() {
    if std::env::var_os(AS_DAEMON).is_none() {
        return;
    }
    let bench = Bench::new(3).await;
    let pids: Vec<String> = bench
        .state()
        .workers
        .iter()
        .map(|w| w.pid.to_string())
        .collect();
    println!("\nworkers {}", pids.join(" "));
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn workers_end_when_the_daemon_is_killed_even_those_that_stand_still() {
    let mut daemon = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "walls::stand_in_for_a_daemon", "--nocapture"])
        .env(AS_DAEMON, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(daemon.stdout.take().unwrap()).lines();
    let pids: Vec<u32> = lines
        .map(Result::unwrap)
        .find_map(|line| Some(line.strip_prefix("workers ")?.to_owned()))
        .unwrap()
        .split(' ')
        .map(|pid| pid.parse().unwrap())
        .collect();
    assert_eq!(pids.len(), 3);
    assert!(pids.iter().all(|pid| !has_ended(*pid)));
    freeze(pids[1]).await;
    signal(daemon.id(), Signal::KILL);
    daemon.wait().unwrap();
    until("all are gone", || pids.iter().all(|pid| has_ended(*pid))).await;
}
