//! One daemon to a place: a lock held for life, that says who holds it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use ddgen_ipc::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Bytes of a lock file that are read at most: it holds one short JSON object.
const MAX_HOLDER: u64 = 64 << 10;

/// Who holds a lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub pid: u32,
    pub started_at: Timestamp,
    pub data_dir: PathBuf,
    pub socket: PathBuf,
}

#[derive(Debug, Error)]
pub enum InstanceError {
    #[error(
        "another ddgend is already running here: process {} since {}, data in `{}`, socket `{}`. \
         Talk to it with `ddgend status`, stop it first, or give this one another --data-dir",
        .0.pid, .0.started_at, .0.data_dir.display(), .0.socket.display()
    )]
    Held(Box<Holder>),
    #[error(
        "another process holds the lock `{path}` and does not say who it is: see `fuser {path}`",
        path = .0.display()
    )]
    HeldByUnknown(PathBuf),
    #[error("the lock `{}` cannot be taken: {because}", path.display())]
    Io { path: PathBuf, because: io::Error },
}

/// Held until dropped, or until the process ends in whatever way.
#[derive(Debug)]
pub struct InstanceLock {
    file: File,
}

impl Drop for InstanceLock {
    /// Who stopped in order is not taken for the holder afterwards.
    fn drop(&mut self) {
        let _says_who_held_it = self.file.set_len(0);
    }
}

impl InstanceLock {
    /// Takes the lock `path` and writes `holder` into it. The file stays behind on purpose:
    /// unlinking it would let two daemons lock two files of the same name.
    ///
    /// # Errors
    /// When another process holds it, or the file cannot be written.
    pub fn take(path: &Path, holder: &Holder) -> Result<Self, InstanceError> {
        let io = |because| InstanceError::Io {
            path: path.to_owned(),
            because,
        };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)
            .map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(path, &mut file)),
            Err(TryLockError::Error(error)) => return Err(io(error)),
        }
        file.set_len(0).map_err(io)?;
        file.rewind().map_err(io)?;
        let words = serde_json::to_vec(holder).map_err(|error| io(error.into()))?;
        file.write_all(&words).map_err(io)?;
        file.flush().map_err(io)?;
        Ok(Self { file })
    }
}

/// Makes a data directory, if it is not there, that only its owner enters.
///
/// # Errors
/// When it cannot be made, or something else is there.
pub fn make_private(dir: &Path) -> std::io::Result<()> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)?;
    if dir.is_dir() {
        Ok(())
    } else {
        Err(std::io::Error::from(std::io::ErrorKind::NotADirectory))
    }
}

fn held(path: &Path, file: &mut File) -> InstanceError {
    let mut words = String::new();
    let read = file.take(MAX_HOLDER).read_to_string(&mut words);
    match read.ok().and_then(|_| serde_json::from_str(&words).ok()) {
        Some(holder) => InstanceError::Held(Box::new(holder)),
        None => InstanceError::HeldByUnknown(path.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder() -> Holder {
        Holder {
            pid: 4711,
            started_at: Timestamp(1_767_225_600_000),
            data_dir: "/data".into(),
            socket: "/run/x.sock".into(),
        }
    }

    #[test]
    fn the_second_is_told_who_is_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ddgend.lock");
        let first = InstanceLock::take(&path, &holder()).unwrap();
        let refused = InstanceLock::take(&path, &holder())
            .unwrap_err()
            .to_string();
        assert!(
            refused.contains("process 4711 since 2026-01-01T00:00:00.000Z"),
            "{refused}"
        );
        drop(first);
        InstanceLock::take(&path, &holder()).unwrap();
    }

    #[test]
    fn a_lock_left_behind_by_the_dead_is_free() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ddgend.lock");
        std::fs::write(&path, "{\"pid\": 1, broken").unwrap();
        let lock = InstanceLock::take(&path, &holder()).unwrap();
        let words = std::fs::read_to_string(&path).unwrap();
        assert_eq!(serde_json::from_str::<Holder>(&words).unwrap(), holder());
        drop(lock);
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            "",
            "who stopped holds nothing"
        );
    }
}
