//! People's verdicts on what fields mean. They are annotations, and so have authors, a history, and go
//! along with renames; here is what they change in what is stored, and what a worker is told of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::Aspect;
use ddgen_profile::document::{Field, Said, SaidPii, Severity};
use ddgen_profile::meaning;
use rusqlite::{Connection, OptionalExtension, params};

use super::error::StoreError;
use super::prepare::{Prepared, shown};
use super::values::int;
use super::{Store, place, quarantine, redact, remembered, renames};
use crate::dataset::Folding;

/// Characters of an entity or a semantic type.
const LONGEST: usize = 64;
/// Not personal data.
const NOT_PERSONAL: &str = "none";

/// What was said of fields, by table and path.
pub type SaidOfTables = BTreeMap<String, BTreeMap<String, Said>>;

impl Store {
    /// What people said of the fields of a file of this watch and name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn said_of(
        &self,
        watch: &str,
        folding: &Folding,
    ) -> Result<SaidOfTables, StoreError> {
        let (watch, folding) = (watch.to_owned(), folding.clone());
        self.readers
            .read(move |db| {
                let mut said = SaidOfTables::new();
                for (dictionary, table) in place::expected(db, &watch, &folding)? {
                    let by_path = by_path(db, dictionary)?;
                    if !by_path.is_empty() {
                        said.insert(table, by_path);
                    }
                }
                Ok(said)
            })
            .await
    }
}

