//! The catalogue of backups: what was made, verified and removed.

use super::Store;
use ddgen_ipc::Timestamp;
use rusqlite::{Connection, Row, params};

use super::error::StoreError;

impl Store {
    /// Notes a run of a backup, or a copy of one; the same again replaces the row.
    ///
    /// # Errors
    /// When nothing could be stored; so with the two below.
    pub async fn note_backup(&self, record: BackupRecord) -> Result<(), StoreError> {
        self.writer.write(move |db| note(db, &record)).await
    }

    /// Notes what a verification found: `None` when the backup is what it was.
    ///
    /// # Errors
    /// As [`Store::note_backup`].
    pub async fn judge_backup(
        &self,
        id: &str,
        place: &str,
        at: Timestamp,
        problem: Option<String>,
    ) -> Result<(), StoreError> {
        let (id, place) = (id.to_owned(), place.to_owned());
        self.writer
            .write(move |db| judge(db, &id, &place, at, problem.as_deref()))
            .await
    }

    /// Notes that a backup was taken away.
    ///
    /// # Errors
    /// As [`Store::note_backup`].
    pub async fn backup_removed(
        &self,
        id: &str,
        place: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let (id, place) = (id.to_owned(), place.to_owned());
        self.writer
            .write(move |db| removed(db, &id, &place, at))
            .await
    }

    /// Backups that should lie in their places, and failed runs; the newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn backups(&self) -> Result<Vec<BackupRecord>, StoreError> {
        self.readers.read(all).await
    }

    /// When the store was made.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn made_at(&self) -> Result<Timestamp, StoreError> {
        self.readers.read(store_made_at).await
    }
}

/// Rows kept: two years of hourly ones. The oldest removed and failed ones go first.
const KEPT: u32 = 20_000;

/// One run of a backup, or one copy of it in another place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupRecord {
    pub id: String,
    pub place: String,
    pub kind: String,
    pub why: String,
    pub base: Option<String>,
    pub taken_at: Timestamp,
    pub finished_at: Timestamp,
    /// Packed bytes in the place.
    pub bytes: u64,
    /// Bytes of the store it holds.
    pub store_bytes: u64,
    /// False: the run failed.
    pub made: bool,
    pub verified_at: Option<Timestamp>,
    pub problem: Option<String>,
    pub removed_at: Option<Timestamp>,
}

pub(super) fn note(db: &Connection, record: &BackupRecord) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO backups (id, place, kind, why, base, taken_at, finished_at, bytes, \
         store_bytes, made, verified_at, problem, removed_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?
    .execute(params![
        record.id,
        record.place,
        record.kind,
        record.why,
        record.base,
        record.taken_at.0,
        record.finished_at.0,
        i64::try_from(record.bytes).unwrap_or(i64::MAX),
        i64::try_from(record.store_bytes).unwrap_or(i64::MAX),
        record.made,
        record.verified_at.map(|at| at.0),
        record.problem,
        record.removed_at.map(|at| at.0),
    ])?;
    db.prepare_cached(
        "DELETE FROM backups WHERE (removed_at IS NOT NULL OR made = 0) \
         AND seq <= (SELECT max(seq) FROM backups) - ?1",
    )?
    .execute([KEPT])?;
    Ok(())
}

/// What a verification found: `None` when the backup is what it was.
pub(super) fn judge(
    db: &Connection,
    id: &str,
    place: &str,
    at: Timestamp,
    problem: Option<&str>,
) -> Result<(), StoreError> {
    // One that is damaged today was still good when it was verified last: that moment stays.
    db.prepare_cached(
        "UPDATE backups SET problem = ?4, \
         verified_at = CASE WHEN ?4 IS NULL THEN ?3 ELSE verified_at END \
         WHERE id = ?1 AND place = ?2",
    )?
    .execute(params![id, place, at.0, problem])?;
    Ok(())
}

pub(super) fn removed(
    db: &Connection,
    id: &str,
    place: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    db.prepare_cached("UPDATE backups SET removed_at = ?3 WHERE id = ?1 AND place = ?2")?
        .execute(params![id, place, at.0])?;
    Ok(())
}

/// Those that should lie in their places, and the failed runs; the newest first.
pub(super) fn all(db: &Connection) -> Result<Vec<BackupRecord>, StoreError> {
    let mut found = db.prepare_cached(
        "SELECT id, place, kind, why, base, taken_at, finished_at, bytes, store_bytes, made, \
         verified_at, problem, removed_at FROM backups \
         WHERE removed_at IS NULL ORDER BY taken_at DESC, seq DESC LIMIT ?1",
    )?;
    let found = found.query_map([KEPT], record)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// When the store was made.
pub(super) fn store_made_at(db: &Connection) -> Result<Timestamp, StoreError> {
    let at = db
        .prepare_cached("SELECT min(applied_at) FROM migrations")?
        .query_row([], |row| row.get(0))?;
    Ok(Timestamp(at))
}

fn record(row: &Row<'_>) -> rusqlite::Result<BackupRecord> {
    let moment = |at: usize| -> rusqlite::Result<Option<Timestamp>> {
        Ok(row.get::<_, Option<i64>>(at)?.map(Timestamp))
    };
    let bytes = |at: usize| -> rusqlite::Result<u64> {
        Ok(u64::try_from(row.get::<_, i64>(at)?).unwrap_or(0))
    };
    Ok(BackupRecord {
        id: row.get(0)?,
        place: row.get(1)?,
        kind: row.get(2)?,
        why: row.get(3)?,
        base: row.get(4)?,
        taken_at: Timestamp(row.get(5)?),
        finished_at: Timestamp(row.get(6)?),
        bytes: bytes(7)?,
        store_bytes: bytes(8)?,
        made: row.get(9)?,
        verified_at: moment(10)?,
        problem: row.get(11)?,
        removed_at: moment(12)?,
    })
}
