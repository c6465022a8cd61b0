//! Opens a file that a stranger may have laid: beneath the watched root only, and only what is a
//! regular file.
//!
//! What a name stands for is looked at through an `O_PATH` handle first: to open a pipe would wake
//! its writer, and to open some devices moves something.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Component, Path, PathBuf};

use rustix::fs::{FileType, Mode, OFlags, ResolveFlags, Stat};
use rustix::io::Errno;
use thiserror::Error;

/// A regular file, open for reading, as it was when it was opened.
#[derive(Debug)]
pub struct OpenedFile {
    pub file: File,
    pub size: u64,
    /// Nanoseconds since the Unix epoch.
    pub mtime_ns: i64,
    pub inode: u64,
}

/// Why a path was not opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Nothing is there (any more).
    #[error("{} is not there any more", path.display())]
    Gone { path: PathBuf },
    /// The account of the daemon may not read it; a change of permissions helps.
    #[error("{} may not be read by the account of the daemon: give it read permission", path.display())]
    Denied { path: PathBuf },
    /// A link, device, pipe, socket or directory: never profiled.
    #[error("{} is {what}; only regular files are profiled", path.display())]
    NotAFile { path: PathBuf, what: &'static str },
    /// A folder on the way is a link: what it leads to may lie outside the watch.
    #[error("{} lies behind a symbolic link; links are not followed", path.display())]
    BehindLink { path: PathBuf },
    /// The path is absolute or has `..` in it.
    #[error("{} does not lie beneath the watched folder", path.display())]
    Outside { path: PathBuf },
    /// Another file took its place between two looks; look again later.
    #[error("{} was replaced while it was opened", path.display())]
    Replaced { path: PathBuf },
    /// The system refused; another try may succeed.
    #[error("{} cannot be opened: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
}

impl OpenError {
    fn from_errno(path: &Path, errno: Errno) -> Self {
        let path = path.to_path_buf();
        match errno {
            Errno::NOENT | Errno::NOTDIR => Self::Gone { path },
            Errno::ACCESS | Errno::PERM => Self::Denied { path },
            Errno::LOOP => Self::BehindLink { path },
            Errno::XDEV => Self::Outside { path },
            other => Self::Io {
                path,
                source: other.into(),
            },
        }
    }
}

/// Opens `relative` beneath `root` for reading.
///
/// `root` itself may be a link: the operator named it. Nothing below it is followed.
///
/// # Errors
/// [`OpenError`], with the full path in its words.
pub fn open_beneath(root: &Path, relative: &Path) -> Result<OpenedFile, OpenError> {
    open_with(root, relative, look_at_once)
}

type Look = fn(&OwnedFd, &Path) -> Result<OwnedFd, Errno>;

fn open_with(root: &Path, relative: &Path, at_once: Look) -> Result<OpenedFile, OpenError> {
    let full = root.join(relative);
    let names = names_of(relative).ok_or_else(|| OpenError::Outside { path: full.clone() })?;
    let fail = |errno| OpenError::from_errno(&full, errno);
    // A root that is not there is a mount that went away, never a file that was deleted.
    let anchor =
        rustix::fs::open(root, LOOK.union(OFlags::DIRECTORY), Mode::empty()).map_err(|errno| {
            OpenError::Io {
                path: root.to_path_buf(),
                source: errno.into(),
            }
        })?;

    let (place, name) = match at_once(&anchor, relative) {
        Ok(look) => (Place::Root(anchor, look), relative),
        Err(Errno::NOSYS | Errno::PERM) => {
            let (parent, look) = look_step_by_step(anchor, &names).map_err(fail)?;
            let last = names.last().copied().unwrap_or(relative);
            (Place::Parent(parent, look), last)
        }
        Err(errno) => return Err(fail(errno)),
    };

    let seen = rustix::fs::fstat(place.look()).map_err(fail)?;
    if let Some(what) = other_than_file(&seen) {
        return Err(OpenError::NotAFile { path: full, what });
    }
    let file = place.open(name).map_err(fail)?;
    let opened = OpenedFile::of(file).map_err(fail)?;
    if opened.inode != seen.st_ino {
        return Err(OpenError::Replaced { path: full });
    }
    Ok(opened)
}

/// Whether size, time of change and inode are still as they were at opening.
///
/// # Errors
/// When the file's metadata cannot be read any more (a network mount that went away).
pub fn unchanged(opened: &OpenedFile) -> io::Result<bool> {
    let now = rustix::fs::fstat(&opened.file)?;
    Ok(
        size(&now) == opened.size
            && mtime_ns(&now) == opened.mtime_ns
            && now.st_ino == opened.inode,
    )
}

