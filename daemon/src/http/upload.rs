//! Files that come over HTTP: streamed into a folder of their own in the data directory, brought to
//! disk, and handed to the same queue as `ingest`.
//!
//! `uploads/ID/NAME` is a file that belongs to the dictionary its name tells,
//! `uploads/ID/WATCH/STEM/NAME` one that somebody named the dictionary of.

mod keep;
mod name;
mod receive;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header::CONTENT_LENGTH;
use thiserror::Error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub use keep::keep;
pub(super) use name::file_name;
pub(super) use receive::{Draft, receive};

/// The folder in the data directory.
pub const FOLDER: &str = "uploads";
/// Uploads at once: each holds a connection for as long as its client takes.
const AT_ONCE: usize = 16;
/// A client that sends no byte for so long is let go.
pub(super) const SILENCE: Duration = Duration::from_secs(30);
/// From then on it must have sent so many bytes a second on average: what is slower dribbles.
const GRACE: Duration = Duration::from_secs(60);
const SLOWEST: u64 = 4 << 10;

/// Bytes that a form may have around its file.
const FORM: u64 = 64 << 10;

/// Why an upload was not taken.
#[derive(Debug, Error)]
pub(super) enum UploadError {
    #[error("{AT_ONCE} uploads are under way: try again when one of them has ended")]
    Busy,
    #[error(
        "the file is larger than {0} bytes, the most that may be uploaded (MAX_UPLOAD_SIZE); \
         `ddgend ingest FILE` on the daemon's machine takes any size"
    )]
    TooLarge(u64),
    #[error("the upload came to a standstill: send it again")]
    TooSlow,
    #[error("the upload broke off: {0}")]
    Broken(String),
    #[error("{0}")]
    Bad(String),
    #[error("the disk of the data directory is full: free some space and send it again")]
    DiskFull,
    #[error("the file could not be written: {0}")]
    Io(std::io::Error),
}

impl From<std::io::Error> for UploadError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::Io(error),
        }
    }
}

/// Where uploads go, and how many and how large they may be.
#[derive(Clone)]
pub struct Uploads {
    folder: PathBuf,
    most_bytes: u64,
    places: Arc<Semaphore>,
}

impl Uploads {
    #[must_use]
    pub fn new(data_dir: &Path, most_bytes: u64) -> Self {
        Self {
            folder: data_dir.join(FOLDER),
            most_bytes,
            places: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// Where they lie.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// # Errors
    /// When the body says itself that it is longer than any file may be.
    pub(super) fn check_length(&self, headers: &HeaderMap) -> Result<(), UploadError> {
        let length = headers
            .get(CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        let most = self.most_bytes.saturating_add(FORM);
        match length {
            Some(length) if length > most => Err(UploadError::TooLarge(self.most_bytes)),
            _ => Ok(()),
        }
    }

    fn place(&self) -> Result<OwnedSemaphorePermit, UploadError> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        place.map_err(|_| UploadError::Busy)
    }
}
