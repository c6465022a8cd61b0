//! Versions and their fields, as they are written.

use std::collections::HashSet;

use rusqlite::{Connection, params};

use super::error::StoreError;
use super::prepare::{Prepared, PreparedField, Work};
use super::renames::{self, Decision, Step};
use super::values::int;
use super::{changes, drift, findings, sketches};

/// A new version, which becomes the current one; answers its number.
pub(super) fn append(
    db: &Connection,
    work: &Work,
    table: &Prepared,
    dictionary: i64,
    seq: i64,
) -> Result<u32, StoreError> {
    let number: u32 = db
        .prepare_cached("SELECT versions + 1 FROM dictionaries WHERE id = ?1")?
        .query_row([dictionary], |row| row.get(0))?;
    db.prepare_cached(
        "INSERT INTO versions (dictionary, number, drop_seq, schema_hash, blake3, records, fields, \
           pii_fields, warnings, format, bytes, file, created_at, provisional_until, head, tail) \
         VALUES (?1, ?2, ?3, '', '', 0, 0, 0, 0, '', 0, '', 0, NULL, '', '')",
    )?
    .execute(params![dictionary, number, seq])?;
    let version = db.last_insert_rowid();
    fill(db, work, table, dictionary, version, number, seq)?;
    judge(db, work, table, dictionary, version, number, &[])?;
    sketches::age(db, dictionary, number)?;
    db.prepare_cached(
        "UPDATE dictionaries SET versions = ?2, current = ?3, updated_at = ?4 WHERE id = ?1",
    )?
    .execute(params![dictionary, number, version, work.finished_at.0])?;
    Ok(number)
}

/// New content for a provisional version, under the number it has.
pub(super) fn replace(
    db: &Connection,
    work: &Work,
    table: &Prepared,
    dictionary: i64,
    version: i64,
    number: u32,
    seq: i64,
) -> Result<(), StoreError> {
    let before = field_ids(db, version)?;
    let decided = renames::withdraw(db, version)?;
    db.prepare_cached("DELETE FROM version_fields WHERE version = ?1")?
        .execute([version])?;
    db.prepare_cached("DELETE FROM changes WHERE version = ?1")?
        .execute([version])?;
    sketches::forget(db, version)?;
    findings::forget(db, version)?;
    fill(db, work, table, dictionary, version, number, seq)?;
    let after = field_ids(db, version)?;
    forget(
        db,
        dictionary,
        &before.difference(&after).copied().collect(),
    )?;
    judge(db, work, table, dictionary, version, number, &decided)?;
    db.prepare_cached("UPDATE dictionaries SET updated_at = ?2 WHERE id = ?1")?
        .execute(params![dictionary, work.finished_at.0])?;
    Ok(())
}

fn fill(
    db: &Connection,
    work: &Work,
    table: &Prepared,
    dictionary: i64,
    version: i64,
    number: u32,
    seq: i64,
) -> Result<(), StoreError> {
    let path = &work.sighting.path;
    let file = path
        .file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy();
    db.prepare_cached(
        "UPDATE versions SET drop_seq = ?2, schema_hash = ?3, blake3 = ?4, records = ?5, \
           fields = ?6, pii_fields = ?7, warnings = ?8, format = ?9, bytes = ?10, file = ?11, \
           created_at = ?12, provisional_until = ?13, head = ?14, tail = ?15 WHERE id = ?1",
    )?
    .execute(params![
        version,
        seq,
        table.schema.hash,
        work.source.blake3,
        int(table.records),
        int(table.fields.len()),
        int(table.pii_fields),
        int(table.warnings),
        work.source.format,
        int(work.source.bytes),
        file,
        work.finished_at.0,
        work.provisional_until.map(|until| until.0),
        table.head,
        table.tail,
    ])?;
    for (ordinal, field) in table.fields.iter().enumerate() {
        let id = lasting_field(db, dictionary, &field.path, number)?;
        insert_field(db, version, int(ordinal), id, field)?;
        if let (Some(key), Some(sketch)) = (work.sketch_key, &field.sketch) {
            sketches::insert(db, version, id, key, sketch)?;
        }
    }
    Ok(())
}

