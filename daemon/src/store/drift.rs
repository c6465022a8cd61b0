//! The drift of a new version against those before it: gathered here, judged in [`crate::judge::drift`].

use std::collections::HashMap;

use ddgen_profile::SketchKey;
use ddgen_profile::document::Field;
use ddgen_profile::sketch::{FieldSketch, KeyId};
use rusqlite::{Connection, OptionalExtension, params};

use super::error::StoreError;
use super::findings::{self, DRIFT};
use super::values::count;
use crate::judge::drift::{BASELINE, Course, Drift, Level, Shown, drift};

/// Fields whose sketches are compared; of wider tables only the counts are.
const SKETCHED: usize = 500;
/// Of tables that are wider still only the number of records is: each version is read eight times here.
const WIDEST: usize = 2_000;

/// Judges the version of this number and notes what was found.
pub(super) fn note(
    db: &Connection,
    dictionary: i64,
    version: i64,
    number: u32,
    key: Option<&SketchKey>,
) -> Result<(), StoreError> {
    for Drift { path, finding } in judged(db, dictionary, version, number, key)? {
        findings::insert(db, version, dictionary, path.as_deref(), DRIFT, &finding)?;
    }
    Ok(())
}

/// A field of a version.
struct Stood {
    field: i64,
    path: String,
    field_type: String,
    level: Level,
}

fn judged(
    db: &Connection,
    dictionary: i64,
    version: i64,
    number: u32,
    key: Option<&SketchKey>,
) -> Result<Vec<Drift>, StoreError> {
    let earlier = earlier(db, dictionary, number)?;
    let Some((last, _)) = earlier.first().copied() else {
        return Ok(Vec::new());
    };
    let names = lasting(db, dictionary, number)?;
    let now = standing(db, version, key)?;
    let mut past: HashMap<i64, Vec<Level>> = HashMap::new();
    let compared = if now.len() > WIDEST {
        &[][..]
    } else {
        &earlier[..]
    };
    for (earlier, _) in compared {
        for stood in standing(db, *earlier, key)? {
            past.entry(follow(&names, stood.field))
                .or_default()
                .push(stood.level);
        }
    }
    let records: i64 = db
        .prepare_cached("SELECT records FROM versions WHERE id = ?1")?
        .query_row([version], |row| row.get(0))?;
    let before: Vec<u64> = earlier.iter().map(|(_, records)| count(*records)).collect();
    let told: Vec<_> = now
        .iter()
        .map(|stood| {
            let old = names.iter().find(|(_, new)| **new == stood.field);
            let old = old.map_or(stood.field, |(old, _)| *old);
            move || {
                // What one version takes for personal data is not told out of the other.
                shown(db, version, stood.field, key)
                    .zip(shown(db, last, old, key))
                    .unwrap_or_default()
            }
        })
        .collect();
    let courses: Vec<Course<'_>> = now
        .iter()
        .zip(&told)
        .map(|(stood, told)| Course {
            path: &stood.path,
            field_type: &stood.field_type,
            now: stood.level.clone(),
            before: past.remove(&stood.field).unwrap_or_default(),
            shown: told,
        })
        .collect();
    Ok(drift((count(records), &before), &courses))
}

/// Ids and records of the versions before this one, newest first.
fn earlier(db: &Connection, dictionary: i64, number: u32) -> Result<Vec<(i64, i64)>, StoreError> {
    let mut rows = db.prepare_cached(
        "SELECT id, records FROM versions WHERE dictionary = ?1 AND number < ?2 \
         ORDER BY number DESC LIMIT ?3",
    )?;
    let rows = rows.query_map(params![dictionary, number, BASELINE], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// From the fields of earlier versions of the baseline to what they were renamed to since.
fn lasting(db: &Connection, dictionary: i64, number: u32) -> Result<HashMap<i64, i64>, StoreError> {
    let mut rows = db.prepare_cached(
        "SELECT r.before, r.after FROM versions v JOIN renames r ON r.version = v.id \
         WHERE v.dictionary = ?1 AND v.number > ?2 AND v.number <= ?3 AND r.state = 'applied' \
         ORDER BY v.number",
    )?;
    let since = number.saturating_sub(BASELINE);
    let rows = rows.query_map(params![dictionary, since, number], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn follow(names: &HashMap<i64, i64>, field: i64) -> i64 {
    let mut at = field;
    // A name that came back closes a ring.
    for _ in 0..BASELINE {
        match names.get(&at) {
            Some(next) if *next != field => at = *next,
            _ => break,
        }
    }
    at
}

fn standing(
    db: &Connection,
    version: i64,
    key: Option<&SketchKey>,
) -> Result<Vec<Stood>, StoreError> {
    let mut rows = db.prepare_cached(
        "SELECT x.field, f.path, x.type, x.count, x.null_count, x.distinct_count, s.key_id, s.data \
         FROM version_fields x JOIN fields f ON f.id = x.field \
         LEFT JOIN sketches s ON s.version = x.version AND s.field = x.field AND x.ordinal < ?2 \
         WHERE x.version = ?1 ORDER BY x.ordinal",
    )?;
    let mut rows = rows.query(params![version, SKETCHED as i64])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let of: Option<[u8; 8]> = row.get(6)?;
        let sketch = match (key, of) {
            (Some(key), Some(of)) if KeyId(of) == key.id() => {
                let data = row.get_ref(7)?.as_blob().unwrap_or_default();
                FieldSketch::decode(data, key).ok()
            }
            _ => None,
        };
        found.push(Stood {
            field: row.get(0)?,
            path: row.get(1)?,
            field_type: row.get(2)?,
            level: Level {
                count: count(row.get(3)?),
                missing: count(row.get(4)?),
                distinct: count(row.get(5)?),
                sketch,
            },
        });
    }
    Ok(found)
}

/// The frequent values of a field that may be shown, by their hashes. Names are a help in a sentence:
/// where there are none the sentence does without.
fn shown(db: &Connection, version: i64, field: i64, key: Option<&SketchKey>) -> Option<Shown> {
    let read = || -> Result<Option<String>, rusqlite::Error> {
        db.prepare_cached("SELECT profile FROM version_fields WHERE version = ?1 AND field = ?2")?
            .query_row([version, field], |row| row.get(0))
            .optional()
    };
    let json = read().ok().flatten().unwrap_or_default();
    let (Some(key), Ok(field)) = (key, serde_json::from_str::<Field>(&json)) else {
        return Some(Shown::new());
    };
    if field.masked || field.pii.is_some() {
        return None;
    }
    let values = field
        .top_values
        .into_iter()
        .map(|top| top.value)
        .chain(field.samples);
    let values = values.map(|value| (key.hash(value.as_bytes()), value));
    Some(values.collect())
}
