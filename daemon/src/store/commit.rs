//! The rules by which a drop with a profile becomes a version, or none. One transaction.

use super::Arrived;
use super::Store;
use super::blocking;
use super::prepare;
use std::path::{Path, PathBuf};

use ddgen_ipc::message::DropState;
use rusqlite::{Connection, OptionalExtension, params};

use super::arrived::{Committed, Outcome, Renamed};
use super::error::StoreError;
use super::prepare::{Prepared, Work};
use super::values::{SqlId, SqlPath};
use super::{drop_write, find, findings, moves, place, quarantine, rows, verdicts, version_write};
use crate::arrival::{DropId, Origin};

impl Store {
    /// Makes a version of a drop with its profile, or finds that there is none to make. Returns
    /// once it is on disk. The same drop again changes nothing and answers the same.
    ///
    /// # Errors
    /// Nothing was stored; where [`StoreError::passes`], the same call may succeed later.
    pub async fn commit(&self, arrived: Arrived) -> Result<Committed, StoreError> {
        let work = blocking(move || prepare::prepare(arrived)).await?;
        self.writer.write(move |db| commit(db, &work)).await
    }
}

/// What one table of the file led to.
struct Taught {
    dictionary: i64,
    /// Number of the version that was made, replaced or found.
    number: u32,
    outcome: Outcome,
    renamed: Option<Renamed>,
}

/// A version of the dictionary as far as the rules look at it.
#[derive(Clone, Copy)]
struct Current {
    id: i64,
    number: u32,
    drop_seq: i64,
    provisional_until: Option<i64>,
}

pub(super) fn commit(db: &Connection, work: &Work) -> Result<Committed, StoreError> {
    let mut known = drop_write::find(db, work.drop)?;
    // Who names a file again means it: only what a watch brings is taken for one arrival.
    if known.is_none() && work.origin == Origin::Watched {
        let twin = drop_write::done_before(db, work)?;
        known = twin.map(|seq| (seq, DropState::Done));
    }
    if let Some((seq, DropState::Done | DropState::Duplicate)) = known
        && has_dictionary(db, seq)?
    {
        return already(db, seq);
    }
    let mut placed = Vec::with_capacity(work.tables.len());
    for table in &work.tables {
        placed.push(place::dictionary(db, work, table)?);
    }
    let let_in = match known {
        Some((_, DropState::Done | DropState::Duplicate)) => None,
        _ => quarantine::let_in(db, work)?,
    };
    if let (Some((tried, _)), Some((held, _))) = (known, let_in)
        && tried != held
    {
        quarantine::close_try(db, tried, work.drop)?;
        known = None;
    }
    let revised = match known {
        // It has a row of its own, which keeps its place.
        Some(_) => None,
        None if let_in.is_some() => let_in,
        None => match revisable(db, work, placed[0].id)? {
            Some(revised) => Some(revised),
            None => drop_write::tried_before(db, &work.sighting)?,
        },
    };
    let seq = drop_write::open(db, work, known.map(|(seq, _)| seq), revised)?;
    drop_write::supersede_parked(db, &work.sighting, work.drop)?;
    let mut taught = Vec::with_capacity(placed.len());
    for (table, place) in work.tables.iter().zip(placed) {
        taught.push(teach(db, work, table, place, seq)?);
    }
    drop_write::settle(db, work, seq, &summary(work, &taught))?;
    // What a person said meanwhile is taken out of the drop's own words, too.
    for (table, taught) in work.tables.iter().zip(&taught) {
        if matches!(taught.outcome, Outcome::Version | Outcome::Replaced) {
            let (version, _) = find::version(db, "", taught.dictionary, Some(taught.number))?;
            verdicts::settle_version(db, taught.dictionary, version, table)?;
        }
    }
    match let_in {
        Some(_) => quarantine::send_on(db, work, seq)?,
        None => moves::after_commit(db, work, seq)?,
    }
    answer(db, seq, taught, revised.map(|(_, id)| id))
}

