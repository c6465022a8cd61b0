//! Whatever happens to a worker: the caller learns why, the next file goes through.

use std::time::Duration;

use ddgend::worker::{Allowance, Limits, PoolConfig, Profiled, WorkerError};
use rustix::process::Signal;

use super::bench::{Bench, SOON, brief, config, freeze, process_state, signal, until};

const FILE: &[u8] = b"id,name\n1,a\n2,b\n";

fn died(answer: Result<Profiled, WorkerError>) -> String {
    match answer {
        Err(WorkerError::Died { reason }) => reason,
        other => panic!("expected a death, got {other:?}"),
    }
}

fn breached(answer: Result<Profiled, WorkerError>) -> String {
    match answer {
        Err(WorkerError::Breached { reason }) => reason,
        other => panic!("expected a breach, got {other:?}"),
    }
}

/// Ends a frozen worker in the midst of a job with `by`, and returns what the caller was told.
async fn end_in_the_midst(bench: &Bench, by: Signal) -> Result<Profiled, WorkerError> {
    bench
        .until("a worker is idle", |s| s.workers.iter().any(|w| !w.busy))
        .await;
    let pid = bench.pid();
    freeze(pid).await;
    let job = bench.submit(bench.file("x.csv", FILE));
    bench
        .until("the worker is busy", |s| s.workers.iter().any(|w| w.busy))
        .await;
    // Its time is allotted in the same breath as the job is sent.
    until("the job was sent", || is_allotted_time(pid)).await;
    signal(pid, by);
    signal(pid, Signal::CONT);
    tokio::time::timeout(SOON, job).await.unwrap().unwrap()
}

fn is_allotted_time(pid: u32) -> bool {
    let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).unwrap_or_default();
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max cpu time"));
    line.is_some_and(|line| !line.trim_start().starts_with("unlimited"))
}

#[tokio::test]
async fn kill_9_in_the_midst_is_a_death_and_the_worker_is_replaced() {
    let bench = Bench::new(1).await;
    let first = bench.pid();
    let reason = died(end_in_the_midst(&bench, Signal::KILL).await);
    assert!(reason.contains("was killed (signal 9)"), "{reason}");
    assert!(bench.works().await);
    let state = bench.state();
    assert_eq!(state.deaths, 1);
    assert_ne!(state.workers[0].pid, first);
}

#[tokio::test]
async fn every_way_to_end_has_its_words() {
    let bench = Bench::new(1).await;
    // SIGSEGV from outside would be taken for a stack overflow that then does not come again.
    let reason = died(end_in_the_midst(&bench, Signal::ILL).await);
    assert!(reason.contains("crashed (signal 4)"), "{reason}");
    let reason = breached(end_in_the_midst(&bench, Signal::XCPU).await);
    assert_eq!(reason, "used more than 61 s of processor time");
    let reason = breached(end_in_the_midst(&bench, Signal::XFSZ).await);
    assert_eq!(reason, "needed more than 1024 MiB of scratch space");
    let reason = died(end_in_the_midst(&bench, Signal::ABORT).await);
    assert!(reason.contains("aborted (signal 6)"), "{reason}");
    assert!(bench.works().await);
    assert_eq!(bench.state().deaths, 4);
}

#[tokio::test]
async fn signals_to_the_group_do_not_end_a_worker() {
    let bench = Bench::new(1).await;
    let pid = bench.pid();
    for polite in [Signal::TERM, Signal::INT, Signal::HUP, Signal::QUIT] {
        signal(pid, polite);
    }
    assert!(bench.works().await);
    assert_eq!((bench.pid(), bench.state().deaths), (pid, 0));
}

#[tokio::test]
async fn a_hang_ends_at_the_wall_limit() {
    let wall = Allowance {
        base: Duration::from_secs(1),
        per_mib: Duration::ZERO,
    };
    let bench = Bench::with(
        1,
        Limits {
            wall,
            ..Limits::default()
        },
    )
    .await;
    let pid = bench.pid();
    freeze(pid).await;
    let job = bench.submit(bench.file("x.csv", FILE));
    let reason = breached(tokio::time::timeout(SOON, job).await.unwrap().unwrap());
    assert_eq!(reason, "was not done within 1 s");
    assert!(bench.works().await);
    assert_eq!((bench.state().deaths, process_state(pid)), (1, None));
}

