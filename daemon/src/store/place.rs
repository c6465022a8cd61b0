//! Finds or makes the dictionary of a table, as `judge` decides.

use rusqlite::{Connection, OptionalExtension, params};

use super::arrived::Renamed;
use super::error::StoreError;
use super::prepare::{Prepared, Work};
use super::reshape;
use crate::arrival::NO_WATCH;
use crate::dataset::Folding;
use crate::judge::{self, Place, There};

/// Siblings whose fields are compared. Hundreds of files that differ in number and shape alike
/// must not slow down each further one.
const SIBLINGS: i64 = 16;

pub(super) struct Placed {
    pub(super) id: i64,
    pub(super) renamed: Option<Renamed>,
}

pub(super) fn dictionary(
    db: &Connection,
    work: &Work,
    table: &Prepared,
) -> Result<Placed, StoreError> {
    let watch = &home(db, &work.sighting.watch, &work.folding)?;
    let paths = &table.schema.paths;
    match decide(db, watch, &work.folding, &table.table_name, paths)? {
        Place::Known(id) => Ok(Placed { id, renamed: None }),
        Place::Adopt(id) => adopt(db, id, watch, work, table),
        Place::New { stem, family } => create(db, watch, work, table, &stem, family.as_deref()),
    }
}

/// Where a table of these fields would go now: the dictionary, if it is there, and its stem.
pub(super) fn find(
    db: &Connection,
    watch: &str,
    folding: &Folding,
    table: &str,
    paths: &[String],
) -> Result<(Option<i64>, String), StoreError> {
    let watch = &home(db, watch, folding)?;
    let id = match decide(db, watch, folding, table, paths)? {
        Place::Known(id) | Place::Adopt(id) => id,
        Place::New { stem, .. } => return Ok((None, stem)),
    };
    let mut stem = db.prepare_cached("SELECT stem FROM dictionaries WHERE id = ?1")?;
    Ok((Some(id), stem.query_row([id], |row| row.get(0))?))
}

fn decide(
    db: &Connection,
    watch: &str,
    folding: &Folding,
    table: &str,
    paths: &[String],
) -> Result<Place, StoreError> {
    if let Some(id) = reshape::led(db, watch, folding, table)? {
        return Ok(Place::Known(id));
    }
    let named = |stem: &str| by_stem(db, watch, stem, table, folding.counter);
    let head = named(&folding.stem)?;
    let own = if folding.counter {
        named(&folding.plain)?
    } else {
        None
    };
    let siblings = if folding.counter && head.is_none() && own.is_none() {
        siblings(db, watch, &folding.stem, table)?
    } else {
        Vec::new()
    };
    let (own, head) = (own.as_ref(), head.as_ref());
    Ok(judge::place(folding, own, head, &siblings, paths))
}

/// The watch whose dictionaries are looked through. A file that a person named and that lies in no
/// watch belongs to the one watch that has its series, if there is just one.
pub(super) fn home(db: &Connection, own: &str, folding: &Folding) -> Result<String, StoreError> {
    if own != NO_WATCH {
        return Ok(own.to_owned());
    }
    let mut watches = db.prepare_cached(
        "SELECT watch FROM dictionaries WHERE stem IN (?1, ?2) \
         UNION SELECT watch FROM routes WHERE stem IN (?1, ?2, ?3)",
    )?;
    let stems = params![folding.stem, folding.plain, folding.name];
    let watches = watches.query_map(stems, |row| row.get(0))?;
    let watches: Vec<String> = watches.collect::<Result<_, _>>()?;
    match watches.as_slice() {
        [only] => Ok(only.clone()),
        _ => Ok(own.to_owned()),
    }
}

