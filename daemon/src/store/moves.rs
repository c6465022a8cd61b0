//! Files that are moved or removed because their watch says so: one row a drop from the decision on
//! until nothing is left to do or to decide, so that a file is found wherever a crash left it. What
//! became of it stands in the drop's reason.

use std::path::PathBuf;

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{DropRow, DropState};
use rusqlite::{Connection, Row, params};

use super::error::StoreError;
use super::prepare::Work;
use super::values::{SqlId, SqlPath, count};
use super::{Store, rows};
use crate::arrival::{After, DropId, Origin};

/// What is done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Errand {
    /// Aside, since it breaks its contract.
    Quarantine,
    /// To the files that are worked off.
    Done,
    Delete,
    /// Out of quarantine, back where its producer had put it.
    Return,
}

impl Errand {
    fn as_str(self) -> &'static str {
        match self {
            Self::Quarantine => "quarantine",
            Self::Done => "done",
            Self::Delete => "delete",
            Self::Return => "return",
        }
    }

    fn of(row: &Row<'_>, column: usize) -> rusqlite::Result<Self> {
        let text: String = row.get(column)?;
        Ok(match text.as_str() {
            "quarantine" => Self::Quarantine,
            "done" => Self::Done,
            "delete" => Self::Delete,
            _ => Self::Return,
        })
    }
}

/// One file that is to be moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    pub seq: i64,
    pub drop: DropId,
    pub errand: Errand,
    pub watch: String,
    pub root: PathBuf,
    /// Where its producer put it, below the root.
    pub path: PathBuf,
    /// Where it lies, below the root.
    pub lies: PathBuf,
    pub size: u64,
    pub mtime_ns: i64,
    pub inode: u64,
    pub blake3: String,
    /// Why the last try failed.
    pub problem: Option<String>,
}

/// The columns of [`of_row`].
pub(super) const MOVE: &str = "SELECT m.drop_seq, p.id, m.errand, p.watch, p.root, p.path, m.lies, \
     p.size, p.mtime_ns, p.inode, coalesce(p.blake3, ''), m.problem \
     FROM moves m JOIN drops p ON p.seq = m.drop_seq ";

pub(super) fn of_row(row: &Row<'_>) -> rusqlite::Result<Move> {
    let SqlId(drop) = row.get(1)?;
    let SqlPath(root) = row.get(4)?;
    let SqlPath(path) = row.get(5)?;
    let SqlPath(lies) = row.get(6)?;
    let inode: i64 = row.get(9)?;
    Ok(Move {
        seq: row.get(0)?,
        drop,
        errand: Errand::of(row, 2)?,
        watch: row.get(3)?,
        root,
        path,
        lies,
        size: count(row.get(7)?),
        mtime_ns: row.get(8)?,
        inode: inode.cast_unsigned(),
        blake3: row.get(10)?,
        problem: row.get(11)?,
    })
}

impl Store {
    /// Files that are to be moved by now, at most so many, and when the next of the others is due.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn moves_due(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<(Vec<Move>, Option<Timestamp>), StoreError> {
        self.readers
            .read(move |db| {
                let mut due = db.prepare_cached(&format!(
                    "{MOVE} WHERE m.state = 'due' AND m.due_at <= ?1 ORDER BY m.due_at LIMIT ?2"
                ))?;
                let due = due.query_map(params![now.0, limit], of_row)?;
                let due = due.collect::<Result<_, _>>()?;
                let next: Option<i64> = db
                    .prepare_cached(
                        "SELECT min(due_at) FROM moves WHERE state = 'due' AND due_at > ?1",
                    )?
                    .query_row([now.0], |row| row.get(0))?;
                Ok((due, next.map(Timestamp)))
            })
            .await
    }

    /// Notes where a file lies now (none: it was removed); answers its drop.
    ///
    /// # Errors
    /// When nothing could be stored.
    pub async fn moved(&self, done: &Move, to: Option<PathBuf>) -> Result<DropRow, StoreError> {
        let done = done.clone();
        self.writer
            .write(move |db| {
                let said = match (done.errand, &to) {
                    (Errand::Quarantine, to) => {
                        db.prepare_cached(
                            "UPDATE moves SET state = 'held', lies = ?2, problem = NULL \
                             WHERE drop_seq = ?1",
                        )?
                        .execute(params![
                            done.seq,
                            SqlPath(to.as_ref().unwrap_or(&done.lies))
                        ])?;
                        return drop_at(db, done.seq);
                    }
                    (Errand::Return, _) => "put back where it was".to_owned(),
                    (_, Some(to)) => format!("moved to {}", done.root.join(to).display()),
                    (_, None) => "removed, as its watch says".to_owned(),
                };
                forget(db, done.seq)?;
                add_to_reason(db, done.seq, &said)?;
                drop_at(db, done.seq)
            })
            .await
    }

    /// Notes why a file was not moved: it is tried again at that time, or never. Answers its drop.
    ///
    /// # Errors
    /// When nothing could be stored.
    pub async fn not_moved(
        &self,
        left: &Move,
        because: &str,
        again: Option<Timestamp>,
    ) -> Result<DropRow, StoreError> {
        let (left, because) = (left.clone(), because.to_owned());
        self.writer
            .write(move |db| {
                if let Some(at) = again {
                    db.prepare_cached(
                        "UPDATE moves SET due_at = ?2, problem = ?3 WHERE drop_seq = ?1",
                    )?
                    .execute(params![left.seq, at.0, because])?;
                    return drop_at(db, left.seq);
                }
                forget(db, left.seq)?;
                if left.errand == Errand::Quarantine {
                    // What lies there now is news: a drop that came to nothing does not hide it.
                    set_state(db, left.seq, DropState::Failed)?;
                }
                add_to_reason(db, left.seq, &because)?;
                drop_at(db, left.seq)
            })
            .await
    }
}

