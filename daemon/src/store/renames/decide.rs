//! A person's word on renames: accepted, refused, undone, or said where nothing was found.

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{RenameCall, RenameRow};
use rusqlite::{Connection, OptionalExtension, params};

use super::{APPLIED, COLUMNS, PROPOSED, moves, row};
use crate::store::error::StoreError;
use crate::store::{changes, find, verdicts};

/// A rename as far as deciding needs it.
struct Found {
    id: i64,
    version: i64,
    before: i64,
    after: i64,
    state: String,
}

const FOUND: &str = "SELECT r.id, r.version, r.before, r.after, r.state FROM renames r \
     JOIN versions v ON v.id = r.version JOIN fields b ON b.id = r.before \
     JOIN fields a ON a.id = r.after WHERE v.dictionary = ?1 ";

fn found(row: &rusqlite::Row<'_>) -> rusqlite::Result<Found> {
    Ok(Found {
        id: row.get(0)?,
        version: row.get(1)?,
        before: row.get(2)?,
        after: row.get(3)?,
        state: row.get(4)?,
    })
}

/// Takes renames for what they are; without any named, all that are proposed. Answers the dictionary's
/// name and the renames as they stand.
pub(in crate::store) fn accept(
    db: &Connection,
    name: &str,
    calls: &[RenameCall],
    author: &str,
    now: Timestamp,
) -> Result<(String, Vec<RenameRow>), StoreError> {
    let dictionary = find::dictionary(db, name)?;
    let mut ids = Vec::new();
    for rename in chosen(db, name, dictionary, calls, Some((author, now)))? {
        if rename.state != APPLIED {
            give_way(db, &rename, author, now)?;
            db.prepare_cached(
                "UPDATE renames SET state = 'applied', author = ?2, decided_at = ?3 WHERE id = ?1",
            )?
            .execute(params![rename.id, author, now.0])?;
            moves::apply(db, rename.id)?;
            settle(db, dictionary, &rename)?;
            changes::renote(db, dictionary, rename.version)?;
        }
        ids.push(rename.id);
    }
    answer(db, dictionary, &ids)
}

/// Takes fields for two; one that was applied is undone.
pub(in crate::store) fn refuse(
    db: &Connection,
    name: &str,
    calls: &[RenameCall],
    author: &str,
    now: Timestamp,
) -> Result<(String, Vec<RenameRow>), StoreError> {
    let dictionary = find::dictionary(db, name)?;
    let mut ids = Vec::new();
    for rename in chosen(db, name, dictionary, calls, None)? {
        moves::refuse(db, rename.id, rename.state == APPLIED, author, now.0)?;
        settle(db, dictionary, &rename)?;
        changes::renote(db, dictionary, rename.version)?;
        ids.push(rename.id);
    }
    answer(db, dictionary, &ids)
}

/// Verdicts went along with the other words.
fn settle(db: &Connection, dictionary: i64, rename: &Found) -> Result<(), StoreError> {
    let mut fields = vec![rename.before, rename.after];
    for field in [rename.before, rename.after] {
        let home = super::home(db, field)?;
        if !fields.contains(&home) {
            fields.push(home);
        }
    }
    verdicts::settle(db, dictionary, &fields)
}

fn answer(
    db: &Connection,
    dictionary: i64,
    ids: &[i64],
) -> Result<(String, Vec<RenameRow>), StoreError> {
    let name = db
        .prepare_cached("SELECT name FROM dictionaries WHERE id = ?1")?
        .query_row([dictionary], |row| row.get(0))?;
    let mut one = db.prepare_cached(&format!("{COLUMNS} WHERE r.id = ?1"))?;
    let rows = ids.iter().map(|id| one.query_row([id], row));
    Ok((name, rows.collect::<Result<_, _>>()?))
}

