//! From plain bytes to an object: hashed, compressed, encrypted, hashed.

use std::fs::File;
use std::io::{self, Write};

use super::BackupError;
use super::key::Key;
use super::manifest::{Object, Role};
use super::seal::Seal;

/// zstd's usual level: a store shrinks to a fifth at 300 MB/s.
const LEVEL: i32 = 3;

/// Counts and hashes what is written through it.
pub(crate) struct Hashed<T> {
    inner: T,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl<T> Hashed<T> {
    pub(crate) fn new(inner: T) -> Self {
        Self {
            inner,
            hasher: blake3::Hasher::new(),
            bytes: 0,
        }
    }

    /// What it wraps, how many bytes passed, and their hash.
    pub(crate) fn finish(self) -> (T, u64, String) {
        let hash = self.hasher.finalize().to_hex().to_string();
        (self.inner, self.bytes, hash)
    }
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..count]);
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// The name of an object that holds `plain`: what it is packed in shows.
pub(crate) fn packed_name(plain: &str, encrypted: bool) -> String {
    format!("{plain}.zst{}", if encrypted { ".age" } else { "" })
}

/// Packs what `fill` writes into the new file `to`, brings it to disk, and says what lies there;
/// also the hash of the plain bytes.
pub(crate) fn pack(
    to: File,
    plain_name: &str,
    role: Role,
    key: Option<&Key>,
    fill: impl FnOnce(&mut dyn Write) -> Result<(), BackupError>,
) -> Result<(Object, String), BackupError> {
    let name = packed_name(plain_name, key.is_some());
    let failed = |error: io::Error| BackupError::io(format!("writing the backup's {name}"), &error);
    let outer = Hashed::new(to);
    let (outer, plain_bytes, plain_hash) = match key {
        None => compress(outer, fill, &failed)?,
        Some(key) => {
            let seal = Seal::new(outer, key).map_err(failed)?;
            let (seal, bytes, hash) = compress(seal, fill, &failed)?;
            (seal.finish().map_err(failed)?, bytes, hash)
        }
    };
    let (file, bytes, blake3) = outer.finish();
    file.sync_all().map_err(failed)?;
    let object = Object {
        name: name.clone(),
        plain_name: plain_name.to_owned(),
        role,
        bytes,
        blake3,
        plain_bytes,
    };
    Ok((object, plain_hash))
}

fn compress<W: Write>(
    to: W,
    fill: impl FnOnce(&mut dyn Write) -> Result<(), BackupError>,
    failed: &impl Fn(io::Error) -> BackupError,
) -> Result<(W, u64, String), BackupError> {
    let mut zstd = zstd::Encoder::new(to, LEVEL).map_err(failed)?;
    zstd.include_checksum(true).map_err(failed)?;
    let mut plain = Hashed::new(zstd);
    fill(&mut plain)?;
    let (zstd, bytes, hash) = plain.finish();
    Ok((zstd.finish().map_err(failed)?, bytes, hash))
}
