use std::fs;
use std::path::Path;

use tempfile::tempdir;

use super::super::book::Book;
use super::super::error::QueueError;
use super::super::file::open_file;
use super::super::job::Limits;
use super::{add, file, open};
use crate::arrival::Origin;

fn filled(dir: &Path) {
    let mut book = open(dir);
    let batch: Vec<_> = (0..200)
        .map(|n| file("in", &format!("{n}.csv"), 1))
        .collect();
    book.enqueue(&batch, Origin::Watched, 0).unwrap();
    book.close().unwrap();
}

fn broken_files(dir: &Path) -> Vec<String> {
    fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("queue.redb.broken-"))
        .collect()
}

/// Opens what a fault left behind: the queue must come up, whole or empty, and be of use.
fn comes_up(dir: &Path, what: &str) -> bool {
    let mut book = open(dir);
    let aside = book.set_aside().cloned();
    assert_eq!(aside.is_some(), broken_files(dir).len() == 1, "{what}");
    if let Some(aside) = &aside {
        assert!(aside.file.exists() && !aside.because.is_empty(), "{what}");
        assert_eq!(book.signal().unwrap().counts.pending, 0, "{what}");
    }
    add(&mut book, &file("in", "after.csv", 1), 1);
    assert!(!book.lease(1, 2).unwrap().is_empty(), "{what}");
    aside.is_some()
}

#[test]
fn a_file_that_is_no_queue_is_set_aside() {
    for (what, bytes) in [
        (
            "text",
            b"this is not a database, and long enough to look at".repeat(200),
        ),
        ("one byte", vec![0]),
        ("zeros", vec![0; 8192]),
    ] {
        let dir = tempdir().unwrap();
        fs::write(dir.path().join("queue.redb"), &bytes).unwrap();
        assert!(comes_up(dir.path(), what), "{what}");
        let kept = fs::read(dir.path().join(&broken_files(dir.path())[0])).unwrap();
        assert_eq!(kept, bytes, "what was set aside is untouched");
    }
}

#[test]
fn a_queue_cut_short_or_overwritten_comes_up() {
    for cut in [100, 4_096, 20_000] {
        let dir = tempdir().unwrap();
        filled(dir.path());
        let path = dir.path().join("queue.redb");
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..cut.min(bytes.len() - 1)]).unwrap();
        assert!(comes_up(dir.path(), &format!("cut at {cut}")));
    }
    let dir = tempdir().unwrap();
    filled(dir.path());
    let path = dir.path().join("queue.redb");
    let mut bytes = fs::read(&path).unwrap();
    bytes[..512].fill(0xA5);
    fs::write(&path, &bytes).unwrap();
    assert!(comes_up(dir.path(), "header overwritten"));
}

/// Damage inside the pages shows only when they are read, or not at all. Whatever it hits, the
/// daemon lives, and a queue that answered "damaged" goes on empty.
#[test]
fn damage_found_while_running_sets_aside_and_goes_on() {
    let mut damaged = 0;
    for page in 1..24 {
        let dir = tempdir().unwrap();
        filled(dir.path());
        let path = dir.path().join("queue.redb");
        let mut bytes = fs::read(&path).unwrap();
        let at = page * 4_096;
        if at + 4_096 > bytes.len() {
            break;
        }
        bytes[at..at + 4_096].fill(0xA5);
        fs::write(&path, &bytes).unwrap();

        let mut book = open(dir.path());
        let mut failed = book.set_aside().is_some();
        for n in 0..220 {
            match book.lease(1, n) {
                Ok(jobs) => {
                    let ids: Vec<_> = jobs.iter().map(|job| job.id).collect();
                    failed |= matches!(book.done(&ids), Err(QueueError::Damaged { .. }));
                }
                Err(QueueError::Damaged { aside, .. }) => {
                    assert!(aside.exists());
                    failed = true;
                }
                Err(other) => panic!("page {page}: {other}"),
            }
        }
        if failed {
            damaged += 1;
            assert!(book.set_aside().is_some());
            assert_eq!(
                book.signal().unwrap().counts.running,
                0,
                "leases went with the file"
            );
        }
        add(&mut book, &file("in", "after.csv", 1), 1);
        assert_eq!(book.lease(1, 2).unwrap().len(), 1, "page {page}");
    }
    assert!(
        damaged > 0,
        "no damage was ever noticed: the test does not test"
    );
}

#[test]
fn a_queue_of_another_format_is_set_aside() {
    let dir = tempdir().unwrap();
    filled(dir.path());
    {
        let db = open_file(&dir.path().join("queue.redb")).unwrap();
        let change = db.begin_write().unwrap();
        let meta = redb::TableDefinition::<&str, u64>::new("meta");
        change
            .open_table(meta)
            .unwrap()
            .insert("format", 99)
            .unwrap();
        change.commit().unwrap();
    }
    assert!(comes_up(dir.path(), "format 99"));
}

#[test]
fn a_queue_in_use_is_left_alone() {
    let dir = tempdir().unwrap();
    let mut first = open(dir.path());
    let path = dir.path().join("queue.redb");
    let second = Book::open(path, Limits::default(), Box::new(open_file));
    let error = second.err().unwrap();
    assert!(matches!(error, QueueError::InUse { .. }), "{error}");
    assert!(error.to_string().contains("--data-dir"));
    assert!(broken_files(dir.path()).is_empty());
    add(&mut first, &file("in", "a", 1), 1);
}

#[test]
fn a_missing_data_directory_is_said_and_not_set_aside() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("nowhere/queue.redb");
    let error = Book::open(path, Limits::default(), Box::new(open_file))
        .err()
        .unwrap();
    let words = error.to_string();
    assert!(matches!(error, QueueError::Open { .. }), "{words}");
    assert!(
        words.contains("nowhere/queue.redb") && words.contains("data directory"),
        "{words}"
    );
}
