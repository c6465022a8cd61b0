//! What people wrote, when dictionaries are put together or taken apart: none of it is lost.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension, params};

use super::versions::Moves;
use crate::store::error::StoreError;
use crate::store::renames;

/// A row of `annotations`.
struct Word {
    id: i64,
    field: Option<i64>,
    aspect: String,
    value: String,
    author: String,
    written_at: i64,
    replaced: bool,
    version: Option<u32>,
}

fn of(db: &Connection, dictionary: i64) -> Result<Vec<Word>, StoreError> {
    let mut rows = db.prepare_cached(
        "SELECT id, field, aspect, value, author, written_at, replaced, version FROM annotations \
         WHERE dictionary = ?1 ORDER BY id",
    )?;
    let rows = rows.query_map([dictionary], |row| {
        Ok(Word {
            id: row.get(0)?,
            field: row.get(1)?,
            aspect: row.get(2)?,
            value: row.get(3)?,
            author: row.get(4)?,
            written_at: row.get(5)?,
            replaced: row.get(6)?,
            version: row.get(7)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The field of this path, made where there is none.
fn field(db: &Connection, dictionary: i64, path: &str) -> Result<i64, StoreError> {
    db.prepare_cached("INSERT OR IGNORE INTO fields (dictionary, path) VALUES (?1, ?2)")?
        .execute(params![dictionary, path])?;
    Ok(db
        .prepare_cached("SELECT id FROM fields WHERE dictionary = ?1 AND path = ?2")?
        .query_row(params![dictionary, path], |row| row.get(0))?)
}

fn path(db: &Connection, field: i64) -> Result<String, StoreError> {
    Ok(db
        .prepare_cached("SELECT path FROM fields WHERE id = ?1")?
        .query_row([field], |row| row.get(0))?)
}

/// What stands there of this kind: the row, and whether it says anything.
fn standing(
    db: &Connection,
    dictionary: i64,
    field: Option<i64>,
    aspect: &str,
) -> Result<Option<(i64, bool)>, StoreError> {
    Ok(db
        .prepare_cached(
            "SELECT id, value <> '' FROM annotations WHERE dictionary = ?1 \
             AND coalesce(field, 0) = ?2 AND aspect = ?3 AND replaced = 0",
        )?
        .query_row(params![dictionary, field.unwrap_or(0), aspect], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?)
}

fn replace(db: &Connection, id: i64) -> Result<(), StoreError> {
    db.prepare_cached("UPDATE annotations SET replaced = 1 WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

/// All words of one dictionary become the other's; where that has its own, they become history.
pub(super) fn join(db: &Connection, from: i64, to: i64, moves: &Moves) -> Result<(), StoreError> {
    renumber(db, to, to, moves)?;
    let mut take = db.prepare_cached(
        "UPDATE annotations SET dictionary = ?2, field = ?3, version = ?4 WHERE id = ?1",
    )?;
    for word in of(db, from)? {
        let home = match word.field {
            Some(old) => Some(field(db, to, &path(db, old)?)?),
            None => None,
        };
        if !word.replaced
            && let Some((other, speaks)) = standing(db, to, home, &word.aspect)?
        {
            replace(db, if speaks { word.id } else { other })?;
        }
        let version = word.version.and_then(|was| moves.number((from, was), to));
        take.execute(params![word.id, to, home, version])?;
    }
    Ok(())
}

/// The numbers of the versions they were written at have changed.
fn renumber(db: &Connection, was: i64, now: i64, moves: &Moves) -> Result<(), StoreError> {
    let mut tell = db.prepare_cached("UPDATE annotations SET version = ?2 WHERE id = ?1")?;
    for word in of(db, now)? {
        if let Some(number) = word.version {
            tell.execute(params![word.id, moves.number((was, number), now)])?;
        }
    }
    Ok(())
}

/// Under which path the words of a field stand on, by field: in what stays, and in what goes.
pub(super) struct Plan(HashMap<i64, (Option<String>, Option<String>)>);

/// Made before anything moves: by the paths the field had in the versions of each side.
pub(super) fn plan(
    db: &Connection,
    dictionary: i64,
    going: &HashSet<i64>,
) -> Result<Plan, StoreError> {
    let mut has = db.prepare_cached(
        "SELECT v.id FROM versions v JOIN version_fields x ON x.version = v.id AND x.field = ?2 \
         WHERE v.dictionary = ?1 AND v.number >= ?3 AND v.number < ?4",
    )?;
    let mut plan = HashMap::new();
    let fields: HashSet<i64> = of(db, dictionary)?
        .into_iter()
        .filter_map(|word| word.field)
        .collect();
    for field in fields {
        let (mut stays, mut goes) = (None, None);
        for span in renames::spans(db, field)? {
            let stands = params![dictionary, span.field, span.from, span.below];
            let versions: Vec<i64> = has
                .query_map(stands, |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            let path = path(db, span.field)?;
            if stays.is_none() && versions.iter().any(|id| !going.contains(id)) {
                stays = Some(path.clone());
            }
            if goes.is_none() && versions.iter().any(|id| going.contains(id)) {
                goes = Some(path);
            }
        }
        plan.insert(field, (stays, goes));
    }
    Ok(Plan(plan))
}

/// What goes gets a copy of all words about it, with their history.
pub(super) fn share(
    db: &Connection,
    plan: &Plan,
    from: i64,
    to: i64,
    moves: &Moves,
) -> Result<(), StoreError> {
    let mut copy = db.prepare_cached(
        "INSERT INTO annotations (dictionary, field, aspect, value, author, written_at, replaced, \
           version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    let mut shift = db.prepare_cached("UPDATE annotations SET field = ?2 WHERE id = ?1")?;
    for word in of(db, from)? {
        let (stays, goes) = match word.field {
            Some(field) => plan.0.get(&field).cloned().unwrap_or_default(),
            None => (None, None),
        };
        if let (Some(old), Some(path)) = (word.field, stays) {
            let home = field(db, from, &path)?;
            if home != old {
                if !word.replaced && standing(db, from, Some(home), &word.aspect)?.is_some() {
                    replace(db, word.id)?;
                }
                shift.execute([word.id, home])?;
            }
        }
        let home = match (word.field, goes) {
            (None, _) => None,
            (Some(_), Some(path)) => Some(field(db, to, &path)?),
            (Some(_), None) => continue,
        };
        let replaced = word.replaced || standing(db, to, home, &word.aspect)?.is_some();
        let version = word.version.and_then(|was| moves.number((from, was), to));
        copy.execute(params![
            to,
            home,
            word.aspect,
            word.value,
            word.author,
            word.written_at,
            replaced,
            version
        ])?;
    }
    renumber(db, from, from, moves)
}
