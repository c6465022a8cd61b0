//! Moves one file to another place beneath the same root, or removes it, and never loses a byte.
//!
//! A file moves only while it is the very one that is meant; whatever lies at its new place stays.
//! Every step can be cut short: the same call again takes up where it was.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags, Stat, Timespec, Timestamps};
use rustix::io::Errno;

use super::spot::{CarryError, Make, Spot, failed, open_root, rename_new};

/// Bytes that are copied at a time.
const PIECE: usize = 256 << 10;

/// A file as its drop saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meant {
    pub size: u64,
    /// Nanoseconds since the Unix epoch.
    pub mtime_ns: i64,
    pub inode: u64,
    /// Of its bytes, in hexadecimal digits.
    pub blake3: String,
    /// Part of the names of what is only under way; of each drop another.
    pub tag: String,
}

/// Moves the file at `from` to the first of the places `to` that is free; all beneath `root`.
/// Answers where it lies now. Folders on the way are made. Blocks.
///
/// # Errors
/// [`CarryError`]
pub fn carry(
    root: &Path,
    from: &Path,
    to: &[PathBuf],
    meant: &Meant,
) -> Result<PathBuf, CarryError> {
    let top = open_root(root)?;
    let source = match Spot::find(&top, root, from, Make::No) {
        Err(CarryError::Gone(_)) => None,
        found => Some(found?),
    };
    let seen = match &source {
        Some(source) => source.look()?,
        None => None,
    };
    let Some(source) = source.filter(|_| seen.as_ref().is_some_and(|seen| meant.is(seen))) else {
        for place in to {
            // Moved before, by a call that was cut short.
            if is_there(&top, root, place, meant)? {
                return Ok(place.clone());
            }
        }
        let from = root.join(from);
        return Err(match seen {
            None => CarryError::Gone(from),
            Some(_) => CarryError::Changed(from),
        });
    };
    for place in to {
        let target = Spot::find(&top, root, place, Make::Folders)?;
        match source.move_to(&target, meant) {
            Err(CarryError::Taken(_)) => {}
            moved => return moved.map(|()| place.clone()),
        }
    }
    Err(CarryError::Taken(
        root.join(to.last().map_or(from, PathBuf::as_path)),
    ))
}

/// Removes the file at `from` beneath `root`, if every byte of it is as it was. Blocks.
///
/// # Errors
/// [`CarryError`]
pub fn remove(root: &Path, from: &Path, meant: &Meant) -> Result<(), CarryError> {
    let top = open_root(root)?;
    let source = Spot::find(&top, root, from, Make::No)?;
    match source.look()? {
        Some(seen) if meant.is(&seen) => {
            source.may_go()?;
            if source.hash(meant)? != meant.blake3 {
                return Err(CarryError::Changed(source.path()));
            }
            source.take_away(meant)
        }
        seen => {
            // Set aside by a call that was cut short before it was removed.
            let aside = source.beside(&meant.part());
            match aside.look()? {
                Some(seen) if meant.is(&seen) => aside.unlink(),
                _ if seen.is_none() => Err(CarryError::Gone(source.path())),
                _ => Err(CarryError::Changed(source.path())),
            }
        }
    }
}

impl Meant {
    /// The very file.
    fn is(&self, seen: &Stat) -> bool {
        self.looks_like(seen) && seen.st_ino == self.inode
    }

    /// The file, or a copy of it.
    fn looks_like(&self, seen: &Stat) -> bool {
        u64::try_from(seen.st_size) == Ok(self.size) && mtime_ns(seen) == self.mtime_ns
    }

    /// What it is called while it is under way; a watch leaves such names alone.
    fn part(&self) -> String {
        format!(".ddgen-{}", self.tag)
    }
}

fn mtime_ns(stat: &Stat) -> i64 {
    let nanos = i64::try_from(stat.st_mtime_nsec).unwrap_or(0);
    stat.st_mtime
        .saturating_mul(1_000_000_000)
        .saturating_add(nanos)
}

/// Whether a file that was moved or copied lies at a place.
fn is_there(top: &OwnedFd, root: &Path, place: &Path, meant: &Meant) -> Result<bool, CarryError> {
    let spot = match Spot::find(top, root, place, Make::No) {
        Err(CarryError::Gone(_)) => return Ok(false),
        found => found?,
    };
    match spot.look()? {
        Some(seen) if meant.is(&seen) => Ok(true),
        Some(seen) if meant.looks_like(&seen) => Ok(spot.hash(meant)? == meant.blake3),
        _ => Ok(false),
    }
}

