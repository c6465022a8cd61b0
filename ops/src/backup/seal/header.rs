//! The head of an encrypted file: how its key is had from the passphrase.

use std::io::{self, Read};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::ChaCha20Poly1305;
use chacha20poly1305::aead::{Aead, KeyInit};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::backup::key::Key;

const INTRO: &str = "age-encryption.org/v1\n";
const LABEL: &[u8] = b"age-encryption.org/v1/scrypt";
/// 2^15 with r = 8 takes 32 MiB and a tenth of a second for each guess.
const WORK: u8 = 15;
/// What a foreign file may ask of us: 1 GiB.
const MOST_WORK: u8 = 20;
/// A passphrase head is 150 bytes long.
const LONGEST: usize = 1024;

fn wrapping(key: &Key, salt: &[u8; 16], work: u8) -> ChaCha20Poly1305 {
    let mut salted = LABEL.to_vec();
    salted.extend_from_slice(salt);
    let params = scrypt::Params::new(work, 8, 1).expect("bounded by MOST_WORK");
    let mut wrap = [0; 32];
    scrypt::scrypt(key.expose(), &salted, &params, &mut wrap).expect("32 bytes are a key's length");
    ChaCha20Poly1305::new(&wrap.into())
}

fn mac(file_key: &[u8; 16], head: &str) -> Hmac<Sha256> {
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(None, file_key)
        .expand(b"header", &mut key)
        .expect("32 bytes are a length HKDF gives");
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&key)
        .expect("HMAC takes keys of any length");
    mac.update(head.as_bytes());
    mac
}

/// The head of a file with this key, for this passphrase.
pub(super) fn write(key: &Key, salt: &[u8; 16], file_key: &[u8; 16]) -> io::Result<String> {
    let body = wrapping(key, salt, WORK)
        .encrypt(&[0; 12].into(), file_key.as_slice())
        .map_err(|_| io::Error::other("the key of a backup could not be wrapped"))?;
    let salt = STANDARD_NO_PAD.encode(salt);
    let body = STANDARD_NO_PAD.encode(body);
    let head = format!("{INTRO}-> scrypt {salt} {WORK}\n{body}\n---");
    let tag = mac(file_key, &head).finalize().into_bytes();
    Ok(format!("{head} {}\n", STANDARD_NO_PAD.encode(tag)))
}

/// Why a head gives no key.
pub(super) enum NoKey {
    Damaged,
    /// Intact as far as one can tell, and not ours.
    Wrong,
}

/// Reads the head and has the file's key from it.
pub(super) fn read(from: &mut impl Read, key: &Key) -> io::Result<Result<[u8; 16], NoKey>> {
    let Some(text) = lines(from)? else {
        return Ok(Err(NoKey::Damaged));
    };
    Ok(parse(&text, key))
}

/// The four lines of a head, byte by byte so that nothing behind them is taken.
fn lines(from: &mut impl Read) -> io::Result<Option<String>> {
    let mut text = Vec::new();
    let (mut ends, mut byte) = (0, [0]);
    while ends < 4 {
        if text.len() == LONGEST || from.read(&mut byte)? == 0 {
            return Ok(None);
        }
        text.push(byte[0]);
        ends += usize::from(byte[0] == b'\n');
    }
    Ok(String::from_utf8(text).ok())
}

fn parse(text: &str, key: &Key) -> Result<[u8; 16], NoKey> {
    let parts = || {
        let rest = text.strip_prefix(INTRO)?.strip_prefix("-> scrypt ")?;
        let (stanza, rest) = rest.split_once('\n')?;
        let (salt, work) = stanza.split_once(' ')?;
        let (body, _) = rest.split_once('\n')?;
        let (head, tag) = text.strip_suffix('\n')?.rsplit_once("--- ")?;
        let salt: [u8; 16] = STANDARD_NO_PAD.decode(salt).ok()?.try_into().ok()?;
        let work: u8 = work.parse().ok().filter(|work| *work <= MOST_WORK)?;
        let body = STANDARD_NO_PAD.decode(body).ok()?;
        let tag = STANDARD_NO_PAD.decode(tag).ok()?;
        Some((salt, work, body, format!("{head}---"), tag))
    };
    let (salt, work, body, head, tag) = parts().ok_or(NoKey::Damaged)?;
    let plain = wrapping(key, &salt, work)
        .decrypt(&[0; 12].into(), body.as_slice())
        .map_err(|_| NoKey::Wrong)?;
    let file_key: [u8; 16] = plain.try_into().map_err(|_| NoKey::Damaged)?;
    let fits = mac(&file_key, &head).verify_slice(&tag);
    fits.map_err(|_| NoKey::Damaged)?;
    Ok(file_key)
}
