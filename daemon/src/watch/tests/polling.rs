//! Without events.

use std::io::Write;

use super::*;
use crate::watch::Mode;

const INTERVAL: Duration = Duration::from_millis(100);

async fn polled() -> Bench {
    Bench::with(|rules| rules.mode = Mode::Poll { interval: INTERVAL }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_polled_folder_is_seen_too() {
    let mut bench = polled().await;
    let state = bench.state();
    assert_eq!(
        (state.how, state.because),
        (How::Polled { interval: INTERVAL }, None)
    );
    fs::create_dir_all(bench.path("a/b")).expect("folders");
    bench.write("a/b/1.csv", "x\n1\n");
    assert_eq!(bench.next().await, sighting(&bench, "a/b/1.csv"));
    bench.write("a/b/1.csv", "x\n1\n2\n");
    assert_eq!(bench.next().await, sighting(&bench, "a/b/1.csv"));
    bench.write("c.csv.part", "x\n1\n");
    bench.nothing_else().await;
    fs::rename(bench.path("c.csv.part"), bench.path("c.csv")).expect("renamed");
    assert_eq!(bench.next().await, sighting(&bench, "c.csv"));
    bench.until("three", |state| state.folders == 3).await;
    bench.nothing_else().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_growing_file_is_waited_for() {
    let mut bench = polled().await;
    let path = bench.path("a.csv");
    let writing = tokio::task::spawn_blocking(move || {
        let mut file = fs::File::create(path).expect("file");
        for _ in 0..12 {
            file.write_all(b"1\n").expect("written");
            std::thread::sleep(SCANNED / 3);
        }
    });
    let seen = bench.next().await;
    assert_eq!(seen.size, 24);
    writing.await.expect("the writer");
    bench.nothing_else().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unchanged_files_are_not_asked_about_at_each_poll() {
    let mut bench = polled().await;
    bench.write("a.csv", "x\n1\n");
    bench.next().await;
    bench.nothing_else().await;
    let asked = bench.memory.asked();
    tokio::time::sleep(INTERVAL * 10).await;
    assert_eq!(bench.memory.asked(), asked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_polled_root_may_vanish_and_come_back() {
    let mut bench = polled().await;
    fs::remove_dir(bench.path("")).expect("removed");
    bench
        .until("broken", |state| state.how == How::Broken)
        .await;
    fs::create_dir(bench.path("")).expect("root");
    bench.write("a.csv", "x\n1\n");
    assert_eq!(bench.paths(1).await, ["a.csv"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hourly_scan_finds_what_no_event_told() {
    let mut bench = Bench::with(|rules| rules.scan_every = Duration::from_millis(500)).await;
    // Events of this moment reach nobody.
    let routes = bench.handle.hub().routes();
    let before = std::mem::take(&mut *routes.lock().expect("routes"));
    bench.write("a.csv", "x\n1\n");
    tokio::time::sleep(Duration::from_millis(100)).await;
    *routes.lock().expect("routes") = before;
    assert_eq!(bench.paths(1).await, ["a.csv"]);
    bench.nothing_else().await;
}
