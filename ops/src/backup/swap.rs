//! Putting a restored store in the place of another: either the old or the new, never a mix.
//!
//! All new files are made ready in a folder of the data directory. Then one small file, the journal,
//! is renamed into place: before that moment nothing has changed, from that moment on the new data
//! is the data, and what is left are renames that anybody who holds the lock of the directory can
//! carry on with. `ddgend run` and `ddgend restore` do so before they look at anything else.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::BackupError;
use super::dir::{make, sync_folder, write_whole};
use super::manifest::is_plain_name;

/// Where new files are made ready.
const STAGING: &str = "restore-staging";
const JOURNAL: &str = "restore.journal";

/// What is to become of a data directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Journal {
    /// The backup.
    id: String,
    /// Folder of the data directory that what is replaced goes to.
    aside: String,
    /// Files of the staging folder, in the order in which they move; the store is the last.
    files: Vec<String>,
    /// Files that go aside and are not replaced.
    discard: Vec<String>,
}

/// New files of a data directory, made ready beside the old ones. Dropped without
/// [`Staging::commit`] it leaves everything as it was.
pub struct Staging {
    data_dir: PathBuf,
}

impl Staging {
    /// An empty staging folder. The caller holds the lock of the data directory.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn begin(data_dir: &Path) -> Result<Self, BackupError> {
        let staging = Self {
            data_dir: data_dir.to_path_buf(),
        };
        empty(&staging.folder())?;
        make(&staging.folder())?;
        Ok(staging)
    }

    fn folder(&self) -> PathBuf {
        self.data_dir.join(STAGING)
    }

    /// Where the new file of this name is to be written.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    /// Puts `files` (written to [`Staging::path`], on disk) in the place of those of the same name,
    /// and takes `discard` away with them. What was there is kept in the folder `aside`; answers
    /// where that is, or none when there was nothing.
    ///
    /// # Errors
    /// Nothing has changed, or the next start brings it to its end: the message says which.
    pub fn commit(
        self,
        id: &str,
        aside: &str,
        files: &[String],
        discard: &[String],
    ) -> Result<Option<PathBuf>, BackupError> {
        let journal = Journal {
            id: id.to_owned(),
            aside: aside.to_owned(),
            files: files.to_vec(),
            discard: discard.to_vec(),
        };
        let text = serde_json::to_vec(&journal)
            .map_err(|error| BackupError::Refused(format!("the journal has no text: {error}")))?;
        sync_folder(&self.folder())
            .map_err(|error| BackupError::of_path("writing", &self.folder(), &error))?;
        write_whole(&self.data_dir.join(JOURNAL), &text)?;
        let data_dir = self.data_dir.clone();
        std::mem::forget(self);
        finish(&data_dir)?;
        Ok(Some(data_dir.join(aside)).filter(|aside| aside.exists()))
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        drop(empty(&self.folder()));
    }
}

/// Brings a swap to its end that was cut short behind its journal, and clears away one that was cut
/// short before. Answers the backup that was swapped in. The caller holds the lock.
///
/// # Errors
/// When the directory cannot be written; calling again goes on.
pub fn finish(data_dir: &Path) -> Result<Option<String>, BackupError> {
    let failed = |error: io::Error| BackupError::Io {
        what: format!(
            "putting the restored store in place in {}",
            data_dir.display()
        ),
        because: format!("{error}; the next start of ddgend goes on with it"),
    };
    let staging = data_dir.join(STAGING);
    let journal = match fs::read(data_dir.join(JOURNAL)) {
        Ok(bytes) => parse(&bytes, data_dir)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            empty(&staging)?;
            return Ok(None);
        }
        Err(error) => return Err(failed(error)),
    };
    carry_on(data_dir, &staging, &journal).map_err(failed)?;
    empty(&staging)?;
    fs::remove_file(data_dir.join(JOURNAL)).map_err(failed)?;
    sync_folder(data_dir).map_err(failed)?;
    Ok(Some(journal.id))
}

/// Each step leaves a state from which the same steps lead to the same end.
fn carry_on(data_dir: &Path, staging: &Path, journal: &Journal) -> io::Result<()> {
    let aside = data_dir.join(&journal.aside);
    // The store moves last: as long as it waits, a log beside the old one is the old one's.
    let waiting = journal
        .files
        .last()
        .is_some_and(|store| staging.join(store).exists());
    if waiting {
        for name in &journal.discard {
            set_aside(data_dir, &aside, name)?;
        }
        sync_folder(data_dir)?;
    }
    for name in &journal.files {
        let new = staging.join(name);
        if !new.exists() {
            continue;
        }
        set_aside(data_dir, &aside, name)?;
        fs::rename(&new, data_dir.join(name))?;
    }
    sync_folder(data_dir)
}

