//! The sketches of a version's fields, as they are written and read.

use super::Store;
use super::find;
use ddgen_profile::sketch::KeyId;
use rusqlite::{Connection, params};

use super::error::StoreError;

impl Store {
    /// The sketches of the newest versions of a dictionary, at most `versions` of them, newest first.
    /// The oldest versions have none any more.
    ///
    /// # Errors
    /// As [`Store::dictionary`].
    pub async fn sketches(
        &self,
        name: &str,
        versions: u32,
    ) -> Result<Vec<VersionSketches>, StoreError> {
        let name = name.to_owned();
        self.readers
            .read(move |db| newest(db, find::dictionary(db, &name)?, versions))
            .await
    }
}

/// Versions of a dictionary that have sketches: a month of daily drops. With 20 fields of a few
/// kilobytes each they take some megabytes.
pub(super) const KEPT: u32 = 32;

/// The sketches of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionSketches {
    pub version: u32,
    /// In order of position.
    pub fields: Vec<StoredSketch>,
}

/// The sketch of one field in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSketch {
    pub path: String,
    /// The key its values are hashed under.
    pub key: KeyId,
    /// For [`ddgen_profile::sketch::FieldSketch::decode`].
    pub data: Vec<u8>,
}

pub(super) fn insert(
    db: &Connection,
    version: i64,
    field: i64,
    key: KeyId,
    data: &[u8],
) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO sketches (version, field, key_id, format, data) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![version, field, key.0, data.first(), data])?;
    Ok(())
}

/// Those of a version whose content is replaced.
pub(super) fn forget(db: &Connection, version: i64) -> Result<(), StoreError> {
    db.prepare_cached("DELETE FROM sketches WHERE version = ?1")?
        .execute([version])?;
    Ok(())
}

/// Those of the version that has become too old with the new one `number`.
pub(super) fn age(db: &Connection, dictionary: i64, number: u32) -> Result<(), StoreError> {
    let Some(old) = number.checked_sub(KEPT).filter(|old| *old > 0) else {
        return Ok(());
    };
    db.prepare_cached(
        "DELETE FROM sketches WHERE version = \
           (SELECT id FROM versions WHERE dictionary = ?1 AND number = ?2)",
    )?
    .execute([dictionary, i64::from(old)])?;
    Ok(())
}

/// Those of the newest versions of a dictionary that have any, newest first.
pub(super) fn newest(
    db: &Connection,
    dictionary: i64,
    versions: u32,
) -> Result<Vec<VersionSketches>, StoreError> {
    let mut rows = db.prepare_cached(
        "SELECT v.number, f.path, s.key_id, s.data FROM \
           (SELECT id, number FROM versions WHERE dictionary = ?1 ORDER BY number DESC LIMIT ?2) v \
         JOIN sketches s ON s.version = v.id JOIN fields f ON f.id = s.field \
         JOIN version_fields x ON x.version = v.id AND x.field = s.field \
         ORDER BY v.number DESC, x.ordinal",
    )?;
    let rows = rows.query_map(params![dictionary, versions.min(KEPT)], |row| {
        let sketch = StoredSketch {
            path: row.get(1)?,
            key: KeyId(row.get(2)?),
            data: row.get(3)?,
        };
        Ok((row.get(0)?, sketch))
    })?;
    let mut found: Vec<VersionSketches> = Vec::new();
    for row in rows {
        let (version, sketch): (u32, StoredSketch) = row?;
        match found.last_mut() {
            Some(last) if last.version == version => last.fields.push(sketch),
            _ => found.push(VersionSketches {
                version,
                fields: vec![sketch],
            }),
        }
    }
    Ok(found)
}