/// What the row of the drop says about it.
fn summary(work: &Work, taught: &[Taught]) -> drop_write::Settled {
    let fresh = taught
        .iter()
        .any(|taught| matches!(taught.outcome, Outcome::Version | Outcome::Replaced));
    let first = &taught[0];
    drop_write::Settled {
        state: if fresh {
            DropState::Done
        } else {
            DropState::Duplicate
        },
        dictionary: first.dictionary,
        version: first.number,
        reason: if fresh {
            breach(work)
        } else {
            Some(match first.outcome {
                Outcome::CurrentAgain => {
                    format!(
                        "same content as version {}, which is current again",
                        first.number
                    )
                }
                _ => format!("same content as version {}", first.number),
            })
        },
        folding: work.folding.clone(),
    }
}

/// What a person reads first of a drop that is not what its contract says.
fn breach(work: &Work) -> Option<String> {
    let mut violations = work.tables.iter().flat_map(|table| &table.violations);
    let first = violations.next()?;
    let more = violations.count();
    let field = first
        .field
        .as_deref()
        .map(|field| format!("`{field}`: "))
        .unwrap_or_default();
    let said = format!("breaks its contract: {field}{}", first.sentence());
    Some(match more {
        0 => said,
        more => format!("{said}; and {more} more"),
    })
}

fn answer(
    db: &Connection,
    seq: i64,
    taught: Vec<Taught>,
    revised: Option<DropId>,
) -> Result<Committed, StoreError> {
    let mut rows = Vec::with_capacity(taught.len());
    let mut judged = Vec::new();
    for taught in &taught {
        let row = rows::dictionary_by_id(db, taught.dictionary)?;
        if matches!(taught.outcome, Outcome::Version | Outcome::Replaced) {
            let (current, _) =
                find::version(db, &row.name, taught.dictionary, Some(taught.number))?;
            let found = findings::rows(db, current)?;
            if !found.is_empty() {
                judged.push((row.name.clone(), taught.number, found));
            }
        }
        rows.push(row);
    }
    let drop = rows::drop_by_seq(db, seq)?
        .ok_or_else(|| StoreError::Internal(format!("drop {seq} vanished")))?;
    Ok(Committed {
        drop,
        dictionary: rows.remove(0),
        outcome: taught[0].outcome,
        others: rows,
        renamed: taught
            .into_iter()
            .filter_map(|taught| taught.renamed)
            .collect(),
        revised,
        judged,
    })
}

/// Its dictionary may have been erased since.
fn has_dictionary(db: &Connection, seq: i64) -> Result<bool, StoreError> {
    let mut dictionary =
        db.prepare_cached("SELECT dictionary IS NOT NULL FROM drops WHERE seq = ?1")?;
    Ok(dictionary.query_row([seq], |row| row.get(0))?)
}

fn already(db: &Connection, seq: i64) -> Result<Committed, StoreError> {
    let dictionary: i64 = db
        .prepare_cached("SELECT dictionary FROM drops WHERE seq = ?1")?
        .query_row([seq], |row| row.get(0))?;
    let taught = Taught {
        dictionary,
        number: 0,
        outcome: Outcome::Already,
        renamed: None,
    };
    answer(db, seq, vec![taught], None)
}

/// One table against its dictionary.
fn teach(
    db: &Connection,
    work: &Work,
    table: &Prepared,
    place: place::Placed,
    seq: i64,
) -> Result<Taught, StoreError> {
    let dictionary = place.id;
    let (number, outcome) = match same_content(db, dictionary, &work.source.blake3)? {
        Some((id, number)) => (number, repeat(db, work, dictionary, id)?),
        None => match replaceable(db, work, dictionary)? {
            Some(current) => {
                version_write::replace(
                    db,
                    work,
                    table,
                    dictionary,
                    current.id,
                    current.number,
                    seq,
                )?;
                if current.drop_seq != seq {
                    drop_write::mark_replaced(db, current.drop_seq, work.drop)?;
                }
                (current.number, Outcome::Replaced)
            }
            None => {
                let number = version_write::append(db, work, table, dictionary, seq)?;
                (number, Outcome::Version)
            }
        },
    };
    db.prepare_cached("UPDATE dictionaries SET newest_drop = ?2, deleted_at = NULL WHERE id = ?1")?
        .execute(params![dictionary, seq])?;
    Ok(Taught {
        dictionary,
        number,
        outcome,
        renamed: place.renamed,
    })
}