/// A verdict as it is kept.
///
/// # Errors
/// What it has to look like.
pub(super) fn accepted(aspect: Aspect, value: &str) -> Result<String, String> {
    if value.is_empty() {
        return Ok(String::new());
    }
    let word = value.replace([' ', '-'], "_");
    let plain = |word: &str| {
        word.len() <= LONGEST
            && word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    if !plain(&word) {
        return Err(match aspect {
            Aspect::SaidPii => format!(
                "`{value}` is no entity: write one as Presidio spells them (EMAIL_ADDRESS, PERSON, \
                 PHONE_NUMBER, IBAN_CODE ...), or `none` where it is not personal data"
            ),
            _ => format!(
                "`{value}` is no semantic type: write letters, digits and `_` (email, postal_code ...), \
                 or `none` where it has none"
            ),
        });
    }
    Ok(match aspect {
        Aspect::SaidPii if !word.eq_ignore_ascii_case(NOT_PERSONAL) => word.to_ascii_uppercase(),
        _ => word.to_ascii_lowercase(),
    })
}

/// What stands of a dictionary, by field.
fn of(db: &Connection, dictionary: i64) -> Result<HashMap<i64, Said>, StoreError> {
    let mut rows = db.prepare_cached(
        "SELECT field, aspect, value, author FROM annotations WHERE dictionary = ?1 \
         AND replaced = 0 AND value <> '' AND field IS NOT NULL \
         AND aspect IN ('said_type', 'said_pii')",
    )?;
    let mut rows = rows.query([dictionary])?;
    let mut all: HashMap<i64, Said> = HashMap::new();
    while let Some(row) = rows.next()? {
        let said = all.entry(row.get(0)?).or_default();
        let (value, by): (String, String) = (row.get(2)?, row.get(3)?);
        if row.get_ref(1)?.as_str() == Ok(Aspect::SaidType.word()) {
            (said.semantic_type, said.type_by) = (Some(value), Some(by));
        } else {
            let pii = match value.as_str() {
                NOT_PERSONAL => SaidPii::No,
                _ => SaidPii::Entity(value),
            };
            (said.pii, said.pii_by) = (Some(pii), Some(by));
        }
    }
    Ok(all)
}

/// By every path the field may come under: its own, and the one the current version has it under.
fn by_path(db: &Connection, dictionary: i64) -> Result<BTreeMap<String, Said>, StoreError> {
    let mut paths = db.prepare_cached("SELECT path FROM fields WHERE id = ?1")?;
    let mut all = BTreeMap::new();
    for (field, said) in of(db, dictionary)? {
        let path: String = paths.query_row([field], |row| row.get(0))?;
        if let Some(shown) = renames::shown_as(db, dictionary, field)? {
            all.entry(shown).or_insert_with(|| said.clone());
        }
        all.insert(path, said);
    }
    Ok(all)
}

/// Every path that a field of the dictionary went by which a person said to be personal data.
pub(super) fn personal(db: &Connection, dictionary: i64) -> Result<BTreeSet<String>, StoreError> {
    let mut all = BTreeSet::new();
    for (field, said) in of(db, dictionary)? {
        if is_entity(&said) {
            all.extend(paths(db, field)?);
        }
    }
    Ok(all)
}

fn is_entity(said: &Said) -> bool {
    matches!(said.pii, Some(SaidPii::Entity(_)))
}

fn paths(db: &Connection, field: i64) -> Result<Vec<String>, StoreError> {
    let mut path = db.prepare_cached("SELECT path FROM fields WHERE id = ?1")?;
    let spans = renames::spans(db, field)?.into_iter();
    let paths = spans.map(|span| path.query_row([span.field], |row| row.get(0)));
    Ok(paths.collect::<Result<_, _>>()?)
}

/// Brings these fields into step with what is said of them, in every version that has them.
pub(super) fn settle(db: &Connection, dictionary: i64, fields: &[i64]) -> Result<(), StoreError> {
    let said = of(db, dictionary)?;
    for field in fields {
        // Also where no version's values change: a file in quarantine is none of them.
        if said.get(field).is_some_and(is_entity) {
            for path in paths(db, *field)? {
                quarantine::withhold(db, dictionary, &path)?;
            }
        }
        for span in renames::spans(db, *field)? {
            let mut rows = db.prepare_cached(
                "SELECT v.id FROM versions v JOIN version_fields x ON x.version = v.id AND x.field = ?2 \
                 WHERE v.dictionary = ?1 AND v.number >= ?3 AND v.number < ?4",
            )?;
            let stands = params![dictionary, span.field, span.from, span.below];
            let versions: Vec<i64> = rows
                .query_map(stands, |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            for version in versions {
                apply(db, dictionary, version, span.field, said.get(field))?;
            }
        }
    }
    Ok(())
}

/// All that was said of a dictionary's fields.
pub(super) fn settle_all(db: &Connection, dictionary: i64) -> Result<(), StoreError> {
    let fields: Vec<i64> = of(db, dictionary)?.into_keys().collect();
    settle(db, dictionary, &fields)
}

/// The same for a version that was just made: a verdict may have come while its file was read, and a
/// field may have turned out to be one that goes on under another name.
pub(super) fn settle_version(
    db: &Connection,
    dictionary: i64,
    version: i64,
    table: &Prepared,
) -> Result<(), StoreError> {
    let said = of(db, dictionary)?;
    for (field, word) in &said {
        apply(db, dictionary, version, *field, Some(word))?;
    }
    let told = table.fields.iter().filter(|field| field.said);
    for field in told {
        let id: i64 = db
            .prepare_cached("SELECT id FROM fields WHERE dictionary = ?1 AND path = ?2")?
            .query_row(params![dictionary, field.path], |row| row.get(0))?;
        if !said.contains_key(&id) {
            apply(db, dictionary, version, id, None)?;
        }
    }
    Ok(())
}

/// One field of one version. Values of what is personal data from now on are masked for good.
fn apply(
    db: &Connection,
    dictionary: i64,
    version: i64,
    id: i64,
    word: Option<&Said>,
) -> Result<(), StoreError> {
    let row: Option<(i64, String)> = db
        .prepare_cached("SELECT id, profile FROM version_fields WHERE version = ?1 AND field = ?2")?
        .query_row([version, id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((row, text)) = row else {
        return Ok(());
    };
    let corrupt = |error: serde_json::Error| StoreError::Corrupt(error.to_string());
    let mut field: Field = serde_json::from_str(&text).map_err(corrupt)?;
    if field.said.as_ref() == word {
        return Ok(());
    }
    let (was_personal, was_loud) = (field.pii.is_some(), loud(&field));
    meaning::say(&mut field, word);
    let personal = field.pii.is_some();
    db.prepare_cached(
        "UPDATE version_fields SET profile = ?2, semantic_type = ?3, pii = ?4, min = ?5, max = ?6, \
           mean = ?7, findings = ?8 WHERE id = ?1",
    )?
    .execute(params![
        row,
        redact::rewritten(&text, &field).map_err(corrupt)?,
        field.semantic_type,
        field.pii.as_ref().map(|pii| &pii.entity),
        field.min.clone().map(shown),
        field.max.clone().map(shown),
        field.mean,
        int(field.findings.len()),
    ])?;
    db.prepare_cached(
        "UPDATE versions SET pii_fields = pii_fields + ?2, warnings = warnings + ?3 WHERE id = ?1",
    )?
    .execute(params![
        version,
        i64::from(personal) - i64::from(was_personal),
        loud(&field) - was_loud
    ])?;
    if personal && !was_personal {
        redact::told_elsewhere(db, dictionary, version, id, &field.path)?;
        remembered::note(db, redact::TO_SCRUB, "{}", Timestamp::now())?;
    }
    Ok(())
}

/// Findings of severity warning and above.
fn loud(field: &Field) -> i64 {
    let loud = field
        .findings
        .iter()
        .filter(|finding| finding.severity >= Severity::Warning);
    int(loud.count())
}
