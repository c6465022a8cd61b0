//! A copy of a backup in another place: the same objects, the same manifest, each object read back
//! before the manifest names it.

use std::io::{self, Read};
use std::time::Duration;

use super::BackupError;
use super::control::Control;
use super::manifest::{Manifest, Object};
use super::place::Place;
use super::{pointer, unpack};

/// Tries of one object, and how long to rest before each of them.
const RESTS_MS: [u64; 4] = [0, 500, 2_000, 5_000];

/// Copies the backup `id` and points the place to it. What is there already is read, and sent again
/// where it is not the same.
///
/// # Errors
/// Then the place has no manifest of it, or, where the answer to the last step was lost, all of it.
pub fn copy(
    from: &dyn Place,
    id: &str,
    to: &dyn Place,
    control: &Control,
) -> Result<Manifest, BackupError> {
    let text = from.manifest(id)?;
    let manifest = Manifest::parse(id, &text)?;
    if manifest.base.is_some() {
        return Err(BackupError::Refused(format!(
            "`{id}` is an increment: only full backups are copied elsewhere"
        )));
    }
    to.sweep()?;
    // Read here, sent, and read back.
    control.expect(manifest.packed_bytes().saturating_mul(3));
    if !is_there(&manifest, &text, to, control)? {
        to.remove(id)?;
        let sent = manifest
            .objects
            .iter()
            .try_for_each(|object| send(from, &manifest, object, to, control));
        if let Err(error) = sent {
            // What cannot be removed now is swept by the next one.
            drop(to.remove(id));
            return Err(error);
        }
        // Whatever becomes of this, the objects stay: a manifest that arrives late finds them whole.
        to.publish(id, &text)?;
    }
    pointer::mend(to)?;
    Ok(manifest)
}

/// Whether the place has this manifest, and every byte it names.
fn is_there(
    manifest: &Manifest,
    text: &[u8],
    place: &dyn Place,
    control: &Control,
) -> Result<bool, BackupError> {
    let id = &manifest.id;
    let found = place.manifest(id).and_then(|found| {
        if found != text {
            return Ok(false);
        }
        for object in &manifest.objects {
            let mut there = place.open(id, &object.name)?;
            unpack::check_bytes(&mut there, manifest, object, control)?;
        }
        Ok(true)
    });
    match found {
        Err(error) if error.is_damage() => Ok(false),
        found => found,
    }
}

fn send(
    from: &dyn Place,
    manifest: &Manifest,
    object: &Object,
    to: &dyn Place,
    control: &Control,
) -> Result<(), BackupError> {
    let id = &manifest.id;
    let open = || from.open(id, &object.name);
    // What is damaged here is not worth the way.
    unpack::check_bytes(
        &mut Watched::new(open()?, control),
        manifest,
        object,
        control,
    )?;
    let mut last = BackupError::Stopped;
    for rest in RESTS_MS {
        std::thread::sleep(Duration::from_millis(rest));
        control.check()?;
        let mut source = Watched::new(open()?, control);
        let tried = to
            .put(id, &object.name, object.bytes, &mut source)
            .and_then(|()| to.read_back(id, &object.name))
            .and_then(|arrived| {
                let mut arrived = Watched::new(arrived, control);
                unpack::check_bytes(&mut arrived, manifest, object, control)
            });
        match tried {
            // A cut or a changed byte on the way may be chance; a refusal is not.
            Err(
                error @ (BackupError::Io { .. }
                | BackupError::Damaged { .. }
                | BackupError::NotThere(_)),
            ) => last = error,
            done => return done,
        }
    }
    Err(last)
}

/// A reader that says how far it is, and ends when it is told to.
struct Watched<'a> {
    from: Box<dyn Read + Send>,
    control: &'a Control,
}

impl<'a> Watched<'a> {
    fn new(from: Box<dyn Read + Send>, control: &'a Control) -> Self {
        Self { from, control }
    }
}

impl Read for Watched<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(into)?;
        self.control.advance(count as u64)?;
        Ok(count)
    }
}