#[tokio::test]
async fn a_worker_that_needs_more_memory_than_it_may_is_told_by_the_limit() {
    let bench = Bench::with(
        1,
        Limits {
            memory: 3 << 20,
            ..Limits::default()
        },
    )
    .await;
    let mut long = brief("x.csv");
    // Read whole and then parsed: 2.7 MB beside what the process has.
    long.name = "n".repeat(900_000);
    long.name.push('\u{1}');
    let file = bench.file("x.csv", FILE);
    let reason = breached(bench.pool.profile(&file, &long, |_| ()).await);
    assert_eq!(reason, "needed more than 3 MiB of memory");
    assert!(bench.works().await);
}

#[tokio::test]
async fn an_idle_worker_that_dies_costs_no_job_a_try() {
    let bench = Bench::new(2).await;
    for round in 1..=3 {
        for worker in bench.state().workers {
            signal(worker.pid, Signal::KILL);
        }
        bench
            .until("both deaths are noticed", |s| s.deaths == 2 * round)
            .await;
        assert!(bench.works().await);
        bench.until("both are back", |s| s.workers.len() == 2).await;
    }
}

#[tokio::test]
async fn a_caller_that_goes_takes_its_worker_along_and_nobody_elses() {
    let bench = Bench::new(1).await;
    let pid = bench.pid();
    freeze(pid).await;
    let job = bench.submit(bench.file("x.csv", FILE));
    bench
        .until("the worker is busy", |s| s.workers.iter().any(|w| w.busy))
        .await;
    job.abort();
    assert!(bench.works().await);
    assert_eq!(
        bench.state().deaths,
        0,
        "an end that was asked for is no death"
    );
    assert_ne!(bench.pid(), pid);
}

#[tokio::test]
async fn a_caller_that_stops_waiting_blocks_nobody() {
    let bench = Bench::new(1).await;
    let pid = bench.pid();
    freeze(pid).await;
    let first = bench.submit(bench.file("a.csv", FILE));
    bench
        .until("the worker is busy", |s| s.workers.iter().any(|w| w.busy))
        .await;
    let second = bench.submit(bench.file("b.csv", FILE));
    let third = bench.submit(bench.file("c.csv", FILE));
    bench.until("two wait", |s| s.waiting == 2).await;
    second.abort();
    bench.until("one waits", |s| s.waiting == 1).await;
    signal(pid, Signal::CONT);
    for job in [first, third] {
        let answer = tokio::time::timeout(SOON, job).await.unwrap().unwrap();
        assert!(
            matches!(answer, Ok(_) | Err(WorkerError::Refused { .. })),
            "{answer:?}"
        );
    }
    assert_eq!(bench.pid(), pid);
}

#[tokio::test]
async fn when_no_worker_can_be_started_callers_are_told_and_served_again_later() {
    let bench = Bench::run(|folder| {
        std::fs::copy(env!("CARGO_BIN_EXE_ddgend"), folder.join("ddgend")).unwrap();
        PoolConfig {
            program: folder.join("ddgend"),
            ..config(folder, 1, Limits::default())
        }
    });
    let bench = bench.await.unwrap();
    let (here, away) = (
        bench.folder.path().join("ddgend"),
        bench.folder.path().join("away"),
    );
    std::fs::rename(&here, &away).unwrap();
    signal(bench.pid(), Signal::KILL);
    bench
        .until("the start has failed", |s| s.trouble.is_some())
        .await;
    let answer = bench.submit(bench.file("x.csv", FILE)).await.unwrap();
    assert!(
        matches!(answer, Err(WorkerError::Unavailable(_))),
        "{answer:?}"
    );
    std::fs::rename(&away, &here).unwrap();
    bench
        .until("it is back", |s| {
            s.workers.len() == 1 && s.trouble.is_none()
        })
        .await;
    assert!(bench.works().await);
}

/// A flood of files that break their worker must not slow down the files between them.
#[tokio::test]
async fn a_worker_that_ends_over_a_file_is_replaced_at_once() {
    let bench = Bench::new(1).await;
    let start = std::time::Instant::now();
    for _ in 0..8 {
        died(end_in_the_midst(&bench, Signal::KILL).await);
    }
    // With the pauses of a start that fails it would take 12.7 s.
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(bench.state().deaths, 8);
}
