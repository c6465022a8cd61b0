//! Commits of the journal, laid over a backup.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ddgen_ipc::Timestamp;

use super::control::Control;
use super::journal::{Head, Record, Records, Stretch};
use super::key::Key;
use super::manifest::Manifest;
use super::place::Place;
use super::{BackupError, unpack};

/// Commits to lay over a backup.
#[derive(Debug, Clone)]
pub struct Replay {
    pub(super) pieces: Vec<Piece>,
    /// The commit in the backup, and the last one to lay over it.
    pub(super) from: u64,
    pub(super) upto: u64,
    /// When the last one was made; none where the backup itself is the moment.
    pub at: Option<Timestamp>,
}

impl Replay {
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.upto - self.from
    }
}

/// Where commits lie.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) stretch: Stretch,
    pub(super) source: Source,
}

#[derive(Debug, Clone)]
pub(super) enum Source {
    /// A file of a data directory.
    Here(PathBuf),
    /// An object of a backup.
    Bundled(Arc<Manifest>, String),
}

impl Piece {
    pub(super) fn read(
        &self,
        place: &dyn Place,
        key: Option<&Key>,
        control: &Control,
        each: impl FnMut(&Head, Record) -> io::Result<()>,
    ) -> Result<(), BackupError> {
        let mut records = Records::new(each);
        match &self.source {
            Source::Here(path) => {
                let failed = |error: io::Error| BackupError::of_path("reading", path, &error);
                let mut file = File::open(path).map_err(failed)?;
                // Its end may be written just now: what is not whole is not acknowledged.
                let _ended = io::copy(&mut file, &mut records);
            }
            Source::Bundled(manifest, name) => {
                let mut objects = manifest.objects.iter();
                let object = objects.find(|object| object.name == *name).ok_or_else(|| {
                    BackupError::damaged(&manifest.id, format!("its manifest names no {name}"))
                })?;
                let mut from = place.open(&manifest.id, name)?;
                unpack::unpack(&mut from, manifest, object, key, control, &mut records)?;
            }
        }
        Ok(())
    }
}

/// Lays the commits over `file`, which is as its backup left it.
///
/// # Errors
/// Then `file` is worth nothing. A piece that is damaged is named with the moment before it.
pub(super) fn lay_over(
    replay: &Replay,
    place: &dyn Place,
    key: Option<&Key>,
    control: &Control,
    file: &Path,
) -> Result<(), BackupError> {
    let failed = |error: io::Error| BackupError::of_path("writing", file, &error);
    let store = fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open(file)
        .map_err(failed)?;
    let (mut reached, mut bytes) = (replay.from, None);
    let mut safe: Option<Timestamp> = None;
    for piece in &replay.pieces {
        let read = piece.read(place, key, control, |head, record| {
            if record.number <= reached || record.number > replay.upto {
                return Ok(());
            }
            if record.number != reached + 1 {
                return Err(io::Error::other("a commit is missing"));
            }
            let size = u64::from(head.page_bytes);
            record.pages(head.page_bytes, |page, image| {
                let before = u64::from(page.saturating_sub(1));
                store.write_all_at(image, before * size)
            })?;
            (reached, bytes) = (record.number, Some(u64::from(record.size) * size));
            Ok(())
        });
        if let Err(error) = read {
            return Err(match error.is_damage() {
                true => BackupError::NotThere(format!(
                    "the journal is damaged ({error}); the nearest moment before that can be \
                     restored is {}",
                    safe.map_or_else(|| "that of the backup".to_owned(), |at| at.to_string())
                )),
                false => error,
            });
        }
        safe = Some(piece.stretch.to_at);
    }
    if reached != replay.upto {
        return Err(BackupError::NotThere(format!(
            "the journal ends with commit {reached} and {} is wanted",
            replay.upto
        )));
    }
    if let Some(bytes) = bytes {
        store.set_len(bytes).map_err(failed)?;
    }
    store.sync_all().map_err(failed)
}
