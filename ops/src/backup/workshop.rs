//! Where backups are made: one at a time, on a thread of their own.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ddgen_ipc::Timestamp;

use super::control::Control;
use super::dir::{self, DirPlace};
use super::journal::{Closed, Journal};
use super::key::Key;
use super::manifest::{Bundled, Kind, LARGEST_MANIFEST, Manifest, Object, Role, Unpacked, Why};
use super::place::Place;
use super::scratch::Scratch;
use super::subject::Subject;
use super::{BackupError, pack, pages, pointer, room, unpack};

/// The page hashes of a store, as a full backup keeps them.
const PAGES: &str = "pages.b3";
/// The pages that differ.
const DELTA: &str = "changes.pages";
/// A scratch place holds one store and a little beside it.
pub(super) const MARGIN: u64 = 1 << 20;

/// Tools and places for backups of one store.
pub struct Workshop {
    pub subject: Arc<dyn Subject>,
    /// Where backups are made; other places get copies of them.
    pub local: DirPlace,
    /// Emptied before and after each use.
    pub scratch: PathBuf,
    /// Bytes that may lie in `scratch`.
    pub scratch_limit: u64,
    /// Without one nothing is encrypted, and nothing secret is in a backup.
    pub key: Option<Key>,
    /// Version of the ddgend at work.
    pub made_by: String,
    pub clock: fn() -> Timestamp,
}

impl Workshop {
    /// Makes a full backup. It is there when this returns, and not yet verified.
    ///
    /// # Errors
    /// Then there is none, and what was begun is removed.
    pub fn full(&self, why: Why, control: &Control) -> Result<Manifest, BackupError> {
        self.make(Kind::Full, why, None, control)
    }

    /// Makes an increment on the full backup `base`.
    ///
    /// # Errors
    /// As [`Workshop::full`]; also when the base is damaged.
    pub fn incremental(
        &self,
        base: &str,
        why: Why,
        control: &Control,
    ) -> Result<Manifest, BackupError> {
        self.make(Kind::Incremental, why, Some(base), control)
    }

    /// Bytes free where backups are made, and where they are unpacked.
    #[must_use]
    pub fn room(&self) -> (u64, u64) {
        let free = |path: &Path| room::free(path).unwrap_or(0);
        (free(self.local.root()), free(&self.scratch))
    }

    fn make(
        &self,
        kind: Kind,
        why: Why,
        base: Option<&str>,
        control: &Control,
    ) -> Result<Manifest, BackupError> {
        self.local.sweep()?;
        let bytes = self.subject.bytes();
        // Copied, its tables hashed, packed, its pages hashed.
        control.expect(bytes.saturating_mul(4));
        let scratch = Scratch::take(&self.scratch, bytes + MARGIN, self.scratch_limit)?;
        let taken_at = (self.clock)();
        let id = Manifest::id_of(taken_at, kind);
        let copy = scratch.path("copy");
        let (contents, mark) = self.subject.copy(&copy, control)?;
        // What lies there now is up to the snapshot and a little beyond.
        let journal = self.subject.journal().filter(|_| kind == Kind::Incremental);
        let closed = journal
            .map(Journal::closed)
            .transpose()?
            .unwrap_or_default();
        let made = self.write(&id, &copy, base, control);
        let made = made.and_then(|(store, mut objects)| {
            let bundled = self.bundle(&id, &closed, control, &mut objects)?;
            Ok((store, objects, bundled))
        });
        let published = made.and_then(|(store, objects, bundled)| {
            let manifest = Manifest {
                manifest_version: Manifest::version(),
                id: id.clone(),
                kind,
                why,
                base: base.map(str::to_owned),
                taken_at,
                finished_at: (self.clock)(),
                made_by: self.made_by.clone(),
                encrypted: self.key.is_some(),
                store,
                contents,
                objects,
                mark,
                journal: bundled,
            };
            control.check()?;
            self.local.publish(&id, manifest.to_text()?.as_bytes())?;
            Ok(manifest)
        });
        match published {
            Ok(manifest) => {
                if let Some(journal) = journal {
                    journal.bundled(&closed);
                }
                pointer::mend(&self.local)?;
                Ok(manifest)
            }
            Err(error) => {
                // What cannot be removed now is swept by the next one.
                drop(self.local.remove(&id));
                Err(error)
            }
        }
    }

