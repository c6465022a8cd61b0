//! Renames of fields: found with each new version, decided by people, and what they carry along.
//!
//! A field's identity is the chain of its paths: what people wrote hangs on the last of them, and every
//! version shows it under the path it has there.

mod decide;
mod find;
mod moves;

use super::Store;
use ddgen_ipc::Timestamp;
use ddgen_ipc::message::RenameCall;
use ddgen_ipc::message::{RenameRow, RenameState as Told};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::error::StoreError;
use super::redact;
use crate::judge::{Pair, RenameState};

impl Store {
    /// Takes proposed renames for what they are, or says one that was not found; without any named, all
    /// that are proposed. What is written about the old fields goes along. Answers the dictionary's name
    /// and the renames as they stand.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Refused`] where it cannot be one.
    pub async fn accept(
        &self,
        name: &str,
        calls: Vec<RenameCall>,
        author: &str,
    ) -> Result<(String, Vec<RenameRow>), StoreError> {
        let (name, author) = (name.to_owned(), author.to_owned());
        let work = move |db: &Connection| accept(db, &name, &calls, &author, Timestamp::now());
        let accepted = self
            .writer
            .write(move |db| redact::for_good(db, work))
            .await;
        self.scrub_soon();
        accepted
    }

    /// Takes fields for two that were taken for one, or might have been; what a rename took along goes
    /// back.
    ///
    /// # Errors
    /// As [`Store::accept`].
    pub async fn refuse(
        &self,
        name: &str,
        calls: Vec<RenameCall>,
        author: &str,
    ) -> Result<(String, Vec<RenameRow>), StoreError> {
        let (name, author) = (name.to_owned(), author.to_owned());
        self.writer
            .write(move |db| refuse(db, &name, &calls, &author, Timestamp::now()))
            .await
    }

    /// Renames that were found in a dictionary or said by people, of the newest version first.
    ///
    /// # Errors
    /// As [`Store::dictionary`].
    pub async fn renames(&self, name: &str) -> Result<Vec<RenameRow>, StoreError> {
        let name = name.to_owned();
        self.readers
            .read(move |db| list(db, super::find::dictionary(db, &name)?))
            .await
    }
}

pub(super) use decide::{accept, refuse};
pub(super) use find::{Step, note};
pub(super) use moves::{Decision, withdraw};

const APPLIED: &str = "applied";
const PROPOSED: &str = "proposed";
const REFUSED: &str = "refused";

/// Paths that one field may have had, one after the other.
const CHAIN: usize = 1_000;

/// The columns of [`row`].
const COLUMNS: &str = "SELECT v.number, b.path, a.path, r.score, r.because, r.state, r.author, \
     r.decided_at FROM renames r JOIN versions v ON v.id = r.version \
     JOIN fields b ON b.id = r.before JOIN fields a ON a.id = r.after ";

fn row(row: &Row<'_>) -> rusqlite::Result<RenameRow> {
    let state: String = row.get(5)?;
    Ok(RenameRow {
        version: row.get(0)?,
        from: row.get(1)?,
        to: row.get(2)?,
        score: row.get(3)?,
        because: row.get(4)?,
        state: match &*state {
            APPLIED => Told::Applied,
            PROPOSED => Told::Proposed,
            _ => Told::Refused,
        },
        author: row.get(6)?,
        decided_at: Timestamp(row.get(7)?),
    })
}

