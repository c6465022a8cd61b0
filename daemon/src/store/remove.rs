//! Taking dictionaries away: hidden with all their history, erased by name, or everything at once.

use ddgen_ipc::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use super::audit::{self, AuditEntry};
use super::error::StoreError;
use super::{Store, find, values};

/// How many rows a clearing took away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Cleared {
    pub dictionaries: u64,
    pub versions: u64,
    pub fields: u64,
    pub annotations: u64,
    pub drops: u64,
}

impl Store {
    /// Hides a dictionary with all its history. The next file of its series, or [`Store::bring_back`],
    /// shows it again. Answers its name.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or when nothing could be stored.
    pub async fn hide(&self, name: &str, entry: AuditEntry) -> Result<String, StoreError> {
        let name = name.to_owned();
        self.writer
            .write(move |db| {
                let id = find::dictionary(db, &name)?;
                db.prepare_cached("UPDATE dictionaries SET deleted_at = ?2 WHERE id = ?1")?
                    .execute(params![id, Timestamp::now().0])?;
                audit::write(db, &entry)?;
                name_of(db, id)
            })
            .await
    }

    /// Shows a hidden dictionary again.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or when nothing could be stored.
    pub async fn bring_back(&self, name: &str, entry: AuditEntry) -> Result<(), StoreError> {
        let name = name.to_owned();
        self.writer
            .write(move |db| {
                let back = db
                    .prepare_cached(
                        "UPDATE dictionaries SET deleted_at = NULL \
                         WHERE name = ?1 AND deleted_at IS NOT NULL",
                    )?
                    .execute([&name])?;
                if back == 0 {
                    return Err(StoreError::NotFound {
                        what: "deleted dictionary".into(),
                        name,
                        nearest: Vec::new(),
                    });
                }
                audit::write(db, &entry)
            })
            .await
    }

    /// Takes away what a dictionary taught: versions, fields and what people wrote. Also of a hidden
    /// one. Its drops stay in the list of drops, so that their files are not read again.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or when nothing could be stored.
    pub async fn erase(&self, name: &str, entry: AuditEntry) -> Result<(), StoreError> {
        let name = name.to_owned();
        self.writer
            .write(move |db| {
                let hidden: Option<i64> = db
                    .prepare_cached(
                        "SELECT id FROM dictionaries WHERE name = ?1 AND deleted_at IS NOT NULL",
                    )?
                    .query_row([&name], |row| row.get(0))
                    .optional()?;
                let id = match hidden {
                    Some(id) => id,
                    None => find::dictionary(db, &name)?,
                };
                erase(db, id)?;
                audit::write(db, &entry)
            })
            .await
    }

    /// Takes everything away but the keys and the audit log. Files that still lie in watched folders
    /// are news from then on.
    ///
    /// # Errors
    /// When nothing could be stored.
    pub async fn clear(&self, entry: AuditEntry) -> Result<Cleared, StoreError> {
        self.writer
            .write(move |db| {
                let cleared = clear(db)?;
                audit::write(db, &entry)?;
                Ok(cleared)
            })
            .await
    }
}

fn name_of(db: &Connection, id: i64) -> Result<String, StoreError> {
    let mut name = db.prepare_cached("SELECT name FROM dictionaries WHERE id = ?1")?;
    Ok(name.query_row([id], |row| row.get(0))?)
}

/// An empty, hidden row stays, and the fields' identities without their names: other rows point to
/// them, and finding those would mean to read all fields of all versions.
fn erase(db: &Connection, id: i64) -> Result<(), StoreError> {
    let versions = "(SELECT id FROM versions WHERE dictionary = ?1)";
    for sql in [
        &format!("DELETE FROM version_fields WHERE version IN {versions}"),
        &format!("DELETE FROM changes WHERE version IN {versions}"),
        &format!("DELETE FROM sketches WHERE version IN {versions}"),
        &format!("DELETE FROM findings WHERE version IN {versions}"),
        &format!(
            "DELETE FROM rename_moves WHERE rename IN \
               (SELECT id FROM renames WHERE version IN {versions})"
        ),
        &format!("DELETE FROM renames WHERE version IN {versions}"),
        "DELETE FROM annotations WHERE dictionary = ?1",
        "DELETE FROM former_names WHERE dictionary = ?1",
        "DELETE FROM routes WHERE dictionary = ?1",
        "DELETE FROM contracts WHERE dictionary = ?1",
        "UPDATE drops SET dictionary = NULL, version = NULL, \
           reason = coalesce(reason || '; ', '') || 'its dictionary was deleted' \
         WHERE dictionary = ?1",
        "UPDATE dictionaries SET name = '~' || id, stem = '~' || id, family = NULL, versions = 0, \
           current = NULL, newest_drop = NULL, deleted_at = coalesce(deleted_at, updated_at) \
         WHERE id = ?1",
        "DELETE FROM versions WHERE dictionary = ?1",
        "UPDATE fields SET path = '~' || id, first_version = NULL, last_version = NULL \
         WHERE dictionary = ?1",
    ] {
        db.prepare_cached(sql)?.execute([id])?;
    }
    Ok(())
}

fn clear(db: &Connection) -> Result<Cleared, StoreError> {
    let delete = |table: &str| -> Result<u64, StoreError> {
        Ok(db.execute(&format!("DELETE FROM {table}"), [])? as u64)
    };
    let count = |sql: &str| -> Result<u64, StoreError> {
        Ok(values::count(db.query_row(sql, [], |row| row.get(0))?))
    };
    // What was erased before has left rows that nobody sees.
    let dictionaries = count("SELECT count(*) FROM dictionaries WHERE current IS NOT NULL")?;
    let fields = count("SELECT count(*) FROM fields WHERE last_version IS NOT NULL")?;
    delete("version_fields")?;
    delete("changes")?;
    delete("sketches")?;
    delete("findings")?;
    delete("rename_moves")?;
    delete("renames")?;
    let annotations = delete("annotations")?;
    delete("former_names")?;
    delete("routes")?;
    delete("contracts")?;
    delete("drop_aliases")?;
    // The files stay where they lie.
    delete("moves")?;
    db.execute(
        "UPDATE dictionaries SET current = NULL, newest_drop = NULL",
        [],
    )?;
    let versions = delete("versions")?;
    delete("fields")?;
    let drops = delete("drops")?;
    delete("dictionaries")?;
    delete("drop_counts")?;
    Ok(Cleared {
        dictionaries,
        versions,
        fields,
        annotations,
        drops,
    })
}
