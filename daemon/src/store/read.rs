//! Dictionaries, versions and fields, as they are read.

use super::Store;
use super::show;
use ddgen_ipc::message::{DictionaryRow, FieldRow, VersionRow};
use rusqlite::{Connection, OptionalExtension, params};

use super::error::StoreError;
use super::values::count;
use super::{PAGE, find, rows};

impl Store {
    /// All dictionaries in order of name.
    ///
    /// # Errors
    /// When the store cannot be read; so with all readers.
    pub async fn dictionaries(&self) -> Result<Vec<DictionaryRow>, StoreError> {
        self.readers.read(dictionaries).await
    }

    /// # Errors
    /// [`StoreError::NotFound`] with the nearest names, or when the store cannot be read.
    pub async fn dictionary(&self, name: &str) -> Result<DictionaryRow, StoreError> {
        let name = name.to_owned();
        self.readers.read(move |db| dictionary(db, &name)).await
    }

    /// How many dictionaries there are, and those behind a name in order of name, at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn dictionaries_after(
        &self,
        name: Option<String>,
        limit: u32,
    ) -> Result<(u64, Vec<DictionaryRow>), StoreError> {
        self.readers
            .read(move |db| dictionaries_after(db, name.as_deref(), limit))
            .await
    }

    /// How many versions a dictionary has, and those below a number, newest first, at most `limit`.
    ///
    /// # Errors
    /// As [`Store::dictionary`].
    pub async fn versions_before(
        &self,
        name: &str,
        number: Option<u32>,
        limit: u32,
    ) -> Result<(u64, Vec<VersionRow>), StoreError> {
        let name = name.to_owned();
        self.readers
            .read(move |db| versions_before(db, &name, number, limit))
            .await
    }

    /// One version; without a number the current one.
    ///
    /// # Errors
    /// As [`Store::dictionary`].
    pub async fn version(&self, name: &str, number: Option<u32>) -> Result<VersionRow, StoreError> {
        let name = name.to_owned();
        self.readers
            .read(move |db| version(db, &name, number))
            .await
    }

    /// The profile document of one version, as JSON.
    ///
    /// # Errors
    /// As [`Store::dictionary`].
    pub async fn profile_json(
        &self,
        name: &str,
        number: Option<u32>,
    ) -> Result<String, StoreError> {
        let name = name.to_owned();
        self.readers
            .read(move |db| show::profile_json(db, &name, number))
            .await
    }

    /// The versions of a dictionary, newest first.
    ///
    /// # Errors
    /// As [`Store::dictionary`].
    pub async fn versions(&self, name: &str) -> Result<Vec<VersionRow>, StoreError> {
        let name = name.to_owned();
        self.readers.read(move |db| versions(db, &name)).await
    }

    /// How many fields the version has in all, and those from `offset`, at most `limit`, in order
    /// of position. Without a version: the current one.
    ///
    /// # Errors
    /// As [`Store::dictionary`].
    pub async fn fields(
        &self,
        name: &str,
        version: Option<u32>,
        offset: u32,
        limit: u32,
    ) -> Result<(u32, Vec<FieldRow>), StoreError> {
        let name = name.to_owned();
        self.readers
            .read(move |db| fields(db, &name, version, offset, limit))
            .await
    }

    /// One field as it stands in the profile document, as JSON.
    ///
    /// # Errors
    /// As [`Store::dictionary`]; an unknown path lists the nearest ones.
    pub async fn field_json(
        &self,
        name: &str,
        version: Option<u32>,
        path: &str,
    ) -> Result<String, StoreError> {
        let (name, path) = (name.to_owned(), path.to_owned());
        self.readers
            .read(move |db| field_json(db, &name, version, &path))
            .await
    }
}