/// The dictionaries that a file of this watch and name will come into, as far as can be told before it is
/// read, each with its table ('' where the file has one).
pub(super) fn expected(
    db: &Connection,
    watch: &str,
    folding: &Folding,
) -> Result<Vec<(i64, String)>, StoreError> {
    let watch = home(db, watch, folding)?;
    // Where a person said that its tables go, then the others.
    let mut all = reshape::led_all(db, &watch, folding)?;
    let mut there = db
        .prepare_cached("SELECT id, table_name FROM dictionaries WHERE watch = ?1 AND stem = ?2")?;
    // A file that kept its counter is a dictionary of its own, which comes first.
    for stem in [&folding.plain, &folding.stem] {
        let found = there.query_map(params![watch, stem], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let found: Vec<(i64, String)> = found.collect::<Result<_, _>>()?;
        let known = !found.is_empty();
        for (id, table) in found {
            if all.iter().all(|(_, led)| *led != table) {
                all.push((id, table));
            }
        }
        if known {
            break;
        }
    }
    Ok(all)
}

fn by_stem(
    db: &Connection,
    watch: &str,
    stem: &str,
    table: &str,
    with_fields: bool,
) -> Result<Option<There>, StoreError> {
    let id: Option<i64> = db
        .prepare_cached(
            "SELECT id FROM dictionaries WHERE watch = ?1 AND stem = ?2 AND table_name = ?3",
        )?
        .query_row(params![watch, stem, table], |row| row.get(0))
        .optional()?;
    let Some(id) = id else { return Ok(None) };
    let paths = if with_fields {
        paths(db, id)?
    } else {
        Vec::new()
    };
    Ok(Some(There {
        id,
        stem: stem.to_owned(),
        paths,
    }))
}

fn siblings(
    db: &Connection,
    watch: &str,
    family: &str,
    table: &str,
) -> Result<Vec<There>, StoreError> {
    let mut rows = db.prepare_cached(
        "SELECT id, stem FROM dictionaries \
         WHERE watch = ?1 AND family = ?2 AND table_name = ?3 ORDER BY id DESC LIMIT ?4",
    )?;
    let rows = rows.query_map(params![watch, family, table, SIBLINGS], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    let mut siblings = Vec::new();
    for row in rows {
        let (id, stem) = row?;
        siblings.push(There {
            id,
            stem,
            paths: paths(db, id)?,
        });
    }
    Ok(siblings)
}

/// Paths of the current version.
fn paths(db: &Connection, dictionary: i64) -> Result<Vec<String>, StoreError> {
    let mut rows = db.prepare_cached(
        "SELECT f.path FROM dictionaries d JOIN version_fields x ON x.version = d.current \
         JOIN fields f ON f.id = x.field WHERE d.id = ?1 ORDER BY x.ordinal",
    )?;
    let rows = rows.query_map([dictionary], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn create(
    db: &Connection,
    watch: &str,
    work: &Work,
    table: &Prepared,
    stem: &str,
    family: Option<&str>,
) -> Result<Placed, StoreError> {
    let name = free_name(db, watch, stem, &table.table_name)?;
    db.prepare_cached(
        "INSERT INTO dictionaries (name, watch, stem, table_name, family, created_at, updated_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
    )?
    .execute(params![
        name,
        watch,
        stem,
        table.table_name,
        family,
        work.finished_at.0
    ])?;
    Ok(Placed {
        id: db.last_insert_rowid(),
        renamed: None,
    })
}

/// A dictionary named after one file takes the stem of its series.
fn adopt(
    db: &Connection,
    id: i64,
    watch: &str,
    work: &Work,
    table: &Prepared,
) -> Result<Placed, StoreError> {
    let (from, named): (String, bool) = db
        .prepare_cached("SELECT name, named_by IS NOT NULL FROM dictionaries WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if named {
        // A person called it so.
        db.prepare_cached("UPDATE dictionaries SET stem = ?2, family = NULL WHERE id = ?1")?
            .execute(params![id, work.folding.stem])?;
        return Ok(Placed { id, renamed: None });
    }
    let to = free_name(db, watch, &work.folding.stem, &table.table_name)?;
    db.prepare_cached("UPDATE dictionaries SET name = ?2, stem = ?3, family = NULL WHERE id = ?1")?
        .execute(params![id, to, work.folding.stem])?;
    db.prepare_cached("INSERT OR REPLACE INTO former_names (name, dictionary) VALUES (?1, ?2)")?
        .execute(params![from, id])?;
    Ok(Placed {
        id,
        renamed: Some(Renamed { from, to }),
    })
}

/// The stem (`stem.table` for files of several tables); with the watch in front where another
/// dictionary has that name; with a number behind where even that is taken.
pub(super) fn free_name(
    db: &Connection,
    watch: &str,
    stem: &str,
    table: &str,
) -> Result<String, StoreError> {
    let name = if table.is_empty() {
        stem.to_owned()
    } else {
        format!("{stem}.{table}")
    };
    let qualified = format!("{watch}/{name}");
    let numbered = (2..1000).map(|number| format!("{qualified}~{number}"));
    let mut taken = db.prepare_cached("SELECT 1 FROM dictionaries WHERE name = ?1")?;
    for candidate in [name, qualified.clone()].into_iter().chain(numbered) {
        if !taken.exists([&candidate])? {
            return Ok(candidate);
        }
    }
    Err(StoreError::Refused(format!(
        "a thousand dictionaries are named `{qualified}`"
    )))
}
