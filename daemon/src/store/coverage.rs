//! How much of what there is has been written about.

use super::Store;
use ddgen_ipc::message::CoverageRow;
use rusqlite::Connection;

use super::error::StoreError;

impl Store {
    /// How much has been written about, by dictionary in order of name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn coverage(&self) -> Result<Vec<CoverageRow>, StoreError> {
        self.readers.read(of).await
    }
}

/// All dictionaries in order of name. Reads what was written, not the fields: a store may have a
/// million of those, and words on few.
pub(super) fn of(db: &Connection) -> Result<Vec<CoverageRow>, StoreError> {
    // Fields that the current version has not any more count neither way.
    let mut rows = db.prepare_cached(
        "WITH written AS (
           SELECT a.dictionary, a.field, a.aspect FROM annotations a
           WHERE a.replaced = 0 AND a.value <> ''
             AND a.aspect IN ('description', 'owner', 'classification')
             AND (a.field IS NULL OR EXISTS (SELECT 1 FROM search_entries s WHERE s.id = a.field))
         ), counted AS (
           SELECT dictionary,
             sum(field IS NOT NULL AND aspect = 'description') AS described,
             sum(field IS NOT NULL AND aspect = 'owner') AS owned,
             sum(field IS NOT NULL AND aspect = 'classification') AS classified,
             max(field IS NULL AND aspect = 'description') AS has_description,
             max(field IS NULL AND aspect = 'owner') AS has_owner,
             max(field IS NULL AND aspect = 'classification') AS has_classification
           FROM written GROUP BY dictionary
         )
         SELECT d.name, v.fields, coalesce(c.described, 0),
           iif(coalesce(c.has_owner, 0), v.fields, coalesce(c.owned, 0)),
           coalesce(c.classified, 0), coalesce(c.has_description, 0),
           coalesce(c.has_owner, 0), coalesce(c.has_classification, 0)
         FROM dictionaries d JOIN versions v ON v.id = d.current
         LEFT JOIN counted c ON c.dictionary = d.id
         WHERE d.deleted_at IS NULL ORDER BY d.name",
    )?;
    let rows = rows.query_map([], |row| {
        Ok(CoverageRow {
            name: row.get(0)?,
            fields: row.get(1)?,
            described: row.get(2)?,
            owned: row.get(3)?,
            classified: row.get(4)?,
            has_description: row.get(5)?,
            has_owner: row.get(6)?,
            has_classification: row.get(7)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
