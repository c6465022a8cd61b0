//! What is done for the store now and then, in steps so small that nobody waits long for one.

use super::Store;
use super::blocking;
use std::path::Path;
use std::time::Duration;

use ddgen_ipc::Timestamp;
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use super::error::StoreError;

impl Store {
    /// Renews statistics of tables that have changed much.
    ///
    /// # Errors
    /// When nothing could be stored; so with the steps below.
    pub async fn optimize(&self) -> Result<(), StoreError> {
        self.writer.write(optimize).await
    }

    /// Renews statistics of one table.
    ///
    /// # Errors
    /// As [`Store::optimize`].
    pub async fn analyze(&self, table: String) -> Result<(), StoreError> {
        self.writer.write(move |db| analyze(db, &table)).await
    }

    /// Pages that hold nothing.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn free_pages(&self) -> Result<FreePages, StoreError> {
        self.readers.read(free_pages).await
    }

    /// Gives a megabyte of free pages back, where there are so many.
    ///
    /// # Errors
    /// As [`Store::optimize`].
    pub async fn vacuum_step(&self) -> Result<(), StoreError> {
        self.writer.write(vacuum_step).await
    }

    /// Copies the log home beside the writer.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub async fn checkpoint(&self) -> Result<Checkpoint, StoreError> {
        let path = self.path.clone();
        blocking(move || checkpoint(&path)).await
    }

    /// Thins a few fields of old versions; answers where to go on, none when nothing is left.
    ///
    /// # Errors
    /// As [`Store::optimize`].
    pub async fn thin_step(
        &self,
        rule: Thinning,
        at: Option<ThinAt>,
    ) -> Result<Option<ThinAt>, StoreError> {
        self.writer
            .write(move |db| thin_step(db, rule, at, Timestamp::now()))
            .await
    }

    /// Versions that are thinned.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn thinned(&self) -> Result<u64, StoreError> {
        self.readers.read(thinned).await
    }
}

/// Pages given back in one step: a megabyte.
pub(super) const VACUUM_STEP: u32 = 256;
/// Fields thinned in one step.
const THIN_STEP: i64 = 200;

/// Pages that hold nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreePages {
    pub free: u64,
    pub all: u64,
    pub page_bytes: u64,
    /// Whether they can be given back bit by bit.
    pub incremental: bool,
}

/// What of the log was copied home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint {
    /// Frames in the log, and those that are home.
    pub frames: u64,
    pub home: u64,
    /// Of the log's file.
    pub bytes: u64,
}

/// Where thinning goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThinAt {
    version: i64,
    ordinal: i64,
}

/// Which versions are kept whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thinning {
    /// Versions made before this lose what takes most room.
    pub before: Timestamp,
    /// So many of the newest of each dictionary do not, however old they are.
    pub keep: u32,
}

/// Statistics of tables that have changed much, as SQLite decides.
pub(super) fn optimize(db: &Connection) -> Result<(), StoreError> {
    // With the limit a table of millions of rows takes no longer than one of thousands.
    Ok(db.execute_batch("PRAGMA analysis_limit = 400; PRAGMA optimize;")?)
}

/// Statistics of one table from as many rows as tell enough.
pub(super) fn analyze(db: &Connection, table: &str) -> Result<(), StoreError> {
    let quoted = table.replace('"', "\"\"");
    Ok(db.execute_batch(&format!(
        "PRAGMA analysis_limit = 1000; ANALYZE \"{quoted}\";"
    ))?)
}

pub(super) fn free_pages(db: &Connection) -> Result<FreePages, StoreError> {
    let number = |pragma: &str| -> Result<u64, StoreError> {
        let value: i64 = db.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0))?;
        Ok(u64::try_from(value).unwrap_or(0))
    };
    Ok(FreePages {
        free: number("freelist_count")?,
        all: number("page_count")?,
        page_bytes: number("page_size")?,
        incremental: number("auto_vacuum")? == 2,
    })
}

pub(super) fn vacuum_step(db: &Connection) -> Result<(), StoreError> {
    let mut step = db.prepare(&format!("PRAGMA incremental_vacuum({VACUUM_STEP})"))?;
    // One page a row: who asks for one row only gives back one page.
    let mut pages = step.query([])?;
    while pages.next()?.is_some() {}
    Ok(())
}

/// Copies home what nobody reads any more, beside the writer; waits for nobody. Never more than that:
/// the log is begun anew and shortened (`journal_size_limit`) by the writer alone, which has put every
/// commit into the journal before.
pub(super) fn checkpoint(path: &Path) -> Result<Checkpoint, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(Duration::ZERO)?;
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let size = || std::fs::metadata(&log).map_or(0, |data| data.len());
    let (frames, home) = db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
        let count = |value: i64| u64::try_from(value).unwrap_or(0);
        Ok((count(row.get(1)?), count(row.get(2)?)))
    })?;
    Ok(Checkpoint {
        frames,
        home,
        bytes: size(),
    })
}

/// The next step of thinning; none when nothing is left. A thinned profile keeps every number, and
/// lacks the values that are shown: `top_values`, `samples`, `histogram`.
pub(super) fn thin_step(
    db: &Connection,
    rule: Thinning,
    at: Option<ThinAt>,
    now: Timestamp,
) -> Result<Option<ThinAt>, StoreError> {
    let at = match at {
        Some(at) => at,
        None => match oldest_whole(db, rule)? {
            Some(version) => ThinAt {
                version,
                ordinal: 0,
            },
            None => return Ok(None),
        },
    };
    let until = at.ordinal + THIN_STEP;
    let thinned = db
        .prepare_cached(
            "UPDATE version_fields \
             SET profile = json_remove(profile, '$.top_values', '$.samples', '$.histogram') \
             WHERE version = ?1 AND ordinal >= ?2 AND ordinal < ?3",
        )?
        .execute(params![at.version, at.ordinal, until])?;
    if i64::try_from(thinned).unwrap_or(i64::MAX) == THIN_STEP {
        return Ok(Some(ThinAt {
            version: at.version,
            ordinal: until,
        }));
    }
    db.prepare_cached("UPDATE versions SET thinned_at = ?2 WHERE id = ?1")?
        .execute(params![at.version, now.0])?;
    let next = oldest_whole(db, rule)?;
    Ok(next.map(|version| ThinAt {
        version,
        ordinal: 0,
    }))
}

/// The current version is never thinned: it is what people look at.
fn oldest_whole(db: &Connection, rule: Thinning) -> Result<Option<i64>, StoreError> {
    Ok(db
        .prepare_cached(
            "SELECT v.id FROM versions v JOIN dictionaries d ON d.id = v.dictionary \
             WHERE v.thinned_at IS NULL AND v.created_at < ?1 AND v.number <= d.versions - ?2 \
               AND v.id IS NOT d.current ORDER BY v.created_at LIMIT 1",
        )?
        .query_row(params![rule.before.0, rule.keep], |row| row.get(0))
        .optional()?)
}

/// Versions that are thinned.
pub(super) fn thinned(db: &Connection) -> Result<u64, StoreError> {
    let count: i64 = db.query_row(
        "SELECT count(*) FROM versions WHERE thinned_at IS NOT NULL",
        [],
        |row| row.get(0),
    )?;
    Ok(u64::try_from(count).unwrap_or(0))
}