/// What its watch wants done with the file of a drop that was committed just now, once nothing can
/// replace what it taught. Only what a watch brought, and what keeps its contract, is moved.
pub(super) fn after_commit(db: &Connection, work: &Work, seq: i64) -> Result<(), StoreError> {
    let breaks = work.tables.iter().any(|table| !table.violations.is_empty());
    let errand = match work.after {
        _ if breaks || work.origin != Origin::Watched => None,
        After::Keep => None,
        After::Done => Some(Errand::Done),
        After::Delete => Some(Errand::Delete),
    };
    let Some(errand) = errand else {
        // Whatever was meant with another content of this arrival.
        return forget(db, seq);
    };
    let due_at = work.provisional_until.unwrap_or(work.finished_at);
    db.prepare_cached(
        "INSERT OR REPLACE INTO moves (drop_seq, errand, state, due_at, lies) \
         VALUES (?1, ?2, 'due', ?3, ?4)",
    )?
    .execute(params![
        seq,
        errand.as_str(),
        due_at.0,
        SqlPath(&work.sighting.path)
    ])?;
    Ok(())
}

/// Sends a file that lies in quarantine where it belongs; without an errand it stays there.
pub(super) fn send(
    db: &Connection,
    seq: i64,
    errand: Option<Errand>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(errand) = errand else {
        return forget(db, seq);
    };
    db.prepare_cached(
        "UPDATE moves SET state = 'due', errand = ?2, due_at = ?3, problem = NULL \
         WHERE drop_seq = ?1",
    )?
    .execute(params![seq, errand.as_str(), now.0])?;
    Ok(())
}

/// Nothing is left to do or to decide.
pub(super) fn forget(db: &Connection, seq: i64) -> Result<(), StoreError> {
    db.prepare_cached("DELETE FROM moves WHERE drop_seq = ?1")?
        .execute([seq])?;
    Ok(())
}

pub(super) fn in_state(db: &Connection, state: &str) -> Result<Vec<Move>, StoreError> {
    let mut found = db.prepare_cached(&format!("{MOVE} WHERE m.state = ?1"))?;
    let found = found.query_map([state], of_row)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Whether the file of a drop is still to be moved.
pub(super) fn is_due(db: &Connection, seq: i64) -> Result<bool, StoreError> {
    let mut due = db.prepare_cached("SELECT 1 FROM moves WHERE drop_seq = ?1 AND state = 'due'")?;
    Ok(due.exists([seq])?)
}

pub(super) fn add_to_reason(db: &Connection, seq: i64, words: &str) -> Result<(), StoreError> {
    db.prepare_cached(
        "UPDATE drops SET reason = coalesce(reason || '; ', '') || ?2 WHERE seq = ?1",
    )?
    .execute(params![seq, words])?;
    Ok(())
}

pub(super) fn set_state(db: &Connection, seq: i64, state: DropState) -> Result<(), StoreError> {
    db.prepare_cached("UPDATE drops SET state = ?2 WHERE seq = ?1")?
        .execute(params![seq, state.as_str()])?;
    Ok(())
}

pub(super) fn drop_at(db: &Connection, seq: i64) -> Result<DropRow, StoreError> {
    rows::drop_by_seq(db, seq)?.ok_or_else(|| StoreError::Internal(format!("drop {seq} vanished")))
}
