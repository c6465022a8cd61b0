//! Whether backups are what they were: verified means restored.

use std::collections::BTreeSet;
use std::io;

use super::control::Control;
use super::manifest::{Contents, Kind, Manifest, Role};
use super::place::Place;
use super::workshop::{Workshop, read_manifest};
use super::{BackupError, pointer, rebuild, unpack};

/// One thing that is wrong in a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The backup it is about, where it is about one.
    pub id: Option<String>,
    pub because: String,
}

impl From<(String, String)> for Problem {
    fn from((id, because): (String, String)) -> Self {
        let id = Some(id);
        Self { id, because }
    }
}

/// How much of a place a check reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Only what says what there is.
    Manifests,
    /// Every byte.
    Bytes,
}

impl Workshop {
    /// Restores a backup into the scratch place and compares it with what its own snapshot held:
    /// every byte, every table, every constraint.
    ///
    /// # Errors
    /// [`BackupError::is_damage`] where the backup is not what it was; others where nobody can say.
    pub fn verify(
        &self,
        place: &dyn Place,
        id: &str,
        control: &Control,
    ) -> Result<Manifest, BackupError> {
        let manifest = read_manifest(place, id)?;
        let key = self.key.as_ref();
        // Unpacked, examined.
        control.expect(manifest.store.bytes.saturating_mul(2));
        let unpacked = match manifest.kind {
            Kind::Full => manifest.store.bytes,
            Kind::Incremental => {
                let base = rebuild::base_of(place, &manifest)?;
                base.store.bytes.max(manifest.store.bytes)
            }
        };
        let scratch = self.scratch_for(unpacked)?;
        for object in &manifest.objects {
            if !matches!(object.role, Role::Store | Role::Delta) {
                let mut from = place.open(id, &object.name)?;
                let mut nowhere = io::sink();
                unpack::unpack(&mut from, &manifest, object, key, control, &mut nowhere)?;
            }
        }
        let file = scratch.path(self.subject.file_name());
        rebuild::rebuild(place, &manifest, key, control, &file)?;
        let found = self.subject.examine(&file, control)?;
        same(&manifest, &found)?;
        Ok(manifest)
    }
}

/// Reads the backups of a place, and says all that is wrong. `known` are those that must be there.
///
/// # Errors
/// When the place cannot be read at all, or the work was stopped.
pub fn check(
    place: &dyn Place,
    known: &BTreeSet<String>,
    depth: Depth,
    control: &Control,
) -> Result<Vec<Problem>, BackupError> {
    let found = place.list()?;
    let mut problems = Vec::new();
    for found in &found {
        let id = &found.id;
        if let Err(error) = check_one(place, id, depth, control) {
            if !error.is_damage() {
                return Err(error);
            }
            problems.push(Problem {
                id: Some(id.clone()),
                because: error.to_string(),
            });
        }
    }
    let there: BTreeSet<&String> = found.iter().map(|found| &found.id).collect();
    for gone in known.iter().filter(|id| !there.contains(id)) {
        problems.push(Problem {
            id: Some(gone.clone()),
            because: format!("the backup `{gone}` is gone from {}", place.describe()),
        });
    }
    // Where the manifest it should point to is damaged itself, that was said above.
    let pointer = pointer::problem(place)?;
    problems.extend(pointer.map(|because| Problem { id: None, because }));
    Ok(problems)
}

fn check_one(
    place: &dyn Place,
    id: &str,
    depth: Depth,
    control: &Control,
) -> Result<(), BackupError> {
    let manifest = read_manifest(place, id)?;
    if manifest.kind == Kind::Incremental {
        rebuild::base_of(place, &manifest)?;
    }
    if depth == Depth::Manifests {
        return control.check();
    }
    control.expect(manifest.packed_bytes());
    for object in &manifest.objects {
        let mut from = place.open(id, &object.name)?;
        unpack::check_bytes(&mut from, &manifest, object, control)?;
        control.advance(object.bytes)?;
    }
    Ok(())
}

/// Compares what a restored store holds with what its backup's snapshot held.
///
/// # Errors
/// Names the first table that differs.
pub fn same(manifest: &Manifest, found: &Contents) -> Result<(), BackupError> {
    let wanted = &manifest.contents;
    if wanted == found {
        return Ok(());
    }
    let names: BTreeSet<&String> = wanted.tables.keys().chain(found.tables.keys()).collect();
    let differs = names
        .into_iter()
        .find(|name| wanted.tables.get(*name) != found.tables.get(*name));
    let because = match differs {
        Some(name) => {
            let rows = |of: &Contents| of.tables.get(name).map_or(0, |table| table.rows);
            format!(
                "its table {name} had {} rows and has {}, or rows of other content",
                rows(wanted),
                rows(found)
            )
        }
        None => format!("its schema was {} and is {}", wanted.schema, found.schema),
    };
    Err(BackupError::damaged(
        format!("the backup `{}`", manifest.id),
        because,
    ))
}
