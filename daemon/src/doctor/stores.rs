//! The store, the working memory and the backups, as they lie on the disk.

use std::path::Path;

use ddgen_ops::backup::{DirPlace, Kind, Place, read_manifest};
use jiff::SignedDuration;
use rusqlite::{Connection, OpenFlags};

use super::Check;
use crate::backup::{Extras, workshop};
use crate::settings::Settings;

/// What damages are listed; one is enough to act.
const SHOWN: u32 = 3;
/// A daily backup may be this late, as the daemon's probe has it.
const LATE: SignedDuration = SignedDuration::from_hours(26);

pub(super) fn checks(settings: &Settings) -> Vec<Check> {
    let file = settings.data.dir.join(crate::store::FILE);
    vec![
        store(&file),
        queue(&settings.data.dir.join("queue.redb")),
        backups(settings),
    ]
}

fn store(file: &Path) -> Check {
    let shown = file.display();
    if !file.exists() {
        return Check::ok("store", format!("{shown} is made by the first start"));
    }
    let advice = "stop the daemon, keep a copy of the file, and `ddgend restore` a backup";
    match look(file) {
        Ok((damage, bytes, log)) if damage.is_empty() => {
            let words = format!("{shown} is sound: {} MiB", bytes >> 20);
            Check::ok("store", words)
                .with("store_bytes", bytes)
                .with("log_bytes", log)
        }
        Ok((damage, ..)) => Check::broken(
            "store",
            format!("{shown} is damaged: {}", damage.join("; ")),
            advice,
        ),
        Err(error) => Check::broken(
            "store",
            format!("{shown} cannot be read: {error}"),
            "check its owner and mode; where it is no store of ddgen, name another --data-dir",
        ),
    }
}

/// What is wrong, bytes of the file, bytes of its log.
fn look(file: &Path) -> Result<(Vec<String>, u64, u64), rusqlite::Error> {
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |data| data.len());
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(file, flags)?;
    db.busy_timeout(std::time::Duration::from_secs(5))?;
    let mut lines = db.prepare(&format!("PRAGMA quick_check({SHOWN})"))?;
    let lines = lines.query_map([], |row| row.get::<_, String>(0))?;
    let mut damage: Vec<String> = lines.collect::<Result<_, _>>()?;
    damage.retain(|line| line != "ok");
    db.query_row("SELECT count(*) FROM migrations", [], |_| Ok(()))?;
    Ok((damage, size(file), size(Path::new(&log))))
}

/// Rebuilt when it is lost: nothing about it is ever broken.
fn queue(file: &Path) -> Check {
    match std::fs::metadata(file) {
        Ok(data) => {
            Check::ok("queue", format!("{} is there", file.display())).with("bytes", data.len())
        }
        Err(_) => Check::ok(
            "queue",
            "there is no working memory yet: the first start makes it",
        ),
    }
}

fn backups(settings: &Settings) -> Check {
    let advice = "`ddgend backup now` makes one, `ddgend backup list` says what is wrong";
    let place = DirPlace::new(&settings.backup.dir);
    let shown = settings.backup.dir.display();
    if !settings.data.dir.join(crate::store::FILE).exists() {
        return Check::ok("backups", "there is nothing to back up yet");
    }
    let found = match place.list() {
        Ok(found) => found,
        Err(error) if settings.backup.enabled && settings.backup.dir.exists() => {
            return Check::warning("backups", error.to_string(), advice);
        }
        Err(_) => Vec::new(),
    };
    let count = found.len() as u64;
    let shop = workshop(settings, Extras::default(), None);
    let ending = format!("-{}", Kind::Full);
    let newest = found.iter().rfind(|found| found.id.ends_with(&ending));
    let Some(newest) = newest else {
        let words = format!("there is no full backup in {shown}");
        return Check::warning("backups", words, advice).with("backups", count);
    };
    let taken = match read_manifest(&shop.local, &newest.id) {
        Ok(manifest) => manifest.taken_at,
        Err(error) => {
            return Check::warning("backups", error.to_string(), advice).with("backups", count);
        }
    };
    let age_hours = jiff::Timestamp::now()
        .as_millisecond()
        .saturating_sub(taken.0)
        / 3_600_000;
    let words = format!("the newest full backup in {shown} is of {taken}");
    let check = if settings.backup.enabled && age_hours >= LATE.as_hours() {
        Check::warning("backups", words, advice)
    } else {
        Check::ok("backups", words)
    };
    check
        .with("backups", count)
        .with("age_hours", u64::try_from(age_hours).unwrap_or(0))
}
