//! A place that is a directory: on a disk of this machine, or mounted from another.
//!
//! A backup grows in `.partial-ID` and is renamed to `ID` when its manifest lies in it: a folder
//! of that name is whole, or was damaged later.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::manifest::{LARGEST_MANIFEST, MANIFEST, Manifest, is_plain_name};
use super::place::{Found, Place};
use super::{BackupError, room};

const PARTIAL: &str = ".partial-";
/// The pointer to the newest backup.
const LATEST: &str = "latest.json";
/// Folders looked at in one place; far more than retention leaves.
const MOST: usize = 100_000;

/// A directory of backups.
#[derive(Debug, Clone)]
pub struct DirPlace {
    root: PathBuf,
}

impl DirPlace {
    /// At `root`, which is made when the first backup is written.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn folder(&self, id: &str) -> Result<PathBuf, BackupError> {
        if is_plain_name(id) {
            Ok(self.root.join(id))
        } else {
            Err(BackupError::NotThere(format!(
                "`{id}` is no name of a backup: `ddgend backup list` shows them"
            )))
        }
    }

    fn partial(&self, id: &str) -> PathBuf {
        self.root.join(format!("{PARTIAL}{id}"))
    }

    /// A new file of a backup that is being made. Only its owner reads it.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create(&self, id: &str, object: &str) -> Result<File, BackupError> {
        self.folder(id)?;
        let folder = self.partial(id);
        make(&folder)?;
        let path = folder.join(object);
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&path);
        file.map_err(|error| BackupError::of_path("writing", &path, &error))
    }

    /// Bytes that can still be written there; `None` where the system does not say.
    #[must_use]
    pub fn free(&self) -> Option<u64> {
        room::free(&self.root)
    }

    fn names(&self) -> Result<Vec<String>, BackupError> {
        let failed = |error: &io::Error| BackupError::of_path("reading", &self.root, error);
        let entries = match fs::read_dir(&self.root) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(&error)),
        };
        let mut names = Vec::new();
        for entry in entries.take(MOST) {
            let entry = entry.map_err(|error| failed(&error))?;
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if let (true, Ok(name)) = (is_folder, entry.file_name().into_string()) {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }
}

impl Place for DirPlace {
    fn describe(&self) -> String {
        self.root.display().to_string()
    }

    fn list(&self) -> Result<Vec<Found>, BackupError> {
        let names = self.names()?;
        let ours = names.into_iter().filter(|name| Manifest::is_id(name));
        let found = ours.map(|id| Found {
            has_manifest: self.root.join(&id).join(MANIFEST).is_file(),
            id,
        });
        Ok(found.collect())
    }

    fn manifest(&self, id: &str) -> Result<Vec<u8>, BackupError> {
        let path = self.folder(id)?.join(MANIFEST);
        let Some(bytes) = read_small(&path)? else {
            return Err(BackupError::NotThere(format!(
                "there is no backup `{id}` in {}",
                self.root.display()
            )));
        };
        Ok(bytes)
    }

    fn open(&self, id: &str, object: &str) -> Result<Box<dyn Read + Send>, BackupError> {
        open(&self.folder(id)?.join(object))
    }

    fn put(
        &self,
        id: &str,
        object: &str,
        bytes: u64,
        from: &mut (dyn Read + Send),
    ) -> Result<(), BackupError> {
        make(&self.root)?;
        room::need(&self.root, bytes)?;
        let mut file = self.create(id, object)?;
        let copied = io::copy(from, &mut file).and_then(|_| file.sync_all());
        copied.map_err(|error| BackupError::of_path("writing to", &self.root, &error))
    }

    fn read_back(&self, id: &str, object: &str) -> Result<Box<dyn Read + Send>, BackupError> {
        open(&self.partial(id).join(object))
    }

    fn publish(&self, id: &str, manifest: &[u8]) -> Result<(), BackupError> {
        let (partial, whole) = (self.partial(id), self.folder(id)?);
        let mut file = self.create(id, MANIFEST)?;
        let published = (|| {
            file.write_all(manifest)?;
            file.sync_all()?;
            sync_folder(&partial)?;
            fs::rename(&partial, &whole)?;
            sync_folder(&self.root)
        })();
        published.map_err(|error| BackupError::of_path("writing", &whole, &error))
    }

    fn remove(&self, id: &str) -> Result<(), BackupError> {
        let folder = self.folder(id)?;
        let manifest = folder.join(MANIFEST);
        match fs::remove_file(&manifest).and_then(|()| sync_folder(&folder)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(BackupError::of_path("removing", &manifest, &error));
            }
            _ => {}
        }
        remove_folder(&folder)?;
        remove_folder(&self.partial(id))
    }

    fn sweep(&self) -> Result<(), BackupError> {
        for name in self.names()? {
            if name.starts_with(PARTIAL) {
                remove_folder(&self.root.join(name))?;
            }
        }
        Ok(())
    }

    fn latest(&self) -> Result<Option<Vec<u8>>, BackupError> {
        read_small(&self.root.join(LATEST))
    }

    fn point(&self, latest: &[u8]) -> Result<(), BackupError> {
        write_whole(&self.root.join(LATEST), latest)
    }
}

/// Writes a small file so that it is the old one or the new one, whenever one looks.
///
/// # Errors
/// Then it is the old one.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), BackupError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let written = (|| {
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&part, path)?;
        sync_folder(folder)
    })();
    written.map_err(|error| BackupError::of_path("writing", path, &error))
}

/// Brings the names in a folder to disk.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Makes a folder, and those above it, that only its owner reads.
pub(crate) fn make(path: &Path) -> Result<(), BackupError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|error| BackupError::of_path("making the folder", path, &error))
}

fn open(path: &Path) -> Result<Box<dyn Read + Send>, BackupError> {
    match File::open(path) {
        Ok(file) => Ok(Box::new(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(BackupError::NotThere(format!("{} is gone", path.display())))
        }
        Err(error) => Err(BackupError::of_path("reading", path, &error)),
    }
}

fn read_small(path: &Path) -> Result<Option<Vec<u8>>, BackupError> {
    let mut bytes = Vec::new();
    let read =
        File::open(path).and_then(|file| file.take(LARGEST_MANIFEST).read_to_end(&mut bytes));
    match read {
        Ok(_) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(BackupError::of_path("reading", path, &error)),
    }
}

fn remove_folder(path: &Path) -> Result<(), BackupError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(BackupError::of_path("removing", path, &error))
        }
        _ => Ok(()),
    }
}
