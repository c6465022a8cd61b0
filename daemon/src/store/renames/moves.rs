//! What people wrote follows a rename, and goes back where it came from when that is undone.

use rusqlite::{Connection, OptionalExtension, params};

use super::{APPLIED, REFUSED};
use crate::store::error::StoreError;

/// What a person decided of two fields of a version.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::store) struct Decision {
    pub(super) before: i64,
    pub(super) after: i64,
    pub(super) state: String,
    score: f64,
    because: String,
    author: String,
    decided_at: i64,
}

/// Takes along all that is written about the old field. Where both bear words of one kind, those of the
/// new field stand, since whoever wrote them had it before their eyes; the others become history.
pub(super) fn apply(db: &Connection, rename: i64) -> Result<(), StoreError> {
    let mut next = Some(rename);
    // Later renames of the same field, which stand already, take them on.
    while let Some(rename) = next {
        db.prepare_cached(
            "INSERT OR IGNORE INTO rename_moves (rename, annotation, replaced) \
             SELECT r.id, n.id, n.replaced FROM renames r JOIN annotations n ON n.field = r.before \
             WHERE r.id = ?1",
        )?
        .execute([rename])?;
        shift(db, "after", rename)?;
        next = db
            .prepare_cached(
                "SELECT n.id FROM renames r JOIN versions v ON v.id = r.version \
                 JOIN renames n ON n.before = r.after AND n.state = 'applied' \
                 JOIN versions w ON w.id = n.version AND w.number > v.number \
                 WHERE r.id = ?1 ORDER BY w.number LIMIT 1",
            )?
            .query_row([rename], |row| row.get(0))
            .optional()?;
    }
    Ok(())
}

/// Brings back what a rename took along. What was written about the new field since stays with it.
pub(super) fn undo(db: &Connection, rename: i64) -> Result<(), StoreError> {
    // Renames of later versions must not carry on what was never theirs. A rename that a person tells
    // of an early version may have been noted after them.
    db.prepare_cached(
        "DELETE FROM rename_moves WHERE annotation IN \
           (SELECT annotation FROM rename_moves WHERE rename = ?1) \
         AND rename IN (SELECT l.id FROM renames l JOIN versions w ON w.id = l.version \
           JOIN renames r ON r.id = ?1 JOIN versions v ON v.id = r.version \
           WHERE w.number > v.number)",
    )?
    .execute([rename])?;
    shift(db, "before", rename)?;
    db.prepare_cached(
        "UPDATE annotations SET replaced = 0 WHERE id IN \
           (SELECT annotation FROM rename_moves WHERE rename = ?1 AND replaced = 0) \
         AND NOT EXISTS (SELECT 1 FROM annotations o WHERE o.dictionary = annotations.dictionary \
           AND o.field = annotations.field AND o.aspect = annotations.aspect AND o.replaced = 0)",
    )?
    .execute([rename])?;
    db.prepare_cached("DELETE FROM rename_moves WHERE rename = ?1")?
        .execute([rename])?;
    Ok(())
}

/// Moves what a rename takes along to one side of a rename; those whose place is taken there become history.
fn shift(db: &Connection, side: &str, rename: i64) -> Result<(), StoreError> {
    let which = "SELECT annotation FROM rename_moves WHERE rename = ?1";
    db.prepare_cached(&format!(
        "UPDATE annotations SET replaced = 1 WHERE id IN ({which}) AND replaced = 0 AND EXISTS \
           (SELECT 1 FROM annotations o WHERE o.dictionary = annotations.dictionary \
             AND o.field = (SELECT {side} FROM renames WHERE id = ?1) \
             AND o.aspect = annotations.aspect AND o.replaced = 0 AND o.id <> annotations.id)"
    ))?
    .execute([rename])?;
    db.prepare_cached(&format!(
        "UPDATE annotations SET field = (SELECT {side} FROM renames WHERE id = ?1) \
         WHERE id IN ({which})"
    ))?
    .execute([rename])?;
    Ok(())
}

/// Undoes and forgets the renames of a version whose content is replaced; answers what people had
/// decided.
pub(in crate::store) fn withdraw(
    db: &Connection,
    version: i64,
) -> Result<Vec<Decision>, StoreError> {
    let applied: Vec<i64> = {
        let mut rows = db.prepare_cached(
            "SELECT id FROM renames WHERE version = ?1 AND state = 'applied' ORDER BY id DESC",
        )?;
        let rows = rows.query_map([version], |row| row.get(0))?;
        rows.collect::<Result<_, _>>()?
    };
    for rename in applied {
        undo(db, rename)?;
    }
    let decided = {
        let mut rows = db.prepare_cached(
            "SELECT before, after, state, score, because, author, decided_at FROM renames \
             WHERE version = ?1 AND author IS NOT NULL ORDER BY id",
        )?;
        let rows = rows.query_map([version], |row| {
            Ok(Decision {
                before: row.get(0)?,
                after: row.get(1)?,
                state: row.get(2)?,
                score: row.get(3)?,
                because: row.get(4)?,
                author: row.get(5)?,
                decided_at: row.get(6)?,
            })
        })?;
        rows.collect::<Result<_, _>>()?
    };
    db.prepare_cached("DELETE FROM renames WHERE version = ?1")?
        .execute([version])?;
    Ok(decided)
}

/// Decisions hold for the new content as well, where it has the fields they are about.
pub(super) fn reinstate(
    db: &Connection,
    version: i64,
    decided: &[Decision],
    gone: &[(i64, usize, usize)],
    come: &[(i64, usize, usize)],
) -> Result<Vec<Decision>, StoreError> {
    let has =
        |fields: &[(i64, usize, usize)], id: i64| fields.iter().any(|(field, ..)| *field == id);
    let mut held = Vec::new();
    for decision in decided {
        if !has(gone, decision.before) || !has(come, decision.after) {
            continue;
        }
        db.prepare_cached(
            "INSERT INTO renames (version, before, after, score, because, state, author, \
               decided_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            version,
            decision.before,
            decision.after,
            decision.score,
            decision.because,
            decision.state,
            decision.author,
            decision.decided_at
        ])?;
        if decision.state == APPLIED {
            apply(db, db.last_insert_rowid())?;
        }
        held.push(decision.clone());
    }
    Ok(held)
}

/// Whoever's word it was, it is refused now.
pub(super) fn refuse(
    db: &Connection,
    rename: i64,
    applied: bool,
    author: &str,
    now: i64,
) -> Result<(), StoreError> {
    if applied {
        undo(db, rename)?;
    }
    db.prepare_cached("UPDATE renames SET state = ?2, author = ?3, decided_at = ?4 WHERE id = ?1")?
        .execute(params![rename, REFUSED, author, now])?;
    Ok(())
}