    /// Writes all objects, and says what they hold.
    fn write(
        &self,
        id: &str,
        copy: &Path,
        base: Option<&str>,
        control: &Control,
    ) -> Result<(Unpacked, Vec<Object>), BackupError> {
        let key = self.key.as_ref();
        let reading = |error: std::io::Error| BackupError::of_path("reading", copy, &error);
        let file = File::open(copy).map_err(reading)?;
        let page_bytes = pages::page_bytes(&file).map_err(reading)?;
        let mut objects = Vec::new();
        let create = |plain: &str| {
            let name = pack::packed_name(plain, key.is_some());
            self.local.create(id, &name)
        };
        dir::make(self.local.root())?;
        let blake3 = match base {
            None => {
                let name = self.subject.file_name();
                // Incompressible at worst.
                room::need(self.local.root(), file.metadata().map_err(reading)?.len())?;
                let (object, hash) = pack::pack(create(name)?, name, Role::Store, key, |to| {
                    pour(copy, control, to)
                })?;
                objects.push(object);
                let hashes = |to: &mut dyn std::io::Write| {
                    pages::write_hashes(copy, page_bytes, control, to)
                };
                objects.push(pack::pack(create(PAGES)?, PAGES, Role::Pages, key, hashes)?.0);
                hash
            }
            Some(base) => {
                let base = self.base_pages(base, page_bytes, control)?;
                let delta = |to: &mut dyn std::io::Write| {
                    pages::write_delta(copy, page_bytes, &base, control, to)
                };
                objects.push(pack::pack(create(DELTA)?, DELTA, Role::Delta, key, delta)?.0);
                let mut whole = blake3::Hasher::new();
                pour(copy, control, &mut whole)?;
                whole.finalize().to_hex().to_string()
            }
        };
        for extra in self.subject.extras(key.is_some())? {
            let role = if extra.in_data_dir {
                Role::DataFile
            } else {
                Role::Settings
            };
            let file = create(&extra.name)?;
            let (object, _) = pack::pack(file, &extra.name, role, key, |to| {
                to.write_all(&extra.bytes)
                    .map_err(|error| BackupError::io("writing a backup", &error))
            })?;
            objects.push(object);
        }
        let bytes = file.metadata().map_err(reading)?.len();
        let store = Unpacked {
            bytes,
            blake3,
            page_bytes,
        };
        Ok((store, objects))
    }

    /// Files of the journal as objects.
    fn bundle(
        &self,
        id: &str,
        closed: &[Closed],
        control: &Control,
        objects: &mut Vec<Object>,
    ) -> Result<Vec<Bundled>, BackupError> {
        let key = self.key.as_ref();
        let mut bundled = Vec::with_capacity(closed.len());
        for one in closed {
            let name = one.path.file_name().unwrap_or_default().to_string_lossy();
            let file = self
                .local
                .create(id, &pack::packed_name(&name, key.is_some()))?;
            let (object, _) = pack::pack(file, &name, Role::Journal, key, |to| {
                pour(&one.path, control, to)
            })?;
            bundled.push(Bundled {
                object: object.name.clone(),
                stretch: one.stretch.clone(),
            });
            objects.push(object);
        }
        Ok(bundled)
    }

    /// The page hashes of a full backup; checked, since an increment on wrong ones is worth nothing.
    fn base_pages(
        &self,
        base: &str,
        page_bytes: u32,
        control: &Control,
    ) -> Result<Vec<u8>, BackupError> {
        let manifest = Manifest::parse(base, &self.local.manifest(base)?)?;
        if manifest.store.page_bytes != page_bytes || manifest.kind != Kind::Full {
            return Err(BackupError::Refused(format!(
                "`{base}` is no base for an increment: a full backup comes first"
            )));
        }
        let object = manifest.object(Role::Pages)?;
        let mut from = self.local.open(base, &object.name)?;
        let mut hashes = Vec::new();
        let key = self.key.as_ref();
        unpack::unpack(&mut from, &manifest, object, key, control, &mut hashes)?;
        Ok(hashes)
    }

    /// A scratch folder for a store of this size.
    pub(crate) fn scratch_for(&self, bytes: u64) -> Result<Scratch, BackupError> {
        Scratch::take(&self.scratch, bytes + MARGIN, self.scratch_limit)
    }
}

/// Pours a file into a writer, step by step.
fn pour(from: &Path, control: &Control, to: &mut dyn std::io::Write) -> Result<(), BackupError> {
    let mut file =
        File::open(from).map_err(|error| BackupError::of_path("reading", from, &error))?;
    let mut step = vec![0; 256 << 10];
    loop {
        let count = file
            .read(&mut step)
            .map_err(|error| BackupError::of_path("reading", from, &error))?;
        if count == 0 {
            return Ok(());
        }
        to.write_all(&step[..count])
            .map_err(|error| BackupError::io("writing a backup", &error))?;
        control.advance(count as u64)?;
    }
}

/// The manifest of a backup, read and judged.
///
/// # Errors
/// When it is not there, or damaged.
pub fn read_manifest(place: &dyn Place, id: &str) -> Result<Manifest, BackupError> {
    let bytes = place.manifest(id)?;
    if bytes.len() as u64 >= LARGEST_MANIFEST {
        return Err(BackupError::damaged(
            format!("the manifest of the backup `{id}`"),
            "it is too long",
        ));
    }
    Manifest::parse(id, &bytes)
}
