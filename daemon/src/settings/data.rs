//! Where the daemon keeps what it knows, and where its socket lies.

use std::path::PathBuf;

/// Folders and the store's file, all absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataSettings {
    /// Holds the store, the working memory and the scratch folders of the workers.
    pub dir: PathBuf,
    /// The one SQLite file: `ddgen.db` in `dir`, or the file `DATABASE_URL` names.
    pub store_file: PathBuf,
    /// Folder of the socket as somebody gave it. `None`: the `ipc` crate finds the usual one.
    pub runtime_dir: Option<PathBuf>,
}
