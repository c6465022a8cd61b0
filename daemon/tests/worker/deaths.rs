//! Whatever happens to a worker: the caller learns why, the next file goes through.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use ddgend::worker::{Allowance, Limits, PoolConfig, WorkerError, wire};
use rustix::process::Signal;

use super::bench::{Bench, SOON, brief, config, freeze, process_state, signal, until};

const FILE: &[u8] = b"id,name\n1,a\n2,b\n";

fn died(answer: Result<Vec<u8>, WorkerError>) -> String {
    match answer {
        Err(WorkerError::Died { reason }) => reason,
        other => panic!("expected a death, got {other:?}"),
    }
}

fn breached(answer: Result<Vec<u8>, WorkerError>) -> String {
    match answer {
        Err(WorkerError::Breached { reason }) => reason,
        other => panic!("expected a breach, got {other:?}"),
    }
}

/// Ends a frozen worker in the midst of a job with `by`, and returns what the caller was told.
async fn end_in_the_midst(bench: &Bench, by: Signal) -> Result<Vec<u8>, WorkerError> {
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

/// A stand-in for the binary: says hello, then does `and_then` with its socket as standard input.
fn impostor(folder: &Path, build: &str, and_then: &str) -> PoolConfig {
    let hello = format!(r#"{{"build":"{build}","sandbox":"full"}}"#);
    let head = format!("\\{:03o}\\000\\000\\000\\001", hello.len());
    let script = format!("#!/bin/sh\nprintf '{head}%s' '{hello}' >&0\n{and_then}\n");
    let program = folder.join("impostor");
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    PoolConfig {
        program,
        ..config(folder, 1, Limits::default())
    }
}

async fn with_impostor(and_then: &str) -> Bench {
    Bench::run(|folder| impostor(folder, wire::BUILD, and_then))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_worker_that_answers_out_of_form_is_dead_to_us() {
    for answer in [
        r"\001\000\000\000\077x",
        r"\377\377\377\377\004",
        r"\003\000\000\000\003abc",
        r"\001\000\000\000\005x",
    ] {
        // Said ahead of the question, it is read as the answer; then it waits for the end.
        let bench = with_impostor(&format!("printf '{answer}' >&0; read -r line")).await;
        let answered = bench.submit(bench.file("x.csv", FILE));
        let reason = died(tokio::time::timeout(SOON, answered).await.unwrap().unwrap());
        assert_eq!(reason, "its worker answered out of form", "{answer}");
    }
}

#[tokio::test]
async fn a_worker_of_another_build_is_not_used() {
    let refused = Bench::run(|folder| impostor(folder, "0.0.0-other", "read -r line")).await;
    let reason = refused.err().unwrap();
    assert!(reason.contains("it is of build 0.0.0-other"), "{reason}");
}

#[tokio::test]
async fn a_program_that_is_no_worker_is_named() {
    let refused = Bench::run(|folder| PoolConfig {
        program: folder.join("missing"),
        ..config(folder, 2, Limits::default())
    });
    let reason = refused.await.err().unwrap();
    assert!(
        reason.contains("missing cannot be started as a worker"),
        "{reason}"
    );

    let refused = Bench::run(|folder| PoolConfig {
        program: "/bin/false".into(),
        ..config(folder, 1, Limits::default())
    });
    let reason = refused.await.err().unwrap();
    assert!(reason.contains("did not come up"), "{reason}");
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
