//! The contracts of dictionaries, as people wrote them.

use std::time::Duration;

use ddgen_ipc::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use super::error::StoreError;
use super::values::int;
use super::{Store, find, place};
use crate::dataset::Folding;

/// A contract that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContractRow {
    /// The dictionary's.
    pub name: String,
    /// The document as it was handed in.
    pub text: String,
    pub author: String,
    pub set_at: Timestamp,
}

/// A contract that a table of a file must keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractOf {
    /// The table's name; empty where the file has one.
    pub table: String,
    pub row: ContractRow,
}

impl Store {
    /// Sets the contract of a dictionary, and how long nothing may come; an empty text takes it away.
    /// Answers what stands now.
    ///
    /// # Errors
    /// As [`Store::dictionary`], or when nothing could be stored.
    pub async fn set_contract(
        &self,
        name: &str,
        text: String,
        freshness: Option<Duration>,
        author: &str,
    ) -> Result<Option<ContractRow>, StoreError> {
        let (name, author) = (name.to_owned(), author.to_owned());
        self.writer
            .write(move |db| {
                let dictionary = find::dictionary(db, &name)?;
                db.prepare_cached(
                    "UPDATE contracts SET replaced = 1 WHERE dictionary = ?1 AND replaced = 0",
                )?
                .execute([dictionary])?;
                db.prepare_cached(
                    "INSERT INTO contracts (dictionary, text, author, set_at, freshness_ms) \
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute(params![
                    dictionary,
                    text,
                    author,
                    Timestamp::now().0,
                    freshness.map(|span| int(span.as_millis()))
                ])?;
                standing(db, dictionary)
            })
            .await
    }

    /// The contract of a dictionary, where it has one.
    ///
    /// # Errors
    /// As [`Store::dictionary`].
    pub async fn contract(&self, name: &str) -> Result<Option<ContractRow>, StoreError> {
        let name = name.to_owned();
        self.readers
            .read(move |db| standing(db, find::dictionary(db, &name)?))
            .await
    }

    /// The contracts that a file of this watch and name must keep, as far as its name tells.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn contracts_of(
        &self,
        watch: &str,
        folding: &Folding,
    ) -> Result<Vec<ContractOf>, StoreError> {
        let (watch, folding) = (watch.to_owned(), folding.clone());
        self.readers
            .read(move |db| {
                let mut found = Vec::new();
                for (id, table) in place::expected(db, &watch, &folding)? {
                    let row = standing(db, id)?;
                    found.extend(row.map(|row| ContractOf { table, row }));
                }
                Ok(found)
            })
            .await
    }

    /// The same, for a file whose tables and their fields' paths are known; and the stem of the
    /// dictionary that its first table belongs to.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn contracts_at(
        &self,
        watch: &str,
        folding: &Folding,
        tables: Vec<(String, Vec<String>)>,
    ) -> Result<(String, Vec<ContractOf>), StoreError> {
        let (watch, folding) = (watch.to_owned(), folding.clone());
        self.readers
            .read(move |db| {
                let (mut stem, mut found) = (None, Vec::new());
                for (table, paths) in tables {
                    let (id, of) = place::find(db, &watch, &folding, &table, &paths)?;
                    stem.get_or_insert(of);
                    let row = id.map(|id| standing(db, id)).transpose()?.flatten();
                    found.extend(row.map(|row| ContractOf { table, row }));
                }
                Ok((stem.unwrap_or(folding.stem), found))
            })
            .await
    }
}

const COLUMNS: &str = "SELECT d.name, c.text, c.author, c.set_at FROM contracts c \
     JOIN dictionaries d ON d.id = c.dictionary WHERE c.replaced = 0 AND c.text <> '' ";

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<ContractRow> {
    Ok(ContractRow {
        name: row.get(0)?,
        text: row.get(1)?,
        author: row.get(2)?,
        set_at: Timestamp(row.get(3)?),
    })
}

fn standing(db: &Connection, dictionary: i64) -> Result<Option<ContractRow>, StoreError> {
    Ok(db
        .prepare_cached(&format!("{COLUMNS} AND d.id = ?1"))?
        .query_row([dictionary], row)
        .optional()?)
}
