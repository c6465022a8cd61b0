//! A dictionary with all that is known of one version, as JSON: what `show` prints.

use super::Store;
use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{AnnotationRow, DictionaryRow, DropRow};
use rusqlite::Connection;
use serde::Serialize;
use serde_json::value::RawValue;

use super::error::StoreError;
use super::findings::{self, Found};
use super::{annotations, find, rows};

impl Store {
    /// The dictionary with its annotations and the profile document of one version, as JSON.
    ///
    /// # Errors
    /// As [`Store::dictionary`].
    pub async fn show_json(&self, name: &str, version: Option<u32>) -> Result<String, StoreError> {
        let name = name.to_owned();
        self.readers.read(move |db| json(db, &name, version)).await
    }
}

#[derive(Serialize)]
struct Shown<'a> {
    name: &'a str,
    watch: &'a str,
    stem: &'a str,
    versions: u32,
    version: u32,
    records: u64,
    fields: u32,
    updated_at: Timestamp,
    drop: &'a DropRow,
    annotations: Vec<AnnotationRow>,
    /// What was judged of this version against those before it.
    findings: Vec<Found>,
    profile: &'a RawValue,
}

/// What of it the version's row holds.
struct Version {
    records: i64,
    fields: u32,
    drop_seq: i64,
    created_at: i64,
    head: String,
    tail: String,
}

pub(super) fn json(db: &Connection, name: &str, number: Option<u32>) -> Result<String, StoreError> {
    let dictionary = find::dictionary(db, name)?;
    let (id, number) = find::version(db, name, dictionary, number)?;
    let row: DictionaryRow = rows::dictionary_by_id(db, dictionary)?;
    let version = version(db, id)?;
    let drop = rows::drop_by_seq(db, version.drop_seq)?
        .ok_or_else(|| StoreError::Internal(format!("drop {} vanished", version.drop_seq)))?;
    let profile = profile(db, id, &version)?;
    let shown = Shown {
        name: &row.name,
        watch: &row.watch,
        stem: &row.stem,
        versions: row.versions,
        version: number,
        records: super::values::count(version.records),
        fields: version.fields,
        updated_at: if number == row.version {
            row.updated_at
        } else {
            Timestamp(version.created_at)
        },
        drop: &drop,
        annotations: annotations::current(db, dictionary)?,
        findings: findings::of(db, id)?,
        profile: &profile,
    };
    serde_json::to_string(&shown)
        .map_err(|error| StoreError::Internal(format!("`{name}` cannot be written: {error}")))
}

/// The profile document of one version alone.
pub(super) fn profile_json(
    db: &Connection,
    name: &str,
    number: Option<u32>,
) -> Result<String, StoreError> {
    let dictionary = find::dictionary(db, name)?;
    let (id, _) = find::version(db, name, dictionary, number)?;
    let profile = profile(db, id, &version(db, id)?)?;
    Ok(profile.get().to_owned())
}

fn version(db: &Connection, id: i64) -> Result<Version, StoreError> {
    Ok(db
        .prepare_cached(
            "SELECT records, fields, drop_seq, created_at, head, tail FROM versions WHERE id = ?1",
        )?
        .query_row([id], |row| {
            Ok(Version {
                records: row.get(0)?,
                fields: row.get(1)?,
                drop_seq: row.get(2)?,
                created_at: row.get(3)?,
                head: row.get(4)?,
                tail: row.get(5)?,
            })
        })?)
}

/// The document, put together from its parts without reading them.
fn profile(db: &Connection, id: i64, version: &Version) -> Result<Box<RawValue>, StoreError> {
    let mut text = version.head.clone();
    let mut fields = db
        .prepare_cached("SELECT profile FROM version_fields WHERE version = ?1 ORDER BY ordinal")?;
    let mut fields = fields.query([id])?;
    let mut first = true;
    while let Some(row) = fields.next()? {
        if !std::mem::take(&mut first) {
            text.push(',');
        }
        let field = row
            .get_ref(0)?
            .as_str()
            .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        text.push_str(field);
    }
    text.push_str(&version.tail);
    RawValue::from_string(text)
        .map_err(|error| StoreError::Corrupt(format!("a stored profile is no JSON: {error}")))
}
