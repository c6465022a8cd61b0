//! Two dictionaries become one.

use ddgen_ipc::Timestamp;
use rusqlite::{Connection, params};

use super::{By, home, lead, naming, versions, words};
use crate::store::error::StoreError;
use crate::store::{find, verdicts};

/// What is shown of a dictionary, and since when.
struct Shown {
    current: Option<i64>,
    newest_drop: Option<i64>,
    updated_at: i64,
}

/// The versions of one take their places among those of the other, by when they came. Where both bear
/// words of one kind, those of the other stand, and these become history.
pub(super) fn merge(
    db: &Connection,
    name: &str,
    into: &str,
    by: By<'_>,
) -> Result<i64, StoreError> {
    let (from, to) = (find::dictionary(db, name)?, find::dictionary(db, into)?);
    let gone = home(db, from)?;
    if from == to {
        return Err(StoreError::Refused(format!(
            "`{name}` and `{into}` are one dictionary already"
        )));
    }
    let (left, stays) = (shown(db, from)?, shown(db, to)?);
    let moved: Vec<i64> = db
        .prepare_cached("SELECT id FROM versions WHERE dictionary = ?1")?
        .query_map([from], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    versions::refield(db, &moved, from, to)?;
    let moves = versions::rehome(db, [from, to], |_, _| to)?;
    words::join(db, from, to, &moves)?;
    contract(db, from, to)?;
    leave(db, from, to, by.now)?;
    naming::former(db, &gone.name, to)?;
    lead(db, &gone.watch, &gone.stem, &gone.table, to, by)?;
    versions::count(db, to)?;
    let latest = match left.newest_drop > stays.newest_drop {
        true => left.current.or(stays.current),
        false => stays.current.or(left.current),
    };
    db.prepare_cached("UPDATE dictionaries SET current = ?2, updated_at = ?3 WHERE id = ?1")?
        .execute(params![to, latest, left.updated_at.max(stays.updated_at)])?;
    moves.compare(db)?;
    verdicts::settle_all(db, to)?;
    Ok(to)
}

fn shown(db: &Connection, id: i64) -> Result<Shown, StoreError> {
    Ok(db
        .prepare_cached("SELECT current, newest_drop, updated_at FROM dictionaries WHERE id = ?1")?
        .query_row([id], |row| {
            Ok(Shown {
                current: row.get(0)?,
                newest_drop: row.get(1)?,
                updated_at: row.get(2)?,
            })
        })?)
}

/// The other's contract stands, where it has one.
fn contract(db: &Connection, from: i64, to: i64) -> Result<(), StoreError> {
    db.prepare_cached(
        "UPDATE contracts SET replaced = 1 WHERE dictionary = ?1 AND replaced = 0 AND EXISTS \
           (SELECT 1 FROM contracts o WHERE o.dictionary = ?2 AND o.replaced = 0)",
    )?
    .execute([from, to])?;
    db.prepare_cached("UPDATE contracts SET dictionary = ?2 WHERE dictionary = ?1")?
        .execute([from, to])?;
    Ok(())
}

/// What else led to the one leads to the other. An empty, hidden row stays, as of an erased one.
fn leave(db: &Connection, from: i64, to: i64, now: Timestamp) -> Result<(), StoreError> {
    for sql in [
        "UPDATE drops SET dictionary = ?2 WHERE dictionary = ?1",
        "UPDATE former_names SET dictionary = ?2 WHERE dictionary = ?1",
        "UPDATE routes SET dictionary = ?2 WHERE dictionary = ?1",
    ] {
        db.prepare_cached(sql)?.execute([from, to])?;
    }
    db.prepare_cached(
        "UPDATE dictionaries SET name = '~' || id, stem = '~' || id, family = NULL, versions = 0, \
           current = NULL, newest_drop = NULL, deleted_at = ?2 WHERE id = ?1",
    )?
    .execute(params![from, now.0])?;
    db.prepare_cached(
        "UPDATE fields SET path = '~' || id, first_version = NULL, last_version = NULL \
         WHERE dictionary = ?1",
    )?
    .execute([from])?;
    Ok(())
}
