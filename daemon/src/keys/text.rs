//! A key as text: `ddg_`, 8 hex digits of id, `_`, 64 hex digits of secret.
//!
//! The prefix and the fixed shape let scanners of repositories and logs find one that was leaked.

use std::fmt;

use rustix::rand::{GetRandomFlags, getrandom};

const PREFIX: &str = "ddg_";
/// Digits of the id: enough to tell a thousand keys apart, few enough to read out.
const ID_DIGITS: usize = 8;
const SECRET_BYTES: usize = 32;

/// A key that was made just now. Not printable by accident.
pub struct Secret {
    id: String,
    secret: [u8; SECRET_BYTES],
}

impl Secret {
    /// # Errors
    /// When the system hands out no randomness.
    pub fn new() -> std::io::Result<Self> {
        let mut id = [0_u8; ID_DIGITS / 2];
        let mut secret = [0_u8; SECRET_BYTES];
        fill(&mut id)?;
        fill(&mut secret)?;
        Ok(Self {
            id: hex(&id),
            secret,
        })
    }

    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What is kept of it. A plain hash is enough: nobody tries out 2^256 secrets.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        blake3::hash(&self.secret).into()
    }

    /// The whole key, for the one who asked for it.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}_{}", self.id, hex(&self.secret))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({})", self.id)
    }
}

/// A key as a client sent it: well formed, and no more than that.
pub struct Presented {
    id: String,
    hash: blake3::Hash,
}

impl Presented {
    /// None: this is no key of ours.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (id, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
        if id.len() != ID_DIGITS || !id.bytes().all(is_digit) {
            return None;
        }
        let secret: [u8; SECRET_BYTES] = bytes(secret)?.try_into().ok()?;
        Some(Self {
            id: id.to_owned(),
            hash: blake3::hash(&secret),
        })
    }

    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// In constant time, as blake3 compares its hashes.
    #[must_use]
    pub fn matches(&self, hash: &[u8; 32]) -> bool {
        self.hash == blake3::Hash::from_bytes(*hash)
    }
}

fn fill(bytes: &mut [u8]) -> std::io::Result<()> {
    let mut filled = 0;
    while filled < bytes.len() {
        filled += getrandom(&mut bytes[filled..], GetRandomFlags::empty())?;
    }
    Ok(())
}

fn is_digit(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    if hex.len() != 2 * SECRET_BYTES || !hex.bytes().all(is_digit) {
        return None;
    }
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_new_key_is_found_again_by_its_text_and_by_no_other() {
        let one = Secret::new().unwrap();
        let other = Secret::new().unwrap();
        let text = one.reveal();
        assert_eq!(text.len(), 4 + 8 + 1 + 64);
        let presented = Presented::parse(&text).unwrap();
        assert_eq!(presented.id(), one.id());
        assert!(presented.matches(&one.hash()) && !presented.matches(&other.hash()));
        assert_ne!(one.hash(), other.hash());
        assert!(!format!("{one:?}").contains(&text[13..]));
    }

    proptest! {
        #[test]
        fn whatever_is_sent_is_a_key_only_in_its_one_writing(text in "\\PC{0,100}") {
            prop_assert!(Presented::parse(&text).is_none());
        }

        #[test]
        fn one_changed_character_makes_it_another_key_or_none(at in 0_usize..77, to in "[0-9a-f_]") {
            let secret = Secret::new().unwrap();
            let mut text = secret.reveal();
            prop_assume!(text[at..=at] != to);
            text.replace_range(at..=at, &to);
            let taken = Presented::parse(&text)
                .is_some_and(|sent| sent.id() == secret.id() && sent.matches(&secret.hash()));
            prop_assert!(!taken);
        }
    }
}
