//! Increments: the pages of a store's file that differ from those of a full backup.
//!
//! A full backup keeps one short hash a page. An increment is a head, then each page that differs
//! with its number, then an end mark. It always refers to a full one, never to another increment:
//! a chain has two links, so that one lost hour loses no other hour.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::BackupError;
use super::control::Control;

const MAGIC: &[u8; 16] = b"ddgen-pages-v1\n\0";
const END: u64 = u64::MAX;
/// Bytes of a page's hash: two pages of one store that share it by chance do not exist.
pub(crate) const HASH: usize = 16;
/// SQLite's own bounds.
const PAGE_RANGE: std::ops::RangeInclusive<u32> = 512..=65_536;

/// The size of the pages of a SQLite file, from its head.
///
/// # Errors
/// When it cannot be read or is no SQLite file.
pub fn page_bytes(file: &File) -> io::Result<u32> {
    let mut head = [0; 18];
    file.read_exact_at(&mut head, 0)?;
    let size = match u16::from_be_bytes([head[16], head[17]]) {
        1 => 65_536,
        size => u32::from(size),
    };
    if head.starts_with(b"SQLite format 3\0") && PAGE_RANGE.contains(&size) {
        Ok(size)
    } else {
        Err(io::Error::other("it is no SQLite file"))
    }
}

fn hash(page: &[u8]) -> [u8; HASH] {
    let mut short = [0; HASH];
    short.copy_from_slice(&blake3::hash(page).as_bytes()[..HASH]);
    short
}

/// Calls `each` with the number and bytes of every page, in order.
fn each_page(
    path: &Path,
    size: u32,
    control: &Control,
    mut each: impl FnMut(u64, &[u8]) -> Result<(), BackupError>,
) -> Result<(), BackupError> {
    let failed = |error: io::Error| BackupError::of_path("reading", path, &error);
    let mut file = BufReader::with_capacity(1 << 20, File::open(path).map_err(failed)?);
    let mut page = vec![0; size as usize];
    let pages = file.get_ref().metadata().map_err(failed)?.len() / u64::from(size);
    for number in 0..pages {
        file.read_exact(&mut page).map_err(failed)?;
        control.advance(u64::from(size))?;
        each(number, &page)?;
    }
    Ok(())
}

/// Writes one hash a page.
pub(crate) fn write_hashes(
    path: &Path,
    size: u32,
    control: &Control,
    to: &mut dyn Write,
) -> Result<(), BackupError> {
    each_page(path, size, control, |_, page| {
        to.write_all(&hash(page))
            .map_err(|error| BackupError::io("writing a backup", &error))
    })
}

/// Writes the pages of `path` that are not among `base`, the hashes of the full one.
pub(crate) fn write_delta(
    path: &Path,
    size: u32,
    base: &[u8],
    control: &Control,
    to: &mut dyn Write,
) -> Result<(), BackupError> {
    let failed = |error: io::Error| BackupError::io("writing a backup", &error);
    to.write_all(MAGIC).map_err(failed)?;
    to.write_all(&size.to_le_bytes()).map_err(failed)?;
    each_page(path, size, control, |number, page| {
        let at = usize::try_from(number)
            .unwrap_or(usize::MAX)
            .saturating_mul(HASH);
        let known = base.get(at..at.saturating_add(HASH));
        if known == Some(hash(page).as_slice()) {
            return Ok(());
        }
        to.write_all(&number.to_le_bytes()).map_err(failed)?;
        to.write_all(page).map_err(failed)
    })?;
    to.write_all(&END.to_le_bytes()).map_err(failed)
}

/// Takes in the text of a delta as it is unpacked, and lays its pages over a file.
pub(crate) struct Overlay<'a> {
    file: &'a File,
    size: u32,
    pending: Vec<u8>,
    begun: bool,
    ended: bool,
}

impl<'a> Overlay<'a> {
    /// Over `file`, whose pages have `size` bytes.
    pub(crate) fn new(file: &'a File, size: u32) -> Self {
        Self {
            file,
            size,
            pending: Vec::new(),
            begun: false,
            ended: false,
        }
    }

