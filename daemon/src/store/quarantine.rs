//! Drops that break their contract in a watch that wants such files aside, and what people decide of
//! them.

use std::path::{Path, PathBuf};

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{BreachRow, DropRow, DropState, QuarantineRow, QuarantineState};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::arrived::Unprofiled;
use super::error::StoreError;
use super::moves::{self, Errand, Move};
use super::prepare::Work;
use super::values::{SqlId, SqlPath, count};
use super::{Store, drop_write, place, verdicts};
use crate::arrival::{After, DropId, Origin, Sighting};
use crate::dataset::Folding;

/// A drop that is to be set aside.
#[derive(Debug, Clone)]
pub struct Breach {
    pub drop: DropId,
    pub sighting: Sighting,
    pub folding: Folding,
    /// Of each table its name (empty where there is one) and the paths of its fields.
    pub tables: Vec<(String, Vec<String>)>,
    pub blake3: String,
    pub tries: u32,
    pub arrived_at: Timestamp,
    pub finished_at: Timestamp,
    /// In words: what is wrong, first of all.
    pub reason: String,
    /// Whose contract it breaks, in words.
    pub contract: String,
    pub breaches: Vec<BreachRow>,
    pub more_breaches: u32,
}

/// What is to become of a drop that breaks its contract.
#[derive(Debug, Clone, PartialEq)]
pub enum Aside {
    /// It is set aside; its file is to be moved.
    Yes(Box<DropRow>),
    /// Its content is a version already.
    No,
}

/// What a person wants done with a file in quarantine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A version, and back to where it was.
    Release,
    /// A version.
    Accept,
}

impl Verdict {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Accept => "accept",
        }
    }
}

impl Store {
    /// Whether a file with this content would be one that its dictionary has already.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn is_version(
        &self,
        watch: &str,
        folding: &Folding,
        tables: Vec<(String, Vec<String>)>,
        blake3: &str,
    ) -> Result<bool, StoreError> {
        let (watch, folding, blake3) = (watch.to_owned(), folding.clone(), blake3.to_owned());
        self.readers
            .read(move |db| is_version(db, &watch, &folding, &tables, &blake3))
            .await
    }

    /// Notes that a drop is set aside; the same again changes nothing. What is a version already is
    /// not.
    ///
    /// # Errors
    /// When nothing could be stored.
    pub async fn set_aside(&self, breach: Breach) -> Result<Aside, StoreError> {
        self.writer.write(move |db| set_aside(db, &breach)).await
    }

    /// Files that lie in quarantine or are on their way in or out, the newest first.
    ///
    /// # Errors
    /// When the store cannot be read; so with the next.
    pub async fn quarantined(&self) -> Result<Vec<QuarantineRow>, StoreError> {
        self.readers
            .read(|db| {
                let mut found = db.prepare_cached(&format!("{ROW} ORDER BY m.drop_seq DESC"))?;
                let found = found.query_map([], of_row)?;
                Ok(found.collect::<Result<_, _>>()?)
            })
            .await
    }

    /// One of them, by its number.
    ///
    /// # Errors
    /// As [`Store::quarantined`].
    pub async fn in_quarantine(&self, seq: i64) -> Result<Option<QuarantineRow>, StoreError> {
        self.readers
            .read(move |db| {
                let mut found = db.prepare_cached(&format!("{ROW} AND m.drop_seq = ?1"))?;
                Ok(found.query_row([seq], of_row).optional()?)
            })
            .await
    }

    /// Notes what a person wants done with a file in quarantine, named by its drop's id or the path
    /// that its producer gave it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Refused`] where somebody decided before.
    pub async fn decide(
        &self,
        named: &str,
        verdict: Verdict,
        by: &str,
    ) -> Result<Move, StoreError> {
        let (named, by) = (named.to_owned(), by.to_owned());
        self.writer
            .write(move |db| decide(db, &named, verdict, &by))
            .await
    }

    /// What was decided came to nothing: the file waits again.
    ///
    /// # Errors
    /// When nothing could be stored.
    pub async fn undecide(&self, seq: i64) -> Result<(), StoreError> {
        self.writer
            .write(move |db| {
                db.prepare_cached(
                    "UPDATE moves SET state = 'held', verdict = NULL, decided_by = NULL, \
                       decided_at = NULL WHERE drop_seq = ?1 AND state = 'deciding'",
                )?
                .execute([seq])?;
                Ok(())
            })
            .await
    }

    /// What lies there and waits for a person.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn held(&self) -> Result<Vec<Move>, StoreError> {
        self.readers.read(|db| moves::in_state(db, "held")).await
    }

    /// What was decided before a daemon ended and did not come to be.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn undone(&self) -> Result<Vec<Move>, StoreError> {
        self.readers
            .read(|db| moves::in_state(db, "deciding"))
            .await
    }

    /// A file was taken out of quarantine by hand: nothing is left to decide. None where somebody
    /// decided meanwhile.
    ///
    /// # Errors
    /// When nothing could be stored.
    pub async fn gone_from_quarantine(&self, seq: i64) -> Result<Option<DropRow>, StoreError> {
        self.writer
            .write(move |db| {
                let forgotten = db
                    .prepare_cached("DELETE FROM moves WHERE drop_seq = ?1 AND state = 'held'")?
                    .execute([seq])?;
                if forgotten == 0 {
                    return Ok(None);
                }
                moves::set_state(db, seq, DropState::Failed)?;
                moves::add_to_reason(db, seq, "somebody took it out of quarantine")?;
                moves::drop_at(db, seq).map(Some)
            })
            .await
    }
}

