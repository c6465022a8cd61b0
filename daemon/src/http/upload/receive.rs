//! A body onto the disk.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::Instant;

use axum::body::Bytes;
use futures::{Stream, StreamExt};
use rustix::rand::{GetRandomFlags, getrandom};
use tokio::fs::{File, OpenOptions};
use tokio::io::AsyncWriteExt;
use tokio::sync::OwnedSemaphorePermit;

use super::{GRACE, SILENCE, SLOWEST, UploadError, Uploads};

/// What is being received is called so until it is whole.
pub(super) const PART: &str = ".part";

/// A folder with what was received so far; deleted when dropped, unless it was handed on.
pub(in crate::http) struct Draft {
    folder: PathBuf,
    bytes: u64,
    _place: OwnedSemaphorePermit,
    kept: bool,
}

/// Streams a body into a folder of its own and brings it to disk.
pub(in crate::http) async fn receive<S, E>(uploads: &Uploads, body: S) -> Result<Draft, UploadError>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: std::fmt::Display,
{
    let place = uploads.place()?;
    let mut draft = Draft {
        folder: new_folder(&uploads.folder)?,
        bytes: 0,
        _place: place,
        kept: false,
    };
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(draft.folder.join(PART))
        .await?;
    fill(&mut draft, &mut file, body, uploads.most_bytes).await?;
    file.flush().await?;
    file.sync_all().await?;
    Ok(draft)
}

async fn fill<S, E>(
    draft: &mut Draft,
    file: &mut File,
    body: S,
    most: u64,
) -> Result<(), UploadError>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: std::fmt::Display,
{
    tokio::pin!(body);
    let start = Instant::now();
    loop {
        let next = tokio::time::timeout(SILENCE, body.next()).await;
        let Some(chunk) = next.map_err(|_| UploadError::TooSlow)? else {
            return Ok(());
        };
        let chunk = chunk.map_err(|error| UploadError::Broken(error.to_string()))?;
        draft.bytes += chunk.len() as u64;
        if draft.bytes > most {
            return Err(UploadError::TooLarge(most));
        }
        let took = start.elapsed();
        if took > GRACE && draft.bytes < took.as_secs().saturating_mul(SLOWEST) {
            return Err(UploadError::TooSlow);
        }
        file.write_all(&chunk).await?;
    }
}

impl Draft {
    pub(in crate::http) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Gives the file its name and leaves it to the queue, below the watch and the stem of its
    /// dictionary where somebody named one. Answers its folder and its path below.
    pub(in crate::http) fn keep(
        mut self,
        dictionary: Option<(&str, &str)>,
        name: &str,
    ) -> Result<(PathBuf, PathBuf), UploadError> {
        let below = match dictionary {
            Some((watch, stem)) => Path::new(watch).join(stem).join(name),
            None => PathBuf::from(name),
        };
        if let Some(folder) = below.parent() {
            private().recursive(true).create(self.folder.join(folder))?;
        }
        let to = self.folder.join(&below);
        std::fs::rename(self.folder.join(PART), &to)?;
        // A client that is told of the drop must find it after a power cut.
        for folder in to.ancestors().skip(1) {
            std::fs::File::open(folder)?.sync_all()?;
            if Some(folder) == self.folder.parent() {
                break;
            }
        }
        self.kept = true;
        Ok((self.folder.clone(), below))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.kept
            && let Err(error) = std::fs::remove_dir_all(&self.folder)
        {
            tracing::warn!(%error, folder = %self.folder.display(), "a broken upload was not removed");
        }
    }
}

fn private() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    builder
}

fn new_folder(uploads: &Path) -> Result<PathBuf, UploadError> {
    private().recursive(true).create(uploads)?;
    let mut random = [0_u8; 8];
    getrandom(&mut random, GetRandomFlags::empty()).map_err(std::io::Error::from)?;
    let folder = uploads.join(format!("{:016x}", u64::from_ne_bytes(random)));
    private().create(&folder)?;
    Ok(folder)
}
