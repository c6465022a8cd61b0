//! A data directory out of a backup, without a daemon: by the manifests of one place alone.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use ddgen_ipc::Timestamp;

use super::control::Control;
use super::key::Key;
use super::manifest::{Manifest, Role};
use super::place::Place;
use super::replay::{self, Replay};
use super::subject::Subject;
use super::swap::{self, Staging};
use super::verify::same;
use super::workshop::read_manifest;
use super::{BackupError, rebuild, room, unpack};

/// Where restored settings are laid: never over those in force.
const SETTINGS: &str = "restored-settings";

/// A backup that was chosen, and newer ones that cannot be.
pub struct Choice {
    pub manifest: Manifest,
    /// Newer backups whose manifest is damaged, in words.
    pub passed_over: Vec<String>,
}

/// The newest backup of a place that was taken at `at` or before.
///
/// # Errors
/// When there is none, or the place cannot be read.
pub fn choose(place: &dyn Place, at: Option<Timestamp>) -> Result<Choice, BackupError> {
    let found = place.list()?;
    let mut passed_over = Vec::new();
    let mut oldest = None;
    // By name, which begins with the moment.
    for found in found.iter().rev().filter(|found| found.has_manifest) {
        match read_manifest(place, &found.id) {
            Ok(manifest) if at.is_none_or(|at| manifest.taken_at <= at) => {
                return Ok(Choice {
                    manifest,
                    passed_over,
                });
            }
            Ok(manifest) => oldest = Some(manifest.taken_at),
            Err(error) if error.is_damage() => passed_over.push(error.to_string()),
            Err(error) => return Err(error),
        }
    }
    let place = place.describe();
    Err(BackupError::NotThere(match (at, oldest) {
        (Some(at), Some(oldest)) => {
            format!("no backup in {place} is as old as {at}: the oldest is of {oldest}")
        }
        _ if !passed_over.is_empty() => format!(
            "every backup in {place} is damaged: {}",
            passed_over.join("; ")
        ),
        _ => format!("there is no backup in {place}: name another place with --from"),
    }))
}

/// What a restore did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Tables and rows that were compared, all equal.
    pub tables: usize,
    pub rows: u64,
    /// Where what was there is kept; none where nothing was.
    pub aside: Option<PathBuf>,
    /// Where the settings of the backup were laid; none where it has none.
    pub settings: Option<PathBuf>,
    /// Names of further files that came with the store.
    pub data_files: Vec<String>,
}

/// What a restore needs to know beside the backup.
pub struct Target<'a> {
    /// Its lock is held by the caller.
    pub data_dir: &'a Path,
    /// Files of the old store that the new one must not meet, such as its log.
    pub discard: &'a [String],
    pub subject: &'a dyn Subject,
    pub now: Timestamp,
}

/// Unpacks, checks and compares the backup beside the old store, lays further commits over it where
/// `replay` says so, then swaps them.
///
/// # Errors
/// The old store is in its place, or, where the message says so, the next start swaps them.
pub fn restore(
    place: &dyn Place,
    manifest: &Manifest,
    replay: Option<&Replay>,
    key: Option<&Key>,
    target: &Target<'_>,
    control: &Control,
) -> Result<Restored, BackupError> {
    control.expect(manifest.store.bytes.saturating_mul(2));
    room::need(target.data_dir, manifest.store.bytes)?;
    let staging = Staging::begin(target.data_dir)?;
    let store = target.subject.file_name().to_owned();
    let file = staging.path(&store);
    rebuild::rebuild(place, manifest, key, control, &file)?;
    if let Some(replay) = replay {
        replay::lay_over(replay, place, key, control, &file)?;
    }
    let found = target.subject.examine(&file, control)?;
    if replay.is_none_or(|replay| replay.commits() == 0) {
        same(manifest, &found)?;
    }
    let mut files = Vec::new();
    for object in manifest
        .objects
        .iter()
        .filter(|object| object.role == Role::DataFile)
    {
        let mut bytes = Vec::new();
        let mut from = place.open(&manifest.id, &object.name)?;
        unpack::unpack(&mut from, manifest, object, key, control, &mut bytes)?;
        write_private(&staging.path(&object.plain_name), &bytes)?;
        files.push(object.plain_name.clone());
    }
    let settings = lay_settings(place, manifest, key, target, control)?;
    let data_files = files.clone();
    files.push(store);
    control.check()?;
    let moment: String = target.now.to_string();
    let moment: String = moment.chars().filter(char::is_ascii_alphanumeric).collect();
    let aside = format!("before-restore-{moment}");
    let aside = staging.commit(&manifest.id, &aside, &files, target.discard)?;
    Ok(Restored {
        tables: found.tables.len(),
        rows: found.tables.values().map(|table| table.rows).sum(),
        aside,
        settings,
        data_files,
    })
}

fn lay_settings(
    place: &dyn Place,
    manifest: &Manifest,
    key: Option<&Key>,
    target: &Target<'_>,
    control: &Control,
) -> Result<Option<PathBuf>, BackupError> {
    let folder = target.data_dir.join(SETTINGS);
    let mut laid = None;
    for object in manifest
        .objects
        .iter()
        .filter(|object| object.role == Role::Settings)
    {
        let mut bytes = Vec::new();
        let mut from = place.open(&manifest.id, &object.name)?;
        unpack::unpack(&mut from, manifest, object, key, control, &mut bytes)?;
        super::dir::make(&folder)?;
        write_private(&folder.join(&object.plain_name), &bytes)?;
        laid = Some(folder.clone());
    }
    Ok(laid)
}

fn write_private(path: &Path, bytes: &[u8]) -> Result<(), BackupError> {
    let written = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    written.map_err(|error| BackupError::of_path("writing", path, &error))
}

/// Brings to its end what an earlier restore began; see [`swap`].
///
/// # Errors
/// When the directory cannot be written.
pub fn finish_restore(data_dir: &Path) -> Result<Option<String>, BackupError> {
    swap::finish(data_dir)
}
