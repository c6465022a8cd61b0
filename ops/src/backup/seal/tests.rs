use std::io::{Read, Write};
use std::process::{Command, Stdio};

use secrecy::SecretString;

use super::*;
use crate::backup::key::Key;

fn key(words: &str) -> Key {
    Key::new(SecretString::from(words))
}

fn sealed(plain: &[u8], with: &Key) -> Vec<u8> {
    let mut seal = Seal::new(Vec::new(), with).unwrap();
    seal.write_all(plain).unwrap();
    seal.finish().unwrap()
}

fn opened(sealed: &[u8], with: &Key) -> std::io::Result<Vec<u8>> {
    let mut plain = Vec::new();
    Open::new(sealed, with, "x")?.read_to_end(&mut plain)?;
    Ok(plain)
}

fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|at| (at * 31 + at / 251) as u8).collect()
}

#[test]
fn what_was_sealed_opens_at_every_length_around_a_chunk() {
    let key = key("a long and secret sentence");
    for count in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7] {
        let plain = bytes(count);
        assert_eq!(
            opened(&sealed(&plain, &key), &key).unwrap(),
            plain,
            "{count}"
        );
    }
}

#[test]
fn another_key_opens_nothing_and_says_so() {
    let error = opened(&sealed(b"x", &key("one")), &key("two")).unwrap_err();
    assert!(error.to_string().contains("does not open"), "{error}");
}

#[test]
fn cuts_flips_and_swapped_chunks_are_found() {
    let key = key("k");
    let whole = sealed(&bytes(2 * CHUNK + 10), &key);
    let head = whole.len() - (2 * CHUNK + 10 + 3 * TAG);
    for cut in [
        head,
        head + CHUNK + TAG,
        head + 2 * (CHUNK + TAG),
        whole.len() - 1,
    ] {
        assert!(opened(&whole[..cut], &key).is_err(), "cut at {cut}");
    }
    for at in [0, 30, head - 1, head, head + CHUNK, whole.len() - 1] {
        let mut flipped = whole.clone();
        flipped[at] ^= 1;
        assert!(opened(&flipped, &key).is_err(), "flipped at {at}");
    }
    let mut swapped = whole;
    let (first, second) = swapped[head..].split_at_mut(CHUNK + TAG);
    first.swap_with_slice(&mut second[..CHUNK + TAG]);
    assert!(opened(&swapped, &key).is_err());
}

/// An implementation that is not ours: Python's `cryptography`, step by step as the standard says.
const BY_THE_STANDARD: &str = r#"
import sys, base64, hmac, hashlib
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives import hashes
raw = sys.stdin.buffer.read()
b64 = lambda text: base64.b64decode(text + b'=' * (-len(text) % 4))
lines = raw.split(b'\n', 4)
assert lines[0] == b'age-encryption.org/v1'
arrow, kind, salt, work = lines[1].split(b' ')
assert (arrow, kind) == (b'->', b'scrypt')
wrap = hashlib.scrypt(sys.argv[1].encode(), salt=b'age-encryption.org/v1/scrypt' + b64(salt),
                      n=1 << int(work), r=8, p=1, dklen=32, maxmem=1 << 30)
file_key = ChaCha20Poly1305(wrap).decrypt(bytes(12), b64(lines[2]), None)
derive = lambda salt, info: HKDF(hashes.SHA256(), 32, salt, info).derive(file_key)
head = b'\n'.join(lines[:3]) + b'\n---'
mac = hmac.new(derive(None, b'header'), head, hashlib.sha256).digest()
assert lines[3] == b'--- ' + base64.b64encode(mac).rstrip(b'=')
nonce, rest = lines[4][:16], lines[4][16:]
key, count, out = ChaCha20Poly1305(derive(nonce, b'payload')), 0, b''
while True:
    chunk, rest = rest[:65552], rest[65552:]
    out += key.decrypt(count.to_bytes(11, 'big') + (b'\0' if rest else b'\1'), chunk, None)
    count += 1
    if not rest: break
sys.stdout.buffer.write(out)
"#;

#[test]
fn an_implementation_that_is_not_ours_opens_it() {
    let probe = Command::new("python3")
        .args(["-c", "import cryptography"])
        .stderr(Stdio::null())
        .status();
    if !probe.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED an_implementation_that_is_not_ours_opens_it: no python3 cryptography");
        return;
    }
    for count in [0, 5, CHUNK, 2 * CHUNK + 3] {
        let mut python = Command::new("python3")
            .args(["-c", BY_THE_STANDARD, "pass phrase"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let whole = sealed(&bytes(count), &key("pass phrase"));
        python.stdin.take().unwrap().write_all(&whole).unwrap();
        let output = python.wait_with_output().unwrap();
        assert!(output.status.success());
        assert_eq!(output.stdout, bytes(count));
    }
}
