//! From an object back to plain bytes. What comes out counts only once every byte of the object
//! was seen to be the one that was written.

use std::io::{self, Read, Write};

use super::BackupError;
use super::control::Control;
use super::key::Key;
use super::manifest::{Manifest, Object};
use super::seal::Open;

/// Bytes moved at a time, with a look at whether to stop.
const STEP: usize = 256 << 10;

/// Unpacks `object` of `manifest`, which is read from `from`, and answers the hash of the plain
/// bytes.
///
/// # Errors
/// Damage, the wrong key, a place that cannot be read, a sink that cannot be written. `into` may
/// have been given bytes by then.
pub fn unpack(
    from: &mut dyn Read,
    manifest: &Manifest,
    object: &Object,
    key: Option<&Key>,
    control: &Control,
    into: &mut dyn Write,
) -> Result<String, BackupError> {
    if manifest.encrypted && key.is_none() {
        return Err(BackupError::NoKey(manifest.id.clone()));
    }
    let what = format!("{} of the backup `{}`", object.name, manifest.id);
    let mut source = Source::new(from, object.bytes);
    let mut sink = Sink::new(into, object.plain_bytes, control);
    let decoded = match key.filter(|_| manifest.encrypted) {
        None => decompress(&mut source, &mut sink),
        Some(key) => Open::new(&mut source, key, &manifest.id)
            .and_then(|mut open| decompress(&mut open, &mut sink)),
    };
    // Ours to say before anything about the object: no space, told to stop, no answer.
    if let Some(error) = sink.failed.take() {
        return Err(error);
    }
    source.drain(control)?;
    if let Some(error) = source.failed.take() {
        return Err(BackupError::io(format!("reading {what}"), &error));
    }
    if source.bytes != object.bytes || source.hash() != object.blake3 {
        let because = format!(
            "{} bytes were written there, and what lies there now is not they",
            object.bytes
        );
        return Err(BackupError::damaged(what, because));
    }
    match decoded {
        Err(error) => match BackupError::io("", &error) {
            wrong @ BackupError::WrongKey(_) => Err(wrong),
            _ => Err(BackupError::damaged(what, error)),
        },
        Ok(()) if sink.over || sink.bytes != object.plain_bytes => {
            let because = format!("it does not unpack to {} bytes", object.plain_bytes);
            Err(BackupError::damaged(what, because))
        }
        Ok(()) => Ok(sink.hasher.finalize().to_hex().to_string()),
    }
}

/// Reads an object whole without unpacking it.
///
/// # Errors
/// Damage, or a place that cannot be read.
pub fn check_bytes(
    from: &mut dyn Read,
    manifest: &Manifest,
    object: &Object,
    control: &Control,
) -> Result<(), BackupError> {
    let mut source = Source::new(from, object.bytes);
    source.drain(control)?;
    let what = format!("{} of the backup `{}`", object.name, manifest.id);
    if let Some(error) = source.failed.take() {
        return Err(BackupError::io(format!("reading {what}"), &error));
    }
    if source.bytes == object.bytes && source.hash() == object.blake3 {
        Ok(())
    } else {
        Err(BackupError::damaged(
            what,
            "its bytes are not those that were written",
        ))
    }
}

fn decompress(from: &mut dyn Read, into: &mut Sink<'_>) -> io::Result<()> {
    let mut zstd = zstd::Decoder::new(from)?.single_frame();
    let mut step = vec![0; STEP];
    loop {
        let count = zstd.read(&mut step)?;
        if count == 0 {
            return Ok(());
        }
        into.write_all(&step[..count])?;
    }
}

/// The packed bytes: counted, hashed, never more than one beyond what should be there.
struct Source<'a> {
    from: io::Take<&'a mut dyn Read>,
    hasher: blake3::Hasher,
    bytes: u64,
    failed: Option<io::Error>,
}

impl<'a> Source<'a> {
    fn new(from: &'a mut dyn Read, expected: u64) -> Self {
        Self {
            from: from.take(expected.saturating_add(1)),
            hasher: blake3::Hasher::new(),
            bytes: 0,
            failed: None,
        }
    }

    fn drain(&mut self, control: &Control) -> Result<(), BackupError> {
        let mut step = vec![0; STEP];
        while self.failed.is_none() && self.read(&mut step).is_ok_and(|count| count > 0) {
            control.check()?;
        }
        Ok(())
    }

    fn hash(&self) -> String {
        self.hasher.finalize().to_hex().to_string()
    }
}

impl Read for Source<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self.from.read(into) {
            Ok(count) => {
                self.hasher.update(&into[..count]);
                self.bytes += count as u64;
                Ok(count)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                let again = io::Error::new(error.kind(), error.to_string());
                self.failed = Some(error);
                Err(again)
            }
        }
    }
}

/// Where the plain bytes go: counted, hashed, and no more of them than were promised.
struct Sink<'a> {
    into: &'a mut dyn Write,
    most: u64,
    control: &'a Control,
    hasher: blake3::Hasher,
    bytes: u64,
    over: bool,
    failed: Option<BackupError>,
}

impl<'a> Sink<'a> {
    fn new(into: &'a mut dyn Write, most: u64, control: &'a Control) -> Self {
        Self {
            into,
            most,
            control,
            hasher: blake3::Hasher::new(),
            bytes: 0,
            over: false,
            failed: None,
        }
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.bytes + bytes.len() as u64 > self.most {
            self.over = true;
            return Err(io::Error::other("it unpacks to more than it should"));
        }
        let written = self
            .into
            .write_all(bytes)
            .map_err(|error| BackupError::io("unpacking a backup", &error))
            .and_then(|()| self.control.advance(bytes.len() as u64));
        if let Err(error) = written {
            self.failed = Some(error);
            return Err(io::Error::other("the sink failed"));
        }
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(())
    }
}
