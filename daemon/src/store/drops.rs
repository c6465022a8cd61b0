//! Drops, as they are read.

use super::Store;
use ddgen_ipc::Timestamp;
use std::path::Path;

use ddgen_ipc::message::{DropCounts, DropRow, DropState};
use rusqlite::{Connection, OptionalExtension, params};

use super::error::StoreError;
use super::newest_drop::{self, Failed};
use super::values::{SqlPath, count, int};
use super::{PAGE, drop_write, moves, rows};
use crate::arrival::{DropId, Sighting};

impl Store {
    /// The newest drops first, those before the number `before_seq` when given.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn drops(
        &self,
        state: Option<DropState>,
        before_seq: Option<u64>,
        limit: u32,
    ) -> Result<Vec<DropRow>, StoreError> {
        self.readers
            .read(move |db| list(db, state, before_seq, limit))
            .await
    }

    /// A drop by its id, or the newest by the path of its file (absolute, or below its watch).
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or when the store cannot be read.
    pub async fn drop(&self, id_or_path: &str) -> Result<DropRow, StoreError> {
        let wanted = id_or_path.to_owned();
        self.readers.read(move |db| find(db, &wanted)).await
    }

    /// Settled drops by state.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn drop_counts(&self) -> Result<DropCounts, StoreError> {
        self.readers.read(counts).await
    }

    /// Whether the drop is a version or a duplicate of one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn is_done(&self, drop: DropId) -> Result<bool, StoreError> {
        self.readers.read(move |db| is_done(db, drop)).await
    }

    /// For each sighting: whether the newest drop of its path is of exactly this file and needs no
    /// more work: done, duplicate or parked. A failed one does not count: its file was gone before
    /// it could be read, and here it is again; nor one in quarantine, which somebody has put back.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn known(&self, sightings: Vec<Sighting>) -> Result<Vec<bool>, StoreError> {
        self.readers.read(move |db| known(db, &sightings)).await
    }

    /// Drops behind a place in the list, in its order, up to the first whose version may still be
    /// replaced; and until when it may.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn final_drops_behind(
        &self,
        seq: u64,
        limit: u32,
        now: Timestamp,
    ) -> Result<(Vec<DropRow>, Option<Timestamp>), StoreError> {
        let work = move |db: &Connection| final_behind(db, seq, limit, now);
        self.readers.read(work).await
    }

    /// As [`Store::known`], for threads that may block.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn known_blocking(&self, sightings: &[Sighting]) -> Result<Vec<bool>, StoreError> {
        self.readers.read_blocking(|db| known(db, sightings))
    }
}