/// The columns of [`of_row`].
const ROW: &str = "SELECT p.id, p.watch, p.root, p.path, m.lies, p.size, p.arrived_at, \
     coalesce(p.finished_at, p.arrived_at), m.series, m.contract, m.state, m.problem, \
     m.decided_by, m.breaches, m.more_breaches, m.verdict IS NOT NULL \
     FROM moves m JOIN drops p ON p.seq = m.drop_seq \
     WHERE m.breaches IS NOT NULL ";

fn of_row(row: &Row<'_>) -> rusqlite::Result<QuarantineRow> {
    let SqlId(id) = row.get(0)?;
    let SqlPath(root): SqlPath<PathBuf> = row.get(2)?;
    let SqlPath(path): SqlPath<PathBuf> = row.get(3)?;
    let SqlPath(lies): SqlPath<PathBuf> = row.get(4)?;
    let state: String = row.get(10)?;
    let breaches: String = row.get(13)?;
    let full = |path: &Path| root.join(path).to_string_lossy().into_owned();
    Ok(QuarantineRow {
        id: id.to_string(),
        watch: row.get(1)?,
        path: full(&path),
        lies: full(&lies),
        size: count(row.get(5)?),
        arrived_at: Timestamp(row.get(6)?),
        quarantined_at: Timestamp(row.get(7)?),
        dictionary: row.get(8)?,
        contract: row.get(9)?,
        state: match (state.as_str(), row.get(15)?) {
            ("held", _) => QuarantineState::Held,
            ("deciding", _) => QuarantineState::Deciding,
            (_, true) => QuarantineState::Returning,
            (_, false) => QuarantineState::Moving,
        },
        problem: row.get(11)?,
        decided_by: row.get(12)?,
        breaches: serde_json::from_str(&breaches).unwrap_or_default(),
        more_breaches: row.get(14)?,
    })
}

