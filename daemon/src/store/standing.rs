//! What is so of dictionaries and watches at a moment, for whoever raises alerts.

use std::time::Duration;

use ddgen_ipc::Timestamp;
use rusqlite::Connection;

use super::Store;
use super::error::StoreError;
use super::values::count;

/// A dictionary whose newest final version breaks its contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenContract {
    pub dictionary: String,
    pub watch: String,
    pub number: u32,
    /// Rules that it breaks.
    pub rules: u32,
    /// It has a contract of its own.
    pub own: bool,
}

/// When something came of a dictionary last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    pub dictionary: String,
    pub watch: String,
    pub stem: String,
    pub at: Timestamp,
    /// It has a contract of its own.
    pub own: bool,
    /// How long nothing may come, as that says.
    pub freshness: Option<Duration>,
}

impl Store {
    /// Dictionaries whose newest version that nothing can replace any more breaks its contract.
    ///
    /// # Errors
    /// When the store cannot be read; so with those below.
    pub async fn broken_contracts(
        &self,
        now: Timestamp,
    ) -> Result<Vec<BrokenContract>, StoreError> {
        self.readers.read(move |db| broken(db, now)).await
    }

    /// How many files of each watch lie in quarantine and wait for a person.
    ///
    /// # Errors
    /// As [`Store::broken_contracts`].
    pub async fn held_by_watch(&self) -> Result<Vec<(String, u64)>, StoreError> {
        self.readers
            .read(|db| {
                let mut held = db.prepare_cached(
                    "SELECT p.watch, count(*) FROM moves m JOIN drops p ON p.seq = m.drop_seq \
                     WHERE m.state = 'held' GROUP BY p.watch ORDER BY p.watch",
                )?;
                let held = held.query_map([], |row| Ok((row.get(0)?, count(row.get(1)?))))?;
                Ok(held.collect::<Result<_, _>>()?)
            })
            .await
    }

    /// How many files of each watch are to be moved or removed and could not be, and why one of them.
    ///
    /// # Errors
    /// As [`Store::broken_contracts`].
    pub async fn stuck_by_watch(&self) -> Result<Vec<(String, u64, String)>, StoreError> {
        self.readers
            .read(|db| {
                let mut stuck = db.prepare_cached(
                    "SELECT p.watch, count(*), max(m.problem) FROM moves m \
                     JOIN drops p ON p.seq = m.drop_seq \
                     WHERE m.problem IS NOT NULL GROUP BY p.watch ORDER BY p.watch",
                )?;
                let stuck = stuck
                    .query_map([], |row| Ok((row.get(0)?, count(row.get(1)?), row.get(2)?)))?;
                Ok(stuck.collect::<Result<_, _>>()?)
            })
            .await
    }

    /// When something came last, of every dictionary. The same content again is something.
    ///
    /// # Errors
    /// As [`Store::broken_contracts`].
    pub async fn deliveries(&self) -> Result<Vec<Delivered>, StoreError> {
        self.readers.read(deliveries).await
    }
}

fn broken(db: &Connection, now: Timestamp) -> Result<Vec<BrokenContract>, StoreError> {
    let mut broken = db.prepare_cached(
        "SELECT d.name, v.number, count(*), d.watch, EXISTS (SELECT 1 FROM contracts c \
           WHERE c.dictionary = d.id AND c.replaced = 0 AND c.text <> '') FROM findings n JOIN versions v ON v.id = n.version \
         JOIN dictionaries d ON d.id = v.dictionary \
         WHERE n.source = 'contract' AND d.deleted_at IS NULL AND v.number = \
           (SELECT max(w.number) FROM versions w WHERE w.dictionary = d.id \
            AND (w.provisional_until IS NULL OR w.provisional_until <= ?1)) \
         GROUP BY v.id ORDER BY d.name",
    )?;
    let broken = broken.query_map([now.0], |row| {
        Ok(BrokenContract {
            dictionary: row.get(0)?,
            number: row.get(1)?,
            rules: row.get(2)?,
            watch: row.get(3)?,
            own: row.get(4)?,
        })
    })?;
    Ok(broken.collect::<Result<_, _>>()?)
}

fn deliveries(db: &Connection) -> Result<Vec<Delivered>, StoreError> {
    let mut delivered = db.prepare_cached(
        "SELECT d.name, d.watch, d.stem, p.arrived_at, c.id IS NOT NULL, c.freshness_ms \
         FROM dictionaries d JOIN drops p ON p.seq = d.newest_drop \
         LEFT JOIN contracts c ON c.dictionary = d.id AND c.replaced = 0 AND c.text <> '' \
         WHERE d.deleted_at IS NULL ORDER BY d.name",
    )?;
    let delivered = delivered.query_map([], |row| {
        let freshness: Option<i64> = row.get(5)?;
        Ok(Delivered {
            dictionary: row.get(0)?,
            watch: row.get(1)?,
            stem: row.get(2)?,
            at: Timestamp(row.get(3)?),
            own: row.get(4)?,
            freshness: freshness.map(|ms| Duration::from_millis(count(ms))),
        })
    })?;
    Ok(delivered.collect::<Result<_, _>>()?)
}
