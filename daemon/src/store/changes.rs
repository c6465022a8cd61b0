//! What changed between versions: noted with each new one, told of any two.

use super::Store;
use ddgen_ipc::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use super::error::StoreError;
use super::findings::{self, Found};
use super::values::count;
use super::{find, renames, severities};
use crate::judge::{Change, FieldFacts, Pair, changes};

impl Store {
    /// The changes from version `from` to version `to`, as JSON. Without `to` the current one, without
    /// `from` the one before it.
    ///
    /// # Errors
    /// As [`Store::dictionary`]; [`StoreError::Refused`] when there is none before.
    pub async fn diff_json(
        &self,
        name: &str,
        from: Option<u32>,
        to: Option<u32>,
    ) -> Result<String, StoreError> {
        let name = name.to_owned();
        self.readers
            .read(move |db| diff_json(db, &name, from, to))
            .await
    }
}

/// What `diff` prints.
#[derive(Serialize)]
struct Diff {
    name: String,
    from: Side,
    to: Side,
    changes: Vec<Change>,
    /// What was judged of the version `to` against those before it.
    findings: Vec<Found>,
}

#[derive(Serialize)]
struct Side {
    version: u32,
    records: u64,
    fields: u32,
    file: String,
    created_at: Timestamp,
}

/// The changes from version `from` to version `to`, as JSON. Without `to` the current one; without
/// `from` the one before it.
pub(super) fn diff_json(
    db: &Connection,
    name: &str,
    from: Option<u32>,
    to: Option<u32>,
) -> Result<String, StoreError> {
    let dictionary = find::dictionary(db, name)?;
    let (new, number) = find::version(db, name, dictionary, to)?;
    if from.is_none() && number == 1 {
        let because = format!("`{name}` has no version before 1 to compare with");
        return Err(StoreError::Refused(because));
    }
    let (old, before) = find::version(db, name, dictionary, Some(from.unwrap_or(number - 1)))?;
    let pairs = renames::pairs(db, dictionary, before, number)?;
    let diff = Diff {
        name: db
            .prepare_cached("SELECT name FROM dictionaries WHERE id = ?1")?
            .query_row([dictionary], |row| row.get(0))?,
        from: side(db, old)?,
        to: side(db, new)?,
        changes: judged(db, dictionary, (old, new), &pairs)?,
        findings: findings::of(db, new)?,
    };
    serde_json::to_string(&diff)
        .map_err(|error| StoreError::Internal(format!("a diff cannot be written: {error}")))
}

fn side(db: &Connection, version: i64) -> Result<Side, StoreError> {
    Ok(db
        .prepare_cached(
            "SELECT number, records, fields, file, created_at FROM versions WHERE id = ?1",
        )?
        .query_row([version], |row| {
            Ok(Side {
                version: row.get(0)?,
                records: count(row.get(1)?),
                fields: row.get(2)?,
                file: row.get(3)?,
                created_at: Timestamp(row.get(4)?),
            })
        })?)
}

/// Notes anew how a version differs from the one before it.
pub(super) fn renote(db: &Connection, dictionary: i64, version: i64) -> Result<(), StoreError> {
    db.prepare_cached("DELETE FROM changes WHERE version = ?1")?
        .execute([version])?;
    let number = db
        .prepare_cached("SELECT number FROM versions WHERE id = ?1")?
        .query_row([version], |row| row.get(0))?;
    match before(db, dictionary, number)? {
        Some(before) => note(db, dictionary, before, version, number),
        None => Ok(()),
    }
}

/// The version before the one of this number.
pub(super) fn before(
    db: &Connection,
    dictionary: i64,
    number: u32,
) -> Result<Option<i64>, StoreError> {
    Ok(db
        .prepare_cached("SELECT id FROM versions WHERE dictionary = ?1 AND number = ?2")?
        .query_row(params![dictionary, i64::from(number) - 1], |row| row.get(0))
        .optional()?)
}

/// Notes how a version differs from the one before it.
pub(super) fn note(
    db: &Connection,
    dictionary: i64,
    before: i64,
    version: i64,
    number: u32,
) -> Result<(), StoreError> {
    let pairs = renames::pairs(db, dictionary, number.saturating_sub(1), number)?;
    let mut insert = db.prepare_cached(
        "INSERT INTO changes (version, kind, severity, field, aspect, before, after) \
         VALUES (?1, ?2, ?3, (SELECT id FROM fields WHERE dictionary = ?4 AND path = ?5), ?6, ?7, ?8)",
    )?;
    for change in judged(db, dictionary, (before, version), &pairs)? {
        let (aspect, from, to) = match &change {
            Change::Modified {
                aspect, from, to, ..
            } => (
                Some(aspect.word()),
                Some(from.to_string()),
                Some(to.to_string()),
            ),
            // Its score and state stand in `renames`.
            Change::Renamed { from, to, .. } => {
                let text = |path: &str| serde_json::Value::from(path).to_string();
                (None, Some(text(from)), Some(text(to)))
            }
            _ => (None, None, None),
        };
        insert.execute(params![
            version,
            change.kind(),
            change.severity().word(),
            dictionary,
            change.path(),
            aspect,
            from,
            to,
        ])?;
    }
    Ok(())
}

/// The changes, as severe as the dictionary's watch says.
fn judged(
    db: &Connection,
    dictionary: i64,
    (before, after): (i64, i64),
    pairs: &[Pair],
) -> Result<Vec<Change>, StoreError> {
    let mut changes = changes(&facts(db, before)?, &facts(db, after)?, pairs);
    severities::of(db, dictionary)?.apply(&mut changes);
    Ok(changes)
}

fn facts(db: &Connection, version: i64) -> Result<Vec<FieldFacts>, StoreError> {
    let mut rows = db.prepare_cached(
        "SELECT f.path, x.position, x.type, x.format, x.nullable, x.count - x.null_count, x.key, \
           x.semantic_type, x.pii FROM version_fields x JOIN fields f ON f.id = x.field \
         WHERE x.version = ?1 ORDER BY x.ordinal",
    )?;
    let rows = rows.query_map([version], |row| {
        Ok(FieldFacts {
            path: row.get(0)?,
            position: row.get(1)?,
            field_type: row.get(2)?,
            format: row.get(3)?,
            nullable: row.get(4)?,
            present: count(row.get(5)?),
            key: row.get(6)?,
            semantic_type: row.get(7)?,
            pii: row.get(8)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