fn is_version(
    db: &Connection,
    watch: &str,
    folding: &Folding,
    tables: &[(String, Vec<String>)],
    blake3: &str,
) -> Result<bool, StoreError> {
    let mut version =
        db.prepare_cached("SELECT 1 FROM versions WHERE dictionary = ?1 AND blake3 = ?2")?;
    for (table, paths) in tables {
        let (Some(dictionary), _) = place::find(db, watch, folding, table, paths)? else {
            continue;
        };
        if version.exists(params![dictionary, blake3])? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn set_aside(db: &Connection, breach: &Breach) -> Result<Aside, StoreError> {
    let (watch, folding) = (&breach.sighting.watch, &breach.folding);
    if is_version(db, watch, folding, &breach.tables, &breach.blake3)? {
        return Ok(Aside::No);
    }
    let seq = drop_write::record(
        db,
        &Unprofiled {
            drop: breach.drop,
            sighting: breach.sighting.clone(),
            origin: Origin::Watched,
            state: DropState::Quarantined,
            reason: Some(breach.reason.clone()),
            tries: breach.tries,
            arrived_at: breach.arrived_at,
            finished_at: Some(breach.finished_at),
        },
    )?;
    let row = moves::drop_at(db, seq)?;
    // It was committed before, under this id or another.
    if row.state != DropState::Quarantined {
        return Ok(Aside::No);
    }
    let breaches = as_text(&told(db, breach)?)?;
    let series = series(db, breach)?;
    db.prepare_cached("UPDATE drops SET blake3 = ?2 WHERE seq = ?1")?
        .execute(params![seq, breach.blake3])?;
    db.prepare_cached(
        "INSERT OR REPLACE INTO moves (drop_seq, errand, state, due_at, lies, series, contract, \
           breaches, more_breaches) VALUES (?1, 'quarantine', 'due', ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        seq,
        breach.finished_at.0,
        SqlPath(&breach.sighting.path),
        series,
        breach.contract,
        breaches,
        breach.more_breaches,
    ])?;
    Ok(Aside::Yes(Box::new(row)))
}

/// What is told of where it breaks its contract. A person may have said that a field is personal data
/// while the file was read.
fn told(db: &Connection, breach: &Breach) -> Result<Vec<BreachRow>, StoreError> {
    let (watch, folding) = (&breach.sighting.watch, &breach.folding);
    let mut told = breach.breaches.clone();
    for (table, paths) in &breach.tables {
        let (Some(dictionary), _) = place::find(db, watch, folding, table, paths)? else {
            continue;
        };
        let personal = verdicts::personal(db, dictionary)?;
        for breach in &mut told {
            if breach.field.as_ref().is_some_and(|f| personal.contains(f)) {
                breach.example = None;
            }
        }
    }
    Ok(told)
}

/// What the dictionary is called that the file would have been a version of.
fn series(db: &Connection, breach: &Breach) -> Result<String, StoreError> {
    let (watch, folding) = (&breach.sighting.watch, &breach.folding);
    let Some((table, paths)) = breach.tables.first() else {
        return Ok(folding.stem.clone());
    };
    match place::find(db, watch, folding, table, paths)? {
        (Some(id), _) => {
            let mut name = db.prepare_cached("SELECT name FROM dictionaries WHERE id = ?1")?;
            Ok(name.query_row([id], |row| row.get(0))?)
        }
        (None, stem) => Ok(stem),
    }
}

fn decide(db: &Connection, named: &str, verdict: Verdict, by: &str) -> Result<Move, StoreError> {
    let not_found = || StoreError::NotFound {
        what: "file in quarantine".into(),
        name: named.to_owned(),
        nearest: Vec::new(),
    };
    let seq = find(db, named)?.ok_or_else(not_found)?;
    let state: String = db
        .prepare_cached("SELECT state FROM moves WHERE drop_seq = ?1")?
        .query_row([seq], |row| row.get(0))?;
    match state.as_str() {
        "held" => {}
        "due" => {
            return Err(StoreError::Refused(format!(
                "the file of drop {named} is on its way: `ddgend quarantine` shows when it is there"
            )));
        }
        _ => {
            return Err(StoreError::Refused(format!(
                "somebody decided about drop {named} before: its version is being made"
            )));
        }
    }
    db.prepare_cached(
        "UPDATE moves SET state = 'deciding', verdict = ?2, decided_by = ?3, decided_at = ?4 \
         WHERE drop_seq = ?1",
    )?
    .execute(params![seq, verdict.as_str(), by, Timestamp::now().0])?;
    let mut row = db.prepare_cached(&format!("{} WHERE m.drop_seq = ?1", moves::MOVE))?;
    Ok(row.query_row([seq], moves::of_row)?)
}

/// The newest that is named so.
fn find(db: &Connection, named: &str) -> Result<Option<i64>, StoreError> {
    if let (32, Ok(id)) = (named.len(), named.parse::<DropId>()) {
        let seq = drop_write::find(db, id)?.map(|(seq, _)| seq);
        let mut here = db.prepare_cached(&format!("{OPEN} AND m.drop_seq = ?1"))?;
        return match seq {
            Some(seq) if here.exists([seq])? => Ok(Some(seq)),
            _ => Ok(None),
        };
    }
    let mut open = db.prepare_cached(&format!("{OPEN} ORDER BY m.drop_seq DESC"))?;
    let mut open = open.query([])?;
    while let Some(row) = open.next()? {
        let SqlPath(root): SqlPath<PathBuf> = row.get(1)?;
        let SqlPath(path): SqlPath<PathBuf> = row.get(2)?;
        if root.join(path) == Path::new(named) {
            return Ok(Some(row.get(0)?));
        }
    }
    Ok(None)
}

const OPEN: &str = "SELECT m.drop_seq, p.root, p.path FROM moves m \
     JOIN drops p ON p.seq = m.drop_seq WHERE m.breaches IS NOT NULL ";

/// The drop whose file in quarantine somebody lets through, or names by its place there: it is that
/// drop, ended in another way.
pub(super) fn let_in(db: &Connection, work: &Work) -> Result<Option<(i64, DropId)>, StoreError> {
    if work.origin != Origin::Ingest {
        return Ok(None);
    }
    let mut held = db.prepare_cached(
        "SELECT m.drop_seq, p.id FROM moves m JOIN drops p ON p.seq = m.drop_seq \
         WHERE m.state IN ('held', 'deciding') AND m.lies = ?1 AND p.watch = ?2 AND p.root = ?3",
    )?;
    let sighting = &work.sighting;
    let held = held.query_row(
        params![
            SqlPath(&sighting.path),
            sighting.watch,
            SqlPath(&sighting.root)
        ],
        |row| {
            let SqlId(id) = row.get(1)?;
            Ok((row.get(0)?, id))
        },
    );
    Ok(held.optional()?)
}

/// Somebody let a file in quarantine through once before, and that try ended in a row of its own. The
/// file's drop goes on under the id of the try, which gets another one that nobody asks for.
pub(super) fn close_try(db: &Connection, tried: i64, id: DropId) -> Result<(), StoreError> {
    db.prepare_cached(
        "UPDATE drops SET id = randomblob(16), state = 'failed', \
           reason = coalesce(reason || '; ', '') || 'tried again since, as drop ' || ?2 \
         WHERE seq = ?1",
    )?
    .execute(params![tried, id.to_string()])?;
    Ok(())
}

/// Takes values of a field out of what is told of files in quarantine: it is personal data. A series
/// may go by another name by now, or into another dictionary, and a file may have several tables: it
/// is done for every file of the watches that lead here. Too little is told rather than too much.
pub(super) fn withhold(db: &Connection, dictionary: i64, path: &str) -> Result<(), StoreError> {
    let mut held = db.prepare_cached(
        "SELECT m.drop_seq, m.breaches FROM moves m JOIN drops p ON p.seq = m.drop_seq \
         WHERE m.breaches IS NOT NULL AND p.watch IN (SELECT watch FROM dictionaries WHERE id = ?1 \
           UNION SELECT watch FROM routes WHERE dictionary = ?1)",
    )?;
    let held = held.query_map([dictionary], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let held: Vec<(i64, String)> = held.collect::<Result<_, _>>()?;
    let mut tell = db.prepare_cached("UPDATE moves SET breaches = ?2 WHERE drop_seq = ?1")?;
    // Reasons of older drops have examples.
    let mut reason = db.prepare_cached(
        "UPDATE drops SET reason = ?3 WHERE seq = ?1 AND reason LIKE 'breaks its contract:%' \
           AND instr(reason, '`' || ?2 || '`') > 0",
    )?;
    let bare = format!("breaks its contract: `{path}`, whose values are personal data");
    for (seq, text) in held {
        let mut breaches: Vec<BreachRow> = serde_json::from_str(&text).unwrap_or_default();
        let mine = breaches.iter_mut();
        let mine = mine.filter(|breach| breach.field.as_deref() == Some(path));
        let told: Vec<String> = mine.filter_map(|breach| breach.example.take()).collect();
        if told.is_empty() {
            continue;
        }
        tell.execute(params![seq, as_text(&breaches)?])?;
        for example in told {
            reason.execute(params![seq, example, bare])?;
        }
    }
    Ok(())
}

fn as_text(breaches: &[BreachRow]) -> Result<String, StoreError> {
    serde_json::to_string(breaches)
        .map_err(|error| StoreError::Internal(format!("a breach cannot be written: {error}")))
}

/// What becomes of the file now that it is a version.
pub(super) fn send_on(db: &Connection, work: &Work, seq: i64) -> Result<(), StoreError> {
    let (verdict, by): (Option<String>, Option<String>) = db
        .prepare_cached("SELECT verdict, decided_by FROM moves WHERE drop_seq = ?1")?
        .query_row([seq], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let released = verdict.as_deref() == Some(Verdict::Release.as_str());
    let errand = match work.after {
        _ if released => Some(Errand::Return),
        After::Keep => None,
        After::Done => Some(Errand::Done),
        After::Delete => Some(Errand::Delete),
    };
    moves::send(db, seq, errand, work.finished_at)?;
    let word = if released { "released" } else { "accepted" };
    let by = by.map(|by| format!(" by {by}")).unwrap_or_default();
    moves::add_to_reason(db, seq, &format!("{word} from quarantine{by}"))
}
