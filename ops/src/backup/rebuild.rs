//! The store's file out of a backup: a full one, or a full one with an increment over it.

use std::fs::{File, OpenOptions};
use std::io::BufWriter;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::control::Control;
use super::key::Key;
use super::manifest::{Kind, Manifest, Role};
use super::pages::Overlay;
use super::place::Place;
use super::workshop::read_manifest;
use super::{BackupError, unpack};

/// Writes the store of `manifest` to the new file `into`, brings it to disk, and compares it with
/// what was backed up, to the byte.
///
/// # Errors
/// Then `into` is worth nothing.
pub fn rebuild(
    place: &dyn Place,
    manifest: &Manifest,
    key: Option<&Key>,
    control: &Control,
    into: &Path,
) -> Result<(), BackupError> {
    let failed = |error: std::io::Error| BackupError::of_path("writing", into, &error);
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(into)
        .map_err(failed)?;
    let hash = match manifest.kind {
        Kind::Full => unpack_store(place, manifest, key, control, &file)?,
        Kind::Incremental => {
            let base = base_of(place, manifest)?;
            unpack_store(place, &base, key, control, &file)?;
            lay_over(place, manifest, key, control, &file)?;
            let mut hasher = blake3::Hasher::new();
            let reader = File::open(into).map_err(failed)?;
            hasher.update_reader(reader).map_err(failed)?;
            hasher.finalize().to_hex().to_string()
        }
    };
    file.sync_all().map_err(failed)?;
    if hash == manifest.store.blake3 {
        Ok(())
    } else {
        Err(BackupError::damaged(
            format!("the backup `{}`", manifest.id),
            "its parts are whole and do not fit together",
        ))
    }
}

/// The full backup an increment stands on.
pub(crate) fn base_of(place: &dyn Place, manifest: &Manifest) -> Result<Manifest, BackupError> {
    let id = &manifest.id;
    let Some(base) = &manifest.base else {
        return Err(BackupError::damaged(
            format!("the increment `{id}`"),
            "it names no base",
        ));
    };
    let found = read_manifest(place, base).map_err(|error| match error {
        BackupError::NotThere(_) => BackupError::NotThere(format!(
            "the full backup `{base}`, which `{id}` needs, is gone from {}",
            place.describe()
        )),
        other => other,
    })?;
    match found.kind {
        Kind::Full => Ok(found),
        Kind::Incremental => Err(BackupError::damaged(
            format!("the increment `{id}`"),
            format!("its base `{base}` is no full backup"),
        )),
    }
}

fn unpack_store(
    place: &dyn Place,
    manifest: &Manifest,
    key: Option<&Key>,
    control: &Control,
    file: &File,
) -> Result<String, BackupError> {
    let object = manifest.object(Role::Store)?;
    let mut from = place.open(&manifest.id, &object.name)?;
    let mut into = BufWriter::with_capacity(1 << 20, file);
    let hash = unpack::unpack(&mut from, manifest, object, key, control, &mut into)?;
    into.into_inner()
        .map_err(|error| BackupError::io("unpacking a backup", error.error()))?;
    Ok(hash)
}

fn lay_over(
    place: &dyn Place,
    manifest: &Manifest,
    key: Option<&Key>,
    control: &Control,
    file: &File,
) -> Result<(), BackupError> {
    let object = manifest.object(Role::Delta)?;
    let mut from = place.open(&manifest.id, &object.name)?;
    let mut overlay = Overlay::new(file, manifest.store.page_bytes);
    unpack::unpack(&mut from, manifest, object, key, control, &mut overlay)?;
    let whole = overlay.is_whole();
    file.set_len(manifest.store.bytes)
        .map_err(|error| BackupError::io("unpacking a backup", &error))?;
    if whole {
        Ok(())
    } else {
        let what = format!("{} of the backup `{}`", object.name, manifest.id);
        Err(BackupError::damaged(what, "it has no end"))
    }
}
