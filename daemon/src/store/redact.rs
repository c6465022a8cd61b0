//! What was stored of a field before a person said that it is personal data: taken out of everything
//! that is told of it, of the search index, and of the file's own bytes. Backups and journals that were
//! made before still hold it until they age out.

use ddgen_profile::Profile;
use ddgen_profile::document::Field;
use rusqlite::{Connection, params};
use serde_json::Value;

use super::error::StoreError;
use super::prepare::{NO_FIELDS, split};
use super::{Store, quarantine, remembered, upkeep};

/// Noted while the search index may still hold words of such values.
pub(super) const TO_SCRUB: &str = "to_scrub";
/// Pages of the index that one step rewrites: two megabytes or so.
const STEP: i64 = 500;

/// A field as text again; what was thinned out of it stays away.
pub(super) fn rewritten(before: &str, field: &Field) -> Result<String, serde_json::Error> {
    let stood: Value = serde_json::from_str(before)?;
    let thinned = ["top_values", "samples", "histogram"].map(|key| (key, stood.get(key).is_none()));
    if !thinned.iter().any(|(_, gone)| *gone) {
        return serde_json::to_string(field);
    }
    let mut document = serde_json::to_value(field)?;
    if let Some(document) = document.as_object_mut() {
        for (key, _) in thinned.iter().filter(|(_, gone)| *gone) {
            document.remove(*key);
        }
    }
    serde_json::to_string(&document)
}

/// Takes values of the field out of what was judged of the version, and out of what its drop says.
pub(super) fn told_elsewhere(
    db: &Connection,
    dictionary: i64,
    version: i64,
    field: i64,
    path: &str,
) -> Result<(), StoreError> {
    quarantine::withhold(db, dictionary, path)?;
    // Numbers of a contract count records; those of drift are values.
    db.prepare_cached(
        "UPDATE findings SET message = 'its values are personal data, and not told', \
           numbers = iif(source = 'contract', numbers, '{}') \
         WHERE version = ?1 AND field = ?2 AND (source = 'contract' \
           OR code IN ('DRIFT_QUANTILES', 'DRIFT_NEW_VALUES', 'DRIFT_GONE_VALUES'))",
    )?
    .execute([version, field])?;
    db.prepare_cached(
        "UPDATE drops SET reason = ?3 WHERE dictionary = ?1 \
           AND seq = (SELECT drop_seq FROM versions WHERE id = ?2) \
           AND reason LIKE 'breaks its contract:%' AND instr(reason, '`' || ?4 || '`') > 0",
    )?
    .execute(params![
        dictionary,
        version,
        format!("breaks its contract: `{path}`, whose values are personal data"),
        path
    ])?;
    violations(db, version, path)
}

/// Examples of what broke the contract, as they stand in the document beside the fields.
fn violations(db: &Connection, version: i64, path: &str) -> Result<(), StoreError> {
    let (head, tail): (String, String) = db
        .prepare_cached("SELECT head, tail FROM versions WHERE id = ?1")?
        .query_row([version], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if !head.contains("\"violations\"") {
        return Ok(());
    }
    let corrupt = |error: serde_json::Error| StoreError::Corrupt(error.to_string());
    let mut document: Profile = serde_json::from_str(&format!("{head}{tail}")).map_err(corrupt)?;
    let tables = document.tables.iter_mut();
    for violation in tables.flat_map(|table| table.violations.iter_mut().flatten()) {
        if violation.field.as_deref() == Some(path) {
            violation.example = None;
        }
    }
    let text = serde_json::to_string(&document).map_err(corrupt)?;
    let (head, tail) = split(&text)
        .ok_or_else(|| StoreError::Internal(format!("a profile document has no {NO_FIELDS}")))?;
    db.prepare_cached("UPDATE versions SET head = ?2, tail = ?3 WHERE id = ?1")?
        .execute(params![version, head, tail])?;
    Ok(())
}

/// Does something whose old bytes are overwritten also in pages that it gives free.
pub(super) fn for_good<T>(
    db: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    db.execute_batch("PRAGMA secure_delete = ON")?;
    let done = work(db);
    db.execute_batch("PRAGMA secure_delete = FAST")?;
    done
}

/// Whether words of redacted values may still stand in the search index.
fn is_due(db: &Connection) -> Result<bool, StoreError> {
    Ok(remembered::of(db, TO_SCRUB)?.is_some())
}

/// One step of writing the index anew, without what was deleted from it: FTS5 only marks that, and it
/// goes where pages are merged. Says whether there is more to do.
fn step(db: &Connection, first: bool) -> Result<bool, StoreError> {
    let changes = || -> Result<i64, StoreError> {
        Ok(db.query_row("SELECT total_changes()", [], |row| row.get(0))?)
    };
    let before = changes()?;
    // A negative number of pages begins to merge everything; a positive one goes on with it.
    let pages = if first { -STEP } else { STEP };
    for_good(db, |db| {
        db.prepare_cached("INSERT INTO search (search, rank) VALUES ('merge', ?1)")?
            .execute([pages])?;
        Ok(())
    })?;
    // As documented: fewer than two rows were written when there was nothing to merge.
    let more = changes()? - before >= 2;
    Ok(more)
}

/// Gives back pages that were given free before; the last step notes that all is done. Says whether there
/// is more to do.
fn give_back(db: &Connection) -> Result<bool, StoreError> {
    let before = upkeep::free_pages(db)?;
    if before.incremental && before.free > 0 {
        upkeep::vacuum_step(db)?;
        return Ok(true);
    }
    db.prepare_cached("DELETE FROM remembered WHERE part = ?1")?
        .execute([TO_SCRUB])?;
    Ok(false)
}

impl Store {
    /// Writes the search index anew where values were redacted, and gives free pages back to the disk; in
    /// steps, so that nobody waits for it.
    ///
    /// # Errors
    /// When the store cannot be written; the next call goes on.
    pub async fn scrub(&self) -> Result<(), StoreError> {
        if !self.readers.read(is_due).await? {
            return Ok(());
        }
        let mut first = true;
        while self.writer.write(move |db| step(db, first)).await? {
            first = false;
        }
        while self.writer.write(give_back).await? {}
        Ok(())
    }

    /// The same in the background: whoever gave a verdict need not wait for it.
    pub(super) fn scrub_soon(&self) {
        let store = self.clone();
        tokio::spawn(async move {
            match store.scrub().await {
                // The next start finds it due.
                Ok(()) | Err(StoreError::Closed) => {}
                Err(error) => tracing::warn!(%error, "the search index was not scrubbed yet"),
            }
        });
    }
}
