//! The socket in its folder: made with the right modes, stale ones cleared under a lock.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use interprocess::local_socket::tokio::prelude::*;
use interprocess::local_socket::tokio::{Listener, Stream};
use interprocess::local_socket::{GenericFilePath, ListenerOptions, ToFsName};
use interprocess::os::unix::local_socket::ListenerOptionsExt;
use rustix::fs::{Gid, chown};
use thiserror::Error;

use crate::instance::{Holder, InstanceError, InstanceLock};

/// Who may open the socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// The daemon's own account.
    Private,
    /// Members of this unix group.
    Group(u32),
}

#[derive(Debug, Error)]
pub enum EndpointError {
    #[error(transparent)]
    Instance(#[from] InstanceError),
    #[error(
        "the socket's folder `{}` cannot be made ready: {because}. Set DDGEN_RUNTIME_DIR to a folder \
         this account may write to", path.display()
    )]
    Folder { path: PathBuf, because: io::Error },
    #[error(
        "the socket's folder `{}` belongs to `{owner}` or lets everybody rename in it: set \
         DDGEN_RUNTIME_DIR to a folder of this account", path.display()
    )]
    NotOurs { path: PathBuf, owner: String },
    #[error("something answers at `{}` that holds no lock: another program owns that socket", .0.display())]
    Answers(PathBuf),
    #[error("the socket `{}` cannot be opened: {because}", path.display())]
    Bind { path: PathBuf, because: io::Error },
}

/// A bound socket. Fields are dropped in order: the listener unlinks its path before the lock is
/// released, so that it never unlinks a successor's.
pub struct Endpoint {
    listener: Listener,
    _lock: InstanceLock,
}

/// The socket's folder under lock: nobody else will listen here.
pub struct Claim {
    lock: InstanceLock,
    socket: PathBuf,
    access: Access,
}

impl Claim {
    /// Makes the folder and takes its lock.
    ///
    /// # Errors
    /// When the folder is not ours to use, or another daemon holds it.
    pub fn take(socket: &Path, access: Access, holder: &Holder) -> Result<Self, EndpointError> {
        let folder = socket.parent().unwrap_or(Path::new("/"));
        if let Some(runtime) = folder.parent() {
            make_runtime_folder(runtime, access)?;
        }
        make_own_folder(folder, access)?;
        let lock = InstanceLock::take(&folder.join("ddgend.lock"), holder)?;
        Ok(Self {
            lock,
            socket: socket.to_owned(),
            access,
        })
    }

    /// Clears what a dead daemon left behind and listens.
    ///
    /// # Errors
    /// When something lives at the path, or binding fails.
    pub fn bind(self) -> Result<Endpoint, EndpointError> {
        let bind = |because| EndpointError::Bind {
            path: self.socket.clone(),
            because,
        };
        match UnixStream::connect(&self.socket) {
            Ok(_) => return Err(EndpointError::Answers(self.socket)),
            // Only a refusal proves that nobody listens: no answer is not a "no".
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                fs::remove_file(&self.socket).map_err(bind)?;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(bind(error)),
        }
        let mode = match self.access {
            Access::Private => 0o600,
            Access::Group(_) => 0o660,
        };
        let name = self
            .socket
            .as_path()
            .to_fs_name::<GenericFilePath>()
            .map_err(bind)?;
        let listener = ListenerOptions::new()
            .name(name)
            .mode(mode)
            .create_tokio()
            .map_err(bind)?;
        // The listener's mode goes through the umask, which takes the group's right to write.
        fs::set_permissions(&self.socket, fs::Permissions::from_mode(mode)).map_err(bind)?;
        if let Access::Group(gid) = self.access {
            chown(&self.socket, None, Some(Gid::from_raw(gid))).map_err(|e| bind(e.into()))?;
        }
        Ok(Endpoint {
            listener,
            _lock: self.lock,
        })
    }
}

impl Endpoint {
    /// # Errors
    /// What the kernel says of accepting.
    pub async fn accept(&self) -> io::Result<Stream> {
        self.listener.accept().await
    }
}

/// The folder that holds the protocol's: made when it is missing. One that is there already belongs
/// to somebody, `/tmp` perhaps, and stays as it is.
fn make_runtime_folder(folder: &Path, access: Access) -> Result<(), EndpointError> {
    let Ok(found) = fs::symlink_metadata(folder) else {
        return make_own_folder(folder, access);
    };
    // In a folder of another account, or one where everybody may rename, ours could be swapped.
    let trusted = [0, rustix::process::geteuid().as_raw()].contains(&found.uid());
    let mode = found.permissions().mode();
    if found.is_symlink() || (trusted && (mode & 0o002 == 0 || mode & 0o1000 != 0)) {
        return Ok(());
    }
    let owner = super::peer::account(found.uid());
    Err(EndpointError::NotOurs {
        path: folder.to_owned(),
        owner,
    })
}

