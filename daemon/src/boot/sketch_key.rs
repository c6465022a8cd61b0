//! The key of sketches: derived from `SECRET_KEY`, or made once and kept in the data directory.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use anyhow::{Context, bail};
use ddgen_profile::SketchKey;
use secrecy::{ExposeSecret, SecretString};

/// In the data directory.
const FILE: &str = "sketch.key";

/// What the key is derived for, so that it gives nothing away of the secret or of other keys.
const PURPOSE: &str = "ddgen 2026-11 sketch key from SECRET_KEY";

/// The key to sketch under. The data directory is locked by us.
pub(super) fn sketch_key(
    secret: Option<&SecretString>,
    data_dir: &Path,
) -> anyhow::Result<SketchKey> {
    if let Some(secret) = secret {
        let secret = secret.expose_secret().as_bytes();
        return Ok(SketchKey::new(blake3::derive_key(PURPOSE, secret)));
    }
    let path = data_dir.join(FILE);
    let kept = match File::open(&path) {
        Ok(file) => kept_in(file).with_context(|| format!("the key {}", path.display()))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(data_dir, &path)
            .with_context(|| {
                format!(
                    "the key of sketches cannot be made at {}; SECRET_KEY would do as well",
                    path.display()
                )
            })?,
        Err(error) => return Err(error).with_context(|| format!("the key {}", path.display())),
    };
    Ok(SketchKey::new(kept))
}

fn kept_in(file: File) -> anyhow::Result<[u8; 32]> {
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        bail!("can be read by others: `chmod 600` it");
    }
    let mut text = String::new();
    file.take(1024)
        .read_to_string(&mut text)
        .context("is no key")?;
    match blake3::Hash::from_hex(text.trim()) {
        Ok(key) => Ok(key.into()),
        Err(_) => bail!(
            "is no key of 64 hexadecimal digits: put it back from a backup, or remove it; with a \
             new key fields cannot be compared with those of before"
        ),
    }
}

/// Random, and either whole on disk or not there.
fn make(data_dir: &Path, path: &Path) -> io::Result<[u8; 32]> {
    let mut key = [0; 32];
    File::open("/dev/urandom")?.read_exact(&mut key)?;
    let half_made = data_dir.join(format!("{FILE}.new"));
    let mut file = File::options()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&half_made)?;
    writeln!(file, "{}", blake3::Hash::from(key).to_hex())?;
    file.sync_all()?;
    std::fs::rename(&half_made, path)?;
    File::open(data_dir)?.sync_all()?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretString {
        SecretString::from(text.to_owned())
    }

    #[test]
    fn a_key_is_made_once_for_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let first = sketch_key(None, dir.path()).unwrap();
        let path = dir.path().join(FILE);
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(sketch_key(None, dir.path()).unwrap(), first);
        let names: Vec<_> = std::fs::read_dir(dir.path()).unwrap().collect();
        assert_eq!(names.len(), 1);

        let other = tempfile::tempdir().unwrap();
        assert_ne!(sketch_key(None, other.path()).unwrap(), first);
    }

    #[test]
    fn the_secret_goes_before_the_file_and_is_not_the_key() {
        let dir = tempfile::tempdir().unwrap();
        let given = sketch_key(Some(&secret("8d1f")), dir.path()).unwrap();
        assert!(!dir.path().join(FILE).exists());
        let derived = blake3::derive_key(PURPOSE, b"8d1f");
        assert_eq!(given, SketchKey::new(derived));
        assert_ne!(
            given,
            sketch_key(Some(&secret("8d1e")), dir.path()).unwrap()
        );
    }

    #[test]
    fn a_key_that_is_none_or_open_to_others_is_refused_in_words() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE);
        sketch_key(None, dir.path()).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
        let refused = format!("{:#}", sketch_key(None, dir.path()).unwrap_err());
        assert!(refused.contains("chmod 600"), "{refused}");

        std::fs::write(&path, "half a ke").unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
        let refused = format!("{:#}", sketch_key(None, dir.path()).unwrap_err());
        assert!(refused.contains("no key of 64"), "{refused}");
        assert!(!refused.contains("half a ke"), "{refused}");
    }
}
