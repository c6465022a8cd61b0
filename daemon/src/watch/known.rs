//! The question every file is put to: is it profiled or queued already?

use std::path::Path;

use super::look::Stamp;
use crate::arrival::Sighting;

/// Who remembers what was profiled or queued.
pub trait Known: Send + Sync {
    /// Which of these (at most 500) have been profiled or queued already, in their order. Called
    /// from threads that may block, by several watches at once.
    ///
    /// # Errors
    /// When it cannot be said now. The watch asks again later and hands nothing on meanwhile.
    fn known(&self, sightings: &[Sighting]) -> Result<Vec<bool>, KnownError>;
}

/// Why it cannot be said what is known.
pub type KnownError = Box<dyn std::error::Error + Send + Sync>;

/// Sightings asked about, or handed on, at once.
pub(super) const BATCH: usize = 500;

/// Makes sightings of one watch.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub(super) watch: String,
    pub(super) root: std::path::PathBuf,
}

impl Origin {
    pub(super) fn sighting(&self, path: &Path, stamp: Stamp) -> Sighting {
        Sighting {
            watch: self.watch.clone(),
            root: self.root.clone(),
            path: path.to_owned(),
            size: stamp.size,
            mtime_ns: stamp.mtime_ns,
            inode: stamp.inode,
        }
    }
}

/// Asks about `sightings` and insists on one answer for each.
pub(super) fn ask(known: &dyn Known, sightings: &[Sighting]) -> Result<Vec<bool>, KnownError> {
    if sightings.is_empty() {
        return Ok(Vec::new());
    }
    let answers = known.known(sightings)?;
    if answers.len() == sightings.len() {
        Ok(answers)
    } else {
        Err(format!(
            "{} files asked about, {} answers",
            sightings.len(),
            answers.len()
        )
        .into())
    }
}
