//! Space on a disk, asked for before it is used.

use std::path::Path;

use super::BackupError;

/// Left free on every disk a backup writes to: the daemon, its log and others go on.
const RESERVE: u64 = 32 << 20;

/// Bytes an ordinary user can still write below `path`, or where it will be made; `None` where the
/// system does not say.
#[must_use]
pub(crate) fn free(path: &Path) -> Option<u64> {
    let there = path.ancestors().find(|path| path.exists())?;
    let disk = rustix::fs::statvfs(there).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Refuses what would not fit. Somebody else may be quicker: every write says so then.
pub(crate) fn need(path: &Path, bytes: u64) -> Result<(), BackupError> {
    match free(path) {
        Some(free) if free < bytes.saturating_add(RESERVE) => Err(BackupError::NoSpace {
            place: path.display().to_string(),
            because: format!(
                "{} MiB are needed beside a reserve of {}, {} are free",
                bytes >> 20,
                RESERVE >> 20,
                free >> 20
            ),
        }),
        _ => Ok(()),
    }
}
