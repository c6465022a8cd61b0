//! What people wrote: edits, what stands now, and what stood before.

use super::Store;
use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{AnnotationRow, Aspect, Edit};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::error::StoreError;
use super::values::count;
use super::{find, redact, renames, verdicts};

impl Store {
    /// Writes what a person has to say, all edits or none. Answers the dictionary's name, and the edits
    /// as they stand.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where another edit came first, [`StoreError::Refused`] for a text that
    /// cannot be kept, [`StoreError::NotFound`].
    pub async fn annotate(
        &self,
        name: &str,
        edits: Vec<Edit>,
        author: &str,
    ) -> Result<(String, Vec<AnnotationRow>), StoreError> {
        let (name, author) = (name.to_owned(), author.to_owned());
        let work = move |db: &Connection| annotate(db, &name, &edits, &author, Timestamp::now());
        let written = self
            .writer
            .write(move |db| redact::for_good(db, work))
            .await;
        self.scrub_soon();
        written
    }

    /// What is written about a dictionary and its fields.
    ///
    /// # Errors
    /// As [`Store::dictionary`].
    pub async fn annotations(&self, name: &str) -> Result<Vec<AnnotationRow>, StoreError> {
        let name = name.to_owned();
        self.readers.read(move |db| list(db, &name)).await
    }

    /// All that was written about one aspect of a field or the dictionary, newest first.
    ///
    /// # Errors
    /// As [`Store::dictionary`].
    pub async fn history(
        &self,
        name: &str,
        field: Option<String>,
        aspect: Aspect,
    ) -> Result<Vec<AnnotationRow>, StoreError> {
        let name = name.to_owned();
        self.readers
            .read(move |db| history(db, &name, field.as_deref(), aspect))
            .await
    }
}

/// Bytes of one text: a long page, not a book.
const LONGEST: usize = 64 << 10;
/// Bytes of what stands on one line.
const LONGEST_LINE: usize = 1 << 10;

/// The columns of [`row`].
const COLUMNS: &str = "SELECT f.path, a.aspect, a.value, a.author, a.written_at, a.id, a.version, \
     a.field FROM annotations a LEFT JOIN fields f ON f.id = a.field ";

fn row(row: &Row<'_>) -> rusqlite::Result<AnnotationRow> {
    let aspect: String = row.get(1)?;
    let aspect = aspect.parse().map_err(|error: String| {
        rusqlite::Error::FromSqlConversionFailure(1, rusqlite::types::Type::Text, error.into())
    })?;
    Ok(AnnotationRow {
        field: row.get(0)?,
        aspect,
        value: row.get(2)?,
        author: row.get(3)?,
        written_at: Timestamp(row.get(4)?),
        revision: count(row.get(5)?),
        version: row.get(6)?,
    })
}

/// What stands, in the order it was written, under the paths that fields have in the current version.
pub(super) fn current(db: &Connection, dictionary: i64) -> Result<Vec<AnnotationRow>, StoreError> {
    let mut found = db.prepare_cached(&format!(
        "{COLUMNS} WHERE a.dictionary = ?1 AND a.replaced = 0 AND a.value <> '' ORDER BY a.id"
    ))?;
    let found = found.query_map([dictionary], |found| Ok((row(found)?, found.get(7)?)))?;
    let mut found: Vec<(AnnotationRow, Option<i64>)> = found.collect::<Result<_, _>>()?;
    if renames::any(db, dictionary)? {
        for (row, field) in &mut found {
            if let Some(field) = *field
                && let Some(path) = renames::shown_as(db, dictionary, field)?
            {
                row.field = Some(path);
            }
        }
    }
    Ok(found.into_iter().map(|(row, _)| row).collect())
}

/// The name the dictionary goes by, and what stands.
pub(super) fn list(db: &Connection, name: &str) -> Result<Vec<AnnotationRow>, StoreError> {
    current(db, find::dictionary(db, name)?)
}

