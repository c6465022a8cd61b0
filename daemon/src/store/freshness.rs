//! Dictionaries whose next drop did not come.

use super::Store;
use ddgen_ipc::Timestamp;
use rusqlite::{Connection, params};

use super::error::StoreError;
use crate::judge::drift::{BASELINE, Overdue, overdue};

impl Store {
    /// Dictionaries whose next version should have come by `now`, by the pauses between those before.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn overdue(&self, now: Timestamp) -> Result<Vec<(String, Overdue)>, StoreError> {
        self.readers.read(move |db| overdue_at(db, now)).await
    }
}

/// Those that are late, in order of name.
pub(super) fn overdue_at(
    db: &Connection,
    now: Timestamp,
) -> Result<Vec<(String, Overdue)>, StoreError> {
    // Of few versions nobody knows when the next one is due.
    let mut dictionaries = db.prepare_cached(
        "SELECT id, name, versions FROM dictionaries \
         WHERE versions > 3 AND deleted_at IS NULL ORDER BY name",
    )?;
    let mut arrivals = db.prepare_cached(
        "SELECT created_at FROM versions WHERE dictionary = ?1 AND number > ?2 \
         ORDER BY number DESC",
    )?;
    let mut rows = dictionaries.query([])?;
    let mut late = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, versions): (i64, u32) = (row.get(0)?, row.get(2)?);
        let since = versions.saturating_sub(BASELINE + 1);
        let moments = arrivals.query_map(params![id, since], |row| row.get(0))?;
        let moments: Vec<i64> = moments.collect::<Result<_, _>>()?;
        if let Some(overdue) = overdue(&moments, now.0) {
            late.push((row.get(1)?, overdue));
        }
    }
    Ok(late)
}