/// The newest first, those before `before` when given.
pub(super) fn list(
    db: &Connection,
    state: Option<DropState>,
    before: Option<u64>,
    limit: u32,
) -> Result<Vec<DropRow>, StoreError> {
    let before = before.map_or(i64::MAX, int);
    let sql = rows::statement(
        rows::DROP,
        match state {
            Some(_) => "WHERE p.seq < ?1 AND p.state = ?3 ORDER BY p.seq DESC LIMIT ?2",
            None => "WHERE p.seq < ?1 AND ?3 IS NULL ORDER BY p.seq DESC LIMIT ?2",
        },
    );
    let mut found = db.prepare_cached(&sql)?;
    let state = state.map(DropState::as_str);
    let found = found.query_map(params![before, limit.min(PAGE), state], rows::drop_row)?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn final_behind(
    db: &Connection,
    seq: u64,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<DropRow>, Option<Timestamp>), StoreError> {
    let mut provisional = db.prepare_cached(
        "SELECT p.seq, v.provisional_until FROM drops p \
         JOIN versions v ON v.dictionary = p.dictionary AND v.number = p.version \
         WHERE p.seq > ?1 AND v.provisional_until > ?2 ORDER BY p.seq LIMIT 1",
    )?;
    let held: Option<(i64, i64)> = provisional
        .query_row(params![int(seq), now.0], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let end = held.map_or(i64::MAX, |(seq, _)| seq);
    let sql = rows::statement(
        rows::DROP,
        "WHERE p.seq > ?1 AND p.seq < ?3 ORDER BY p.seq LIMIT ?2",
    );
    let mut found = db.prepare_cached(&sql)?;
    let found = found.query_map(params![int(seq), limit.min(PAGE), end], rows::drop_row)?;
    let found = found.collect::<Result<_, _>>()?;
    Ok((found, held.map(|(_, until)| Timestamp(until))))
}

/// A drop by its id, or the newest by the path of its file: absolute, or below its watch.
pub(super) fn find(db: &Connection, wanted: &str) -> Result<DropRow, StoreError> {
    let by_id = match wanted.parse::<DropId>() {
        Ok(id) if wanted.len() == 32 => drop_write::find(db, id)?.map(|(seq, _)| seq),
        _ => None,
    };
    let seq = match by_id {
        Some(seq) => Some(seq),
        None => newest_at(db, Path::new(wanted))?,
    };
    let row = match seq {
        Some(seq) => rows::drop_by_seq(db, seq)?,
        None => None,
    };
    row.ok_or_else(|| StoreError::NotFound {
        what: "drop".into(),
        name: wanted.to_owned(),
        nearest: Vec::new(),
    })
}

/// A path is stored in two parts, watched folder and rest: each cut is tried.
fn newest_at(db: &Connection, path: &Path) -> Result<Option<i64>, StoreError> {
    if path.is_relative() {
        let mut newest = db.prepare_cached("SELECT max(seq) FROM drops WHERE path = ?1")?;
        return Ok(newest.query_row([SqlPath(path)], |row| row.get(0))?);
    }
    let mut newest =
        db.prepare_cached("SELECT max(seq) FROM drops WHERE path = ?1 AND root = ?2")?;
    let mut found: Option<i64> = None;
    for root in path.ancestors().skip(1) {
        let Ok(rest) = path.strip_prefix(root) else {
            continue;
        };
        let seq: Option<i64> =
            newest.query_row(params![SqlPath(rest), SqlPath(root)], |row| row.get(0))?;
        found = found.max(seq);
    }
    Ok(found)
}

/// Whether nothing is left to do for this drop.
pub(super) fn is_done(db: &Connection, id: DropId) -> Result<bool, StoreError> {
    let found = drop_write::find(db, id)?;
    Ok(matches!(
        found,
        Some((
            _,
            DropState::Done | DropState::Duplicate | DropState::Quarantined
        ))
    ))
}

/// For each sighting: whether the newest drop of its path is of exactly this file and needs no more
/// work: done, duplicate or parked. A failed one does not count: its file was gone before it could
/// be read, and here it is again; nor one in quarantine, which somebody has put back, unless it is
/// still to be moved there.
pub(super) fn known(db: &Connection, sightings: &[Sighting]) -> Result<Vec<bool>, StoreError> {
    let mut known = Vec::with_capacity(sightings.len());
    for sighting in sightings {
        let newest = newest_drop::of_path(db, sighting, Failed::Skipped)?;
        let newest = newest.filter(|drop| drop.is_of(sighting));
        known.push(match newest {
            Some(drop) if drop.state == DropState::Quarantined => moves::is_due(db, drop.seq)?,
            Some(drop) => drop.is_done() || drop.state == DropState::Parked,
            None => false,
        });
    }
    Ok(known)
}

/// Settled drops; what is pending or running is the queue's to count.
pub(super) fn counts(db: &Connection) -> Result<DropCounts, StoreError> {
    let mut of = db.prepare_cached("SELECT count FROM drop_counts WHERE state = ?1")?;
    let mut of = |state: DropState| -> Result<u64, StoreError> {
        let found: Option<i64> = of
            .query_row([state.as_str()], |row| row.get(0))
            .optional()?;
        Ok(count(found.unwrap_or(0)))
    };
    let mut counts = DropCounts {
        total: 0,
        done: of(DropState::Done)?,
        failed: of(DropState::Failed)?,
        duplicate: of(DropState::Duplicate)?,
        parked: of(DropState::Parked)?,
        quarantined: of(DropState::Quarantined)?,
    };
    counts.total =
        counts.done + counts.failed + counts.duplicate + counts.parked + counts.quarantined;
    Ok(counts)
}
