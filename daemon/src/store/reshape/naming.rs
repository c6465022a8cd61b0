//! The name a dictionary goes by, as a person gives it.

use rusqlite::{Connection, params};

use super::{By, home};
use crate::store::error::StoreError;
use crate::store::find;

/// Bytes of a name: as of a file's.
const LONGEST: usize = 255;

/// Another name, for good; the old one still leads there.
pub(super) fn rename(db: &Connection, name: &str, to: &str, by: By<'_>) -> Result<i64, StoreError> {
    let id = find::dictionary(db, name)?;
    let old = home(db, id)?.name;
    if old == to.trim() {
        return Err(StoreError::Refused(format!("it is called `{old}` already")));
    }
    let to = free(db, to)?;
    db.prepare_cached("UPDATE dictionaries SET name = ?2, named_by = ?3 WHERE id = ?1")?
        .execute(params![id, to, by.author])?;
    former(db, &old, id)?;
    Ok(id)
}

/// A name that was given up leads to where its dictionary went.
pub(super) fn former(db: &Connection, name: &str, id: i64) -> Result<(), StoreError> {
    db.prepare_cached("INSERT OR REPLACE INTO former_names (name, dictionary) VALUES (?1, ?2)")?
        .execute(params![name, id])?;
    Ok(())
}

/// The name as it is kept, if it can be one and nobody has it.
///
/// # Errors
/// Why not.
pub(super) fn free(db: &Connection, name: &str) -> Result<String, StoreError> {
    let name = name.trim();
    let refused = |because: &str| Err(StoreError::Refused(format!("`{name}` {because}")));
    if name.is_empty() {
        return Err(StoreError::Refused("a dictionary needs a name".to_owned()));
    }
    if name.len() > LONGEST {
        return refused("is longer than the 255 bytes a name may have");
    }
    // `~` with a number is what an erased one is called.
    if name.starts_with('~') || name.chars().any(char::is_control) {
        return refused("cannot be a name: no control characters, and no `~` at its begin");
    }
    let mut taken = db.prepare_cached("SELECT deleted_at FROM dictionaries WHERE name = ?1")?;
    let mut taken = taken.query([name])?;
    if let Some(row) = taken.next()? {
        return match row.get::<_, Option<i64>>(0)? {
            None => refused("is the name of another dictionary: `ddgend merge` puts both together"),
            Some(_) => {
                refused("is the name of a deleted dictionary; choose another one, or erase that")
            }
        };
    }
    db.prepare_cached("DELETE FROM former_names WHERE name = ?1")?
        .execute([name])?;
    Ok(name.to_owned())
}