pub(super) fn dictionaries(db: &Connection) -> Result<Vec<DictionaryRow>, StoreError> {
    let sql = rows::statement(
        rows::DICTIONARY,
        "WHERE d.deleted_at IS NULL ORDER BY d.name",
    );
    let mut found = db.prepare_cached(&sql)?;
    let found = found.query_map([], rows::dictionary)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// How many there are, and those behind a name, in order of name.
pub(super) fn dictionaries_after(
    db: &Connection,
    name: Option<&str>,
    limit: u32,
) -> Result<(u64, Vec<DictionaryRow>), StoreError> {
    let total = db
        .prepare_cached(
            "SELECT count(*) FROM dictionaries WHERE current IS NOT NULL AND deleted_at IS NULL",
        )?
        .query_row([], |row| row.get(0))?;
    // No name is below the empty one, which no dictionary has.
    let sql = rows::statement(
        rows::DICTIONARY,
        "WHERE d.name > ?1 AND d.deleted_at IS NULL ORDER BY d.name LIMIT ?2",
    );
    let mut found = db.prepare_cached(&sql)?;
    let values = params![name.unwrap_or_default(), limit.min(PAGE)];
    let found = found.query_map(values, rows::dictionary)?;
    Ok((count(total), found.collect::<Result<_, _>>()?))
}

pub(super) fn dictionary(db: &Connection, name: &str) -> Result<DictionaryRow, StoreError> {
    rows::dictionary_by_id(db, find::dictionary(db, name)?)
}

/// Newest first.
pub(super) fn versions(db: &Connection, name: &str) -> Result<Vec<VersionRow>, StoreError> {
    let dictionary = find::dictionary(db, name)?;
    let sql = rows::statement(rows::VERSION, "WHERE d.id = ?1 ORDER BY v.number DESC");
    let mut found = db.prepare_cached(&sql)?;
    let found = found.query_map([dictionary], rows::version)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// How many there are, and those below a number, newest first.
pub(super) fn versions_before(
    db: &Connection,
    name: &str,
    number: Option<u32>,
    limit: u32,
) -> Result<(u64, Vec<VersionRow>), StoreError> {
    let dictionary = find::dictionary(db, name)?;
    let total = db
        .prepare_cached("SELECT count(*) FROM versions WHERE dictionary = ?1")?
        .query_row([dictionary], |row| row.get(0))?;
    let sql = rows::statement(
        rows::VERSION,
        "WHERE d.id = ?1 AND v.number < ?2 ORDER BY v.number DESC LIMIT ?3",
    );
    let mut found = db.prepare_cached(&sql)?;
    let below = number.map_or(i64::MAX, i64::from);
    let found = found.query_map(params![dictionary, below, limit.min(PAGE)], rows::version)?;
    Ok((count(total), found.collect::<Result<_, _>>()?))
}

pub(super) fn version(
    db: &Connection,
    name: &str,
    number: Option<u32>,
) -> Result<VersionRow, StoreError> {
    let dictionary = find::dictionary(db, name)?;
    let (id, _) = find::version(db, name, dictionary, number)?;
    let sql = rows::statement(rows::VERSION, "WHERE v.id = ?1");
    Ok(db.prepare_cached(&sql)?.query_row([id], rows::version)?)
}

/// How many fields the version has, and those from `offset`, at most `limit`, in order of position.
pub(super) fn fields(
    db: &Connection,
    name: &str,
    number: Option<u32>,
    offset: u32,
    limit: u32,
) -> Result<(u32, Vec<FieldRow>), StoreError> {
    let dictionary = find::dictionary(db, name)?;
    let (version, _) = find::version(db, name, dictionary, number)?;
    let total = db
        .prepare_cached("SELECT fields FROM versions WHERE id = ?1")?
        .query_row([version], |row| row.get(0))?;
    let sql = rows::statement(
        rows::FIELD,
        "WHERE x.version = ?1 AND x.ordinal >= ?2 ORDER BY x.ordinal LIMIT ?3",
    );
    let mut found = db.prepare_cached(&sql)?;
    let found = found.query_map(params![version, offset, limit.min(PAGE)], rows::field)?;
    Ok((total, found.collect::<Result<_, _>>()?))
}

/// One field as it stands in the profile document.
pub(super) fn field_json(
    db: &Connection,
    name: &str,
    number: Option<u32>,
    path: &str,
) -> Result<String, StoreError> {
    let dictionary = find::dictionary(db, name)?;
    let (version, _) = find::version(db, name, dictionary, number)?;
    let json = db
        .prepare_cached(
            "SELECT x.profile FROM fields f \
             JOIN version_fields x ON x.version = ?2 AND x.field = f.id \
             WHERE f.dictionary = ?1 AND f.path = ?3",
        )?
        .query_row(params![dictionary, version, path], |row| row.get(0))
        .optional()?;
    match json {
        Some(json) => Ok(json),
        None => find::no_field(db, version, path),
    }
}
