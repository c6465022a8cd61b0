//! A process that works on the queue is killed, again and again, in the middle of it.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::tempdir;

use super::super::job::Blame;
use super::{file, open};
use crate::arrival::Origin;

const DIRECTORY: &str = "DDGEN_TEST_KILLED_QUEUE";
const ROUNDS: usize = 25;

fn say(word: &str, number: u64) {
    println!("{word} {number}");
    std::io::stdout().flush().unwrap();
}

/// Not a test of its own: the process that is killed.
#[test]
fn child() {
    let Some(dir) = std::env::var_os(DIRECTORY).map(PathBuf::from) else {
        return;
    };
    // Ends the line that the test harness has begun.
    println!();
    let mut book = open(&dir);
    // Numbers of earlier rounds are not used again.
    let mut next = std::fs::read_to_string(dir.join("first"))
        .unwrap()
        .parse::<u64>()
        .unwrap();
    let mut step = next;
    loop {
        step = step
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let batch: Vec<u64> = (next..=next + (step >> 60)).collect();
        next += batch.len() as u64;
        let files: Vec<_> = batch
            .iter()
            .map(|n| file("in", &n.to_string(), *n))
            .collect();
        batch.iter().for_each(|n| say("offer", *n));
        book.enqueue(&files, Origin::Watched, 0).unwrap();
        batch.iter().for_each(|n| say("taken", *n));
        let jobs = book.lease(8, i64::MAX / 2).unwrap();
        for (at, job) in jobs.iter().enumerate() {
            assert_eq!(job.tries, 0, "the death of the daemon is no try");
            say("end", job.sighting.size);
            if at % 4 == 3 {
                book.forget(&[job.id]).unwrap();
                say("gone", job.sighting.size);
            } else if at % 4 == 2 {
                book.retry_later(job.id, "later", Blame::Surroundings, None, 0)
                    .unwrap();
                book.retry(&super::super::job::Which::Ids(vec![job.id]))
                    .unwrap();
                book.forget(&[job.id]).unwrap();
                say("gone", job.sighting.size);
            } else {
                book.done(&[job.id]).unwrap();
            }
        }
    }
}

#[derive(Default)]
struct Told {
    offered: BTreeSet<u64>,
    taken: BTreeSet<u64>,
    ending: BTreeSet<u64>,
    gone: BTreeSet<u64>,
}

fn run_and_kill(dir: &Path, first: u64, lines: usize, told: &mut Told) {
    std::fs::write(dir.join("first"), first.to_string()).unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "queue::tests::kill::child",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(DIRECTORY, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut seen = 0;
    while let Some(Ok(line)) = output.next() {
        let Some((word, number)) = line.split_once(' ') else {
            continue;
        };
        let Ok(number) = number.parse() else { continue };
        let set = match word {
            "offer" => &mut told.offered,
            "taken" => &mut told.taken,
            "end" => &mut told.ending,
            "gone" => &mut told.gone,
            _ => continue,
        };
        set.insert(number);
        seen += 1;
        if seen == lines {
            child.kill().unwrap();
        }
    }
    let status = child.wait().unwrap();
    assert!(seen >= lines, "the child ended by itself: {status}");
}

#[test]
fn killed_at_any_moment_nothing_that_was_taken_is_lost() {
    let dir = tempdir().unwrap();
    let mut told = Told::default();
    for round in 0..ROUNDS {
        let first = told.offered.last().map_or(0, |last| last + 1);
        run_and_kill(dir.path(), first, 1 + round * 37 % 301, &mut told);

        let mut book = open(dir.path());
        assert!(book.set_aside().is_none(), "a kill damaged the file");
        let counts = book.signal().unwrap().counts;
        assert_eq!(
            (counts.running, counts.parked),
            (0, 0),
            "leases ended with the process"
        );
        // Late enough for one that was put off and killed before it was forgotten.
        let jobs = book.lease(usize::MAX, i64::MAX / 2).unwrap();
        assert_eq!(jobs.len() as u64, counts.pending);
        let held: BTreeSet<u64> = jobs.iter().map(|job| job.sighting.size).collect();
        assert_eq!(held.len(), jobs.len(), "a file is here twice");
        let must: BTreeSet<u64> = told.taken.difference(&told.ending).copied().collect();
        assert!(must.is_subset(&held), "lost: {:?}", must.difference(&held));
        assert!(held.is_subset(&told.offered), "from nowhere");
        assert!(held.is_disjoint(&told.gone), "durably ended and here again");
    }
    assert!(
        told.ending.len() > 100 && told.gone.len() > 20,
        "the child hardly worked"
    );
}
