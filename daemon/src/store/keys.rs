//! API keys, as they are stored: hashes and who they belong to.

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{KeyRow, Scope};
use rusqlite::{Connection, Row, params};

use super::Store;
use super::audit::{self, AuditEntry};
use super::error::StoreError;

/// One key with the hash of its secret.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredKey {
    pub row: KeyRow,
    /// BLAKE3 of the secret.
    pub hash: [u8; 32],
}

impl Store {
    /// Every key there ever was, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn keys(&self) -> Result<Vec<StoredKey>, StoreError> {
        self.readers.read(all).await
    }

    /// Stores a new key; of the key it replaces, which is named, when that ends. All or nothing.
    ///
    /// # Errors
    /// When nothing could be stored.
    pub async fn add_key(
        &self,
        key: StoredKey,
        replaced: Option<(String, Timestamp)>,
        entry: AuditEntry,
    ) -> Result<(), StoreError> {
        self.writer
            .write(move |db| {
                insert(db, &key)?;
                if let Some((old, until)) = replaced {
                    db.prepare_cached("UPDATE api_keys SET expires_at = ?2 WHERE id = ?1")?
                        .execute(params![old, until.0])?;
                }
                audit::write(db, &entry)
            })
            .await
    }

    /// # Errors
    /// When nothing could be stored.
    pub async fn revoke_key(
        &self,
        id: String,
        at: Timestamp,
        entry: AuditEntry,
    ) -> Result<(), StoreError> {
        self.writer
            .write(move |db| {
                db.prepare_cached("UPDATE api_keys SET revoked_at = ?2 WHERE id = ?1")?
                    .execute(params![id, at.0])?;
                audit::write(db, &entry)
            })
            .await
    }

    /// Notes when and from where a key was used last.
    ///
    /// # Errors
    /// When nothing could be stored.
    pub async fn note_key_use(
        &self,
        id: String,
        at: Timestamp,
        from: String,
    ) -> Result<(), StoreError> {
        self.writer
            .write(move |db| {
                db.prepare_cached(
                    "UPDATE api_keys SET last_used_at = ?2, last_used_from = ?3 WHERE id = ?1",
                )?
                .execute(params![id, at.0, from])?;
                Ok(())
            })
            .await
    }
}

fn insert(db: &Connection, key: &StoredKey) -> Result<(), StoreError> {
    let row = &key.row;
    db.prepare_cached(
        "INSERT INTO api_keys (id, name, scope, hash, created_at, created_by, expires_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        row.id,
        row.name,
        row.scope.as_str(),
        key.hash,
        row.created_at.0,
        row.created_by,
        row.expires_at.map(|at| at.0),
    ])?;
    Ok(())
}

fn all(db: &Connection) -> Result<Vec<StoredKey>, StoreError> {
    let mut rows = db.prepare_cached(
        "SELECT id, name, scope, hash, created_at, created_by, expires_at, last_used_at, \
           last_used_from, revoked_at FROM api_keys ORDER BY created_at, id",
    )?;
    let rows = rows.query_map([], stored)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredKey> {
    let scope: String = row.get(2)?;
    let time = |at: Option<i64>| at.map(Timestamp);
    Ok(StoredKey {
        row: KeyRow {
            id: row.get(0)?,
            name: row.get(1)?,
            // A scope of a newer build lets its bearer do the least that any does.
            scope: scope.parse().unwrap_or(Scope::Read),
            created_at: Timestamp(row.get(4)?),
            created_by: row.get(5)?,
            expires_at: time(row.get(6)?),
            last_used_at: time(row.get(7)?),
            last_used_from: row.get(8)?,
            revoked_at: time(row.get(9)?),
        },
        hash: row.get(3)?,
    })
}