impl Spot {
    fn hash(&self, meant: &Meant) -> Result<String, CarryError> {
        let mut file = self.open()?;
        let mut hasher = blake3::Hasher::new();
        copy(&mut file, &mut hasher, meant.size).map_err(|source| self.io("reading", source))?;
        Ok(hasher.finalize().to_hex().to_string())
    }

    fn move_to(&self, target: &Self, meant: &Meant) -> Result<(), CarryError> {
        let refused = |errno| failed("cannot be moved:", &self.path(), errno);
        match rename_new(self, target) {
            Ok(()) => {}
            Err(Errno::EXIST) => return self.meet(target, meant),
            // Another file system.
            Err(Errno::XDEV) => {
                if !matches!(target.look(), Ok(None)) {
                    return self.meet(target, meant);
                }
                self.may_go()?;
                self.copy_to(target, meant)?;
                return self.take_away(meant);
            }
            Err(errno) => return Err(refused(errno)),
        }
        // Between the look and the move another file may have taken its place.
        if target.look()?.is_none_or(|seen| !meant.is(&seen)) {
            rename_new(target, self).map_err(|errno| {
                failed(
                    "another file was moved and cannot be put back:",
                    &target.path(),
                    errno,
                )
            })?;
            return Err(CarryError::Changed(self.path()));
        }
        target.sync()?;
        self.sync()
    }

    fn meet(&self, target: &Self, meant: &Meant) -> Result<(), CarryError> {
        let taken = || CarryError::Taken(target.path());
        let seen = target.look().map_err(|_| taken())?.ok_or_else(taken)?;
        if meant.looks_like(&seen) {
            self.may_go()?;
        }
        let copied =
            meant.looks_like(&seen) && (meant.is(&seen) || target.hash(meant)? == meant.blake3);
        if !copied {
            return Err(taken());
        }
        target.sync()?;
        self.take_away(meant)
    }

    fn copy_to(&self, target: &Self, meant: &Meant) -> Result<(), CarryError> {
        let mut file = self.open()?;
        let seen = rustix::fs::fstat(&file)
            .map_err(|errno| failed("cannot be looked at:", &self.path(), errno))?;
        if !meant.is(&seen) {
            return Err(CarryError::Changed(self.path()));
        }
        let part = target.beside(&meant.part());
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = Mode::from_raw_mode(seen.st_mode & 0o777);
        let made = rustix::fs::openat(&part.folder, &part.name, flags, mode)
            .map_err(|errno| failed("the copy cannot be made:", &target.path(), errno))?;
        let mut out = Hashing {
            file: File::from(made),
            hasher: blake3::Hasher::new(),
        };
        copy(&mut file, &mut out, meant.size).map_err(|source| target.io("copying to", source))?;
        let when = Timespec {
            tv_sec: meant.mtime_ns.div_euclid(1_000_000_000),
            tv_nsec: meant.mtime_ns.rem_euclid(1_000_000_000) as _,
        };
        let times = Timestamps {
            last_access: when,
            last_modification: when,
        };
        rustix::fs::futimens(&out.file, &times)
            .map_err(|errno| failed("the copy keeps no time:", &target.path(), errno))?;
        out.file
            .sync_all()
            .map_err(|source| target.io("copying to", source))?;
        if out.hasher.finalize().to_hex().as_str() != meant.blake3 {
            part.unlink()?;
            return Err(CarryError::Changed(self.path()));
        }
        match rename_new(&part, target) {
            Ok(()) => target.sync(),
            Err(Errno::EXIST) => {
                part.unlink()?;
                Err(CarryError::Taken(target.path()))
            }
            Err(errno) => Err(failed("the copy cannot be named:", &target.path(), errno)),
        }
    }

    fn take_away(&self, meant: &Meant) -> Result<(), CarryError> {
        let aside = self.beside(&meant.part());
        rename_new(self, &aside)
            .map_err(|errno| failed("cannot be removed:", &self.path(), errno))?;
        if aside.look()?.is_none_or(|seen| !meant.is(&seen)) {
            rename_new(&aside, self).map_err(|errno| {
                failed(
                    "another file was set aside and cannot be put back:",
                    &aside.path(),
                    errno,
                )
            })?;
            return Err(CarryError::Changed(self.path()));
        }
        aside.unlink()
    }
}

/// Copies at most one byte more than there should be: a file that grows has no end.
fn copy(from: &mut File, to: &mut impl Write, size: u64) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    let mut from = from.take(size.saturating_add(1));
    loop {
        match from.read(&mut piece) {
            Ok(0) => return to.flush(),
            Ok(read) => to.write_all(&piece[..read])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Writes and hashes.
struct Hashing {
    file: File,
    hasher: blake3::Hasher,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
#[path = "carry_tests.rs"]
mod tests;
