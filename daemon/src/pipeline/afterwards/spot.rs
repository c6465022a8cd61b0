//! A name in an open folder beneath a watched one. Nothing follows a link, since a producer may lay
//! one where a folder of ours is to be.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::fs::{Access, AtFlags, FileType, Mode, OFlags, RenameFlags, Stat};
use rustix::io::Errno;
use rustix::process::Uid;
use thiserror::Error;

/// Folders are made as the daemon's umask has it.
const FOLDER: Mode = Mode::from_bits_retain(0o777);
const OPEN_FOLDER: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);
const READ: OFlags = OFlags::RDONLY
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::NOCTTY)
    .union(OFlags::CLOEXEC);

/// Why a file was not moved or removed. It lies where it lay, unless the words say otherwise.
#[derive(Debug, Error)]
pub enum CarryError {
    #[error("{} is not there any more", .0.display())]
    Gone(PathBuf),
    #[error("{} is not the file it was any more: it was written to or replaced since", .0.display())]
    Changed(PathBuf),
    #[error("another file lies at {}: move it away first", .0.display())]
    Taken(PathBuf),
    #[error("{what} {}: {source}", path.display())]
    Io {
        what: &'static str,
        path: PathBuf,
        source: io::Error,
    },
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Make {
    No,
    Folders,
}

/// A name in an open folder.
pub(super) struct Spot {
    pub(super) folder: Rc<OwnedFd>,
    shown: PathBuf,
    pub(super) name: OsString,
}

pub(super) fn open_root(root: &Path) -> Result<OwnedFd, CarryError> {
    // The operator named it: it may be a link.
    let flags = OPEN_FOLDER.difference(OFlags::NOFOLLOW);
    rustix::fs::open(root, flags, Mode::empty())
        .map_err(|errno| failed("the folder cannot be opened:", root, errno))
}

pub(super) fn failed(what: &'static str, path: &Path, errno: Errno) -> CarryError {
    CarryError::Io {
        what,
        path: path.to_owned(),
        source: errno.into(),
    }
}

impl Spot {
    pub(super) fn find(
        top: &OwnedFd,
        root: &Path,
        path: &Path,
        make: Make,
    ) -> Result<Self, CarryError> {
        let mut shown = root.to_owned();
        let mut names = Vec::new();
        for part in path.components() {
            match part {
                Component::Normal(name) => names.push(name),
                _ => return Err(failed("no place beneath the watch:", path, Errno::INVAL)),
            }
        }
        let Some((name, folders)) = names.split_last() else {
            return Err(failed("no file:", path, Errno::INVAL));
        };
        let mut folder = rustix::io::fcntl_dupfd_cloexec(top, 0)
            .map_err(|errno| failed("the folder cannot be opened:", root, errno))?;
        for part in folders {
            shown.push(part);
            folder = step(&folder, part, make).map_err(|errno| match errno {
                Errno::NOENT if make == Make::No => CarryError::Gone(root.join(path)),
                errno => failed("no folder for the file:", &shown, errno),
            })?;
        }
        Ok(Self {
            folder: Rc::new(folder),
            shown,
            name: (*name).to_owned(),
        })
    }

    pub(super) fn beside(&self, name: &str) -> Self {
        Self {
            folder: Rc::clone(&self.folder),
            shown: self.shown.clone(),
            name: name.into(),
        }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.shown.join(&self.name)
    }

    pub(super) fn look(&self) -> Result<Option<Stat>, CarryError> {
        match rustix::fs::statat(&self.folder, &self.name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(seen) if FileType::from_raw_mode(seen.st_mode) == FileType::RegularFile => {
                Ok(Some(seen))
            }
            Ok(_) => Err(CarryError::Changed(self.path())),
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(failed("cannot be looked at:", &self.path(), errno)),
        }
    }

    pub(super) fn unlink(&self) -> Result<(), CarryError> {
        rustix::fs::unlinkat(&self.folder, &self.name, AtFlags::empty())
            .map_err(|errno| failed("cannot be removed:", &self.path(), errno))?;
        self.sync()
    }

    /// Whether the file can be taken away, as far as modes tell: asked before it is read for nothing.
    pub(super) fn may_go(&self) -> Result<(), CarryError> {
        let refused = |errno| failed("cannot be removed:", &self.path(), errno);
        let wanted = Access::WRITE_OK | Access::EXEC_OK;
        rustix::fs::accessat(&self.folder, ".", wanted, AtFlags::EACCESS).map_err(refused)?;
        let folder = rustix::fs::fstat(&self.folder).map_err(refused)?;
        let Some(file) = self.look()? else {
            return Err(CarryError::Gone(self.path()));
        };
        match keeps(&folder, &file, rustix::process::geteuid()) {
            true => Err(refused(Errno::PERM)),
            false => Ok(()),
        }
    }

