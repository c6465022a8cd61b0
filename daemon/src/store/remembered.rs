//! What parts of the daemon remember from start to start.

use super::Store;
use ddgen_ipc::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::error::StoreError;

impl Store {
    /// Notes what a part of the daemon wants to find again at the next start, in place of what it
    /// noted before.
    ///
    /// # Errors
    /// When nothing could be stored.
    pub async fn remember(&self, part: &'static str, text: String) -> Result<(), StoreError> {
        self.writer
            .write(move |db| note(db, part, &text, Timestamp::now()))
            .await
    }

    /// What a part of the daemon noted last.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn remembered(&self, part: &'static str) -> Result<Option<String>, StoreError> {
        self.readers.read(move |db| of(db, part)).await
    }
}

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