/// The renames that are named, or all that are proposed. `says`: who may say one that was not found.
fn chosen(
    db: &Connection,
    name: &str,
    dictionary: i64,
    calls: &[RenameCall],
    says: Option<(&str, Timestamp)>,
) -> Result<Vec<Found>, StoreError> {
    if calls.is_empty() {
        let mut rows = db.prepare_cached(&format!(
            "{FOUND} AND r.state = '{PROPOSED}' ORDER BY v.number, r.id"
        ))?;
        let rows = rows.query_map([dictionary], found)?;
        return Ok(rows.collect::<Result<_, _>>()?);
    }
    let mut chosen = Vec::new();
    for call in calls {
        let there = named(db, dictionary, call)?;
        let rename = match (there, &call.from, says) {
            (Some(there), ..) => there,
            (None, Some(from), Some((author, now))) => {
                said(db, dictionary, from, &call.to, author, now)?
            }
            (None, ..) => {
                let to = &call.to;
                return Err(StoreError::Refused(format!(
                    "no rename of `{to}` was found in `{name}`: `ddgend renames {name}` shows those that \
                     were; one that was missed is told by `ddgend accept {name} {to} --from OLD`"
                )));
            }
        };
        chosen.push(rename);
    }
    Ok(chosen)
}

/// The newest one with this new path, or with this old one where none has it as the new.
fn named(db: &Connection, dictionary: i64, call: &RenameCall) -> Result<Option<Found>, StoreError> {
    let newest = "ORDER BY r.state = 'refused', v.number DESC, r.id DESC LIMIT 1";
    if let Some(from) = &call.from {
        let sql = format!("{FOUND} AND a.path = ?2 AND b.path = ?3 {newest}");
        let mut rows = db.prepare_cached(&sql)?;
        return Ok(rows
            .query_row(params![dictionary, call.to, from], found)
            .optional()?);
    }
    for side in ["a", "b"] {
        let sql = format!("{FOUND} AND {side}.path = ?2 {newest}");
        let mut rows = db.prepare_cached(&sql)?;
        if let Some(there) = rows
            .query_row(params![dictionary, call.to], found)
            .optional()?
        {
            return Ok(Some(there));
        }
    }
    Ok(None)
}

/// A rename by a person's word: the old field must be gone before the new one comes.
fn said(
    db: &Connection,
    dictionary: i64,
    from: &str,
    to: &str,
    author: &str,
    now: Timestamp,
) -> Result<Found, StoreError> {
    let span = |path: &str| -> Result<(i64, Option<u32>, Option<u32>), StoreError> {
        let found = db
            .prepare_cached(
                "SELECT id, first_version, last_version FROM fields \
                 WHERE dictionary = ?1 AND path = ?2",
            )?
            .query_row(params![dictionary, path], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?;
        match found {
            Some(found) => Ok(found),
            None => find::no_lasting_field(db, dictionary, path),
        }
    };
    let ((before, _, last), (after, first, _)) = (span(from)?, span(to)?);
    let (Some(last), Some(first)) = (last, first) else {
        return Err(StoreError::Refused(format!(
            "`{from}` and `{to}` do not both stand in a version that is left"
        )));
    };
    if last >= first {
        return Err(StoreError::Refused(format!(
            "`{from}` still stood in version {last}, and `{to}` came with version {first}: they were \
             there side by side, so that one cannot be the other renamed"
        )));
    }
    let version: i64 = db
        .prepare_cached("SELECT id FROM versions WHERE dictionary = ?1 AND number = ?2")?
        .query_row(params![dictionary, first], |row| row.get(0))?;
    // Refused until it is applied: so it is in nobody's way.
    db.prepare_cached(
        "INSERT INTO renames (version, before, after, score, because, state, author, decided_at) \
         VALUES (?1, ?2, ?3, 1, 'a person said so', 'refused', ?4, ?5)",
    )?
    .execute(params![version, before, after, author, now.0])?;
    Ok(Found {
        id: db.last_insert_rowid(),
        version,
        before,
        after,
        state: super::REFUSED.to_owned(),
    })
}

/// Other renames of the same fields are refused with it: each field is in one pair.
fn give_way(
    db: &Connection,
    rename: &Found,
    author: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let others: Vec<(i64, String)> = {
        let mut rows = db.prepare_cached(
            "SELECT id, state FROM renames WHERE version = ?1 AND id <> ?2 \
               AND (before = ?3 OR after = ?4) AND state <> 'refused'",
        )?;
        let whose = params![rename.version, rename.id, rename.before, rename.after];
        let rows = rows.query_map(whose, |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect::<Result<_, _>>()?
    };
    for (other, state) in others {
        moves::refuse(db, other, state == APPLIED, author, now.0)?;
    }
    Ok(())
}
