//! The ring of readings that the client's charts draw: one a minute, of the last day.
//!
//! Working memory: losing it loses nothing. It is held in memory and kept in a file of its own so
//! that a restart leaves no gap; a file that cannot be used is begun anew.

use std::collections::VecDeque;
use std::fs::File;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::Reading;
use redb::{Database, Durability, ReadableDatabase, ReadableTable, TableDefinition};

/// Of one a minute: a day.
const MOST: usize = 24 * 60;
/// Every so many readings what was kept reaches the disk: between two of them a crash takes the
/// charts a quarter of an hour back, and an idle daemon leaves the disk asleep.
const DURABLE: usize = 15;
/// Fifteen hundred rows take less.
const CACHE_BYTES: usize = 256 << 10;

/// Milliseconds of the reading, then its numbers in the order of [`Reading`].
type Row = (u64, u64, u64, u64, Option<u16>, u64);
const TABLE: TableDefinition<'_, i64, Row> = TableDefinition::new("readings");

/// The ring, with its file as long as that can be used.
#[derive(Debug)]
pub struct Readings {
    held: Mutex<Held>,
}

#[derive(Debug)]
struct Held {
    path: PathBuf,
    file: Option<Database>,
    /// Oldest first.
    ring: VecDeque<Reading>,
    since_durable: usize,
}

impl Readings {
    /// Reads what the file in this data directory holds.
    #[must_use]
    pub fn open(dir: &Path) -> Self {
        let path = dir.join("readings.redb");
        let opened = open(&path).or_else(|error| {
            tracing::warn!(file = %path.display(), %error, "the readings of the last day are lost: they begin anew");
            std::fs::remove_file(&path)?;
            open(&path)
        });
        let (file, ring) = match opened {
            Ok((file, ring)) => (Some(file), ring),
            Err(error) => {
                tracing::warn!(file = %path.display(), %error, "readings are not kept beyond a restart");
                (None, VecDeque::new())
            }
        };
        Self {
            held: Mutex::new(Held {
                path,
                file,
                ring,
                since_durable: 0,
            }),
        }
    }

    /// Adds one; the oldest goes when the ring is full. Waits for the disk once in a while.
    pub fn add(&self, reading: Reading) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.ring.push_back(reading);
        while held.ring.len() > MOST {
            held.ring.pop_front();
        }
        held.since_durable += 1;
        let durably = held.since_durable >= DURABLE;
        if durably {
            held.since_durable = 0;
        }
        let oldest = held.ring.front().map_or(i64::MIN, |first| first.at.0);
        if let Some(file) = &held.file
            && let Err(error) = keep(file, &reading, oldest, durably)
        {
            tracing::warn!(file = %held.path.display(), %error, "readings are not kept beyond a restart");
            held.file = None;
        }
    }

    /// All of them, oldest first.
    #[must_use]
    pub fn all(&self) -> Vec<Reading> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.ring.iter().copied().collect()
    }
}

fn open(path: &Path) -> Result<(Database, VecDeque<Reading>), redb::Error> {
    // For this account alone, as all of the data directory.
    File::options()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)?;
    let file = Database::builder()
        .set_cache_size(CACHE_BYTES)
        .create(path)?;
    let change = file.begin_write()?;
    change.open_table(TABLE)?;
    change.commit()?;
    let mut ring = VecDeque::new();
    for row in file.begin_read()?.open_table(TABLE)?.iter()? {
        let (at, row) = row?;
        let (elapsed_ms, cpu_ms, drops, memory, disk_permille, queued) = row.value();
        ring.push_back(Reading {
            at: Timestamp(at.value()),
            elapsed_ms,
            cpu_ms,
            drops,
            memory,
            disk_permille,
            queued,
        });
    }
    Ok((file, ring))
}

fn keep(file: &Database, reading: &Reading, oldest: i64, durably: bool) -> Result<(), redb::Error> {
    let mut change = file.begin_write()?;
    if !durably {
        change.set_durability(Durability::None)?;
    }
    let mut table = change.open_table(TABLE)?;
    let row = (
        reading.elapsed_ms,
        reading.cpu_ms,
        reading.drops,
        reading.memory,
        reading.disk_permille,
        reading.queued,
    );
    table.insert(reading.at.0, row)?;
    table.retain_in(..oldest, |_, _| false)?;
    drop(table);
    change.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(minute: i64) -> Reading {
        Reading {
            at: Timestamp(minute * 60_000),
            elapsed_ms: 60_000,
            cpu_ms: minute.unsigned_abs() * 3,
            drops: 7,
            memory: 1 << 33,
            disk_permille: (minute % 2 == 0).then_some(815),
            queued: 2,
        }
    }

    #[test]
    fn a_day_is_kept_across_a_restart_and_no_more() {
        let dir = tempfile::tempdir().unwrap();
        let readings = Readings::open(dir.path());
        let minutes = 0..(MOST as i64 + 30);
        minutes.clone().for_each(|n| readings.add(reading(n)));
        let wanted: Vec<Reading> = minutes.skip(30).map(reading).collect();
        assert_eq!(readings.all(), wanted);
        drop(readings);
        let mut again = Readings::open(dir.path()).all();
        assert_eq!(again, wanted);
        again.clear();
    }

    #[test]
    fn a_file_that_is_none_is_begun_anew() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("readings.redb"), b"no database at all").unwrap();
        let readings = Readings::open(dir.path());
        assert_eq!(readings.all(), []);
        readings.add(reading(1));
        drop(readings);
        assert_eq!(Readings::open(dir.path()).all(), [reading(1)]);
    }

    #[test]
    fn without_a_place_there_are_readings_all_the_same() {
        let readings = Readings::open(Path::new("/nowhere/at/all"));
        readings.add(reading(1));
        assert_eq!(readings.all(), [reading(1)]);
    }
}
