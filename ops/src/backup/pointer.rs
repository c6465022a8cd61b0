//! The pointer of a place to its newest backup, for scripts and other machines.

use serde::{Deserialize, Serialize};

use super::BackupError;
use super::manifest::Manifest;
use super::place::Place;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Latest {
    id: String,
    /// BLAKE3 of the manifest it points to.
    manifest: String,
}

/// What the pointer should say: the newest backup that has a manifest which can be read.
fn wanted(place: &dyn Place) -> Result<Option<Vec<u8>>, BackupError> {
    let found = place.list()?;
    // Names begin with the moment, so that they sort by it.
    for found in found.iter().rev().filter(|found| found.has_manifest) {
        let manifest = match place.manifest(&found.id) {
            Ok(manifest) => manifest,
            Err(error) if error.is_damage() => continue,
            Err(error) => return Err(error),
        };
        if Manifest::parse(&found.id, &manifest).is_err_and(|error| error.is_damage()) {
            continue;
        }
        let latest = Latest {
            id: found.id.clone(),
            manifest: blake3::hash(&manifest).to_hex().to_string(),
        };
        let mut text = serde_json::to_vec(&latest)
            .map_err(|error| BackupError::Refused(format!("the pointer has no text: {error}")))?;
        text.push(b'\n');
        return Ok(Some(text));
    }
    Ok(None)
}

/// Makes the pointer say what it should. A crash between a backup and its pointer is mended by the
/// next backup.
pub(crate) fn mend(place: &dyn Place) -> Result<(), BackupError> {
    match wanted(place)? {
        Some(wanted) if place.latest()?.as_deref() != Some(wanted.as_slice()) => {
            place.point(&wanted)
        }
        _ => Ok(()),
    }
}

/// Why the pointer does not say what it should.
pub(crate) fn problem(place: &dyn Place) -> Result<Option<String>, BackupError> {
    let (wanted, found) = (wanted(place)?, place.latest()?);
    Ok((wanted != found).then(|| match found {
        None => "the pointer to the newest backup is missing".to_owned(),
        Some(_) => "the pointer to the newest backup does not point to it".to_owned(),
    }))
}
