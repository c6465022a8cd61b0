//! A folder to unpack in: bounded, and empty again whatever happens.

use std::fs;
use std::path::{Path, PathBuf};

use super::{BackupError, dir, room};

/// Emptied when taken and when dropped.
pub(crate) struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    /// For `bytes` at most, which must be within `limit` and fit the disk.
    pub(crate) fn take(folder: &Path, bytes: u64, limit: u64) -> Result<Self, BackupError> {
        if bytes > limit {
            return Err(BackupError::Refused(format!(
                "the backup needs {} MiB of scratch space and may use {} MiB: raise \
                 backup.scratch_limit",
                bytes >> 20,
                limit >> 20
            )));
        }
        let scratch = Self {
            folder: folder.to_path_buf(),
        };
        scratch.empty()?;
        dir::make(folder)?;
        room::need(folder, bytes)?;
        Ok(scratch)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn empty(&self) -> Result<(), BackupError> {
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(BackupError::of_path("emptying", &self.folder, &error))
            }
            _ => Ok(()),
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the next one.
        drop(self.empty());
    }
}
