//! What is shown of the entries that were found.

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{FoundDictionary, FoundField};
use rusqlite::{Connection, OptionalExtension};

use super::Kind;
use crate::store::error::StoreError;
use crate::store::values::count;

/// In the order of the row numbers.
pub(super) fn fields(db: &Connection, ids: &[i64]) -> Result<Vec<FoundField>, StoreError> {
    let mut row = db.prepare_cached(
        "SELECT d.name, v.number, f.path, x.name, x.type, x.position, x.semantic_type, x.pii, \
         (SELECT a.value FROM annotations a WHERE a.field = f.id AND a.aspect = 'description' \
          AND a.replaced = 0 AND a.value <> '' LIMIT 1) \
         FROM search_entries s JOIN version_fields x ON x.id = s.entry \
         JOIN versions v ON v.id = x.version JOIN dictionaries d ON d.id = s.dictionary \
         JOIN fields f ON f.id = x.field WHERE s.id = ?1 AND d.deleted_at IS NULL",
    )?;
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        let field = row.query_row([id], |row| {
            Ok(FoundField {
                dictionary: row.get(0)?,
                version: row.get(1)?,
                path: row.get(2)?,
                name: row.get(3)?,
                field_type: row.get(4)?,
                position: row.get(5)?,
                semantic_type: row.get(6)?,
                pii: row.get(7)?,
                description: row.get(8)?,
            })
        });
        found.extend(field.optional()?);
    }
    Ok(found)
}

/// In the order of the row numbers.
pub(super) fn dictionaries(
    db: &Connection,
    ids: &[i64],
) -> Result<Vec<FoundDictionary>, StoreError> {
    let mut row = db.prepare_cached(
        "SELECT d.name, d.watch, v.number, v.records, v.fields, d.updated_at, \
         (SELECT a.value FROM annotations a WHERE a.dictionary = d.id AND a.field IS NULL \
          AND a.aspect = 'description' AND a.replaced = 0 AND a.value <> '' LIMIT 1) \
         FROM dictionaries d JOIN versions v ON v.id = d.current WHERE d.id = -?1 AND d.deleted_at IS NULL",
    )?;
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        let dictionary = row.query_row([id], |row| {
            Ok(FoundDictionary {
                name: row.get(0)?,
                watch: row.get(1)?,
                version: row.get(2)?,
                records: count(row.get(3)?),
                fields: row.get(4)?,
                updated_at: Timestamp(row.get(5)?),
                description: row.get(6)?,
            })
        });
        found.extend(dictionary.optional()?);
    }
    Ok(found)
}

/// Short names first, then by dictionary and place in it.
pub(super) fn order(db: &Connection, kind: Kind, ids: &mut Vec<i64>) -> Result<(), StoreError> {
    let mut key = db.prepare_cached(match kind {
        Kind::Fields => {
            "SELECT length(x.name), d.name, x.ordinal FROM search_entries s \
             JOIN version_fields x ON x.id = s.entry JOIN dictionaries d ON d.id = s.dictionary \
             WHERE s.id = ?1"
        }
        Kind::Dictionaries => "SELECT length(name), name, 0 FROM dictionaries WHERE id = -?1",
    })?;
    let mut keyed = Vec::with_capacity(ids.len());
    for id in ids.iter() {
        let key: Option<(i64, String, i64)> = key
            .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        keyed.push((key, *id));
    }
    keyed.sort();
    *ids = keyed.into_iter().map(|(_, id)| id).collect();
    Ok(())
}
