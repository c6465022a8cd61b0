use std::fs::OpenOptions;
use std::io::{Error, ErrorKind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use redb::backends::FileBackend;
use redb::{Database, StorageBackend};
use tempfile::tempdir;

use super::super::Queue;
use super::super::book::Book;
use super::super::error::QueueError;
use super::super::file::Opener;
use super::super::job::{Limits, Outcome};
use super::{file, open};
use crate::arrival::Origin;

/// A real file on a disk that is full at a size, or whose every write fails.
#[derive(Debug)]
struct SmallDisk {
    inner: FileBackend,
    size: Arc<AtomicU64>,
    dead: Arc<AtomicBool>,
}

impl SmallDisk {
    fn room(&self, end: u64) -> Result<(), Error> {
        if end > self.size.load(Ordering::SeqCst) {
            return Err(Error::from(ErrorKind::StorageFull));
        }
        self.alive()
    }

    fn alive(&self) -> Result<(), Error> {
        if self.dead.load(Ordering::SeqCst) {
            return Err(Error::other("the medium failed"));
        }
        Ok(())
    }
}

impl StorageBackend for SmallDisk {
    fn len(&self) -> Result<u64, Error> {
        self.inner.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), Error> {
        self.inner.read(offset, out)
    }

    fn set_len(&self, len: u64) -> Result<(), Error> {
        self.room(len)?;
        self.inner.set_len(len)
    }

    fn sync_data(&self) -> Result<(), Error> {
        self.alive()?;
        self.inner.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), Error> {
        self.room(offset + data.len() as u64)?;
        self.inner.write(offset, data)
    }
}

struct Disk {
    size: Arc<AtomicU64>,
    dead: Arc<AtomicBool>,
}

fn disk() -> (Opener, Disk) {
    let disk = Disk {
        size: Arc::new(AtomicU64::new(u64::MAX)),
        dead: Arc::default(),
    };
    let (size, dead) = (Arc::clone(&disk.size), Arc::clone(&disk.dead));
    let opener = move |path: &Path| {
        let mut how = OpenOptions::new();
        let file = how
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        let inner = FileBackend::new(file)?;
        let (size, dead) = (Arc::clone(&size), Arc::clone(&dead));
        Database::builder().create_with_backend(SmallDisk { inner, size, dead })
    };
    (Box::new(opener), disk)
}

fn open_on(path: &Path) -> (Book, Disk) {
    let (opener, disk) = disk();
    (
        Book::open(path.to_owned(), Limits::default(), opener).unwrap(),
        disk,
    )
}

#[test]
fn a_full_disk_is_said_in_words_and_the_queue_goes_on_when_there_is_room() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("queue.redb");
    let (mut book, disk) = open_on(&path);
    let mut taken = Vec::new();
    let mut round = 0;
    disk.size.store(
        std::fs::metadata(&path).unwrap().len() + (1 << 20),
        Ordering::SeqCst,
    );
    let error = loop {
        let batch: Vec<_> = (0..500)
            .map(|n| file("in", &format!("{round}-{n}.csv"), 1))
            .collect();
        match book.enqueue(&batch, Origin::Watched, round) {
            Ok(_) => taken.extend(batch),
            Err(error) => break error,
        }
        round += 1;
        assert!(round < 1_000, "the disk never filled");
    };
    let words = error.to_string();
    assert!(matches!(error, QueueError::Disk { .. }), "{words}");
    assert!(
        words.contains("queue.redb") && words.contains("free space"),
        "{words}"
    );
    assert!(!taken.is_empty());

    // Still full: reading goes on or is refused in words, nothing is set aside.
    assert!(book.set_aside().is_none());
    disk.size.store(u64::MAX, Ordering::SeqCst);
    assert!(book.contains(&taken).unwrap().into_iter().all(|here| here));
    let more = file("in", "more.csv", 1);
    super::add(&mut book, &more, 1_000);
    drop(book);

    let mut book = open(dir.path());
    assert!(book.set_aside().is_none());
    assert!(book.contains(&taken).unwrap().into_iter().all(|here| here));
    assert!(book.contains(&[more]).unwrap()[0]);
}

#[test]
fn a_dead_disk_keeps_leases_and_calls_can_be_made_again() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("queue.redb");
    let (mut book, disk) = open_on(&path);
    let id = super::add(&mut book, &file("in", "a.csv", 1), 0);
    assert_eq!(book.lease(1, 1).unwrap().len(), 1);
    disk.dead.store(true, Ordering::SeqCst);
    for _ in 0..3 {
        let error = book.park(id, "broken", 2).unwrap_err();
        assert!(
            matches!(error, QueueError::Disk { .. } | QueueError::Open { .. }),
            "{error}"
        );
    }
    disk.dead.store(false, Ordering::SeqCst);
    assert!(book.lease(1, 3).unwrap().is_empty(), "it is still leased");
    book.park(id, "broken", 4).unwrap();
    assert_eq!(book.parked(0, 9).unwrap().len(), 1);
    assert!(book.set_aside().is_none());
}

/// Reopening brings a lazily finished job back. Its id is in the store, so that newer content
/// must not come under it.
#[test]
fn a_job_that_comes_back_after_a_disk_error_does_not_lend_its_id() {
    let dir = tempdir().unwrap();
    let (mut book, disk) = open_on(&dir.path().join("queue.redb"));
    let id = super::add(&mut book, &file("in", "a.csv", 1), 0);
    book.lease(1, 1).unwrap();
    book.done(&[id]).unwrap();
    disk.dead.store(true, Ordering::SeqCst);
    assert!(
        book.enqueue(&[file("in", "b.csv", 1)], Origin::Watched, 2)
            .is_err()
    );
    disk.dead.store(false, Ordering::SeqCst);
    assert!(
        book.contains(&[file("in", "a.csv", 1)]).unwrap()[0],
        "it is back"
    );
    let outcome = super::enqueue(&mut book, &file("in", "a.csv", 2), 3);
    assert!(
        matches!(outcome, Outcome::Renewed { instead_of, .. } if instead_of == id),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn leasing_from_a_broken_disk_neither_spins_nor_gives_up() {
    let dir = tempdir().unwrap();
    let (opener, disk) = disk();
    let limits = Limits {
        first_wait_ms: 1,
        ..Limits::default()
    };
    let queue = Queue::open_with(dir.path(), limits, opener).unwrap();
    queue
        .enqueue(vec![file("in", "a.csv", 1)], Origin::Watched)
        .await
        .unwrap();
    // A failed write closes the file: the next lease has to open it and cannot.
    disk.dead.store(true, Ordering::SeqCst);
    let _ = queue
        .enqueue(vec![file("in", "b.csv", 1)], Origin::Watched)
        .await
        .unwrap_err();
    let start = Instant::now();
    for _ in 0..2 {
        queue.wait().await;
        let error = queue.lease_any(1).await.unwrap_err();
        assert!(
            matches!(error, QueueError::Open { .. } | QueueError::Disk { .. }),
            "{error}"
        );
    }
    assert!(start.elapsed() >= Duration::from_secs(1), "it spins");
    disk.dead.store(false, Ordering::SeqCst);
    queue.wait().await;
    assert_eq!(queue.lease_any(1).await.unwrap().len(), 1);
}
