//! The key that sketches are hashed under.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Names a key without giving it away.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 8]);

/// Tells one installation's hashes from another's: without it a value cannot be told from its hash,
/// not even by trying all values there are.
#[derive(Clone, PartialEq, Eq)]
pub struct SketchKey {
    key: [u8; 32],
    id: KeyId,
    values: [u8; 32],
    depths: [u8; 32],
}

impl SketchKey {
    /// Of 32 random or derived bytes.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        let derived = |context| blake3::derive_key(context, &key);
        let mut id = [0; 8];
        id.copy_from_slice(&derived("ddgen 2026-11 sketch key id")[..8]);
        Self {
            key,
            id: KeyId(id),
            values: derived("ddgen 2026-11 sketch values"),
            depths: derived("ddgen 2026-11 sketch depths"),
        }
    }

    /// What the key is called.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The hash of a value, as it is written.
    #[must_use]
    pub fn hash(&self, value: &[u8]) -> u64 {
        let hash = blake3::keyed_hash(&self.values, value);
        let mut first = [0; 8];
        first.copy_from_slice(&hash.as_bytes()[..8]);
        u64::from_le_bytes(first)
    }

    /// Hides the depths that stand beside these hashes, and shows them again. A depth comes from a
    /// hash without a key: in a field of a few categories it would tell which is which.
    pub(super) fn veil(&self, hashes: impl Iterator<Item = u64>, depths: &mut [u8]) {
        let mut hasher = blake3::Hasher::new_keyed(&self.depths);
        for hash in hashes {
            hasher.update(&hash.to_le_bytes());
        }
        let mut pad = vec![0; depths.len()];
        hasher.finalize_xof().fill(&mut pad);
        for (depth, pad) in depths.iter_mut().zip(pad) {
            *depth ^= pad;
        }
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// Never its bytes: what is debugged ends up in logs.
impl fmt::Debug for SketchKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SketchKey({})", self.id)
    }
}

/// As 64 hexadecimal digits: only ever on its way from the daemon to its worker.
impl Serialize for SketchKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let digits: String = self.key.iter().map(|byte| format!("{byte:02x}")).collect();
        serializer.serialize_str(&digits)
    }
}

impl<'de> Deserialize<'de> for SketchKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = String::deserialize(deserializer)?;
        // The words of an error never hold the key.
        blake3::Hash::from_hex(&digits)
            .map(|key| Self::new(key.into()))
            .map_err(|_| de::Error::custom("a sketch key is 64 hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_travels_as_json_and_is_never_debugged() {
        let key = SketchKey::new([0xa5; 32]);
        let json = serde_json::to_string(&key).unwrap();
        assert_eq!(json, format!("\"{}\"", "a5".repeat(32)));
        assert_eq!(serde_json::from_str::<SketchKey>(&json).unwrap(), key);
        assert!(!format!("{key:?}").contains("a5a5"));
        let wrong = serde_json::from_str::<SketchKey>("\"a5a5\"").unwrap_err();
        assert!(!wrong.to_string().contains("a5"), "{wrong}");
    }

    #[test]
    fn hashes_and_names_hang_on_the_key() {
        let (a, b) = (SketchKey::new([1; 32]), SketchKey::new([2; 32]));
        assert_ne!(a.id(), b.id());
        assert_ne!(a.hash(b"Oslo"), b.hash(b"Oslo"));
        assert_ne!(a.hash(b"Oslo"), a.hash(b"oslo"));
        let expected = blake3::keyed_hash(
            &blake3::derive_key("ddgen 2026-11 sketch values", &[1; 32]),
            b"Oslo",
        );
        assert_eq!(a.hash(b"Oslo").to_le_bytes(), expected.as_bytes()[..8]);
    }

    #[test]
    fn a_veil_is_lifted_by_the_key_that_laid_it() {
        let (a, b) = (SketchKey::new([1; 32]), SketchKey::new([2; 32]));
        let depths: Vec<u8> = (0..64).collect();
        let mut veiled = depths.clone();
        a.veil(0..64, &mut veiled);
        assert_ne!(veiled, depths);
        let (mut right, mut wrong) = (veiled.clone(), veiled);
        a.veil(0..64, &mut right);
        b.veil(0..64, &mut wrong);
        assert_eq!(right, depths);
        assert_ne!(wrong, depths);
    }
}
