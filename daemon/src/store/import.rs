//! Many edits at once, made elsewhere: only what was changed there is written, all of it or nothing.

use std::collections::BTreeMap;

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{ImportCell, ImportOutcome, ImportedCell, OnConflict};
use rusqlite::{Connection, OptionalExtension, params};

use super::Store;
use super::annotations;
use super::error::StoreError;
use super::{find, redact, verdicts};

impl Store {
    /// Writes what an import changed, in one transaction; a dry run only tells. Answers the cells that
    /// say something new.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with what is in the way, where that is not to be skipped: nothing was
    /// written then.
    pub async fn import(
        &self,
        cells: Vec<ImportCell>,
        on_conflict: OnConflict,
        author: &str,
        dry_run: bool,
    ) -> Result<Vec<ImportedCell>, StoreError> {
        let author = author.to_owned();
        let work = move |db: &rusqlite::Connection| {
            let now = Timestamp::now();
            import(db, &cells, on_conflict, &author, dry_run, now)
        };
        if dry_run {
            return self.readers.read(work).await;
        }
        let work = move |db: &rusqlite::Connection| redact::for_good(db, work);
        let written = self.writer.write(work).await;
        self.scrub_soon();
        written
    }
}

/// Problems that are named when an import is refused.
const NAMED: usize = 5;

/// A cell that was changed, and where it is written to.
struct Change {
    dictionary: i64,
    field: Option<i64>,
    value: String,
}

/// Decides on all cells, and writes them unless it is a dry run. Cells that say nothing new are not
/// answered.
///
/// # Errors
/// A conflict, or a name that is none, where those are not to be skipped: nothing was written then.
pub(super) fn import(
    db: &Connection,
    cells: &[ImportCell],
    on_conflict: OnConflict,
    author: &str,
    dry_run: bool,
    now: Timestamp,
) -> Result<Vec<ImportedCell>, StoreError> {
    let mut told = Vec::new();
    let mut problems = Vec::new();
    let mut changes = Vec::new();
    for cell in cells {
        let decided = decide(db, cell, on_conflict);
        let (answer, change) = match decided {
            Ok(Some(decided)) => decided,
            Ok(None) => continue,
            Err(error) if error.passes() => return Err(error),
            Err(error) => (
                answer(cell, "", ImportOutcome::Skipped, Some(error.to_string())),
                None,
            ),
        };
        if answer.outcome == ImportOutcome::Skipped && on_conflict != OnConflict::Skip {
            let of = cell.field.as_deref().unwrap_or("the dictionary");
            let because = answer.because.as_deref().unwrap_or("it cannot be written");
            problems.push(format!(
                "{} of {of} in `{}`: {because}",
                cell.aspect, cell.dictionary
            ));
        }
        told.push(answer);
        changes.extend(change.map(|change| (cell.aspect, change)));
    }
    if !problems.is_empty() {
        let more = match problems.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        problems.truncate(NAMED);
        return Err(StoreError::Conflict(format!(
            "nothing was imported: {}{more}",
            problems.join("; ")
        )));
    }
    if !dry_run {
        let mut judged: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        for (aspect, change) in changes {
            let Change {
                dictionary,
                field,
                value,
            } = change;
            annotations::insert(db, dictionary, field, aspect, &value, author, now)?;
            if let Some(field) = field.filter(|_| aspect.is_verdict()) {
                judged.entry(dictionary).or_default().push(field);
            }
        }
        for (dictionary, fields) in judged {
            verdicts::settle(db, dictionary, &fields)?;
        }
    }
    Ok(told)
}

/// None: nothing new. Without a change: it is skipped.
fn decide(
    db: &Connection,
    cell: &ImportCell,
    on_conflict: OnConflict,
) -> Result<Option<(ImportedCell, Option<Change>)>, StoreError> {
    let dictionary = find::dictionary(db, &cell.dictionary)?;
    // A table has the columns of fields for the rows of dictionaries, too.
    if cell.aspect.is_verdict() && cell.field.is_none() && cell.value.trim().is_empty() {
        return Ok(None);
    }
    let field = annotations::field_id(db, dictionary, cell.field.as_deref())?;
    let value = annotations::accepted(cell.aspect, cell.field.as_deref(), &cell.value)?;
    let standing = annotations::standing(db, dictionary, field, cell.aspect)?;
    let before = standing.as_ref().map_or("", |row| row.value.as_str());
    if before == value {
        return Ok(None);
    }
    // What its editor saw. Of a list made by hand: nothing.
    let base = match cell.base {
        None | Some(0) => String::new(),
        Some(revision) => text_of(db, dictionary, field, cell, revision)?,
    };
    // Nobody changed it there; here somebody did.
    if cell.base.is_some() && base == value {
        return Ok(None);
    }
    let overtaken = standing.as_ref().filter(|_| base != before);
    let (outcome, because) = match (overtaken, on_conflict) {
        (None, _) => (ImportOutcome::Written, None),
        (Some(_), OnConflict::Overwrite) => (ImportOutcome::Overwritten, None),
        (Some(row), OnConflict::Skip | OnConflict::Fail) => {
            let because = format!(
                "it was written by {} at {} meanwhile",
                row.author, row.written_at
            );
            (ImportOutcome::Skipped, Some(because))
        }
    };
    let change = (outcome != ImportOutcome::Skipped).then(|| Change {
        dictionary,
        field,
        value: value.clone(),
    });
    let mut told = answer(cell, before, outcome, because);
    told.after = value;
    Ok(Some((told, change)))
}

/// What stood under a revision; one of another cell was put there by hand and is nothing.
fn text_of(
    db: &Connection,
    dictionary: i64,
    field: Option<i64>,
    cell: &ImportCell,
    revision: u64,
) -> Result<String, StoreError> {
    let text = db
        .prepare_cached(
            "SELECT value FROM annotations WHERE id = ?1 AND dictionary = ?2 AND field IS ?3 \
             AND aspect = ?4",
        )?
        .query_row(
            params![
                super::values::int(revision),
                dictionary,
                field,
                cell.aspect.word()
            ],
            |row| row.get(0),
        )
        .optional()?;
    Ok(text.unwrap_or_default())
}

fn answer(
    cell: &ImportCell,
    before: &str,
    outcome: ImportOutcome,
    because: Option<String>,
) -> ImportedCell {
    ImportedCell {
        dictionary: cell.dictionary.clone(),
        field: cell.field.clone(),
        aspect: cell.aspect,
        before: before.to_owned(),
        after: cell.value.clone(),
        outcome,
        because,
    }
}
