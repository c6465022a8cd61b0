//! What parts of the daemon remember from start to start.

use ddgen_ipc::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::error::StoreError;

pub(super) fn note(
    db: &Connection,
    part: &str,
    text: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO remembered (part, text, written_at) VALUES (?1, ?2, ?3) ON CONFLICT (part) \
         DO UPDATE SET text = excluded.text, written_at = excluded.written_at",
    )?
    .execute(params![part, text, at.0])?;
    Ok(())
}

pub(super) fn of(db: &Connection, part: &str) -> Result<Option<String>, StoreError> {
    Ok(db
        .prepare_cached("SELECT text FROM remembered WHERE part = ?1")?
        .query_row([part], |row| row.get(0))
        .optional()?)
}
