//! A file named by a person: into the queue at once, final at once.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;
use tokio_util::sync::CancellationToken;

use super::{Board, Pipeline};
use crate::arrival::{DropId, NO_WATCH, Origin, Sighting};
use crate::queue::{Outcome, QueueError, State, Which};

#[derive(Debug, Error)]
pub enum IngestError {
    #[error("`{}` is no absolute path: name the file from `/` on", .0.display())]
    Relative(PathBuf),
    #[error("`{}` cannot be read by the daemon's account: {because}", path.display())]
    Unreadable {
        path: PathBuf,
        because: std::io::Error,
    },
    #[error("`{}` is no regular file: links, folders, pipes and devices are not profiled", .0.display())]
    NotAFile(PathBuf),
    #[error("the queue is full: wait until `ddgend status` shows fewer pending drops")]
    Full,
    #[error(transparent)]
    Queue(#[from] QueueError),
}

/// A drop on its way.
pub struct Ingested {
    id: DropId,
    size: u64,
    end: CancellationToken,
    board: Arc<Board>,
}

impl Ingested {
    #[must_use]
    pub fn id(&self) -> DropId {
        self.id
    }

    /// Returns when the work on it has ended, in whatever way.
    pub async fn end(&self) {
        self.end.cancelled().await;
    }

    /// Cancelled when the work on it has ended.
    #[must_use]
    pub fn ending(&self) -> CancellationToken {
        self.end.clone()
    }

    /// Bytes read, and bytes in all.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        self.board.progress(self.id).unwrap_or((0, self.size))
    }
}

impl Pipeline {
    /// Enqueues the file at an absolute path.
    ///
    /// # Errors
    /// When there is no such file to read, or no place for it.
    pub async fn ingest(&self, path: PathBuf) -> Result<Ingested, IngestError> {
        // It goes on belonging to the dictionary that it was uploaded for.
        let upload = self.rules().upload_at(&path);
        if let Some((folder, below)) = upload {
            return self.ingest_sighting(uploaded(&folder, below)?).await;
        }
        let roots = self
            .watches
            .states()
            .into_iter()
            .map(|watch| (watch.name, watch.root));
        self.ingest_sighting(sight(&path, roots)?).await
    }

    /// Enqueues a file that was seen already.
    ///
    /// # Errors
    /// When there is no place for it.
    pub async fn ingest_sighting(&self, sighting: Sighting) -> Result<Ingested, IngestError> {
        let size = sighting.size;
        let outcomes = self.queue.enqueue(vec![sighting], Origin::Ingest).await?;
        let id = match outcomes.first() {
            Some(
                Outcome::Added(id)
                | Outcome::Updated(id)
                | Outcome::Renewed { id, .. }
                | Outcome::Follows { id, .. },
            ) => *id,
            Some(Outcome::Known { id, state }) => {
                if *state == State::Parked {
                    self.queue.retry(Which::Ids(vec![*id])).await?;
                }
                *id
            }
            Some(Outcome::Full) | None => return Err(IngestError::Full),
        };
        let end = self.end_of(id);
        // It may have ended between being enqueued and being listened for.
        if !self.queue.holds(id).await? {
            self.tell_end(id);
        }
        Ok(Ingested {
            id,
            size,
            end,
            board: Arc::clone(&self.board),
        })
    }
}

/// The file as its watch would see it; a file in no watched folder belongs to [`NO_WATCH`]. A folder
/// is the same by whatever links it is reached: paths are compared without them.
fn sight(
    path: &Path,
    roots: impl Iterator<Item = (String, PathBuf)>,
) -> Result<Sighting, IngestError> {
    if !path.is_absolute() {
        return Err(IngestError::Relative(path.to_owned()));
    }
    let unreadable = |because| IngestError::Unreadable {
        path: path.to_owned(),
        because,
    };
    let found = fs::symlink_metadata(path).map_err(unreadable)?;
    let (Some(folder), Some(name), true) = (path.parent(), path.file_name(), found.is_file())
    else {
        return Err(IngestError::NotAFile(path.to_owned()));
    };
    let folder = folder.canonicalize().map_err(unreadable)?;
    let real = folder.join(name);
    // The innermost of nested watches is the nearest rule.
    let watch = roots
        .filter_map(|(name, root)| {
            let below = real.strip_prefix(root.canonicalize().ok()?).ok()?;
            Some((name, root, below.to_owned()))
        })
        .min_by_key(|(_, _, below)| below.components().count());
    let (watch, root, below) =
        watch.unwrap_or_else(|| (NO_WATCH.to_owned(), folder, PathBuf::from(name)));
    Ok(sighting(watch, root, below, &found))
}