    /// Whether the end mark was seen, and nothing behind it.
    pub(crate) fn is_whole(&self) -> bool {
        self.ended && self.pending.is_empty()
    }

    fn step(&mut self, from: &[u8]) -> io::Result<Option<usize>> {
        let strange = |because: &str| Err(io::Error::other(because.to_owned()));
        if !self.begun {
            let Some((head, _)) = from.split_at_checked(MAGIC.len() + 4) else {
                return Ok(None);
            };
            if !head.starts_with(MAGIC) || head[MAGIC.len()..] != self.size.to_le_bytes() {
                return strange("the increment is not one of pages of this size");
            }
            self.begun = true;
            return Ok(Some(head.len()));
        }
        let Some((number, rest)) = from.split_first_chunk::<8>() else {
            return Ok(None);
        };
        if self.ended {
            return strange("the increment goes on behind its end");
        }
        let number = u64::from_le_bytes(*number);
        if number == END {
            self.ended = true;
            return Ok(Some(8));
        }
        let Some(page) = rest.get(..self.size as usize) else {
            return Ok(None);
        };
        let at = number.checked_mul(u64::from(self.size));
        let Some(at) = at.filter(|at| *at <= i64::MAX as u64 - u64::from(self.size)) else {
            return strange("the increment names a page that no file has");
        };
        self.file.write_all_at(page, at)?;
        Ok(Some(8 + page.len()))
    }
}

impl Write for Overlay<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut all = std::mem::take(&mut self.pending);
        all.extend_from_slice(bytes);
        let mut done = 0;
        while let Some(taken) = self.step(&all[done..])? {
            done += taken;
        }
        self.pending = all.split_off(done);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: u32 = 512;

    fn file(pages: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        for fill in pages {
            file.write_all(&[*fill; SIZE as usize]).unwrap();
        }
        file
    }

    fn hashes(of: &Path) -> Vec<u8> {
        let mut hashes = Vec::new();
        write_hashes(of, SIZE, &Control::default(), &mut hashes).unwrap();
        hashes
    }

    fn lay(old: &[u8], new: &[u8], piece: usize) -> (Vec<u8>, usize) {
        let (old, new) = (file(old), file(new));
        let mut delta = Vec::new();
        let control = Control::default();
        write_delta(new.path(), SIZE, &hashes(old.path()), &control, &mut delta).unwrap();
        let target = old.reopen().unwrap();
        let mut overlay = Overlay::new(old.as_file(), SIZE);
        for part in delta.chunks(piece) {
            overlay.write_all(part).unwrap();
        }
        assert!(overlay.is_whole());
        target
            .set_len(new.as_file().metadata().unwrap().len())
            .unwrap();
        assert_eq!(
            std::fs::read(old.path()).unwrap(),
            std::fs::read(new.path()).unwrap()
        );
        let pages = (delta.len() - MAGIC.len() - 4 - 8) / (8 + SIZE as usize);
        (delta, pages)
    }

    #[test]
    fn only_pages_that_differ_are_in_it_and_they_make_the_new_file() {
        for piece in [1, 7, 512, 10_000] {
            assert_eq!(lay(&[1, 2, 3], &[1, 9, 3], piece).1, 1);
            assert_eq!(lay(&[1, 2, 3], &[1, 2, 3, 4, 5], piece).1, 2);
            assert_eq!(lay(&[1, 2, 3], &[1], piece).1, 0);
            assert_eq!(lay(&[1], &[1], piece).1, 0);
        }
    }

    #[test]
    fn an_increment_that_is_cut_or_goes_on_is_not_whole() {
        let (delta, _) = lay(&[1], &[2, 3], 100);
        let target = file(&[1]);
        for cut in 0..delta.len() {
            let mut overlay = Overlay::new(target.as_file(), SIZE);
            overlay.write_all(&delta[..cut]).unwrap();
            assert!(!overlay.is_whole(), "cut at {cut}");
        }
        let mut overlay = Overlay::new(target.as_file(), SIZE);
        overlay.write_all(&delta).unwrap();
        assert!(overlay.write_all(&[0; 9]).is_err());
        let mut overlay = Overlay::new(target.as_file(), 1024);
        assert!(overlay.write_all(&delta).is_err(), "pages of another size");
    }
}
