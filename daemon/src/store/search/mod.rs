//! Fields and dictionaries by words and filters, the likeliest first.
//!
//! Entries are looked for in tiers: the name itself, words of the name, of the path, of what people
//! wrote, of sample values. A tier is read in order of row number and only as far as it is wanted,
//! so that a word that a hundred thousand fields have costs no more than a rare one.

mod ask;
mod facet;
mod find;
mod index;
mod rows;
mod spelling;
mod words;

use super::Store;
use rusqlite::Connection;

use ddgen_ipc::message::{Found, FoundDictionary, FoundField};

use super::error::StoreError;
use ask::Asked;

impl Store {
    /// Fields of current versions by words and filters, the likeliest first; `limit` is at most
    /// [`PAGE`], so with the two below.
    ///
    /// # Errors
    /// [`StoreError::Asked`] for a filter that is none, or when the store cannot be read.
    pub async fn search_fields(
        &self,
        words: &str,
        part: Part,
    ) -> Result<Vec<FoundField>, StoreError> {
        let words = words.to_owned();
        self.readers.read(move |db| fields(db, &words, part)).await
    }

    /// Dictionaries in the same way: by what they are called, and what is written about themselves.
    ///
    /// # Errors
    /// As [`Store::search_fields`].
    pub async fn search_dictionaries(
        &self,
        words: &str,
        part: Part,
    ) -> Result<Vec<FoundDictionary>, StoreError> {
        let words = words.to_owned();
        self.readers
            .read(move |db| dictionaries(db, &words, part))
            .await
    }

    /// Fields, and on the first page the dictionaries as well.
    ///
    /// # Errors
    /// As [`Store::search_fields`].
    pub async fn search(&self, words: &str, part: Part) -> Result<Found, StoreError> {
        let words = words.to_owned();
        self.readers.read(move |db| all(db, &words, part)).await
    }
}

/// Dictionaries that are brought into step in one transaction at start.
const AT_ONCE: u32 = 50;

/// Which part of what was found is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub offset: u32,
    pub limit: u32,
}

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Fields,
    Dictionaries,
}

/// Fields of current versions in which every word is found.
pub(super) fn fields(
    db: &Connection,
    typed: &str,
    part: Part,
) -> Result<Vec<FoundField>, StoreError> {
    let (ids, _) = find::ids(db, &Asked::parse(typed)?, Kind::Fields, part)?;
    rows::fields(db, &ids)
}

/// Dictionaries in which every word is found: not in their fields, in themselves.
pub(super) fn dictionaries(
    db: &Connection,
    typed: &str,
    part: Part,
) -> Result<Vec<FoundDictionary>, StoreError> {
    let (ids, _) = find::ids(db, &Asked::parse(typed)?, Kind::Dictionaries, part)?;
    rows::dictionaries(db, &ids)
}

/// Fields, on the first page dictionaries as well, whether there are more fields, and how words
/// were read that are nowhere.
pub(super) fn all(db: &Connection, typed: &str, part: Part) -> Result<Found, StoreError> {
    let asked = Asked::parse(typed)?;
    let one_more = Part {
        limit: part.limit + 1,
        ..part
    };
    let (mut ids, read_as) = find::ids(db, &asked, Kind::Fields, one_more)?;
    let more = ids.len() > part.limit as usize;
    ids.truncate(part.limit as usize);
    let (dictionaries, read_as_too) = match part.offset {
        0 => find::ids(db, &asked, Kind::Dictionaries, part)?,
        _ => (Vec::new(), None),
    };
    Ok(Found {
        fields: rows::fields(db, &ids)?,
        dictionaries: rows::dictionaries(db, &dictionaries)?,
        more,
        read_as: read_as.or(read_as_too),
    })
}

/// Brings the index into step with what this transaction wrote. A defect of the index does not keep
/// a version from being stored: what is stale stays noted.
pub(super) fn settle(db: &Connection) -> Result<(), StoreError> {
    let stale: bool = db
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM search_stale)")?
        .query_row([], |row| row.get(0))?;
    if !stale {
        return Ok(());
    }
    db.execute_batch("SAVEPOINT search")?;
    match index::settle(db, u32::MAX) {
        Ok(_) => Ok(db.execute_batch("RELEASE search")?),
        Err(error) if error.passes() || db.is_autocommit() => Err(error),
        Err(error) => {
            tracing::error!(%error, "the search index is behind; the next start tries again");
            Ok(db.execute_batch("ROLLBACK TO search; RELEASE search")?)
        }
    }
}

/// At start: what another ddgend wrote, or one that knew of no index.
pub(super) fn catch_up(db: &Connection) -> Result<(), StoreError> {
    loop {
        let tx = db.unchecked_transaction()?;
        match index::settle(&tx, AT_ONCE) {
            Ok(true) => tx.commit()?,
            Ok(false) => return Ok(()),
            Err(error) if error.passes() => return Err(error),
            Err(error) => {
                tracing::error!(%error, "the search index cannot be brought into step");
                return Ok(());
            }
        }
    }
}