    pub(super) fn open(&self) -> Result<File, CarryError> {
        rustix::fs::openat(&self.folder, &self.name, READ, Mode::empty())
            .map(File::from)
            .map_err(|errno| failed("cannot be read:", &self.path(), errno))
    }

    pub(super) fn sync(&self) -> Result<(), CarryError> {
        rustix::fs::fsync(&self.folder)
            .map_err(|errno| failed("cannot be made lasting:", &self.shown, errno))
    }

    pub(super) fn io(&self, what: &'static str, source: io::Error) -> CarryError {
        CarryError::Io {
            what,
            path: self.path(),
            source,
        }
    }

    /// Writes a small file, in the place of an older one of its name.
    pub(super) fn put(&self, text: &str) -> Result<(), CarryError> {
        let part = self.beside(".ddgen-part");
        let refused = |errno| failed("cannot be written:", &self.path(), errno);
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = Mode::from_raw_mode(0o640);
        let made = rustix::fs::openat(&part.folder, &part.name, flags, mode).map_err(refused)?;
        let mut file = File::from(made);
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(|source| self.io("writing", source))?;
        rustix::fs::renameat(&part.folder, &part.name, &self.folder, &self.name)
            .map_err(refused)?;
        self.sync()
    }

    /// Removes the folder of this name, if nothing is in it.
    pub(super) fn remove_folder(&self) -> Result<(), CarryError> {
        rustix::fs::unlinkat(&self.folder, &self.name, AtFlags::REMOVEDIR)
            .map_err(|errno| failed("cannot be removed:", &self.path(), errno))
    }
}

fn step(folder: &OwnedFd, name: &OsStr, make: Make) -> Result<OwnedFd, Errno> {
    match rustix::fs::openat(folder, name, OPEN_FOLDER, Mode::empty()) {
        Err(Errno::NOENT) if make == Make::Folders => {}
        found => return found,
    }
    match rustix::fs::mkdirat(folder, name, FOLDER) {
        Ok(()) => rustix::fs::fsync(folder)?,
        // Somebody was faster.
        Err(Errno::EXIST) => {}
        Err(errno) => return Err(errno),
    }
    rustix::fs::openat(folder, name, OPEN_FOLDER, Mode::empty())
}

/// Renames to a name that must be new. File systems that cannot promise that give a second name and
/// take the first away.
pub(super) fn rename_new(from: &Spot, to: &Spot) -> Result<(), Errno> {
    let (here, there) = (&from.folder, &to.folder);
    let flags = RenameFlags::NOREPLACE;
    match rustix::fs::renameat_with(here, &from.name, there, &to.name, flags) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {}
        done => return done,
    }
    rustix::fs::linkat(here, &from.name, there, &to.name, AtFlags::empty())?;
    drop_first_name(from, to)
}

/// Whether a folder is one whose files only their owners take away.
pub(super) fn keeps(folder: &Stat, file: &Stat, me: Uid) -> bool {
    let sticky = Mode::from_raw_mode(folder.st_mode).contains(Mode::SVTX);
    sticky && !me.is_root() && ![folder.st_uid, file.st_uid].contains(&me.as_raw())
}

/// Takes the first name of a file away that has a second one. What a producer renamed to the first
/// meanwhile stays: the name is moved to one that only we use before anything is removed.
pub(super) fn drop_first_name(from: &Spot, to: &Spot) -> Result<(), Errno> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let stat = |spot: &Spot| {
        let seen = rustix::fs::statat(&spot.folder, &spot.name, AtFlags::SYMLINK_NOFOLLOW)?;
        Ok((seen.st_dev, seen.st_ino))
    };
    let (me, number) = (std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let now = ddgen_ipc::Timestamp::now().0;
    let own = from.beside(&format!(".ddgen-{me}-{now}-{number}"));
    let folder = &from.folder;
    rustix::fs::renameat(folder, &from.name, folder, &own.name)?;
    if stat(&own)? != stat(to)? {
        // Where yet another one lies there by now, this one keeps its name of ours.
        rustix::fs::linkat(folder, &own.name, folder, &from.name, AtFlags::empty())?;
    }
    rustix::fs::unlinkat(folder, &own.name, AtFlags::empty())
}
