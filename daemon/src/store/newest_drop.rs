//! The newest drop of a path, and whether what lies there now is it.
//!
//! Only the newest counts: where a file was replaced and the old one moved back, the old one is news
//! again, though a drop of exactly it is there.

use ddgen_ipc::message::DropState;
use rusqlite::{Connection, OptionalExtension, params};

use super::error::StoreError;
use super::rows;
use super::values::{SqlId, SqlPath, bits, int};
use crate::arrival::{DropId, Sighting};

pub(super) struct NewestDrop {
    pub(super) seq: i64,
    pub(super) id: DropId,
    pub(super) state: DropState,
    pub(super) blake3: Option<String>,
    size: i64,
    mtime_ns: i64,
    inode: i64,
}

/// Whether a drop that failed can be the newest.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Failed {
    Too,
    Skipped,
}

pub(super) fn of_path(
    db: &Connection,
    sighting: &Sighting,
    failed: Failed,
) -> Result<Option<NewestDrop>, StoreError> {
    // The index ends in the row's own number, so that the newest is the first entry met.
    let mut newest = db.prepare_cached(
        "SELECT seq, id, state, blake3, size, mtime_ns, inode FROM drops \
         WHERE path = ?1 AND watch = ?2 AND (?3 OR state <> 'failed') ORDER BY seq DESC LIMIT 1",
    )?;
    let found = newest.query_row(
        params![
            SqlPath(&sighting.path),
            sighting.watch,
            failed == Failed::Too
        ],
        |row| {
            let SqlId(id) = row.get(1)?;
            Ok(NewestDrop {
                seq: row.get(0)?,
                id,
                state: rows::state(row, 2)?,
                blake3: row.get(3)?,
                size: row.get(4)?,
                mtime_ns: row.get(5)?,
                inode: row.get(6)?,
            })
        },
    );
    Ok(found.optional()?)
}

impl NewestDrop {
    /// Exactly this file, as far as can be told without reading it.
    pub(super) fn is_of(&self, sighting: &Sighting) -> bool {
        self.size == int(sighting.size)
            && self.mtime_ns == sighting.mtime_ns
            && self.inode == bits(sighting.inode)
    }

    pub(super) fn is_done(&self) -> bool {
        matches!(self.state, DropState::Done | DropState::Duplicate)
    }
}
