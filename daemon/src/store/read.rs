//! Dictionaries, versions and fields, as they are read.

use ddgen_ipc::message::{DictionaryRow, FieldRow, VersionRow};
use rusqlite::{Connection, OptionalExtension, params};

use super::error::StoreError;
use super::{PAGE, find, rows};

pub(super) fn dictionaries(db: &Connection) -> Result<Vec<DictionaryRow>, StoreError> {
    let sql = rows::statement(rows::DICTIONARY, "ORDER BY d.name");
    let mut found = db.prepare_cached(&sql)?;
    let found = found.query_map([], rows::dictionary)?;
    Ok(found.collect::<Result<_, _>>()?)
}

pub(super) fn dictionary(db: &Connection, name: &str) -> Result<DictionaryRow, StoreError> {
    rows::dictionary_by_id(db, find::dictionary(db, name)?)
}

/// Newest first.
pub(super) fn versions(db: &Connection, name: &str) -> Result<Vec<VersionRow>, StoreError> {
    let dictionary = find::dictionary(db, name)?;
    let sql = rows::statement(rows::VERSION, "WHERE d.id = ?1 ORDER BY v.number DESC");
    let mut found = db.prepare_cached(&sql)?;
    let found = found.query_map([dictionary], rows::version)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// How many fields the version has, and those from `offset`, at most `limit`, in order of position.
pub(super) fn fields(
    db: &Connection,
    name: &str,
    number: Option<u32>,
    offset: u32,
    limit: u32,
) -> Result<(u32, Vec<FieldRow>), StoreError> {
    let dictionary = find::dictionary(db, name)?;
    let (version, _) = find::version(db, name, dictionary, number)?;
    let total = db
        .prepare_cached("SELECT fields FROM versions WHERE id = ?1")?
        .query_row([version], |row| row.get(0))?;
    let sql = rows::statement(
        rows::FIELD,
        "WHERE x.version = ?1 AND x.ordinal >= ?2 ORDER BY x.ordinal LIMIT ?3",
    );
    let mut found = db.prepare_cached(&sql)?;
    let found = found.query_map(params![version, offset, limit.min(PAGE)], rows::field)?;
    Ok((total, found.collect::<Result<_, _>>()?))
}

/// One field as it stands in the profile document.
pub(super) fn field_json(
    db: &Connection,
    name: &str,
    number: Option<u32>,
    path: &str,
) -> Result<String, StoreError> {
    let dictionary = find::dictionary(db, name)?;
    let (version, _) = find::version(db, name, dictionary, number)?;
    let json = db
        .prepare_cached(
            "SELECT x.profile FROM fields f \
             JOIN version_fields x ON x.version = ?2 AND x.field = f.id \
             WHERE f.dictionary = ?1 AND f.path = ?3",
        )?
        .query_row(params![dictionary, version, path], |row| row.get(0))
        .optional()?;
    match json {
        Some(json) => Ok(json),
        None => find::no_field(db, version, path),
    }
}
