//! The rows of drops, as they are written.

use super::Store;
use ddgen_ipc::message::DropRow;
use ddgen_ipc::message::DropState;
use rusqlite::{Connection, OptionalExtension, params};

use super::arrived::Unprofiled;
use super::error::StoreError;
use super::newest_drop::{self, Failed};
use super::prepare::Work;
use super::rows;
use super::values::{SqlId, SqlPath, bits, int};
use crate::arrival::{DropId, Sighting};
use crate::dataset::Folding;

impl Store {
    /// Notes a drop that has no profile, one row a drop. A drop that is done stays done.
    ///
    /// # Errors
    /// When nothing could be stored, or the state needs a profile.
    pub async fn record(&self, drop: Unprofiled) -> Result<DropRow, StoreError> {
        self.writer
            .write(move |db| {
                let seq = record(db, &drop)?;
                rows::drop_by_seq(db, seq)?
                    .ok_or_else(|| StoreError::Internal(format!("drop {seq} vanished")))
            })
            .await
    }
}

/// How a drop with a profile ended.
pub(super) struct Settled {
    pub(super) state: DropState,
    pub(super) dictionary: i64,
    pub(super) version: u32,
    pub(super) reason: Option<String>,
    pub(super) folding: Folding,
}

/// Number and state of a drop, also by an id that a revision has replaced.
pub(super) fn find(db: &Connection, id: DropId) -> Result<Option<(i64, DropState)>, StoreError> {
    let mut by_id = db.prepare_cached("SELECT seq, state FROM drops WHERE id = ?1")?;
    let found = by_id.query_row([SqlId(id)], |row| Ok((row.get(0)?, rows::state(row, 1)?)));
    if let Some(found) = found.optional()? {
        return Ok(Some(found));
    }
    let mut by_alias = db.prepare_cached(
        "SELECT p.seq, p.state FROM drop_aliases a JOIN drops p ON p.seq = a.seq WHERE a.id = ?1",
    )?;
    let found = by_alias.query_row([SqlId(id)], |row| Ok((row.get(0)?, rows::state(row, 1)?)));
    Ok(found.optional()?)
}

/// A parked drop whose file has come with other content: nothing is left to try. Only the newest of
/// a path can be parked, since this is asked with every new one.
pub(super) fn supersede_parked(
    db: &Connection,
    sighting: &Sighting,
    by: DropId,
) -> Result<(), StoreError> {
    db.prepare_cached(
        "UPDATE drops SET state = 'failed', \
           reason = coalesce(reason || '; ', '') || 'the file has come again since' \
         WHERE state = 'parked' AND seq = (SELECT seq FROM drops \
           WHERE path = ?1 AND watch = ?2 AND id <> ?3 ORDER BY seq DESC LIMIT 1)",
    )?
    .execute(params![SqlPath(&sighting.path), sighting.watch, SqlId(by)])?;
    Ok(())
}

/// Makes sure that the drop has a row: its own (`known`), that of the arrival it revises, or a new
/// one; and answers its number. [`settle`] fills in the rest.
pub(super) fn open(
    db: &Connection,
    work: &Work,
    known: Option<i64>,
    revised: Option<(i64, DropId)>,
) -> Result<i64, StoreError> {
    if let Some((seq, old)) = revised {
        rename(db, seq, old, work.drop)?;
    }
    if let Some(seq) = known.or(revised.map(|(seq, _)| seq)) {
        see(db, seq, &work.sighting, work.tries)?;
        return Ok(seq);
    }
    insert(
        db,
        &Unprofiled {
            drop: work.drop,
            sighting: work.sighting.clone(),
            origin: work.origin,
            state: DropState::Done,
            reason: None,
            tries: work.tries,
            arrived_at: work.arrived_at,
            finished_at: Some(work.finished_at),
        },
    )
}

/// A drop of exactly this file that came to no end: it was moved away before it could be read and
/// is here again, or the queue that knew it was lost. It is that drop, tried once more.
pub(super) fn tried_before(
    db: &Connection,
    sighting: &Sighting,
) -> Result<Option<(i64, DropId)>, StoreError> {
    let newest = newest_drop::of_path(db, sighting, Failed::Too)?;
    Ok(newest
        .filter(|drop| drop.is_of(sighting) && !drop.is_done())
        .map(|drop| (drop.seq, drop.id)))
}

/// A drop of exactly this file with exactly this content that is done: a scan asked for it before
/// the commit and handed it in after, so that it has come once and was given two ids.
pub(super) fn done_before(db: &Connection, work: &Work) -> Result<Option<i64>, StoreError> {
    let newest = newest_drop::of_path(db, &work.sighting, Failed::Skipped)?;
    let blake3 = Some(&work.source.blake3);
    let twin = newest.filter(|drop| {
        drop.is_of(&work.sighting) && drop.is_done() && drop.blake3.as_ref() == blake3
    });
    let Some(twin) = twin else { return Ok(None) };
    rename(db, twin.seq, twin.id, work.drop)?;
    Ok(Some(twin.seq))
}