fn same_content(
    db: &Connection,
    dictionary: i64,
    blake3: &str,
) -> Result<Option<(i64, u32)>, StoreError> {
    Ok(db
        .prepare_cached("SELECT id, number FROM versions WHERE dictionary = ?1 AND blake3 = ?2")?
        .query_row(params![dictionary, blake3], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?)
}

/// Content that the dictionary has: current again if it came by the path of the newest drop.
fn repeat(
    db: &Connection,
    work: &Work,
    dictionary: i64,
    version: i64,
) -> Result<Outcome, StoreError> {
    let (current, newest): (i64, Option<i64>) = db
        .prepare_cached("SELECT current, newest_drop FROM dictionaries WHERE id = ?1")?
        .query_row([dictionary], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let by_newest_path = match newest {
        Some(seq) => same_file(db, work, seq)?,
        None => false,
    };
    if current == version || !by_newest_path {
        return Ok(Outcome::Duplicate);
    }
    db.prepare_cached("UPDATE dictionaries SET current = ?2, updated_at = ?3 WHERE id = ?1")?
        .execute(params![dictionary, version, work.finished_at.0])?;
    Ok(Outcome::CurrentAgain)
}

fn current(db: &Connection, dictionary: i64) -> Result<Option<Current>, StoreError> {
    Ok(db
        .prepare_cached(
            "SELECT v.id, v.number, v.drop_seq, v.provisional_until FROM dictionaries d \
             JOIN versions v ON v.id = d.current WHERE d.id = ?1",
        )?
        .query_row([dictionary], |row| {
            Ok(Current {
                id: row.get(0)?,
                number: row.get(1)?,
                drop_seq: row.get(2)?,
                provisional_until: row.get(3)?,
            })
        })
        .optional()?)
}

/// The current version, where it came from this very file and was provisional when this was seen.
fn replaceable(
    db: &Connection,
    work: &Work,
    dictionary: i64,
) -> Result<Option<Current>, StoreError> {
    let Some(current) = current(db, dictionary)? else {
        return Ok(None);
    };
    let provisional = current
        .provisional_until
        .is_some_and(|until| until > work.seen_at.0);
    Ok((provisional && same_file(db, work, current.drop_seq)?).then_some(current))
}

/// The drop whose version this content replaces: both are one arrival, with one row.
fn revisable(
    db: &Connection,
    work: &Work,
    dictionary: i64,
) -> Result<Option<(i64, DropId)>, StoreError> {
    if same_content(db, dictionary, &work.source.blake3)?.is_some() {
        return Ok(None);
    }
    let Some(current) = replaceable(db, work, dictionary)? else {
        return Ok(None);
    };
    let SqlId(id) = db
        .prepare_cached("SELECT id FROM drops WHERE seq = ?1")?
        .query_row([current.drop_seq], |row| row.get(0))?;
    Ok(Some((current.drop_seq, id)))
}

/// Whether a drop came by the watch and path of this one. A drop that is being committed has its
/// row already, so that its own number is never handed in here before it settles.
fn same_file(db: &Connection, work: &Work, seq: i64) -> Result<bool, StoreError> {
    let found: Option<(String, SqlPath<PathBuf>)> = db
        .prepare_cached("SELECT watch, path FROM drops WHERE seq = ?1")?
        .query_row([seq], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(found.is_some_and(|(watch, SqlPath(path))| {
        watch == work.sighting.watch && path.as_path() == Path::new(&work.sighting.path)
    }))
}
