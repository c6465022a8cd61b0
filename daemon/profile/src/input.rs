//! The bytes of one file, wherever they lie.

use std::io;

/// Random access to the bytes under profile. Reads never move a shared cursor.
pub trait ReadAt: Send + Sync {
    /// Bytes in all, as of opening.
    fn size(&self) -> u64;

    /// Reads up to `buffer.len()` bytes from `offset`; 0 only at or past the end.
    ///
    /// # Errors
    /// Whatever the medium reports.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;
}

impl ReadAt for [u8] {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = usize::try_from(offset)
            .ok()
            .and_then(|at| self.get(at..))
            .unwrap_or(&[]);
        let n = rest.len().min(buffer.len());
        buffer[..n].copy_from_slice(&rest[..n]);
        Ok(n)
    }
}

impl ReadAt for Vec<u8> {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.as_slice().read_at(buffer, offset)
    }
}

/// A regular file, read with `pread`: a map of a file that shrinks kills with SIGBUS.
pub struct FileInput {
    file: std::fs::File,
    size: u64,
}

impl FileInput {
    /// # Errors
    /// When the file's metadata cannot be read.
    pub fn new(file: std::fs::File) -> io::Result<Self> {
        let size = file.metadata()?.len();
        Ok(Self { file, size })
    }
}

impl ReadAt for FileInput {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(&self.file, buffer, offset)
    }
}
