//! Renames between a new version and the one before it.

use std::collections::HashSet;

use ddgen_ipc::Timestamp;
use ddgen_profile::SketchKey;
use ddgen_profile::document::Field;
use ddgen_profile::sketch::{FieldSketch, KeyId};
use rusqlite::{Connection, OptionalExtension, params};

use super::moves::{self, Decision};
use super::{APPLIED, PROPOSED};
use crate::judge::renames::{Candidate, renames};
use crate::store::error::StoreError;

/// A version and the one before it.
#[derive(Clone, Copy)]
pub(in crate::store) struct Step {
    pub(in crate::store) before: i64,
    pub(in crate::store) after: i64,
    /// The version before `before`.
    pub(in crate::store) earlier: Option<i64>,
}

/// A field of a version as far as finding needs it.
struct Stood {
    field: i64,
    path: String,
}

/// Finds the renames of a new version, applies those that are certain and notes the others. What people
/// had decided of this version, before other content replaced it, holds.
pub(in crate::store) fn note(
    db: &Connection,
    step: Step,
    key: Option<&SketchKey>,
    decided: &[Decision],
    now: Timestamp,
) -> Result<(), StoreError> {
    let (old, new) = (standing(db, step.before)?, standing(db, step.after)?);
    let (gone, come) = (apart(&old, &new), apart(&new, &old));
    if gone.is_empty() || come.is_empty() {
        return Ok(());
    }
    let decided = moves::reinstate(db, step.after, decided, &gone, &come)?;
    let settled = |field: i64| {
        let holds = |d: &&Decision| d.state != super::REFUSED;
        decided
            .iter()
            .filter(holds)
            .any(|d| d.before == field || d.after == field)
    };
    let (gone, come) = (
        candidates(db, step.before, step.earlier, gone, &settled, key)?,
        candidates(db, step.after, None, come, &settled, key)?,
    );
    let (left, right) = (as_candidates(&gone), as_candidates(&come));
    for found in renames(&left, &right) {
        let (before, after) = (gone[found.gone].id, come[found.come].id);
        if decided
            .iter()
            .any(|d| d.before == before && d.after == after)
        {
            continue;
        }
        let state = if found.certain { APPLIED } else { PROPOSED };
        db.prepare_cached(
            "INSERT INTO renames (version, before, after, score, because, state, decided_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            step.after,
            before,
            after,
            found.score,
            found.because,
            state,
            now.0
        ])?;
        if found.certain {
            moves::apply(db, db.last_insert_rowid())?;
        }
    }
    Ok(())
}

/// A field that went or came, read.
struct Loaded {
    id: i64,
    slot: usize,
    nth: usize,
    field: Field,
    sketch: Option<FieldSketch>,
    earlier: Option<FieldSketch>,
}

fn as_candidates(loaded: &[Loaded]) -> Vec<Candidate<'_>> {
    let candidates = loaded.iter().map(|one| Candidate {
        field: &one.field,
        sketch: one.sketch.as_ref(),
        earlier: one.earlier.as_ref(),
        slot: one.slot,
        nth: one.nth,
    });
    candidates.collect()
}

fn standing(db: &Connection, version: i64) -> Result<Vec<Stood>, StoreError> {
    let mut rows = db.prepare_cached(
        "SELECT x.field, f.path FROM version_fields x JOIN fields f ON f.id = x.field \
         WHERE x.version = ?1 ORDER BY x.ordinal",
    )?;
    let rows = rows.query_map([version], |row| {
        Ok(Stood {
            field: row.get(0)?,
            path: row.get(1)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The fields that stand on one side only, each with its slot (how many that stand on both are before
/// it) and its place among those of the same slot.
fn apart(here: &[Stood], there: &[Stood]) -> Vec<(i64, usize, usize)> {
    let there: HashSet<&str> = there.iter().map(|s| &*s.path).collect();
    let (mut slot, mut nth, mut found) = (0, 0, Vec::new());
    for stood in here {
        if there.contains(&*stood.path) {
            (slot, nth) = (slot + 1, 0);
        } else {
            found.push((stood.field, slot, nth));
            nth += 1;
        }
    }
    found
}

fn candidates(
    db: &Connection,
    version: i64,
    earlier: Option<i64>,
    fields: Vec<(i64, usize, usize)>,
    settled: &impl Fn(i64) -> bool,
    key: Option<&SketchKey>,
) -> Result<Vec<Loaded>, StoreError> {
    let mut profile =
        db.prepare_cached("SELECT profile FROM version_fields WHERE version = ?1 AND field = ?2")?;
    let mut loaded = Vec::new();
    for (id, slot, nth) in fields.into_iter().filter(|(id, ..)| !settled(*id)) {
        let json: String = profile.query_row(params![version, id], |row| row.get(0))?;
        let field = serde_json::from_str(&json)
            .map_err(|error| StoreError::Corrupt(format!("a stored field is no JSON: {error}")))?;
        loaded.push(Loaded {
            id,
            slot,
            nth,
            field,
            sketch: sketch(db, version, id, key)?,
            earlier: match earlier {
                Some(earlier) => sketch(db, earlier, id, key)?,
                None => None,
            },
        });
    }
    Ok(loaded)
}

/// The sketch of a field, where there is one under this key that can be read.
fn sketch(
    db: &Connection,
    version: i64,
    field: i64,
    key: Option<&SketchKey>,
) -> Result<Option<FieldSketch>, StoreError> {
    let Some(key) = key else { return Ok(None) };
    let found: Option<([u8; 8], Vec<u8>)> = db
        .prepare_cached("SELECT key_id, data FROM sketches WHERE version = ?1 AND field = ?2")?
        .query_row(params![version, field], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    Ok(found
        .filter(|(id, _)| KeyId(*id) == key.id())
        .and_then(|(_, data)| FieldSketch::decode(&data, key).ok()))
}
