//! The key that encrypts backups.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// A passphrase. Whoever has it opens a backup with `age -d` and `zstd -d`, without ddgen.
#[derive(Clone)]
pub struct Key(SecretString);

impl Key {
    #[must_use]
    pub fn new(secret: SecretString) -> Self {
        Self(secret)
    }

    pub(crate) fn expose(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(***)")
    }
}
