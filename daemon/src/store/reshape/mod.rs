//! Dictionaries as people want them: renamed, put together, taken apart. Each in one transaction with its
//! line in the audit log, without a version or a word lost; later files go where the person said.

mod merge;
mod naming;
mod split;
mod versions;
mod words;

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{DictionaryRow, ReshapeCall};
use rusqlite::{Connection, OptionalExtension, params};

use super::audit::{self, AuditEntry};
use super::error::StoreError;
use super::{Store, redact, rows};
use crate::dataset::Folding;

impl Store {
    /// Does what was called for. `fold` tells what the name of a file says, by its watch. Answers the
    /// dictionaries it led to, the one that was asked for first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Refused`] where it cannot be done: nothing was written then.
    pub async fn reshape(
        &self,
        call: ReshapeCall,
        fold: impl Fn(&str, &str) -> Folding + Send + 'static,
        entry: AuditEntry,
    ) -> Result<Vec<DictionaryRow>, StoreError> {
        let work = move |db: &Connection| {
            let by = By {
                author: &entry.caller.name,
                now: entry.at,
            };
            let done = match &call {
                ReshapeCall::Move { name, to } => vec![naming::rename(db, name, to, by)?],
                ReshapeCall::Merge { name, into } => vec![merge::merge(db, name, into, by)?],
                ReshapeCall::Split { name, to, what } => {
                    split::split(db, name, to, what, &fold, by)?
                }
                ReshapeCall::Unfold { drop } => split::unfold(db, drop, &fold, by)?,
            };
            audit::write(db, &entry)?;
            let rows = done.into_iter().map(|id| rows::dictionary_by_id(db, id));
            rows.collect()
        };
        // What is said of the one may mask values of the other.
        let done = self
            .writer
            .write(move |db| redact::for_good(db, work))
            .await;
        self.scrub_soon();
        done
    }
}

/// What the name of a file says, by its watch.
type Fold<'a> = &'a dyn Fn(&str, &str) -> Folding;

/// Who decides, and when.
#[derive(Clone, Copy)]
struct By<'a> {
    author: &'a str,
    now: Timestamp,
}

/// What of a dictionary is needed here.
struct Home {
    name: String,
    watch: String,
    stem: String,
    table: String,
}

fn home(db: &Connection, id: i64) -> Result<Home, StoreError> {
    Ok(db
        .prepare_cached("SELECT name, watch, stem, table_name FROM dictionaries WHERE id = ?1")?
        .query_row([id], |row| {
            Ok(Home {
                name: row.get(0)?,
                watch: row.get(1)?,
                stem: row.get(2)?,
                table: row.get(3)?,
            })
        })?)
}

/// From now on files of this watch whose names have or fold to this stem go there.
fn lead(
    db: &Connection,
    watch: &str,
    stem: &str,
    table: &str,
    to: i64,
    by: By<'_>,
) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO routes (watch, stem, table_name, dictionary, author, decided_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![watch, stem, table, to, by.author, by.now.0])?;
    Ok(())
}

/// Where a person said that such a file goes; what is said of its very name comes first.
pub(super) fn led(
    db: &Connection,
    watch: &str,
    folding: &Folding,
    table: &str,
) -> Result<Option<i64>, StoreError> {
    let mut route = db.prepare_cached(
        "SELECT dictionary FROM routes WHERE watch = ?1 AND stem = ?2 AND table_name = ?3",
    )?;
    for stem in [&folding.name, &folding.plain, &folding.stem] {
        let found = route.query_row(params![watch, stem, table], |row| row.get(0));
        if let Some(found) = found.optional()? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The same for every table that was said of.
pub(super) fn led_all(
    db: &Connection,
    watch: &str,
    folding: &Folding,
) -> Result<Vec<(i64, String)>, StoreError> {
    let mut tables = db.prepare_cached(
        "SELECT DISTINCT table_name FROM routes WHERE watch = ?1 AND stem IN (?2, ?3, ?4)",
    )?;
    let stems = params![watch, folding.name, folding.plain, folding.stem];
    let tables = tables.query_map(stems, |row| row.get(0))?;
    let mut all = Vec::new();
    for table in tables {
        let table: String = table?;
        if let Some(id) = led(db, watch, folding, &table)? {
            all.push((id, table));
        }
    }
    Ok(all)
}