impl OpenedFile {
    fn of(fd: OwnedFd) -> Result<Self, Errno> {
        let stat = rustix::fs::fstat(&fd)?;
        if other_than_file(&stat).is_some() {
            return Err(Errno::STALE);
        }
        Ok(Self {
            file: File::from(fd),
            size: size(&stat),
            mtime_ns: mtime_ns(&stat),
            inode: stat.st_ino,
        })
    }
}

const LOOK: OFlags = OFlags::PATH.union(OFlags::CLOEXEC);
const LOOK_HERE: OFlags = LOOK.union(OFlags::NOFOLLOW);
// NONBLOCK and NOCTTY only matter where a pipe or a terminal took the file's place in between.
const READ: OFlags = OFlags::RDONLY
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::NOCTTY)
    .union(OFlags::CLOEXEC);
const BENEATH: ResolveFlags = ResolveFlags::BENEATH
    .union(ResolveFlags::NO_SYMLINKS)
    .union(ResolveFlags::NO_MAGICLINKS);

/// From where the second look, the one that opens, takes the same way as the first.
enum Place {
    Root(OwnedFd, OwnedFd),
    Parent(OwnedFd, OwnedFd),
}

impl Place {
    const fn look(&self) -> &OwnedFd {
        match self {
            Self::Root(_, look) | Self::Parent(_, look) => look,
        }
    }

    fn open(&self, name: &Path) -> Result<OwnedFd, Errno> {
        match self {
            Self::Root(root, _) => beneath(root, name, READ),
            Self::Parent(parent, _) => rustix::fs::openat(parent, name, READ, Mode::empty()),
        }
    }
}

/// A link as the last name is handed out as itself, one on the way is `ELOOP`.
fn look_at_once(root: &OwnedFd, relative: &Path) -> Result<OwnedFd, Errno> {
    beneath(root, relative, LOOK_HERE)
}

fn beneath(root: impl AsFd, path: &Path, flags: OFlags) -> Result<OwnedFd, Errno> {
    // The kernel says AGAIN when a rename somewhere raced with the walk.
    for _ in 0..8 {
        match rustix::fs::openat2(root.as_fd(), path, flags, Mode::empty(), BENEATH) {
            Err(Errno::AGAIN | Errno::INTR) => {}
            done => return done,
        }
    }
    Err(Errno::AGAIN)
}

/// The way for kernels before 5.6 and for containers whose filter does not know `openat2`.
fn look_step_by_step(root: OwnedFd, names: &[&Path]) -> Result<(OwnedFd, OwnedFd), Errno> {
    let Some((last, folders)) = names.split_last() else {
        return Err(Errno::NOENT);
    };
    let mut parent = root;
    for name in folders {
        let next = rustix::fs::openat(&parent, *name, LOOK_HERE, Mode::empty())?;
        match FileType::from_raw_mode(rustix::fs::fstat(&next)?.st_mode) {
            FileType::Directory => parent = next,
            FileType::Symlink => return Err(Errno::LOOP),
            _ => return Err(Errno::NOTDIR),
        }
    }
    let look = rustix::fs::openat(&parent, *last, LOOK_HERE, Mode::empty())?;
    Ok((parent, look))
}

fn names_of(relative: &Path) -> Option<Vec<&Path>> {
    let names: Option<Vec<_>> = relative
        .components()
        .map(|part| match part {
            Component::Normal(name) => Some(Path::new(name)),
            _ => None,
        })
        .collect();
    names.filter(|names| !names.is_empty())
}

fn other_than_file(stat: &Stat) -> Option<&'static str> {
    Some(match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => return None,
        FileType::Directory => "a folder",
        FileType::Symlink => "a symbolic link",
        FileType::Fifo => "a pipe",
        FileType::Socket => "a socket",
        FileType::CharacterDevice | FileType::BlockDevice => "a device",
        FileType::Unknown => "of unknown kind",
    })
}

fn size(stat: &Stat) -> u64 {
    u64::try_from(stat.st_size).unwrap_or(0)
}

fn mtime_ns(stat: &Stat) -> i64 {
    let nanos = i64::try_from(stat.st_mtime_nsec).unwrap_or(0);
    stat.st_mtime
        .saturating_mul(1_000_000_000)
        .saturating_add(nanos)
}

#[cfg(test)]
#[path = "open_tests.rs"]
mod tests;
