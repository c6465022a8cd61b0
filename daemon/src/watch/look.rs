//! One look at one path: what lies there, and can it be read.

use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;

use rustix::fs::{Mode, OFlags};

/// What makes a file the same file: equal stamps, equal content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Stamp {
    pub(super) size: u64,
    /// Nanoseconds since the Unix epoch.
    pub(super) mtime_ns: i64,
    pub(super) inode: u64,
}

/// A regular file as the file system describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileSeen {
    pub(super) stamp: Stamp,
    /// Number of names the file has.
    pub(super) links: u64,
    /// Blocks of 512 bytes that hold data or are reserved for it.
    pub(super) blocks: u64,
    /// When content or attributes last changed, nanoseconds since the Unix epoch. Unlike mtime
    /// nobody can set it.
    pub(super) ctime_ns: i64,
}

/// What lies at a path.
#[derive(Debug)]
pub(super) enum Seen {
    Gone,
    Folder,
    /// A link or special file: never followed, never opened. The word for it.
    Refused(&'static str),
    Unreadable(io::Error),
    File(FileSeen),
}

impl FileSeen {
    pub(super) fn of(metadata: &std::fs::Metadata) -> Self {
        Self {
            stamp: Stamp {
                size: metadata.len(),
                mtime_ns: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
                inode: metadata.ino(),
            },
            links: metadata.nlink(),
            blocks: metadata.blocks(),
            ctime_ns: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
        }
    }

    /// Empty, or long and without one block of data: more often a place kept for what is still to
    /// be written than a delivery. Short files may live inside the inode.
    pub(super) fn is_placeholder(&self) -> bool {
        self.stamp.size == 0 || (self.blocks == 0 && self.stamp.size >= 64 * 1024)
    }
}

/// Looks at `path` without following links. A file is opened for reading: only that shows whether
/// it can be read, and only that makes a network mount ask its server for the size of now.
pub(super) fn look(path: &Path) -> Seen {
    let metadata = match path.symlink_metadata() {
        Ok(metadata) => metadata,
        Err(error) => return failed(error),
    };
    if let Some(kind) = special(&metadata.file_type()) {
        return Seen::Refused(kind);
    }
    if metadata.is_dir() {
        return Seen::Folder;
    }
    // NONBLOCK: were the file replaced by a pipe just now, opening it must not wait for a writer.
    let flags =
        OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let opened = match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(opened) => std::fs::File::from(opened),
        Err(rustix::io::Errno::LOOP) => return Seen::Refused("a symbolic link"),
        Err(error) => return failed(error.into()),
    };
    match opened.metadata() {
        Ok(metadata) if metadata.is_file() => Seen::File(FileSeen::of(&metadata)),
        Ok(metadata) => Seen::Refused(special(&metadata.file_type()).unwrap_or("not a file")),
        Err(error) => failed(error),
    }
}

/// The word for what is neither a regular file nor a folder.
pub(super) fn special(kind: &std::fs::FileType) -> Option<&'static str> {
    if kind.is_file() || kind.is_dir() {
        None
    } else if kind.is_symlink() {
        Some("a symbolic link")
    } else if kind.is_fifo() {
        Some("a pipe")
    } else if kind.is_socket() {
        Some("a socket")
    } else {
        Some("a device")
    }
}

fn failed(error: io::Error) -> Seen {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Seen::Gone,
        _ => Seen::Unreadable(error),
    }
}

/// Saturates in the year 2262.
fn nanoseconds(seconds: i64, nanoseconds: i64) -> i64 {
    seconds
        .saturating_mul(1_000_000_000)
        .saturating_add(nanoseconds)
}
