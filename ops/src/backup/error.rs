//! Why there is no backup, or no restore: for the person who has to do something about it.

use std::fmt::Display;
use std::io;
use std::path::Path;

use thiserror::Error;

/// Everything that can go wrong with a backup.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BackupError {
    #[error("{place} has no space for the backup: {because}. Free some, or name another place")]
    NoSpace { place: String, because: String },
    #[error("{what} failed: {because}")]
    Io { what: String, because: String },
    /// What lies in a place is not what was put there.
    #[error("{what} is damaged: {because}")]
    Damaged { what: String, because: String },
    #[error("{0}")]
    NotThere(String),
    #[error(
        "the backup `{0}` is encrypted and no key was given: set backup.key, or \
         DDGEN_BACKUP_KEY_FILE to a file that holds it"
    )]
    NoKey(String),
    #[error("the key given does not open the backup `{0}`: it was made with another one")]
    WrongKey(String),
    #[error("it was stopped before it was done; what was there stays as it was")]
    Stopped,
    #[error("another backup, check or clean-up is under way: try again when it is done")]
    Busy,
    #[error("{0}")]
    Refused(String),
}

impl BackupError {
    pub(crate) fn damaged(what: impl Into<String>, because: impl Display) -> Self {
        Self::Damaged {
            what: what.into(),
            because: because.to_string(),
        }
    }

    /// Whether it says that bytes in a place are wrong or gone, rather than that we could not look.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged { .. } | Self::NotThere(_))
    }

    /// An error of the file or folder `path` while doing `what`.
    pub fn of_path(what: &str, path: &Path, error: &io::Error) -> Self {
        Self::io(format!("{what} {}", path.display()), error)
    }

    pub(crate) fn io(what: impl Into<String>, error: &io::Error) -> Self {
        // An error of ours that travelled through a reader or writer keeps its own words.
        if let Some(own) = error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<Self>())
        {
            return own.clone();
        }
        let (what, because) = (what.into(), error.to_string());
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::NoSpace {
                place: what,
                because,
            },
            _ => Self::Io { what, because },
        }
    }
}

impl From<BackupError> for io::Error {
    fn from(error: BackupError) -> Self {
        Self::other(error)
    }
}
