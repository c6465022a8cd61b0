//! The rows that readers return, as queries.

use std::path::PathBuf;

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{DictionaryRow, DropRow, DropState, FieldRow, VersionRow};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row};

use super::error::StoreError;
use super::values::{SqlId, SqlPath, count};

/// The columns of [`dictionary`]; a dictionary without a version is not shown.
pub(super) const DICTIONARY: &str = "SELECT d.name, d.watch, d.stem, d.versions, v.number, \
     v.records, v.fields, v.pii_fields, v.warnings, v.format, v.bytes, v.file, d.updated_at, \
     v.provisional_until, d.id, v.id FROM dictionaries d JOIN versions v ON v.id = d.current ";

pub(super) fn dictionary(row: &Row<'_>) -> rusqlite::Result<DictionaryRow> {
    Ok(DictionaryRow {
        name: row.get(0)?,
        watch: row.get(1)?,
        stem: row.get(2)?,
        versions: row.get(3)?,
        version: row.get(4)?,
        records: count(row.get(5)?),
        fields: row.get(6)?,
        pii_fields: row.get(7)?,
        warnings: row.get(8)?,
        format: row.get(9)?,
        bytes: count(row.get(10)?),
        file: row.get(11)?,
        updated_at: Timestamp(row.get(12)?),
        provisional_until: row.get::<_, Option<i64>>(13)?.map(Timestamp),
    })
}

pub(super) fn dictionary_by_id(db: &Connection, id: i64) -> Result<DictionaryRow, StoreError> {
    let sql = statement(DICTIONARY, "WHERE d.id = ?1");
    Ok(db.prepare_cached(&sql)?.query_row([id], dictionary)?)
}

/// The columns of [`drop_row`].
pub(super) const DROP: &str = "SELECT p.id, p.seq, p.watch, p.root, p.path, p.size, p.mtime_ns, \
     p.blake3, p.state, p.reason, d.name, p.version, p.tries, p.arrived_at, p.finished_at \
     FROM drops p LEFT JOIN dictionaries d ON d.id = p.dictionary ";

pub(super) fn drop_row(row: &Row<'_>) -> rusqlite::Result<DropRow> {
    let SqlId(id) = row.get(0)?;
    let SqlPath(root): SqlPath<PathBuf> = row.get(3)?;
    let SqlPath(path): SqlPath<PathBuf> = row.get(4)?;
    let mtime_ns: i64 = row.get(6)?;
    Ok(DropRow {
        id: id.to_string(),
        seq: count(row.get(1)?),
        watch: row.get(2)?,
        path: root.join(path).to_string_lossy().into_owned(),
        size: count(row.get(5)?),
        mtime: Timestamp(mtime_ns.div_euclid(1_000_000)),
        blake3: row.get(7)?,
        state: state(row, 8)?,
        reason: row.get(9)?,
        dictionary: row.get(10)?,
        version: row.get(11)?,
        tries: row.get(12)?,
        arrived_at: Timestamp(row.get(13)?),
        finished_at: row.get::<_, Option<i64>>(14)?.map(Timestamp),
    })
}

pub(super) fn state(row: &Row<'_>, column: usize) -> rusqlite::Result<DropState> {
    let text: String = row.get(column)?;
    text.parse().map_err(|error: String| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into())
    })
}

pub(super) fn drop_by_seq(db: &Connection, seq: i64) -> Result<Option<DropRow>, StoreError> {
    let sql = statement(DROP, "WHERE p.seq = ?1");
    Ok(db
        .prepare_cached(&sql)?
        .query_row([seq], drop_row)
        .optional()?)
}

/// The columns of [`field`].
pub(super) const FIELD: &str = "SELECT f.path, x.name, x.position, x.nesting_level, x.type, \
     x.nullable, x.count, x.null_count, x.distinct_count, x.semantic_type, x.pii, x.min, x.max, \
     x.mean, x.findings, x.estimated \
     FROM version_fields x JOIN fields f ON f.id = x.field ";

pub(super) fn field(row: &Row<'_>) -> rusqlite::Result<FieldRow> {
    Ok(FieldRow {
        path: row.get(0)?,
        name: row.get(1)?,
        position: row.get(2)?,
        nesting_level: row.get(3)?,
        field_type: row.get(4)?,
        nullable: row.get(5)?,
        count: count(row.get(6)?),
        null_count: count(row.get(7)?),
        distinct_count: count(row.get(8)?),
        semantic_type: row.get(9)?,
        pii: row.get(10)?,
        min: row.get(11)?,
        max: row.get(12)?,
        mean: row.get(13)?,
        findings: row.get(14)?,
        estimated: row.get(15)?,
    })
}

/// The columns of [`version`].
pub(super) const VERSION: &str = "SELECT v.number, v.id = d.current, v.records, v.fields, \
     v.schema_hash, v.file, v.bytes, v.blake3, v.created_at \
     FROM versions v JOIN dictionaries d ON d.id = v.dictionary ";

pub(super) fn version(row: &Row<'_>) -> rusqlite::Result<VersionRow> {
    Ok(VersionRow {
        number: row.get(0)?,
        current: row.get(1)?,
        records: count(row.get(2)?),
        fields: row.get(3)?,
        schema_hash: row.get(4)?,
        file: row.get(5)?,
        bytes: count(row.get(6)?),
        blake3: row.get(7)?,
        created_at: Timestamp(row.get(8)?),
    })
}

/// Columns and condition as one statement.
pub(super) fn statement(columns: &str, condition: &str) -> String {
    format!("{columns}{condition}")
}
