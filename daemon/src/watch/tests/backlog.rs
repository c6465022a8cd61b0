//! What lay there before, and what was known before.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_backlog_comes_by_mtime_then_name() {
    let mut bench = Bench::unready(
        |root| {
            fs::create_dir(root.join("sub")).expect("folder");
            let files = [
                ("z.csv", 100),
                ("b.csv", 300),
                ("sub/a.csv", 300),
                ("a.csv", 300),
                ("y.csv", 200),
            ];
            for (name, mtime) in files {
                fs::write(root.join(name), "x\n1\n").expect("written");
                set_mtime(&root.join(name), mtime);
            }
        },
        // Their change time is now, and must count as rest.
        |rules| rules.settle.scanned = Duration::from_millis(1),
    );
    let expected = ["z.csv", "y.csv", "a.csv", "b.csv", "sub/a.csv"];
    assert_eq!(bench.paths(5).await, expected);
    bench.nothing_else().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_file_of_the_backlog_is_watched_before_it_is_believed() {
    let mut bench = Bench::unready(
        |root| fs::write(root.join("a.csv"), "x\n1\n").expect("written"),
        |_| {},
    );
    let since = Instant::now();
    bench.next().await;
    assert!(
        since.elapsed() >= SCANNED - Duration::from_millis(100),
        "{:?}",
        since.elapsed()
    );
    bench.nothing_else().await;
}

/// Its folder was read before it came, and its event comes before the watch has its ground.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_comes_during_the_first_scan_is_not_overheard() {
    let mut bench = Bench::scanning().await;
    fs::write(bench.outside("new.csv"), "x\n1\n").expect("written");
    fs::rename(bench.outside("new.csv"), bench.path("new.csv")).expect("renamed");
    // The other watch has heard of it, by the event the first one has, too.
    let mut paths = bench.paths(2).await;
    bench.memory.hold.store(0, Ordering::SeqCst);
    paths.extend(bench.paths(2).await);
    paths.sort();
    assert_eq!(paths, ["new.csv", "new.csv", "old.csv", "old.csv"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_is_not_settled_again_and_what_changed_is() {
    let mut bench = Bench::new().await;
    bench.write("a.csv", "x\n1\n");
    bench.write("b.csv", "x\n1\n");
    bench.paths(2).await;
    let (dir, memory) = (
        tempfile::tempdir().expect("spare"),
        Arc::clone(&bench.memory),
    );
    bench.stop.cancel();
    bench.handle.wait().await;
    bench.write("b.csv", "x\n1\n2\n");

    let (out, sightings) = mpsc::channel(8);
    let stop = CancellationToken::new();
    let rules = vec![quick("w", &bench.path(""))];
    // A trailing slash is no part of the name of a root.
    let rules = rules.into_iter().map(|mut one| {
        one.root = one.root.components().collect();
        one
    });
    let known = Arc::clone(&memory) as Arc<dyn Known>;
    let handle = start(rules.collect(), known, out, stop.clone()).expect("rules");
    let mut again = Bench {
        dir: std::mem::replace(&mut bench.dir, dir),
        memory,
        handle,
        sightings,
        seen: Vec::new(),
        stop,
    };
    let seen = again.next().await;
    assert_eq!(seen, sighting(&again, "b.csv"));
    again.nothing_else().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn scans_and_hints_never_hand_on_one_content_twice() {
    let mut bench = Bench::new().await;
    // Nothing is known meanwhile, as when the queue is slow: only the watch's own memory helps.
    let mut seen = HashSet::new();
    let mut take = |batch: Vec<Sighting>| {
        for one in batch {
            assert!(seen.insert(one.clone()), "twice: {one:?}");
        }
        seen.len()
    };
    let mut taken = 0;
    for number in 0..300 {
        bench.write(&format!("{number}.csv"), "x\n1\n");
        bench.handle.rescan("w");
        while let Ok(batch) = bench.sightings.try_recv() {
            taken = take(batch);
        }
    }
    while taken < 300 {
        bench.handle.rescan("w");
        let batch = tokio::time::timeout(DEADLINE, bench.sightings.recv());
        taken = take(batch.await.expect("in time").expect("a batch"));
    }
    bench.handle.rescan("w");
    bench.nothing_else().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_wait_while_it_cannot_be_said_what_is_known() {
    let mut bench = Bench::new().await;
    bench.memory.broken.store(true, Ordering::SeqCst);
    bench.write("a.csv", "x\n1\n");
    until("asked again", || bench.memory.asked() >= 2).await;
    assert!(bench.sightings.try_recv().is_err());
    let because = "new files wait: it cannot be asked which are known: the store is away";
    bench
        .until("waiting", |state| state.because.as_deref() == Some(because))
        .await;
    bench.memory.broken.store(false, Ordering::SeqCst);
    assert_eq!(bench.paths(1).await, ["a.csv"]);
    bench
        .until("answered", |state| state.because.is_none())
        .await;
    bench.nothing_else().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_cannot_ask_is_made_up_for() {
    let mut bench = Bench::unready(
        |root| fs::write(root.join("a.csv"), "x\n1\n").expect("written"),
        |_| {},
    );
    bench.memory.broken.store(true, Ordering::SeqCst);
    until("asked again", || bench.memory.asked() >= 2).await;
    bench.memory.broken.store(false, Ordering::SeqCst);
    assert_eq!(bench.paths(1).await, ["a.csv"]);
    bench.nothing_else().await;
}
