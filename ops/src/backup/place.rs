//! Where backups lie. A place knows folders, objects and manifests, and nothing of what is in them.

use std::io::Read;

use super::BackupError;

/// One folder of a place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Of the backup, as far as the name says.
    pub id: String,
    /// Whether it has a manifest. Without one it is not a backup: begun and left, or damaged.
    pub has_manifest: bool,
}

/// A directory, or a bucket. A backup appears with its manifest, which is written last, and
/// vanishes with it, which is removed first: no manifest ever points at an incomplete object.
pub trait Place: Send + Sync {
    /// For people: the path or address.
    fn describe(&self) -> String;

    /// Everything that looks like a backup, by name.
    ///
    /// # Errors
    /// When the place cannot be read; so with all.
    fn list(&self) -> Result<Vec<Found>, BackupError>;

    /// The bytes of a manifest.
    ///
    /// # Errors
    /// [`BackupError::NotThere`] when there is none.
    fn manifest(&self, id: &str) -> Result<Vec<u8>, BackupError>;

    /// Opens an object.
    ///
    /// # Errors
    /// [`BackupError::NotThere`] when it is gone.
    fn open(&self, id: &str, object: &str) -> Result<Box<dyn Read + Send>, BackupError>;

    /// Writes an object of a backup that has no manifest yet.
    ///
    /// # Errors
    /// Also when the place is full.
    fn put(
        &self,
        id: &str,
        object: &str,
        bytes: u64,
        from: &mut (dyn Read + Send),
    ) -> Result<(), BackupError>;

    /// Opens an object that [`Place::put`] wrote, before there is a manifest.
    ///
    /// # Errors
    /// As [`Place::open`].
    fn read_back(&self, id: &str, object: &str) -> Result<Box<dyn Read + Send>, BackupError>;

    /// Writes the manifest: from now on the backup is there. Its objects were put before.
    ///
    /// # Errors
    /// Then the backup is not there; only where the answer of another machine was lost, it may be.
    fn publish(&self, id: &str, manifest: &[u8]) -> Result<(), BackupError>;

    /// Removes a backup, the manifest first; also what was begun and never published.
    ///
    /// # Errors
    /// Then it may be half gone, and shows no manifest.
    fn remove(&self, id: &str) -> Result<(), BackupError>;

    /// Removes what was begun and never published. Only while nothing is being made there.
    ///
    /// # Errors
    /// When the place cannot be read or written.
    fn sweep(&self) -> Result<(), BackupError>;

    /// The bytes of the pointer to the newest backup; `None` while there is none.
    ///
    /// # Errors
    /// When the place cannot be read.
    fn latest(&self) -> Result<Option<Vec<u8>>, BackupError>;

    /// Replaces the pointer in one step.
    ///
    /// # Errors
    /// Then the old one stands.
    fn point(&self, latest: &[u8]) -> Result<(), BackupError>;
}