/// All that was written about one aspect, newest first.
pub(super) fn history(
    db: &Connection,
    name: &str,
    field: Option<&str>,
    aspect: Aspect,
) -> Result<Vec<AnnotationRow>, StoreError> {
    let dictionary = find::dictionary(db, name)?;
    let field = field_id(db, dictionary, field)?;
    let mut found = db.prepare_cached(&format!(
        "{COLUMNS} WHERE a.dictionary = ?1 AND a.field IS ?2 AND a.aspect = ?3 ORDER BY a.id DESC"
    ))?;
    let found = found.query_map(params![dictionary, field, aspect.word()], row)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Writes all edits, or none of them. Answers the dictionary's name, and the edits as they stand.
pub(super) fn annotate(
    db: &Connection,
    name: &str,
    edits: &[Edit],
    author: &str,
    now: Timestamp,
) -> Result<(String, Vec<AnnotationRow>), StoreError> {
    let dictionary = find::dictionary(db, name)?;
    let mut written = Vec::with_capacity(edits.len());
    let mut judged = Vec::new();
    for edit in edits {
        let value = accepted(edit.aspect, edit.field.as_deref(), &edit.value)?;
        let field = field_id(db, dictionary, edit.field.as_deref())?;
        let before = standing(db, dictionary, field, edit.aspect)?;
        if let Some(expected) = edit.expects
            && expected != before.as_ref().map_or(0, |before| before.revision)
        {
            return Err(StoreError::Conflict(overtaken(edit, before)));
        }
        let same = before.as_ref().map_or("", |before| &before.value) == value;
        if !same {
            insert(db, dictionary, field, edit.aspect, &value, author, now)?;
            judged.extend(field.filter(|_| edit.aspect.is_verdict()));
        }
        written.extend(standing(db, dictionary, field, edit.aspect)?);
    }
    verdicts::settle(db, dictionary, &judged)?;
    let name = db
        .prepare_cached("SELECT name FROM dictionaries WHERE id = ?1")?
        .query_row([dictionary], |row| row.get(0))?;
    Ok((name, written))
}

pub(super) fn insert(
    db: &Connection,
    dictionary: i64,
    field: Option<i64>,
    aspect: Aspect,
    value: &str,
    author: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    db.prepare_cached(
        "UPDATE annotations SET replaced = 1 \
         WHERE dictionary = ?1 AND coalesce(field, 0) = ?2 AND aspect = ?3 AND replaced = 0",
    )?
    .execute(params![dictionary, field.unwrap_or(0), aspect.word()])?;
    db.prepare_cached(
        "INSERT INTO annotations (dictionary, field, aspect, value, author, written_at, version) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, (SELECT v.number FROM dictionaries d \
           JOIN versions v ON v.id = d.current WHERE d.id = ?1))",
    )?
    .execute(params![
        dictionary,
        field,
        aspect.word(),
        value,
        author,
        now.0
    ])?;
    Ok(())
}

pub(super) fn standing(
    db: &Connection,
    dictionary: i64,
    field: Option<i64>,
    aspect: Aspect,
) -> Result<Option<AnnotationRow>, StoreError> {
    Ok(db
        .prepare_cached(&format!(
            "{COLUMNS} WHERE a.dictionary = ?1 AND coalesce(a.field, 0) = ?2 AND a.aspect = ?3 \
             AND a.replaced = 0"
        ))?
        .query_row(params![dictionary, field.unwrap_or(0), aspect.word()], row)
        .optional()?)
}

/// The lasting identity of a field by its path: the newest version need not have it any more, or may have
/// it under another one.
pub(super) fn field_id(
    db: &Connection,
    dictionary: i64,
    path: Option<&str>,
) -> Result<Option<i64>, StoreError> {
    let Some(path) = path else { return Ok(None) };
    let found = db
        .prepare_cached("SELECT id FROM fields WHERE dictionary = ?1 AND path = ?2")?
        .query_row(params![dictionary, path], |row| row.get(0))
        .optional()?;
    match found {
        Some(id) => renames::home(db, id).map(Some),
        None => find::no_lasting_field(db, dictionary, path),
    }
}

/// The value as it is kept.
pub(super) fn accepted(
    aspect: Aspect,
    field: Option<&str>,
    value: &str,
) -> Result<String, StoreError> {
    let refused = |because: String| Err(StoreError::Refused(format!("{aspect}: {because}")));
    let value = value.trim();
    if aspect.is_verdict() {
        return match field {
            Some(_) => verdicts::accepted(aspect, value).or_else(refused),
            None => refused("a verdict is about a field, and none was named".to_owned()),
        };
    }
    let (longest, unit) = match aspect.is_long() {
        true => (LONGEST, "a text"),
        false => (LONGEST_LINE, "one line"),
    };
    if value.len() > longest {
        return refused(format!(
            "{} bytes are more than the {longest} that {unit} may have",
            value.len()
        ));
    }
    let line_ends = aspect.is_long();
    if let Some(control) = value
        .chars()
        .find(|c| c.is_control() && !(line_ends && matches!(c, '\n' | '\t')))
    {
        return refused(format!(
            "the character U+{:04X} cannot be kept in {unit}",
            u32::from(control)
        ));
    }
    Ok(match aspect {
        Aspect::Tags => tags(value),
        _ => value.to_owned(),
    })
}

/// Trimmed, each once, in the order given.
fn tags(value: &str) -> String {
    let mut tags: Vec<&str> = Vec::new();
    for tag in value
        .split(',')
        .map(str::trim)
        .filter(|tag| !tag.is_empty())
    {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags.join(", ")
}

fn overtaken(edit: &Edit, before: Option<AnnotationRow>) -> String {
    let of = edit.field.as_deref().unwrap_or("the dictionary");
    match before {
        Some(before) => format!(
            "{} of {of} was written by {} at {} meanwhile: look at it, then write again",
            edit.aspect, before.author, before.written_at
        ),
        None => format!(
            "{} of {of} was never written: look again, then write",
            edit.aspect
        ),
    }
}
