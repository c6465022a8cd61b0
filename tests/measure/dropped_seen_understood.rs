//! How long it takes from a file's arrival to its fields on the screen of somebody far away.
//!
//! A real sshd, a link that delays each direction, the real client in a terminal at its end. The
//! reader presses Enter in the moment the row appears. `bench/dropped-seen-understood` runs this.

#![allow(clippy::unwrap_used, reason = "a measurement fails by panicking")]

use std::fmt::Write;
use std::fs;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::{Duration, Instant};

use harness::{DEADLINE, Daemon, Place, Plan, Relay, Sshd, Terminal};

const RUNS: usize = 5;
/// Each direction; a round trip takes twice that.
const DELAY: Duration = Duration::from_millis(100);
const FILE_BYTES: usize = 1_000_000;
/// What the product promises, for the link above.
const PROMISE: Duration = Duration::from_secs(2);

/// The parts of one run.
#[derive(Clone, Copy)]
struct Run {
    /// From a key to the picture it asks for, without the daemon: the link's own share.
    key: Duration,
    row: Duration,
    fields: Duration,
}

impl Run {
    fn total(self) -> Duration {
        self.row + self.fields
    }
}

fn main() -> ExitCode {
    let content = table();
    let mut kept = true;
    println!(
        "One CSV of {} bytes, {} records, copied into a watched folder; medians of {RUNS}, in ms ({} build).",
        content.len(),
        content.lines().count() - 1,
        if cfg!(debug_assertions) {
            "debug"
        } else {
            "release"
        },
    );
    println!(
        "round trip   key to picture   copy to row   Enter to fields   copy to fields   slowest"
    );
    for delay in [Duration::ZERO, DELAY] {
        let mut runs = Vec::new();
        for _ in 0..RUNS {
            match run(&content, delay) {
                Ok(run) => runs.push(run),
                Err(because) => {
                    eprintln!("cannot be measured here: {because}");
                    return ExitCode::from(2);
                }
            }
        }
        let total = median(&runs, Run::total);
        println!(
            "{:>10}   {:>14}   {:>11}   {:>15}   {:>14}   {:>7}",
            2 * delay.as_millis(),
            median(&runs, |run| run.key).as_millis(),
            median(&runs, |run| run.row).as_millis(),
            median(&runs, |run| run.fields).as_millis(),
            total.as_millis(),
            runs.iter()
                .map(|run| run.total().as_millis())
                .max()
                .unwrap(),
        );
        kept &= total < PROMISE;
    }
    if kept {
        ExitCode::SUCCESS
    } else {
        eprintln!("slower than the promised {PROMISE:?}");
        ExitCode::FAILURE
    }
}

/// A daemon, an sshd and a client of its own, so that the row is the only one.
fn run(content: &str, delay: Duration) -> Result<Run, &'static str> {
    let place = Place::new();
    let sshd = Sshd::start(&place)?;
    let relay = Relay::to(sshd.port(), delay);
    let _daemon = Daemon::start_as(&place, &Plan::default());
    let command = format!(
        "env DDGEN_RUNTIME_DIR={} {}",
        place.runtime_dir().display(),
        harness::binary("ddgen-tui").display()
    );
    let words = sshd.arguments(relay.port(), "root", &command);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut terminal = Terminal::start(&place, "ssh", &words, (120, 40), &[]);
    terminal.wait_for("● ok");

    terminal.send("?");
    let key = shown(&terminal, &["keys on this screen"]);
    terminal.send("?");
    terminal.wait_until("no help", |screen| !screen.contains("keys on"));

    let source = place.path().join("shipments.csv");
    fs::write(&source, content).unwrap();
    let copied = Instant::now();
    fs::copy(&source, place.drop_dir().join("shipments.csv")).unwrap();
    shown(&terminal, &["shipments", "1/1"]);
    let row = copied.elapsed();
    terminal.send("\r");
    let fields = shown(&terminal, &["shipment_id", "remark", "1/12"]);
    Ok(Run { key, row, fields })
}

/// How long it took until the screen showed all of this.
fn shown(terminal: &Terminal, wanted: &[&str]) -> Duration {
    let start = Instant::now();
    loop {
        let screen = terminal.text();
        if wanted.iter().all(|words| screen.contains(words)) {
            return start.elapsed();
        }
        assert!(start.elapsed() < DEADLINE, "no {wanted:?} on:\n{screen}");
        sleep(Duration::from_millis(1));
    }
}

fn median(runs: &[Run], part: impl Fn(Run) -> Duration) -> Duration {
    let mut all: Vec<Duration> = runs.iter().map(|run| part(*run)).collect();
    all.sort_unstable();
    all[all.len() / 2]
}

/// Twelve columns of several kinds; the same bytes in every run.
fn table() -> String {
    const CITIES: [&str; 6] = [
        "Wien",
        "Graz",
        "Linz",
        "Salzburg",
        "Innsbruck",
        "Klagenfurt",
    ];
    const STATES: [&str; 4] = ["ordered", "packed", "sent", "delivered"];
    let mut csv =
        "shipment_id,sent_on,customer_email,phone,city,postcode,weight_kg,price,paid,state,\
                   latitude,remark\n"
            .to_owned();
    let mut seed: u64 = 42;
    let mut next = |below: u64| {
        // Knuth's MMIX generator: its upper bits are good enough for columns.
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let mut number = 0;
    while csv.len() < FILE_BYTES {
        number += 1;
        let remark = if next(5) == 0 {
            "\"ring twice, then wait\""
        } else {
            ""
        };
        let _ = writeln!(
            csv,
            "S{number:07},2026-{:02}-{:02},user{}@example.org,+43 660 {:07},{},{},{}.{:03},{}.{:02},{},{},4{}.{:05},{remark}",
            1 + next(12),
            1 + next(28),
            next(5000),
            next(10_000_000),
            CITIES[usize::try_from(next(6)).unwrap()],
            1010 + next(8000),
            next(30),
            next(1000),
            next(900),
            next(100),
            next(3) > 0,
            STATES[usize::try_from(next(4)).unwrap()],
            6 + next(3),
            next(100_000),
        );
    }
    csv
}