fn set_aside(data_dir: &Path, aside: &Path, name: &str) -> io::Result<()> {
    let old = data_dir.join(name);
    if !old.exists() {
        return Ok(());
    }
    if !aside.exists() {
        make(aside).map_err(io::Error::from)?;
    }
    fs::rename(old, aside.join(name))?;
    sync_folder(aside)
}

fn parse(bytes: &[u8], data_dir: &Path) -> Result<Journal, BackupError> {
    let what = || data_dir.join(JOURNAL).display().to_string();
    let journal: Journal =
        serde_json::from_slice(bytes).map_err(|error| BackupError::damaged(what(), error))?;
    let names = journal.files.iter().chain(&journal.discard);
    if names
        .chain([&journal.aside])
        .all(|name| is_plain_name(name))
    {
        Ok(journal)
    } else {
        Err(BackupError::damaged(what(), "it names files elsewhere"))
    }
}

fn empty(folder: &Path) -> Result<(), BackupError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(BackupError::of_path("emptying", folder, &error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn files(dir: &Path) -> BTreeMap<String, String> {
        let entries = fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        entries
            .filter(|path| path.is_file())
            .map(|path| {
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                (name, fs::read_to_string(path).unwrap())
            })
            .collect()
    }

    fn write(dir: &Path, name: &str, text: &str) {
        fs::create_dir_all(dir).unwrap();
        fs::write(dir.join(name), text).unwrap();
    }

    fn expected(all: &[(&str, &str)]) -> BTreeMap<String, String> {
        let all = all.iter();
        all.map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect()
    }

    /// Every order in which renames can have been cut short is one of these states, from each of
    /// which the end is the same.
    #[test]
    fn whatever_was_done_before_it_was_cut_short_the_end_is_the_new_store_and_the_old_one_aside() {
        for done in 0..=5 {
            let dir = tempfile::tempdir().unwrap();
            let (data, staging) = (dir.path(), dir.path().join(STAGING));
            for (name, text) in [
                ("db", "old"),
                ("db-wal", "old log"),
                ("a.key", "old key"),
                ("other", "x"),
            ] {
                write(data, name, text);
            }
            write(&staging, "db", "new");
            write(&staging, "a.key", "new key");
            let journal = r#"{"id":"b","aside":"before","files":["a.key","db"],"discard":["db-wal","queue"]}"#;
            write(data, JOURNAL, journal);
            let aside = data.join("before");
            let steps: [&dyn Fn(); 5] = [
                &|| {
                    fs::create_dir(&aside).unwrap();
                    fs::rename(data.join("db-wal"), aside.join("db-wal")).unwrap();
                },
                &|| fs::rename(data.join("a.key"), aside.join("a.key")).unwrap(),
                &|| fs::rename(staging.join("a.key"), data.join("a.key")).unwrap(),
                &|| fs::rename(data.join("db"), aside.join("db")).unwrap(),
                &|| fs::rename(staging.join("db"), data.join("db")).unwrap(),
            ];
            steps[..done].iter().for_each(|step| step());
            assert_eq!(finish(data).unwrap().as_deref(), Some("b"));
            let new = expected(&[("db", "new"), ("a.key", "new key"), ("other", "x")]);
            assert_eq!(files(data), new, "after {done} steps");
            let old = expected(&[("db", "old"), ("db-wal", "old log"), ("a.key", "old key")]);
            assert_eq!(files(&aside), old, "after {done} steps");
            assert!(!staging.exists());
            // A new log that the store got since is its own.
            write(data, "db-wal", "new log");
            assert_eq!(finish(data).unwrap(), None);
            assert!(data.join("db-wal").exists());
        }
    }

    #[test]
    fn what_was_cut_short_before_its_journal_leaves_all_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "db", "old");
        let staging = Staging::begin(dir.path()).unwrap();
        fs::write(staging.path("db"), "half of the n").unwrap();
        std::mem::forget(staging);
        assert_eq!(finish(dir.path()).unwrap(), None);
        assert_eq!(files(dir.path()), expected(&[("db", "old")]));
        assert!(!dir.path().join(STAGING).exists());
    }

    #[test]
    fn a_journal_that_leads_out_of_the_directory_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let journal = r#"{"id":"b","aside":"../x","files":["db"],"discard":[]}"#;
        write(dir.path(), JOURNAL, journal);
        assert!(finish(dir.path()).is_err());
    }
}
