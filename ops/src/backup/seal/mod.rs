//! Encryption in the file format of age (age-encryption.org/v1, passphrase recipient), so that the
//! `age` command opens what we wrote. The library of that name brings ninety crates of
//! translations and curves; a passphrase needs this much.

mod header;
mod open;
mod write;

pub(crate) use open::Open;
pub(crate) use write::Seal;

use chacha20poly1305::ChaCha20Poly1305;
use chacha20poly1305::aead::{Aead, KeyInit};
use hkdf::Hkdf;
use sha2::Sha256;

/// Plain bytes of one chunk; each is authenticated by itself.
const CHUNK: usize = 64 << 10;
/// Bytes that authenticate a chunk.
const TAG: usize = 16;

/// The chunks of one file, counted: none can be left out, repeated, swapped or cut off.
struct Chunks {
    cipher: ChaCha20Poly1305,
    count: u64,
}

impl Chunks {
    fn new(file_key: &[u8; 16], nonce: &[u8; 16]) -> Self {
        let mut key = [0; 32];
        Hkdf::<Sha256>::new(Some(nonce), file_key)
            .expand(b"payload", &mut key)
            .expect("32 bytes are a length HKDF gives");
        Self {
            cipher: ChaCha20Poly1305::new(&key.into()),
            count: 0,
        }
    }

    /// Eleven bytes of counter, then one that marks the last chunk.
    fn nonce(&mut self, last: bool) -> [u8; 12] {
        let mut nonce = [0; 12];
        nonce[3..11].copy_from_slice(&self.count.to_be_bytes());
        nonce[11] = u8::from(last);
        self.count += 1;
        nonce
    }

    fn seal(&mut self, plain: &[u8], last: bool) -> Option<Vec<u8>> {
        let nonce = self.nonce(last);
        self.cipher.encrypt(&nonce.into(), plain).ok()
    }

    fn open(&mut self, sealed: &[u8], last: bool) -> Option<Vec<u8>> {
        let nonce = self.nonce(last);
        self.cipher.decrypt(&nonce.into(), sealed).ok()
    }
}

#[cfg(test)]
mod tests;
