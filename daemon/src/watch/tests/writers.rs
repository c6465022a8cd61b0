//! Writers that take their time. Their pauses are the behaviour under test.

use std::fs::File;
use std::io::{Seek, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use super::*;

/// Longer than a scan would wait.
const PAUSE: Duration = Duration::from_millis(900);

/// Runs a writer beside the test; says whether it has closed its file for the last time.
struct Writer {
    closed: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Writer {
    fn start(path: PathBuf, write: impl FnOnce(&PathBuf) + Send + 'static) -> Self {
        let closed = Arc::new(AtomicBool::new(false));
        let done = Arc::clone(&closed);
        let thread = thread::spawn(move || {
            write(&path);
            done.store(true, Ordering::SeqCst);
        });
        Self { closed, thread }
    }

    /// Insists that the only sighting is that of the finished file.
    async fn seen_once(self, bench: &mut Bench) {
        let seen = bench.next().await;
        assert!(self.closed.load(Ordering::SeqCst), "half-written: {seen:?}");
        self.thread.join().expect("the writer");
        assert_eq!(seen, sighting(bench, "a.csv"));
        bench.nothing_else().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_that_pauses_is_waited_for() {
    let mut bench = Bench::new().await;
    let writer = Writer::start(bench.path("a.csv"), |path| {
        let mut file = File::create(path).expect("file");
        thread::sleep(PAUSE);
        for _ in 0..2 {
            file.write_all(b"x\n1\n").expect("written");
            thread::sleep(PAUSE);
        }
    });
    writer.seen_once(&mut bench).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_does_not_hurry_a_writer() {
    let mut bench = Bench::new().await;
    let writer = Writer::start(bench.path("a.csv"), |path| {
        let mut file = File::create(path).expect("file");
        file.write_all(b"x\n1\n").expect("written");
        thread::sleep(PAUSE * 2);
        file.write_all(b"2\n").expect("written");
    });
    bench
        .until("waiting", |state| state.pending_settle == 1)
        .await;
    for _ in 0..3 {
        assert!(bench.handle.rescan("w"));
        tokio::time::sleep(PAUSE / 3).await;
    }
    writer.seen_once(&mut bench).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_that_closes_and_reopens_at_once_is_one_writer() {
    // A quiet time that the reopening below is sure to fall into.
    let mut bench = Bench::with(|rules| rules.settle.closed = SCANNED).await;
    let writer = Writer::start(bench.path("a.csv"), |path| {
        File::create(path)
            .expect("file")
            .write_all(b"x\n")
            .expect("written");
        let mut file = File::options().append(true).open(path).expect("reopened");
        file.write_all(b"1\n").expect("written");
        thread::sleep(PAUSE);
        file.write_all(b"2\n").expect("written");
    });
    writer.seen_once(&mut bench).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preallocated_file_is_not_complete() {
    let mut bench = Bench::new().await;
    let writer = Writer::start(bench.path("a.csv"), |path| {
        let mut file = File::create(path).expect("file");
        let flags = rustix::fs::FallocateFlags::empty();
        rustix::fs::fallocate(&file, flags, 0, 1 << 20).expect("allocated");
        thread::sleep(PAUSE);
        file.write_all(&[b'x'; 1000]).expect("written");
        file.set_len(1000).expect("cut");
        thread::sleep(PAUSE);
    });
    writer.seen_once(&mut bench).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_kept_by_another_program_is_not_a_delivery() {
    let mut bench = Bench::new().await;
    let writer = Writer::start(bench.path("a.csv"), |path| {
        File::create(path)
            .expect("file")
            .set_len(1 << 20)
            .expect("sized");
        thread::sleep(SCANNED / 2);
        let mut file = File::options().write(true).open(path).expect("reopened");
        file.write_all(&[b'x'; 1 << 20]).expect("written");
    });
    writer.seen_once(&mut bench).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn truncate_and_write_is_a_new_content() {
    let mut bench = Bench::new().await;
    bench.write("a.csv", "x\n1\n");
    let first = bench.next().await;
    let writer = Writer::start(bench.path("a.csv"), |path| {
        let mut file = File::create(path).expect("truncated");
        thread::sleep(PAUSE);
        file.write_all(b"x\n1\n2\n").expect("written");
        file.rewind().expect("rewound");
        file.write_all(b"y").expect("written");
    });
    writer.seen_once(&mut bench).await;
    assert_ne!(first, sighting(&bench, "a.csv"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_never_closed_is_handed_on_in_the_end() {
    let mut bench = Bench::with(|rules| rules.settle.held_open = SCANNED * 2).await;
    let mut file = File::create(bench.path("a.csv")).expect("file");
    file.write_all(b"x\n1\n").expect("written");
    let since = Instant::now();
    let seen = bench.next().await;
    assert_eq!(seen, sighting(&bench, "a.csv"));
    assert!(since.elapsed() >= SCANNED * 2, "{:?}", since.elapsed());
    // Closing it says nothing new.
    drop(file);
    bench.nothing_else().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rename_does_not_finish_a_file_that_is_still_written() {
    let mut bench = Bench::new().await;
    let target = bench.path("a.csv");
    let writer = Writer::start(bench.path("b.csv"), move |path| {
        let mut file = File::create(path).expect("file");
        file.write_all(b"x\n").expect("written");
        thread::sleep(PAUSE / 2);
        std::fs::rename(path, target).expect("renamed");
        thread::sleep(PAUSE / 2);
        file.write_all(b"1\n").expect("written");
    });
    writer.seen_once(&mut bench).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chatty_writer_is_heard_once_in_a_while() {
    let mut bench = Bench::new().await;
    let writer = Writer::start(bench.path("a.csv"), |path| {
        for line in 0..60 {
            let mut file = File::options()
                .create(true)
                .append(true)
                .open(path)
                .expect("open");
            writeln!(file, "{line}").expect("written");
            drop(file);
            thread::sleep(Duration::from_millis(50));
        }
    });
    let mut seen = vec![bench.next().await];
    while seen.last().map(|last| last.size) != Some(170) {
        seen.push(bench.next().await);
    }
    writer.thread.join().expect("the writer");
    // 3 s of lines, heard at most once in 400 ms, and once at the end.
    assert!((3..=10).contains(&seen.len()), "{}", seen.len());
    bench.nothing_else().await;
}
