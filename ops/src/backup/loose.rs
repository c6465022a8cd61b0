//! A copy of the store for somebody who takes it along: no backup, kept nowhere.

use std::fs::File;

use super::BackupError;
use super::control::Control;
use super::scratch::Scratch;
use super::workshop::{MARGIN, Workshop};

impl Workshop {
    /// The store as it is now: a file that was examined, and found to hold what its own snapshot
    /// held. It has no name any more, so that it is gone as soon as it is closed.
    ///
    /// # Errors
    /// Then there is none.
    pub fn loose_copy(&self, control: &Control) -> Result<File, BackupError> {
        let bytes = self.subject.bytes();
        // Copied, its tables hashed, examined.
        control.expect(bytes.saturating_mul(3));
        let scratch = Scratch::take(&self.scratch, bytes + MARGIN, self.scratch_limit)?;
        let path = scratch.path(self.subject.file_name());
        let (wanted, _) = self.subject.copy(&path, control)?;
        let found = self.subject.examine(&path, control)?;
        if wanted != found {
            return Err(BackupError::damaged(
                "the copy of the store",
                "it does not hold what was copied; try again, and look after the disk",
            ));
        }
        File::open(&path).map_err(|error| BackupError::of_path("reading", &path, &error))
    }
}
