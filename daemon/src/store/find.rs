//! Names to ids, with the nearest known names where there is none.

use rusqlite::{Connection, OptionalExtension, params};

use super::error::StoreError;

/// How many near names are offered.
const OFFERED: usize = 3;
/// Below this likeness (0 to 1) a name is no help.
const LIKE: f64 = 0.6;
/// Names that are looked at for likeness.
const LOOKED_AT: i64 = 20_000;

/// A dictionary by its name, or by the one it had before.
pub(super) fn dictionary(db: &Connection, name: &str) -> Result<i64, StoreError> {
    let mut by_name =
        db.prepare_cached("SELECT id FROM dictionaries WHERE name = ?1 AND deleted_at IS NULL")?;
    if let Some(id) = by_name.query_row([name], |row| row.get(0)).optional()? {
        return Ok(id);
    }
    let mut former = db.prepare_cached(
        "SELECT f.dictionary FROM former_names f JOIN dictionaries d ON d.id = f.dictionary \
         WHERE f.name = ?1 AND d.deleted_at IS NULL",
    )?;
    if let Some(id) = former.query_row([name], |row| row.get(0)).optional()? {
        return Ok(id);
    }
    let mut names =
        db.prepare_cached("SELECT name FROM dictionaries WHERE deleted_at IS NULL LIMIT ?1")?;
    let names = names.query_map([LOOKED_AT], |row| row.get(0))?;
    missing("dictionary", name, names.collect::<Result<_, _>>()?)
}

/// Id and number of a version; without a number the current one.
pub(super) fn version(
    db: &Connection,
    name: &str,
    dictionary: i64,
    number: Option<u32>,
) -> Result<(i64, u32), StoreError> {
    let found = match number {
        Some(number) => db
            .prepare_cached(
                "SELECT id, number FROM versions WHERE dictionary = ?1 AND number = ?2",
            )?
            .query_row(params![dictionary, number], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?,
        None => db
            .prepare_cached(
                "SELECT v.id, v.number FROM dictionaries d JOIN versions v ON v.id = d.current \
                 WHERE d.id = ?1",
            )?
            .query_row([dictionary], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?,
    };
    found.ok_or_else(|| StoreError::NotFound {
        what: number.map_or_else(|| "version of".into(), |n| format!("version {n} of").into()),
        name: name.to_owned(),
        nearest: Vec::new(),
    })
}

/// No field of this path in the version.
pub(super) fn no_field<T>(db: &Connection, version: i64, path: &str) -> Result<T, StoreError> {
    let mut paths = db.prepare_cached(
        "SELECT f.path FROM version_fields x JOIN fields f ON f.id = x.field \
         WHERE x.version = ?1 LIMIT ?2",
    )?;
    let paths = paths.query_map([version, LOOKED_AT], |row| row.get(0))?;
    missing("field", path, paths.collect::<Result<_, _>>()?)
}

/// No field of this path in any version.
pub(super) fn no_lasting_field<T>(
    db: &Connection,
    dictionary: i64,
    path: &str,
) -> Result<T, StoreError> {
    let mut paths = db.prepare_cached("SELECT path FROM fields WHERE dictionary = ?1 LIMIT ?2")?;
    let paths = paths.query_map([dictionary, LOOKED_AT], |row| row.get(0))?;
    missing("field", path, paths.collect::<Result<_, _>>()?)
}

fn missing<T>(what: &'static str, name: &str, known: Vec<String>) -> Result<T, StoreError> {
    let wanted = name.to_lowercase();
    let mut near: Vec<(f64, String)> = known
        .into_iter()
        .map(|known| (strsim::jaro_winkler(&wanted, &known.to_lowercase()), known))
        .filter(|(likeness, _)| *likeness >= LIKE)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    Err(StoreError::NotFound {
        what: what.into(),
        name: name.to_owned(),
        nearest: near
            .into_iter()
            .take(OFFERED)
            .map(|(_, name)| name)
            .collect(),
    })
}