/// Against its contract, and against the version before: what went on under another name, and what changed.
fn judge(
    db: &Connection,
    work: &Work,
    table: &Prepared,
    dictionary: i64,
    version: i64,
    number: u32,
    decided: &[Decision],
) -> Result<(), StoreError> {
    findings::note_violations(db, version, dictionary, &table.violations)?;
    let Some(before) = changes::before(db, dictionary, number)? else {
        return Ok(());
    };
    let step = Step {
        before,
        after: version,
        earlier: changes::before(db, dictionary, number - 1)?,
    };
    let key = work.judge_key.as_ref();
    renames::note(db, step, key, decided, work.finished_at)?;
    changes::note(db, dictionary, before, version, number)?;
    drift::note(db, dictionary, version, number, key)
}

/// The identity of the field that outlives versions.
fn lasting_field(
    db: &Connection,
    dictionary: i64,
    path: &str,
    number: u32,
) -> Result<i64, StoreError> {
    Ok(db
        .prepare_cached(
            "INSERT INTO fields (dictionary, path, first_version, last_version) \
             VALUES (?1, ?2, ?3, ?3) ON CONFLICT (dictionary, path) DO UPDATE SET \
               first_version = min(coalesce(first_version, excluded.first_version), \
                 excluded.first_version), \
               last_version = max(coalesce(last_version, 0), excluded.last_version) RETURNING id",
        )?
        .query_row(params![dictionary, path, number], |row| row.get(0))?)
}

fn insert_field(
    db: &Connection,
    version: i64,
    ordinal: i64,
    id: i64,
    field: &PreparedField,
) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO version_fields (version, ordinal, field, name, position, nesting_level, \
           type, nullable, count, null_count, distinct_count, semantic_type, pii, min, max, mean, \
           findings, estimated, profile, format, key) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, \
           ?19, ?20, ?21)",
    )?
    .execute(params![
        version,
        ordinal,
        id,
        field.name,
        field.position,
        field.nesting_level,
        field.field_type,
        field.nullable,
        int(field.count),
        int(field.null_count),
        int(field.distinct_count),
        field.semantic_type,
        field.pii,
        field.min,
        field.max,
        field.mean,
        int(field.findings),
        field.estimated,
        field.json,
        field.format,
        field.key,
    ])?;
    Ok(())
}

fn field_ids(db: &Connection, version: i64) -> Result<HashSet<i64>, StoreError> {
    let mut rows = db.prepare_cached("SELECT field FROM version_fields WHERE version = ?1")?;
    let rows = rows.query_map([version], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Fields that only the replaced content had: their span shrinks to the versions that still have
/// them, to nothing where none has.
fn forget(db: &Connection, dictionary: i64, gone: &HashSet<i64>) -> Result<(), StoreError> {
    if gone.is_empty() {
        return Ok(());
    }
    let mut clear = db.prepare_cached(
        "UPDATE fields SET first_version = NULL, last_version = NULL WHERE id = ?1",
    )?;
    for field in gone {
        clear.execute([field])?;
    }
    // One pass over the dictionary's entries, however many fields are gone.
    let mut spans = db.prepare_cached(
        "SELECT x.field, min(v.number), max(v.number) FROM versions v \
         JOIN version_fields x ON x.version = v.id WHERE v.dictionary = ?1 GROUP BY x.field",
    )?;
    let mut spans = spans.query([dictionary])?;
    let mut update =
        db.prepare_cached("UPDATE fields SET first_version = ?2, last_version = ?3 WHERE id = ?1")?;
    while let Some(row) = spans.next()? {
        let field: i64 = row.get(0)?;
        if gone.contains(&field) {
            update.execute(params![field, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?])?;
        }
    }
    Ok(())
}
