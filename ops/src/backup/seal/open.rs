use std::io::{self, Read};

use super::header::{self, NoKey};
use super::{CHUNK, Chunks, TAG};
use crate::backup::BackupError;
use crate::backup::key::Key;

/// Decrypts what is read through it; ends in an error unless the last chunk was seen.
pub(crate) struct Open<R: Read> {
    from: R,
    chunks: Chunks,
    /// The next chunk, read ahead: whether it is the last one shows only by what follows.
    ahead: Vec<u8>,
    plain: Vec<u8>,
    taken: usize,
    ended: bool,
}

impl<R: Read> Open<R> {
    /// Reads the head. `id` names the backup in errors.
    pub(crate) fn new(mut from: R, key: &Key, id: &str) -> io::Result<Self> {
        let file_key = match header::read(&mut from, key)? {
            Ok(file_key) => file_key,
            Err(NoKey::Wrong) => return Err(BackupError::WrongKey(id.to_owned()).into()),
            Err(NoKey::Damaged) => return Err(damaged("its head cannot be read")),
        };
        let mut nonce = [0; 16];
        from.read_exact(&mut nonce)
            .map_err(|_| damaged("it ends in its head"))?;
        let ahead = chunk(&mut from)?;
        Ok(Self {
            from,
            chunks: Chunks::new(&file_key, &nonce),
            ahead,
            plain: Vec::new(),
            taken: 0,
            ended: false,
        })
    }

    fn next(&mut self) -> io::Result<()> {
        let full = self.ahead.len() == CHUNK + TAG;
        let next = if full {
            chunk(&mut self.from)?
        } else {
            Vec::new()
        };
        let last = next.is_empty();
        let opened = self.chunks.open(&self.ahead, last);
        self.plain = opened.ok_or_else(|| damaged("a part of it was changed or is missing"))?;
        (self.taken, self.ended, self.ahead) = (0, last, next);
        Ok(())
    }
}

impl<R: Read> Read for Open<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.plain.len() {
            if self.ended {
                return Ok(0);
            }
            self.next()?;
        }
        let ready = &self.plain[self.taken..];
        let count = ready.len().min(into.len());
        into[..count].copy_from_slice(&ready[..count]);
        self.taken += count;
        Ok(count)
    }
}

fn chunk(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut chunk = Vec::with_capacity(CHUNK + TAG);
    from.take((CHUNK + TAG) as u64).read_to_end(&mut chunk)?;
    Ok(chunk)
}

fn damaged(because: &str) -> io::Error {
    BackupError::damaged("the encrypted file", because).into()
}
