//! How long `/health` takes while files are read as fast as they can be.
//!
//! Fifty clients, each with a connection of its own that it keeps, ask ten times a second; beside
//! them files arrive without end, so that the queue is never empty. `bench/health-under-ingest` runs
//! this.

#![allow(clippy::unwrap_used, reason = "a measurement fails by panicking")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{park_timeout, scope};
use std::time::{Duration, Instant};

use harness::{Daemon, Place, Plan};

const CLIENTS: usize = 50;
/// Between two questions of one client.
const PAUSE: Duration = Duration::from_millis(100);
const TIME: Duration = Duration::from_secs(20);
/// Files that wait at least while it is measured.
const AHEAD: usize = 200;
/// What must hold, and where we want to stand.
const MUST: Duration = Duration::from_millis(50);
const REACH: Duration = Duration::from_millis(10);

fn main() -> ExitCode {
    let place = Place::new();
    let plan = Plan::default()
        .with_argument("--http")
        .with_argument("127.0.0.1:0");
    let _daemon = Daemon::start_as(&place, &plan);
    let http = place.http();
    let address = http.strip_prefix("http://").unwrap().to_owned();

    let idle = measure(&address, TIME / 4);
    tell("nothing else to do", idle);

    let (stop, dropped) = (AtomicBool::new(false), AtomicUsize::new(0));
    let (busy, stored) = scope(|all| {
        all.spawn(|| feed(&place, &stop, &dropped));
        // Until it is under way.
        while dropped.load(Ordering::Relaxed) < 2 * AHEAD {
            park_timeout(Duration::from_millis(20));
        }
        let before = done(&place);
        let start = Instant::now();
        let busy = measure(&address, TIME);
        let stored = (done(&place) - before) as f64 / start.elapsed().as_secs_f64();
        stop.store(true, Ordering::Relaxed);
        (busy, stored)
    });
    let p99 = tell(&format!("beside {stored:.0} files/s into the store"), busy);
    if p99 > MUST {
        eprintln!("the 99th of a hundred must come within {MUST:?}");
        return ExitCode::FAILURE;
    }
    if p99 > REACH {
        println!("farther than {REACH:?}, where we want to stand");
    }
    ExitCode::SUCCESS
}

/// Prints one line; answers the 99th of a hundred.
fn tell(beside: &str, mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    let at = |hundredths: usize| times[(times.len() - 1) * hundredths / 10_000];
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "{} answers to {CLIENTS} clients, {beside}: median {:.2} ms, p99 {:.2} ms, p99.9 {:.2} ms, longest {:.2} ms",
        times.len(),
        ms(at(5_000)),
        ms(at(9_900)),
        ms(at(9_990)),
        ms(at(10_000)),
    );
    at(9_900)
}

fn measure(address: &str, time: Duration) -> Vec<Duration> {
    let end = Instant::now() + time;
    scope(|all| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| all.spawn(move || ask_until(address, end)))
            .collect();
        let times = clients.into_iter().flat_map(|one| one.join().unwrap());
        times.collect()
    })
}

fn ask_until(address: &str, end: Instant) -> Vec<Duration> {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    let mut questions = stream;
    let mut times = Vec::new();
    while Instant::now() < end {
        let start = Instant::now();
        questions
            .write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .unwrap();
        read_answer(&mut answers);
        times.push(start.elapsed());
        park_timeout(PAUSE);
    }
    times
}

fn read_answer(from: &mut BufReader<TcpStream>) {
    let (mut line, mut length, mut first) = (String::new(), 0, true);
    loop {
        line.clear();
        from.read_line(&mut line).unwrap();
        if std::mem::take(&mut first) {
            assert!(line.starts_with("HTTP/1.1 200"), "{line}");
        }
        let lower = line.to_ascii_lowercase();
        if let Some(bytes) = lower.strip_prefix("content-length:") {
            length = bytes.trim().parse().unwrap();
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).unwrap();
}

/// Keeps so many files waiting, each of its own content.
fn feed(place: &Place, stop: &AtomicBool, dropped: &AtomicUsize) {
    while !stop.load(Ordering::Relaxed) {
        let ahead = dropped.load(Ordering::Relaxed).saturating_sub(done(place));
        for _ in ahead..4 * AHEAD {
            let number = dropped.fetch_add(1, Ordering::Relaxed);
            write_file(&place.drop_dir(), number);
        }
    }
}

/// A table of 40 KB of a series of its own.
fn write_file(folder: &Path, number: usize) {
    let rows = (0..1_000).map(|row| format!("{row},{},{}.5,city {}\n", number, row * 7, row % 50));
    let table = "id,file,price,city\n".to_owned() + &rows.collect::<String>();
    let part = folder.join(format!(".n{number}x.part"));
    fs::write(&part, table).unwrap();
    fs::rename(&part, folder.join(format!("n{number}x.csv"))).unwrap();
}

fn done(place: &Place) -> usize {
    let status = place.ask(&["status"]);
    usize::try_from(status["drops"]["done"].as_u64().unwrap()).unwrap()
}
