//! Versions as they become final, each met once: for whoever must not speak of what may be replaced.

use super::Store;
use ddgen_ipc::Timestamp;
use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};

use super::error::StoreError;

impl Store {
    /// Versions that have become final since `seen` and break with those before them, and how far
    /// was looked.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn broken_since(
        &self,
        seen: Finals,
        now: Timestamp,
    ) -> Result<(Finals, Vec<Broken>), StoreError> {
        self.readers.read(move |db| since(db, &seen, now)).await
    }
}

/// Versions that are held in mind while they may be replaced. When there are more, the rest is looked
/// at later: the table keeps them.
const WAITING: usize = 5_000;

/// How far was looked. A version keeps its id when its content is replaced, so that none is missed
/// and none is met twice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finals {
    /// The last id that was looked at; none before the first look.
    last: Option<i64>,
    /// Those that were still provisional.
    waiting: Vec<i64>,
    /// When the next of them is final.
    #[serde(skip)]
    pub next: Option<Timestamp>,
}

/// A final version with breaking changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    pub dictionary: String,
    pub number: u32,
    pub changes: u32,
}

pub(super) fn since(
    db: &Connection,
    seen: &Finals,
    now: Timestamp,
) -> Result<(Finals, Vec<Broken>), StoreError> {
    let newest: i64 = db
        .prepare_cached("SELECT coalesce(max(id), 0) FROM versions")?
        .query_row([], |row| row.get(0))?;
    // What was there before anybody looked is no news. Nor is what a restored store lacks.
    let last = seen.last.map_or(newest, |last| last.min(newest));
    let mut ids = seen.waiting.clone();
    let room = WAITING.saturating_sub(ids.len());
    let mut fresh =
        db.prepare_cached("SELECT id FROM versions WHERE id > ?1 ORDER BY id LIMIT ?2")?;
    let fresh = fresh.query_map((last, i64::try_from(room).unwrap_or(i64::MAX)), |row| {
        row.get(0)
    })?;
    let before = ids.len();
    for id in fresh {
        ids.push(id?);
    }
    let mut next = Finals {
        last: Some(ids[before..].last().copied().unwrap_or(last)),
        ..Finals::default()
    };
    let mut broken = Vec::new();
    let mut version = db.prepare_cached(
        "SELECT v.provisional_until, d.name, v.number, \
           (SELECT count(*) FROM changes c WHERE c.version = v.id AND c.severity = 'breaking') \
         FROM versions v JOIN dictionaries d ON d.id = v.dictionary \
         WHERE v.id = ?1 AND d.deleted_at IS NULL",
    )?;
    for id in ids {
        let found = version
            .query_row([id], |row| {
                let until: Option<i64> = row.get(0)?;
                let found = Broken {
                    dictionary: row.get(1)?,
                    number: row.get(2)?,
                    changes: row.get(3)?,
                };
                Ok((until.map(Timestamp), found))
            })
            .optional()?;
        match found {
            Some((Some(until), _)) if until > now => {
                next.waiting.push(id);
                next.next = Some(next.next.map_or(until, |next| next.min(until)));
            }
            Some((_, found)) if found.changes > 0 => broken.push(found),
            _ => {}
        }
    }
    Ok((next, broken))
}
