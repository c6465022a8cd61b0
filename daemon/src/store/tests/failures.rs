//! A full disk, a lock, a panic: told apart, and survived.

use std::process::{Command, Stdio};

use rusqlite::TransactionBehavior;

use super::*;

#[tokio::test]
async fn a_full_disk_is_told_apart_and_passes() {
    let (dir, store) = new_store();
    store
        .commit(arrived(1, "w", "a.csv", 1, SALES))
        .await
        .unwrap();
    // SQLite's own limit fails as a full disk does.
    let pages: i64 = store
        .writer
        .write(|db| Ok(db.query_row("PRAGMA page_count", [], |row| row.get(0))?))
        .await
        .unwrap();
    let limit = move |pages: i64| {
        move |db: &rusqlite::Connection| {
            Ok(db.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?)
        }
    };
    store.writer.write(limit(pages + 1)).await.unwrap();
    let paths: Vec<String> = (0..500).map(|at| format!("f{at}")).collect();
    let shape: Vec<_> = paths.iter().map(|path| (path.as_str(), "string")).collect();
    let refused = store
        .commit(arrived(2, "w", "b.csv", 2, &shape))
        .await
        .unwrap_err();
    assert!(matches!(refused, StoreError::DiskFull(_)), "{refused}");
    assert!(refused.passes());
    // Reads go on, and with space the same drop is stored.
    assert_eq!(store.dictionaries().await.unwrap().len(), 1);
    store.writer.write(limit(1_000_000)).await.unwrap();
    store
        .commit(arrived(2, "w", "b.csv", 2, &shape))
        .await
        .unwrap();
    assert_eq!(store.drop_counts().await.unwrap().done, 2);
    assert_sound(&dir);
}

/// A file system of its own, gone with its guard.
struct Tmpfs(TempDir);

impl Tmpfs {
    /// None where this process may not mount.
    fn of(size: &str) -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(dir.path())
            .stderr(Stdio::null())
            .status();
        matches!(mounted, Ok(status) if status.success()).then_some(Self(dir))
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        // Lazily: the store may still have the file open when a test fails.
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[tokio::test]
async fn on_a_disk_that_fills_up_no_acknowledged_drop_is_lost() {
    let Some(disk) = Tmpfs::of("5m") else {
        eprintln!("SKIPPED: this needs the right to mount a tmpfs");
        return;
    };
    let ballast = disk.0.path().join("ballast");
    std::fs::write(&ballast, vec![1; 2 << 20]).unwrap();
    let store = open(&disk.0);
    let mut stored = 0_u32;
    let refused = loop {
        let file = format!("f{stored}.csv");
        match store
            .commit(arrived(stored.into(), "w", &file, stored.into(), SALES))
            .await
        {
            Ok(_) => stored += 1,
            Err(error) => break error,
        }
        assert!(stored < 20_000, "5 MiB hold no 20,000 drops");
    };
    assert!(matches!(refused, StoreError::DiskFull(_)), "{refused}");
    assert!(stored >= 10, "{stored}");
    assert_eq!(store.drop_counts().await.unwrap().done, u64::from(stored));
    std::fs::remove_file(&ballast).unwrap();
    for id in stored..stored + 10 {
        let file = format!("f{id}.csv");
        store
            .commit(arrived(id.into(), "w", &file, id.into(), SALES))
            .await
            .unwrap();
    }
    let known = store.drop_counts().await.unwrap();
    assert_eq!(known.done, u64::from(stored + 10));
    assert_sound(&disk.0);
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_locked_file_is_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), Duration::from_millis(50)).unwrap();
    let mut other = look(&dir);
    let tx = other
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .unwrap();
    let refused = store
        .commit(arrived(1, "w", "a.csv", 1, SALES))
        .await
        .unwrap_err();
    assert!(matches!(refused, StoreError::Locked(_)), "{refused}");
    // A deadline shorter than the lock is kept.
    let late = store.health(Duration::from_millis(1)).await.unwrap_err();
    assert!(matches!(late, StoreError::Late(1)), "{late}");
    drop(tx);
    store
        .commit(arrived(1, "w", "a.csv", 1, SALES))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_command_that_fails_undoes_nothing_of_its_neighbours() {
    let (dir, store) = new_store();
    // Holding the writer gathers what follows into one group.
    let (hold, held) = std::sync::mpsc::channel::<()>();
    let first = store.writer.clone();
    let first = tokio::spawn(async move {
        first
            .write(move |_| {
                held.recv()
                    .map_err(|error| StoreError::Internal(error.to_string()))
            })
            .await
    });
    let mut calls = Vec::new();
    for id in 1..=30_u32 {
        let store = store.clone();
        calls.push(tokio::spawn(async move {
            if id % 3 == 0 {
                let failing: Result<(), StoreError> = store
                    .writer
                    .write(move |db| {
                        super::super::drop_write::record(
                            db,
                            &unprofiled(id.into(), "x", DropState::Failed),
                        )?;
                        match id % 2 {
                            0 => panic!("a defect"),
                            _ => Err(StoreError::Refused("by the test".to_owned())),
                        }
                    })
                    .await;
                assert!(failing.is_err());
            } else {
                let file = format!("f{id}.csv");
                store
                    .commit(arrived(id.into(), "w", &file, id.into(), SALES))
                    .await
                    .unwrap();
            }
        }));
    }
    tokio::task::yield_now().await;
    hold.send(()).unwrap();
    first.await.unwrap().unwrap();
    for call in calls {
        call.await.unwrap();
    }
    let counts = store.drop_counts().await.unwrap();
    assert_eq!((counts.done, counts.failed), (20, 0));
    assert_sound(&dir);
}

/// A kill of the process cannot tell these apart; the loss of power can.
#[tokio::test]
async fn a_commit_is_flushed_to_the_disk() {
    let (_dir, store) = new_store();
    let pragma = |name: &'static str| {
        let writer = store.writer.clone();
        async move {
            let read = move |db: &rusqlite::Connection| {
                let sql = format!("SELECT CAST({name} AS TEXT) FROM pragma_{name}");
                Ok(db.query_row(&sql, [], |row| row.get::<_, String>(0))?)
            };
            writer.write(read).await.unwrap()
        }
    };
    assert_eq!(pragma("journal_mode").await, "wal");
    assert_eq!(pragma("synchronous").await, "2");
    assert_eq!(pragma("foreign_keys").await, "1");
}

#[tokio::test]
async fn after_close_everything_is_on_disk_and_calls_are_refused() {
    let (dir, store) = new_store();
    store
        .commit(arrived(1, "w", "a.csv", 1, SALES))
        .await
        .unwrap();
    store.close().await.unwrap();
    let refused = store
        .commit(arrived(2, "w", "b.csv", 2, SALES))
        .await
        .unwrap_err();
    assert!(matches!(refused, StoreError::Closed), "{refused}");
    assert!(matches!(
        store.dictionaries().await,
        Err(StoreError::Closed)
    ));
    assert!(matches!(store.known_blocking(&[]), Err(StoreError::Closed)));
    store.close().await.unwrap();
    let again = open(&dir);
    assert_eq!(again.dictionaries().await.unwrap().len(), 1);
    assert_sound(&dir);
}