/// An uploaded file, `below` the folder of its upload: it belongs to the watch of its dictionary
/// where somebody named that, see [`crate::http::upload`].
///
/// # Errors
/// When it is not there.
pub fn uploaded(folder: &Path, below: PathBuf) -> Result<Sighting, IngestError> {
    let path = folder.join(&below);
    let found = fs::symlink_metadata(&path);
    let found = found.map_err(|because| IngestError::Unreadable { path, because })?;
    let mut parts = below.components();
    let watch = match (parts.next(), parts.next()) {
        (Some(watch), Some(_)) => watch.as_os_str().to_string_lossy().into_owned(),
        _ => NO_WATCH.to_owned(),
    };
    Ok(sighting(watch, folder.to_owned(), below, &found))
}

fn sighting(watch: String, root: PathBuf, path: PathBuf, found: &fs::Metadata) -> Sighting {
    let mtime_ns = found
        .mtime()
        .saturating_mul(1_000_000_000)
        .saturating_add(found.mtime_nsec());
    Sighting {
        watch,
        root,
        path,
        size: found.size(),
        mtime_ns,
        inode: found.ino(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_watch_takes_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("in/deep/sales.csv");
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "a\n1\n").unwrap();
        let roots = || {
            [("outer", ""), ("inner", "in"), ("other", "elsewhere")]
                .map(|(name, below)| (name.to_owned(), folder.path().join(below)))
                .into_iter()
        };
        let seen = sight(&file, roots()).unwrap();
        assert_eq!(
            (seen.watch.as_str(), seen.path.to_str()),
            ("inner", Some("deep/sales.csv"))
        );
        assert_eq!(seen.size, 4);
        let alone = sight(&file, std::iter::empty()).unwrap();
        assert_eq!((alone.watch.as_str(), alone.full_path()), (NO_WATCH, file));
    }

    #[test]
    fn a_watched_folder_is_the_same_by_whatever_links() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path().canonicalize().unwrap();
        let at = |name: &str| top.join(name);
        fs::create_dir_all(at("real/deep")).unwrap();
        fs::create_dir(at("outside")).unwrap();
        fs::write(at("real/deep/sales.csv"), "a\n1\n").unwrap();
        fs::write(at("outside/sales.csv"), "a\n1\n").unwrap();
        symlink(at("real"), at("linked")).unwrap();
        symlink(at("outside"), at("real/elsewhere")).unwrap();
        let sight = |path: &str, root: &str| {
            let roots = std::iter::once(("w".to_owned(), at(root)));
            let seen = sight(&at(path), roots).unwrap();
            (seen.watch, seen.root, seen.path)
        };
        let file = PathBuf::from("deep/sales.csv");
        for (path, root) in [
            ("real/deep/sales.csv", "linked"),
            ("linked/deep/sales.csv", "real"),
            ("real/../linked/deep/sales.csv", "linked"),
        ] {
            let expected = ("w".to_owned(), at(root), file.clone());
            assert_eq!(sight(path, root), expected, "{path}");
        }
        // What only a link leads to is not in the watch, which follows none.
        assert_eq!(
            sight("real/elsewhere/sales.csv", "real"),
            (NO_WATCH.to_owned(), at("outside"), "sales.csv".into())
        );
    }

    #[test]
    fn only_regular_files_by_absolute_path() {
        let folder = tempfile::tempdir().unwrap();
        let none = || std::iter::empty();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("/etc/passwd", &link).unwrap();
        assert!(matches!(
            sight(&link, none()),
            Err(IngestError::NotAFile(_))
        ));
        assert!(matches!(
            sight(folder.path(), none()),
            Err(IngestError::NotAFile(_))
        ));
        assert!(matches!(
            sight(Path::new("a.csv"), none()),
            Err(IngestError::Relative(_))
        ));
        let missing = sight(&folder.path().join("x"), none())
            .unwrap_err()
            .to_string();
        assert!(missing.contains("No such file"), "{missing}");
    }
}