/// The row of a drop goes on under a newer id, and is still found by the old one.
fn rename(db: &Connection, seq: i64, old: DropId, new: DropId) -> Result<(), StoreError> {
    db.prepare_cached("INSERT INTO drop_aliases (id, seq) VALUES (?1, ?2)")?
        .execute(params![SqlId(old), seq])?;
    db.prepare_cached("UPDATE drops SET id = ?2 WHERE seq = ?1")?
        .execute(params![seq, SqlId(new)])?;
    Ok(())
}

pub(super) fn settle(
    db: &Connection,
    work: &Work,
    seq: i64,
    settled: &Settled,
) -> Result<(), StoreError> {
    let folded = folded(db, settled)?;
    let reason = match (&settled.reason, folded) {
        (Some(reason), Some(folded)) => Some(format!("{folded}; {reason}")),
        (reason, folded) => reason.clone().or(folded),
    };
    db.prepare_cached(
        "UPDATE drops SET state = ?2, reason = ?3, blake3 = ?4, dictionary = ?5, version = ?6, \
           finished_at = ?7, profiler_version = ?8, duration_ms = ?9 WHERE seq = ?1",
    )?
    .execute(params![
        seq,
        settled.state.as_str(),
        reason,
        work.source.blake3,
        settled.dictionary,
        settled.version,
        work.finished_at.0,
        work.profiler_version,
        int(work.duration_ms),
    ])?;
    Ok(())
}

/// What was decided about the name, where something was.
fn folded(db: &Connection, settled: &Settled) -> Result<Option<String>, StoreError> {
    let folding = &settled.folding;
    if folding.folded.is_none() {
        return Ok(None);
    }
    let (name, stem): (String, String) = db
        .prepare_cached("SELECT name, stem FROM dictionaries WHERE id = ?1")?
        .query_row([settled.dictionary], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok((stem != folding.name).then(|| format!("folded into `{name}`")))
}

/// The version this drop taught was replaced by another drop while it was provisional.
pub(super) fn mark_replaced(db: &Connection, seq: i64, by: DropId) -> Result<(), StoreError> {
    db.prepare_cached("UPDATE drops SET reason = ?2 WHERE seq = ?1")?
        .execute(params![
            seq,
            format!("replaced while provisional by drop {by}")
        ])?;
    Ok(())
}

/// A drop without a profile. One that is done stays done, whatever a late message says.
pub(super) fn record(db: &Connection, drop: &Unprofiled) -> Result<i64, StoreError> {
    if matches!(drop.state, DropState::Done | DropState::Duplicate) {
        return Err(StoreError::Refused(format!(
            "drop {} cannot be {} without a profile",
            drop.drop, drop.state
        )));
    }
    let mut known = find(db, drop.drop)?;
    if known.is_none() {
        if let Some((seq, old)) = tried_before(db, &drop.sighting)? {
            rename(db, seq, old, drop.drop)?;
            known = Some((seq, drop.state));
        }
        supersede_parked(db, &drop.sighting, drop.drop)?;
    }
    match known {
        Some((seq, DropState::Done | DropState::Duplicate)) => Ok(seq),
        Some((seq, _)) => {
            see(db, seq, &drop.sighting, drop.tries)?;
            db.prepare_cached(
                "UPDATE drops SET state = ?2, reason = ?3, finished_at = ?4 WHERE seq = ?1",
            )?
            .execute(params![
                seq,
                drop.state.as_str(),
                drop.reason,
                drop.finished_at.map(|at| at.0),
            ])?;
            Ok(seq)
        }
        None => insert(db, drop),
    }
}

/// The file as it is now.
fn see(db: &Connection, seq: i64, sighting: &Sighting, tries: u32) -> Result<(), StoreError> {
    db.prepare_cached(
        "UPDATE drops SET size = ?2, mtime_ns = ?3, inode = ?4, tries = ?5 WHERE seq = ?1",
    )?
    .execute(params![
        seq,
        int(sighting.size),
        sighting.mtime_ns,
        bits(sighting.inode),
        tries,
    ])?;
    Ok(())
}

fn insert(db: &Connection, drop: &Unprofiled) -> Result<i64, StoreError> {
    db.prepare_cached(
        "INSERT INTO drops (id, watch, root, path, size, mtime_ns, inode, origin, state, reason, \
           tries, arrived_at, finished_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?
    .execute(params![
        SqlId(drop.drop),
        drop.sighting.watch,
        SqlPath(&drop.sighting.root),
        SqlPath(&drop.sighting.path),
        int(drop.sighting.size),
        drop.sighting.mtime_ns,
        bits(drop.sighting.inode),
        drop.origin.as_str(),
        drop.state.as_str(),
        drop.reason,
        drop.tries,
        drop.arrived_at.0,
        drop.finished_at.map(|at| at.0),
    ])?;
    Ok(db.last_insert_rowid())
}
