use std::io::{self, Write};

use rustix::rand::{GetRandomFlags, getrandom};

use super::{CHUNK, Chunks, header};
use crate::backup::key::Key;

/// Encrypts what is written to it. Without [`Seal::finish`] the file has no end, and does not open.
pub(crate) struct Seal<W: Write> {
    to: W,
    chunks: Chunks,
    plain: Vec<u8>,
}

impl<W: Write> Seal<W> {
    /// Writes the head.
    pub(crate) fn new(mut to: W, key: &Key) -> io::Result<Self> {
        let (file_key, nonce) = (random()?, random()?);
        to.write_all(header::write(key, &random()?, &file_key)?.as_bytes())?;
        to.write_all(&nonce)?;
        Ok(Self {
            to,
            chunks: Chunks::new(&file_key, &nonce),
            plain: Vec::with_capacity(CHUNK),
        })
    }

    pub(crate) fn finish(mut self) -> io::Result<W> {
        self.chunk(true)?;
        Ok(self.to)
    }

    fn chunk(&mut self, last: bool) -> io::Result<()> {
        let sealed = self.chunks.seal(&self.plain, last);
        let sealed = sealed.ok_or_else(|| io::Error::other("a chunk could not be encrypted"))?;
        self.to.write_all(&sealed)?;
        self.plain.clear();
        Ok(())
    }
}

impl<W: Write> Write for Seal<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full chunk goes out only when more follows: the last one is marked.
        if self.plain.len() == CHUNK {
            self.chunk(false)?;
        }
        let taken = bytes.len().min(CHUNK - self.plain.len());
        self.plain.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

fn random() -> io::Result<[u8; 16]> {
    let mut bytes = [0; 16];
    let got = getrandom(&mut bytes, GetRandomFlags::empty())?;
    // The kernel gives up to 256 bytes whole.
    if got == bytes.len() {
        Ok(bytes)
    } else {
        Err(io::Error::other("the kernel gave too few random bytes"))
    }
}