/// All of a dictionary, of the newest version first.
pub(super) fn list(db: &Connection, dictionary: i64) -> Result<Vec<RenameRow>, StoreError> {
    let mut found = db.prepare_cached(&format!(
        "{COLUMNS} WHERE v.dictionary = ?1 ORDER BY v.number DESC, r.score DESC, r.id"
    ))?;
    let found = found.query_map([dictionary], row)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// What is one field, or may be, in the versions `from` and `to` of a dictionary: a field that was
/// renamed several times in between is one pair.
pub(super) fn pairs(
    db: &Connection,
    dictionary: i64,
    from: u32,
    to: u32,
) -> Result<Vec<Pair>, StoreError> {
    let mut rows = db.prepare_cached(
        "SELECT b.path, a.path, r.score, r.state FROM versions v JOIN renames r ON r.version = v.id \
         JOIN fields b ON b.id = r.before JOIN fields a ON a.id = r.after \
         WHERE v.dictionary = ?1 AND v.number > ?2 AND v.number <= ?3 AND r.state <> 'refused' \
         ORDER BY v.number",
    )?;
    let span = params![dictionary, from.min(to), from.max(to)];
    let rows = rows.query_map(span, |row| {
        let state: String = row.get(3)?;
        Ok(Pair {
            from: row.get(0)?,
            to: row.get(1)?,
            score: row.get(2)?,
            state: match &*state {
                APPLIED => RenameState::Applied,
                _ => RenameState::Proposed,
            },
        })
    })?;
    let mut pairs: Vec<Pair> = Vec::new();
    for next in rows {
        let next = next?;
        match pairs.iter_mut().find(|pair| pair.to == next.from) {
            Some(pair) => {
                pair.to = next.to;
                pair.score = pair.score.min(next.score);
                if next.state == RenameState::Proposed {
                    pair.state = RenameState::Proposed;
                }
            }
            None => pairs.push(next),
        }
    }
    if from > to {
        for pair in &mut pairs {
            std::mem::swap(&mut pair.from, &mut pair.to);
        }
    }
    Ok(pairs)
}

/// The field that this one goes on as, where its path stands in no version after a rename of it.
pub(super) fn home(db: &Connection, field: i64) -> Result<i64, StoreError> {
    let mut next = db.prepare_cached(
        "SELECT r.after, v.number FROM renames r JOIN versions v ON v.id = r.version \
         JOIN fields f ON f.id = r.before WHERE r.before = ?1 AND r.state = 'applied' \
           AND v.number > coalesce(f.last_version, 0) AND v.number > ?2 \
         ORDER BY v.number DESC LIMIT 1",
    )?;
    let (mut at, mut since) = (field, 0_u32);
    for _ in 0..CHAIN {
        let found = next.query_row(params![at, since], |row| Ok((row.get(0)?, row.get(1)?)));
        match found.optional()? {
            Some((after, number)) => (at, since) = (after, number),
            None => break,
        }
    }
    Ok(at)
}

/// The path under which a field stands in the current version, where that is an earlier path of it;
/// none: its own.
pub(super) fn shown_as(
    db: &Connection,
    dictionary: i64,
    field: i64,
) -> Result<Option<String>, StoreError> {
    let mut stands = db.prepare_cached(
        "SELECT f.path FROM dictionaries d JOIN version_fields x ON x.version = d.current \
         JOIN fields f ON f.id = x.field WHERE d.id = ?1 AND x.field = ?2",
    )?;
    let mut before = db.prepare_cached(
        "SELECT r.before, v.number FROM renames r JOIN versions v ON v.id = r.version \
         WHERE r.after = ?1 AND r.state = 'applied' AND v.number < ?2 \
         ORDER BY v.number DESC LIMIT 1",
    )?;
    let (mut at, mut until) = (field, u32::MAX);
    for _ in 0..CHAIN {
        let path = stands.query_row(params![dictionary, at], |row| row.get(0));
        if let Some(path) = path.optional()? {
            return Ok(Some(path));
        }
        let found = before.query_row(params![at, until], |row| Ok((row.get(0)?, row.get(1)?)));
        match found.optional()? {
            Some((before, number)) => (at, until) = (before, number),
            None => break,
        }
    }
    Ok(None)
}

/// Versions in which a field stands under one of its paths.
pub(super) struct Span {
    pub(super) field: i64,
    /// From this number on, and below the other.
    pub(super) from: u32,
    pub(super) below: u32,
}

/// All paths of a field, from the one it goes by back to the first.
pub(super) fn spans(db: &Connection, field: i64) -> Result<Vec<Span>, StoreError> {
    // Before it was renamed, the path was another field's.
    let mut since = db.prepare_cached(
        "SELECT coalesce(max(v.number), 0) FROM renames r JOIN versions v ON v.id = r.version \
         WHERE r.before = ?1 AND r.state = 'applied' AND v.number < ?2",
    )?;
    let mut before = db.prepare_cached(
        "SELECT r.before, v.number FROM renames r JOIN versions v ON v.id = r.version \
         WHERE r.after = ?1 AND r.state = 'applied' AND v.number < ?2 \
         ORDER BY v.number DESC LIMIT 1",
    )?;
    let (mut at, mut below) = (field, u32::MAX);
    let mut spans = Vec::new();
    for _ in 0..CHAIN {
        let from = since.query_row(params![at, below], |row| row.get(0))?;
        spans.push(Span {
            field: at,
            from,
            below,
        });
        let found = before.query_row(params![at, below], |row| Ok((row.get(0)?, row.get(1)?)));
        match found.optional()? {
            Some((before, number)) => (at, below) = (before, number),
            None => break,
        }
    }
    Ok(spans)
}

/// Whether any field of the dictionary was ever renamed.
pub(super) fn any(db: &Connection, dictionary: i64) -> Result<bool, StoreError> {
    let mut any = db.prepare_cached(
        "SELECT 1 FROM versions v JOIN renames r ON r.version = v.id \
         WHERE v.dictionary = ?1 AND r.state = 'applied' LIMIT 1",
    )?;
    Ok(any.exists([dictionary])?)
}
