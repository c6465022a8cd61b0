//! Files go through, in order, quickly, and within what the pool was told.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ddgend::worker::{Allowance, Limits, WorkerError};
use rustix::process::Signal;

use super::bench::{Bench, SOON, brief, freeze, has_ended, signal, until};

const FILE: &[u8] = b"id,name\n1,a\n2,b\n";

#[tokio::test]
async fn a_refusal_comes_back_with_its_words() {
    let bench = Bench::new(1).await;
    let file = bench.file("bad.json", b"{\"a\": 1");
    let answer = bench.pool.profile(&file, &brief("bad.json"), |_| ()).await;
    let Err(WorkerError::Refused { message, .. }) = answer else {
        panic!("{answer:?}")
    };
    assert!(!message.is_empty());
    let state = bench.state();
    assert_eq!(
        (
            state.deaths,
            state.workers[0].jobs_done,
            state.workers[0].busy
        ),
        (0, 1, false)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_small_files_pass_and_each_is_answered() {
    const FILES: usize = 2_000;
    let bench = Arc::new(Bench::new(2).await);
    let pids: Vec<u32> = bench.state().workers.iter().map(|w| w.pid).collect();
    let start = Instant::now();
    let lanes = (0..8).map(|lane| {
        let bench = Arc::clone(&bench);
        tokio::spawn(async move {
            let file = bench.file(&format!("{lane}.csv"), FILE);
            for _ in 0..FILES / 8 {
                let answer = bench.pool.profile(&file, &brief("x.csv"), |_| ()).await;
                assert!(
                    matches!(answer, Ok(_) | Err(WorkerError::Refused { .. })),
                    "{answer:?}"
                );
            }
        })
    });
    for lane in lanes.collect::<Vec<_>>() {
        lane.await.unwrap();
    }
    println!("{:.0} jobs/s", FILES as f64 / start.elapsed().as_secs_f64());
    let state = bench.state();
    assert_eq!(
        state.workers.iter().map(|w| w.jobs_done).sum::<u64>(),
        FILES as u64
    );
    assert_eq!(
        state.workers.iter().map(|w| w.pid).collect::<Vec<_>>(),
        pids
    );
    assert_eq!(state.deaths, 0);
}

#[tokio::test]
async fn callers_are_served_in_the_order_they_came() {
    let bench = Bench::new(1).await;
    let pid = bench.pid();
    freeze(pid).await;
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    for number in 0..20 {
        let (pool, tell) = (Arc::clone(&bench.pool), tell.clone());
        let file = bench.file(&format!("{number}.csv"), FILE);
        tokio::spawn(async move {
            let _ = pool.profile(&file, &brief("x.csv"), |_| ()).await;
            tell.send(number).unwrap();
        });
        bench
            .until("it stands in line", |s| {
                s.workers[0].busy && s.waiting == number
            })
            .await;
    }
    signal(pid, Signal::CONT);
    for number in 0..20 {
        assert_eq!(
            tokio::time::timeout(SOON, told.recv()).await.unwrap(),
            Some(number)
        );
    }
}

#[tokio::test]
async fn the_time_a_file_took_is_its_workers_own() {
    let bench = Bench::new(1).await;
    let usual = bench.submit(bench.file("0.csv", FILE)).await.unwrap();
    let usual = usual.unwrap().took;
    freeze(bench.pid()).await;
    let first = bench.submit(bench.file("1.csv", FILE));
    bench
        .until("it is handed over", |s| s.workers[0].busy)
        .await;
    let second = bench.submit(bench.file("2.csv", FILE));
    bench.until("it stands in line", |s| s.waiting == 1).await;
    // Far longer than the work itself.
    let waits = Instant::now();
    let enough = usual * 20 + Duration::from_millis(200);
    bench
        .until("it has waited", |_| waits.elapsed() > enough)
        .await;
    let waited = waits.elapsed();
    signal(bench.pid(), Signal::CONT);
    let (first, second) = (first.await.unwrap(), second.await.unwrap());
    let (first, second) = (first.unwrap().took, second.unwrap().took);
    assert!(first >= waited, "{first:?} of {waited:?}");
    assert!(second < waited, "{second:?} of {waited:?}");
}

#[tokio::test]
async fn the_line_has_an_end() {
    let bench = Bench::new(1).await;
    freeze(bench.pid()).await;
    let jobs: Vec<_> = (0..=1024)
        .map(|_| bench.submit(bench.file("x.csv", FILE)))
        .collect();
    bench.until("1024 wait", |s| s.waiting == 1024).await;
    let answer = bench.submit(bench.file("x.csv", FILE)).await.unwrap();
    assert!(
        matches!(answer, Err(WorkerError::Unavailable(_))),
        "{answer:?}"
    );
    jobs.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn a_worker_that_stays_large_is_replaced() {
    // Every process is larger than this.
    let bench = Bench::with(
        1,
        Limits {
            resident: 100 << 10,
            ..Limits::default()
        },
    )
    .await;
    let mut pids = vec![bench.pid()];
    for _ in 0..3 {
        assert!(bench.works().await);
        let last = pids[pids.len() - 1];
        bench
            .until("another is up", |s| {
                s.workers.first().is_some_and(|w| w.pid != last)
            })
            .await;
        pids.push(bench.pid());
    }
    assert_eq!(bench.state().deaths, 0);
    until("the first ones are gone", || {
        pids[..3].iter().all(|pid| has_ended(*pid))
    })
    .await;
}

#[tokio::test]
async fn new_limits_replace_idle_workers_only_where_a_process_keeps_them() {
    let bench = Bench::new(1).await;
    let pid = bench.pid();
    let wall = Allowance {
        base: Duration::from_secs(7),
        per_mib: Duration::ZERO,
    };
    let cpu = Allowance {
        base: Duration::from_secs(5),
        per_mib: Duration::ZERO,
    };
    let limits = Limits {
        wall,
        cpu,
        ..Limits::default()
    };
    bench.pool.set_limits(limits);
    assert!(bench.works().await);
    assert_eq!(bench.pid(), pid);
    assert_eq!(
        limit_of(pid, "Max cpu time"),
        "6",
        "the begun second and five more"
    );

    bench.pool.set_limits(Limits {
        memory: 300 << 20,
        ..limits
    });
    bench
        .until("another is up", |s| {
            s.workers.first().is_some_and(|w| w.pid != pid)
        })
        .await;
    assert!(bench.works().await);
    assert_eq!(
        limit_of(bench.pid(), "Max data size"),
        (300 << 20).to_string()
    );
    assert_eq!(bench.state().deaths, 0);
}

fn limit_of(pid: u32, name: &str) -> String {
    let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
    line[name.len()..]
        .split_whitespace()
        .next()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn stopping_waits_for_work_and_refuses_more() {
    let bench = Bench::new(2).await;
    let pids: Vec<u32> = bench.state().workers.iter().map(|w| w.pid).collect();
    // Both, as either may get the job.
    freeze(pids[0]).await;
    freeze(pids[1]).await;
    let job = bench.submit(bench.file("x.csv", FILE));
    bench
        .until("one is busy", |s| s.workers.iter().any(|w| w.busy))
        .await;
    bench.stop.cancel();
    let refused = bench.submit(bench.file("y.csv", FILE)).await.unwrap();
    assert_eq!(refused, Err(WorkerError::Stopped));
    signal(pids[0], Signal::CONT);
    signal(pids[1], Signal::CONT);
    tokio::time::timeout(SOON, bench.pool.finish(SOON))
        .await
        .unwrap();
    let answer = job.await.unwrap();
    assert!(
        matches!(answer, Ok(_) | Err(WorkerError::Refused { .. })),
        "{answer:?}"
    );
    assert!(pids.iter().all(|pid| has_ended(*pid)));
    assert_eq!(bench.state().deaths, 0);
}

#[tokio::test]
async fn stopping_ends_by_force_what_does_not_end() {
    let bench = Bench::new(1).await;
    let pid = bench.pid();
    freeze(pid).await;
    let job = bench.submit(bench.file("x.csv", FILE));
    bench.until("it is busy", |s| s.workers[0].busy).await;
    let waiting = bench.submit(bench.file("y.csv", FILE));
    bench.until("one waits", |s| s.waiting == 1).await;
    let end = bench.pool.finish(Duration::from_millis(50));
    tokio::time::timeout(SOON, end).await.unwrap();
    assert_eq!(job.await.unwrap(), Err(WorkerError::Stopped));
    assert_eq!(waiting.await.unwrap(), Err(WorkerError::Stopped));
    assert!(has_ended(pid));
    let left: Vec<_> = std::fs::read_dir(bench.folder.path().join("scratch"))
        .unwrap()
        .collect();
    assert!(left.is_empty(), "{left:?}");
}
