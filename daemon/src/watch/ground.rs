//! The folder a watch stands on: is it there, is it the same as before, can events be relied on?

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::mount::silent_file_system;

/// The root as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ground {
    /// The root without links: events name it so.
    pub(super) top: PathBuf,
    identity: (u64, u64),
    /// The name of a file system whose events cannot be relied on.
    pub(super) silent: Option<&'static str>,
}

impl Ground {
    /// # Errors
    /// In words: missing, not a folder, not readable.
    pub(super) fn find(root: &Path) -> Result<Self, String> {
        let shown = root.display();
        let top = root.canonicalize().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => format!(
                "the folder {shown} does not exist; create it or mount it, it is picked up by itself"
            ),
            _ => format!("the folder {shown} cannot be reached: {error}"),
        })?;
        let metadata = top
            .metadata()
            .map_err(|error| format!("the folder {shown} cannot be reached: {error}"))?;
        if !metadata.is_dir() {
            return Err(format!("{shown} is not a folder; a watch needs one"));
        }
        Ok(Self {
            silent: silent_file_system(&top),
            identity: (metadata.dev(), metadata.ino()),
            top,
        })
    }
}
