//! How the store is: sizes, counts, and whether it answers.

use super::Store;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::time::Instant;

use ddgen_ipc::Timestamp;
use rusqlite::Connection;
use serde::Serialize;

use super::error::StoreError;
use super::values::count;

impl Store {
    /// # Errors
    /// When the store cannot be read.
    pub async fn stats(&self) -> Result<Stats, StoreError> {
        let path = self.path.clone();
        self.readers.read(move |db| stats(db, &path)).await
    }

    /// Commits a write and reads it back.
    ///
    /// # Errors
    /// What failed, or [`StoreError::Late`] when both did not end within the deadline.
    pub async fn health(&self, deadline: Duration) -> Result<Pulse, StoreError> {
        let beat = async {
            let now = Timestamp::now().0;
            let start = Instant::now();
            self.writer.write(move |db| beat(db, now)).await?;
            let write = start.elapsed();
            let read_back = self.readers.read(last_beat).await?;
            if read_back < now {
                let because = format!("wrote {now} and read back {read_back}");
                return Err(StoreError::Internal(because));
            }
            Ok(Pulse {
                write,
                read: start.elapsed().saturating_sub(write),
            })
        };
        tokio::time::timeout(deadline, beat)
            .await
            .unwrap_or(Err(StoreError::Late(deadline.as_millis())))
    }

    /// A transaction that writes nothing: that it ends is the news.
    ///
    /// # Errors
    /// Why none can be written.
    pub async fn try_write(&self) -> Result<(), StoreError> {
        self.writer.write(|_| Ok(())).await
    }

    /// Reads the whole file and answers what is wrong with it; empty: nothing.
    ///
    /// # Errors
    /// When the store cannot be read at all.
    pub async fn quick_check(&self) -> Result<Vec<String>, StoreError> {
        self.readers.read(quick_check).await
    }
}

/// What `/api/v1/database/stats` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stats {
    pub database_type: &'static str,
    /// Bytes on disk, the write-ahead log among them.
    pub database_size: u64,
    pub table_counts: TableCounts,
    /// Records of the current versions of all dictionaries.
    pub total_records: u64,
    /// None while there is no dictionary.
    pub last_updated: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TableCounts {
    pub dictionaries: u64,
    pub versions: u64,
    pub fields: u64,
    pub annotations: u64,
}

/// The store answered: how long a committed write and a read took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pulse {
    pub write: Duration,
    pub read: Duration,
}

pub(super) fn stats(db: &Connection, path: &Path) -> Result<Stats, StoreError> {
    let number = |sql: &str| -> Result<u64, StoreError> {
        Ok(count(
            db.prepare_cached(sql)?.query_row([], |row| row.get(0))?,
        ))
    };
    let last: Option<i64> = db
        .prepare_cached("SELECT max(updated_at) FROM dictionaries")?
        .query_row([], |row| row.get(0))?;
    Ok(Stats {
        database_type: "sqlite",
        database_size: size_on_disk(path),
        table_counts: TableCounts {
            dictionaries: number("SELECT count(*) FROM dictionaries WHERE deleted_at IS NULL")?,
            versions: number("SELECT count(*) FROM versions")?,
            fields: number("SELECT count(*) FROM fields WHERE last_version IS NOT NULL")?,
            annotations: number("SELECT count(*) FROM annotations")?,
        },
        total_records: number(
            "SELECT coalesce(sum(v.records), 0) FROM dictionaries d \
             JOIN versions v ON v.id = d.current WHERE d.deleted_at IS NULL",
        )?,
        last_updated: last.map(Timestamp),
    })
}

/// What SQLite finds wrong; empty: nothing. Reads the whole file.
pub(super) fn quick_check(db: &Connection) -> Result<Vec<String>, StoreError> {
    let mut lines = db.prepare("PRAGMA quick_check(20)")?;
    let lines = lines.query_map([], |row| row.get::<_, String>(0))?;
    let mut found: Vec<String> = lines.collect::<Result<_, _>>()?;
    found.retain(|line| line != "ok");
    Ok(found)
}

pub(super) fn beat(db: &Connection, at: i64) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO pulse (only, at) VALUES (1, ?1) \
         ON CONFLICT (only) DO UPDATE SET at = excluded.at",
    )?
    .execute([at])?;
    Ok(())
}

pub(super) fn last_beat(db: &Connection) -> Result<i64, StoreError> {
    Ok(db
        .prepare_cached("SELECT at FROM pulse")?
        .query_row([], |row| row.get(0))?)
}

/// The file with its log; one that is not there has no bytes.
pub(super) fn size_on_disk(path: &Path) -> u64 {
    ["", "-wal", "-shm"]
        .iter()
        .map(|ending| {
            let mut file = path.as_os_str().to_owned();
            file.push(ending);
            std::fs::metadata(PathBuf::from(file)).map_or(0, |data| data.len())
        })
        .sum()
}
