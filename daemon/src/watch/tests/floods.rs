//! More than fits anywhere.

use super::*;

fn drop_files(root: &Path, count: usize) {
    for number in 0..count {
        fs::write(root.join(format!("{number:05}.csv")), "x\n1\n").expect("written");
    }
}

/// Collects until `count` files were handed on; none of them twice.
async fn collect(bench: &mut Bench, count: usize) -> usize {
    let (mut seen, mut batches) = (HashSet::new(), 0);
    while seen.len() < count {
        let batch = tokio::time::timeout(DEADLINE, bench.sightings.recv())
            .await
            .unwrap_or_else(|_| panic!("{} of {count}: {:?}", seen.len(), bench.state()))
            .expect("the watches run");
        assert!((1..=500).contains(&batch.len()));
        batches += 1;
        for one in batch {
            bench.memory.learn(&one);
            assert!(seen.insert(one.clone()), "twice: {one:?}");
        }
    }
    assert_eq!(seen.len(), count);
    batches
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_files_at_once() {
    let mut bench = Bench::new().await;
    let root = bench.path("");
    let since = Instant::now();
    let writing = tokio::task::spawn_blocking(move || drop_files(&root, 2000));
    let batches = collect(&mut bench, 2000).await;
    println!(
        "2,000 files in {batches} batches after {:?}",
        since.elapsed()
    );
    writing.await.expect("the writer");
    assert!(batches < 500, "{batches} batches");
    bench.nothing_else().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_consumer_makes_us_wait_and_loses_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let root = dir.path().join("in");
    fs::create_dir(&root).expect("root");
    let mut bench = Bench::over(dir, vec![quick("w", &root)], 1);
    bench.observing().await;
    drop_files(&root, 5000);
    // Nobody takes anything: what does not fit waits where it is.
    bench
        .until("waiting", |state| state.pending_settle >= 3000)
        .await;
    tokio::time::sleep(SCANNED * 2).await;
    assert!(bench.state().pending_settle >= 3000);
    collect(&mut bench, 5000).await;
    bench.nothing_else().await;
}

/// While notify's thread is held up the kernel's queue overflows: 16,384 events by default, four a
/// file.
#[tokio::test(flavor = "multi_thread")]
async fn an_overflow_of_the_kernels_queue_is_made_up_for_by_a_scan() {
    let limit: usize = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events")
        .expect("the limit")
        .trim()
        .parse()
        .expect("a number");
    if limit > 40_000 {
        eprintln!("SKIPPED: fs.inotify.max_queued_events = {limit} is too many to overflow here");
        return;
    }
    let mut bench = Bench::new().await;
    let count = limit / 3;
    fs::create_dir(bench.path("early")).expect("folder");
    bench.until("two", |state| state.folders == 2).await;
    {
        let routes = bench.handle.hub().routes();
        let held = routes.lock().expect("routes");
        drop_files(&bench.path(""), count);
        // Its event is lost for sure.
        fs::create_dir(bench.path("late")).expect("folder");
        fs::write(bench.path("late/a.csv"), "x\n1\n").expect("written");
        // Its registration is the same in the kernel before and after.
        fs::rename(bench.path("early"), bench.path("moved")).expect("renamed");
        drop(held);
    }
    collect(&mut bench, count + 1).await;
    bench.until("scanned", |state| state.folders == 3).await;
    bench.write("moved/b.csv", "x\n1\n");
    assert_eq!(bench.paths(1).await, ["moved/b.csv"]);
    bench.write("late/b.csv", "x\n1\n");
    assert_eq!(bench.paths(1).await, ["late/b.csv"]);
    bench.nothing_else().await;
}

/// On one thread that only writes, nobody takes the hints: the channel fills.
#[tokio::test]
async fn a_full_channel_of_hints_is_made_up_for_by_a_scan() {
    let mut bench = Bench::new().await;
    drop_files(&bench.path(""), 7000);
    collect(&mut bench, 7000).await;
    bench.nothing_else().await;
}

/// More than one scan brings back: the oldest come first all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_scan_brings_a_large_backlog_in_order() {
    let mut bench = Bench::unready(
        |root| {
            drop_files(root, 3000);
            for number in 0..3000_u32 {
                // 7919 is prime to 3000: every mtime once, in an order of its own.
                let mtime = u64::from(number * 7919 % 3000);
                set_mtime(&root.join(format!("{number:05}.csv")), mtime);
            }
        },
        |rules| rules.settle.scanned = Duration::from_millis(1),
    );
    let mut mtimes = Vec::new();
    for _ in 0..3000 {
        mtimes.push(bench.next().await.mtime_ns / 1_000_000_000);
    }
    assert_eq!(mtimes, (0..3000).collect::<Vec<i64>>());
    bench.nothing_else().await;
}

/// The whole of an idle watch over ten thousand folders: small and asleep.
#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_folders_are_small_and_silent() {
    let bench = Bench::unready(
        |root| {
            for number in 0..10_000 {
                let folder = format!("{:02}/{:04}", number % 100, number);
                fs::create_dir_all(root.join(folder)).expect("folder");
            }
        },
        |_| {},
    );
    bench.observing().await;
    assert_eq!(bench.state().folders, 10_101);
    let before = cpu_ticks();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let used = cpu_ticks() - before;
    println!(
        "{} KiB resident, {used} ticks of 10 ms in 2 s",
        resident_kib()
    );
    // The tests of one process share this number; alone it is 0.
    if std::env::var_os("NEXTEST").is_some() {
        assert!(used <= 2, "{used} ticks of 10 ms in 2 s");
        assert!(resident_kib() < 40 * 1024, "{} KiB", resident_kib());
    }
    bench.stop.cancel();
    let ended = tokio::time::timeout(DEADLINE, bench.handle.wait()).await;
    assert!(ended.is_ok(), "it does not stop");
}

fn cpu_ticks() -> u64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("stat");
    let fields: Vec<&str> = stat
        .rsplit(") ")
        .next()
        .expect("fields")
        .split(' ')
        .collect();
    let number = |at: usize| fields[at].parse::<u64>().expect("a number");
    number(11) + number(12)
}

fn resident_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("status");
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .expect("VmRSS");
    line.split_whitespace()
        .nth(1)
        .expect("a number")
        .parse()
        .expect("a number")
}