/// A folder of this daemon alone, with exactly the mode its access asks for.
fn make_own_folder(folder: &Path, access: Access) -> Result<(), EndpointError> {
    let failed = |because: io::Error| EndpointError::Folder {
        path: folder.to_owned(),
        because,
    };
    let mode = match access {
        Access::Private => 0o700,
        Access::Group(_) => 0o750,
    };
    DirBuilder::new()
        .recursive(true)
        .mode(mode)
        .create(folder)
        .map_err(failed)?;
    // Not followed: in a shared /tmp somebody may have put a link there first.
    let found = fs::symlink_metadata(folder).map_err(failed)?;
    if !found.is_dir() {
        return Err(failed(io::Error::from(io::ErrorKind::NotADirectory)));
    }
    if found.uid() != rustix::process::geteuid().as_raw() {
        let owner = super::peer::account(found.uid());
        return Err(EndpointError::NotOurs {
            path: folder.to_owned(),
            owner,
        });
    }
    if let Access::Group(gid) = access
        && found.gid() != gid
    {
        chown(folder, None, Some(Gid::from_raw(gid))).map_err(|error| failed(error.into()))?;
    }
    if found.permissions().mode() & 0o777 != mode {
        fs::set_permissions(folder, fs::Permissions::from_mode(mode)).map_err(failed)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ddgen_ipc::Timestamp;

    fn holder(socket: &Path) -> Holder {
        Holder {
            pid: std::process::id(),
            started_at: Timestamp(0),
            data_dir: "/data".into(),
            socket: socket.to_owned(),
        }
    }

    fn mode_of(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[tokio::test]
    async fn a_private_socket_is_private_and_a_stale_one_is_cleared() {
        let place = tempfile::tempdir().unwrap();
        let socket = place.path().join("run/v1/ddgend.sock");
        fs::create_dir_all(socket.parent().unwrap()).unwrap();
        // A socket whose listener died with its file left behind.
        drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
        assert!(socket.exists());
        let claim = Claim::take(&socket, Access::Private, &holder(&socket)).unwrap();
        let endpoint = claim.bind().unwrap();
        assert_eq!(mode_of(&socket), 0o600);
        assert_eq!(mode_of(socket.parent().unwrap()), 0o700);
        UnixStream::connect(&socket).unwrap();
        let second = Claim::take(&socket, Access::Private, &holder(&socket));
        assert!(matches!(
            second.err(),
            Some(EndpointError::Instance(InstanceError::Held(_)))
        ));
        drop(endpoint);
        assert!(!socket.exists());
    }

    #[tokio::test]
    async fn a_socket_that_answers_is_never_taken_over() {
        let place = tempfile::tempdir().unwrap();
        let socket = place.path().join("run/v1/ddgend.sock");
        fs::create_dir_all(socket.parent().unwrap()).unwrap();
        let _alive = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let claim = Claim::take(&socket, Access::Private, &holder(&socket)).unwrap();
        assert!(matches!(
            claim.bind().err(),
            Some(EndpointError::Answers(_))
        ));
        UnixStream::connect(&socket).unwrap();
    }

    #[tokio::test]
    async fn a_folder_that_was_there_stays_as_it_is() {
        let place = tempfile::tempdir().unwrap();
        let shared = place.path().join("shared");
        fs::create_dir(&shared).unwrap();
        fs::set_permissions(&shared, fs::Permissions::from_mode(0o1777)).unwrap();
        let socket = shared.join("v1/ddgend.sock");
        let claim = Claim::take(&socket, Access::Private, &holder(&socket)).unwrap();
        let _endpoint = claim.bind().unwrap();
        let mode = fs::metadata(&shared).unwrap().permissions().mode();
        assert_eq!(
            (mode & 0o7777, mode_of(&shared.join("v1"))),
            (0o1777, 0o700)
        );
        // Where everybody may rename, the socket's folder could be swapped for another.
        let open = place.path().join("open");
        fs::create_dir(&open).unwrap();
        fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
        let socket = open.join("v1/ddgend.sock");
        let refused = Claim::take(&socket, Access::Private, &holder(&socket));
        assert!(matches!(refused.err(), Some(EndpointError::NotOurs { .. })));
    }

    #[tokio::test]
    async fn a_group_socket_lets_the_group_in() {
        let place = tempfile::tempdir().unwrap();
        let socket = place.path().join("run/v1/ddgend.sock");
        let gid = rustix::process::getegid().as_raw();
        let claim = Claim::take(&socket, Access::Group(gid), &holder(&socket)).unwrap();
        let _endpoint = claim.bind().unwrap();
        assert_eq!(mode_of(&socket), 0o660);
        assert_eq!(mode_of(socket.parent().unwrap()), 0o750);
    }
}
