//! What is backed up, as a backup sees it.

use std::path::Path;

use super::BackupError;
use super::control::Control;
use super::journal::{Journal, Mark};
use super::manifest::Contents;

/// A store that can be copied while it is written to. The daemon implements it.
pub trait Subject: Send + Sync {
    /// Name of the store's file in a data directory.
    fn file_name(&self) -> &str;

    /// Bytes of the store now: what a copy will need, about.
    fn bytes(&self) -> u64;

    /// Writes one consistent copy, page by page, to the new file `into`, and says what the very
    /// snapshot held that was copied, and how far the journal was in it. Writers go on meanwhile.
    ///
    /// # Errors
    /// Then `into` is worth nothing.
    fn copy(&self, into: &Path, control: &Control)
    -> Result<(Contents, Option<Mark>), BackupError>;

    /// The journal that is kept beside it, where one is.
    fn journal(&self) -> Option<&Journal> {
        None
    }

    /// Opens a restored file as a store is opened, checks it as thoroughly as its engine can, and
    /// says what it holds. May write beside `file`.
    ///
    /// # Errors
    /// [`BackupError::Damaged`] when it is not sound.
    fn examine(&self, file: &Path, control: &Control) -> Result<Contents, BackupError>;

    /// The small files that belong to it. Those that are secret only when `encrypted`.
    ///
    /// # Errors
    /// When one that is there cannot be read.
    fn extras(&self, encrypted: bool) -> Result<Vec<Extra>, BackupError>;
}

/// A small file beside the store.
#[derive(Clone)]
pub struct Extra {
    pub name: String,
    pub bytes: Vec<u8>,
    /// Belongs into the data directory; the others are settings.
    pub in_data_dir: bool,
}
