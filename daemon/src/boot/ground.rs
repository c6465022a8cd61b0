//! What must be ours before anything starts: folders, locks, ports.

use std::path::PathBuf;

use anyhow::{Context, anyhow};
use ddgen_ipc::Timestamp;
use ddgen_ipc::place::Hints;
use ddgen_ops::backup::finish_restore;
use tokio::net::TcpListener;

use crate::http::{self, HttpError};
use crate::instance::{Holder, InstanceLock, make_private};
use crate::settings::{Flags, HttpSettings, Settings, SocketAccess, SocketSettings};
use crate::socket::endpoint::{Access, Claim};
use crate::socket::peer::{Admission, RoleGroups, gid_of};

/// A data directory and a socket under lock.
pub(super) struct Ground {
    data_lock: InstanceLock,
    door: Door,
}

/// The socket's claim, and who may come in through it.
pub(super) struct Door {
    pub(super) claim: Claim,
    pub(super) admission: Admission,
}

impl Ground {
    pub(super) fn take(
        settings: &Settings,
        flags: &Flags,
        started_at: Timestamp,
    ) -> anyhow::Result<Self> {
        let dir = &settings.data.dir;
        make_private(dir).with_context(|| {
            format!(
                "the data directory `{}` cannot be made: give the daemon another with --data-dir",
                dir.display()
            )
        })?;
        let socket = socket_of(settings, flags)?;
        let holder = Holder {
            pid: std::process::id(),
            started_at,
            data_dir: dir.clone(),
            socket: socket.clone(),
        };
        let data_lock = InstanceLock::take(&dir.join("ddgend.lock"), &holder)?;
        // A restore that was cut short behind its decision is brought to its end.
        if let Some(id) = finish_restore(dir)? {
            tracing::warn!(backup = %id, "an interrupted restore was completed");
        }
        let access = access_of(&settings.socket)?;
        let claim = Claim::take(&socket, access, &holder)?;
        let admission = Admission {
            access,
            groups: RoleGroups {
                readers: settings.socket.readers.clone(),
                editors: settings.socket.editors.clone(),
                admins: settings.socket.admins.clone(),
            },
            own_uid: rustix::process::geteuid().as_raw(),
        };
        Ok(Self {
            data_lock,
            door: Door { claim, admission },
        })
    }

    /// The door, and the lock that is released last.
    pub(super) fn into_door(self) -> (Door, InstanceLock) {
        (self.door, self.data_lock)
    }
}

fn socket_of(settings: &Settings, flags: &Flags) -> anyhow::Result<PathBuf> {
    let hints = Hints::from_environment(settings.data.runtime_dir.clone(), flags.data_dir.clone());
    // Clients stand in other folders: the socket's path must not depend on ours.
    Ok(std::path::absolute(hints.socket()?)?)
}

fn access_of(settings: &SocketSettings) -> anyhow::Result<Access> {
    match settings.access {
        SocketAccess::Private => Ok(Access::Private),
        SocketAccess::Group => gid_of(&settings.group).map(Access::Group).ok_or_else(|| {
            anyhow!(
                "there is no unix group `{0}` for the socket: `groupadd --system {0}`, or name \
                 another in [socket] group, or set access = \"private\"",
                settings.group
            )
        }),
    }
}

/// Listens where HTTP is to be served; none when it is off.
pub(super) async fn listen_http(settings: &HttpSettings) -> Result<Option<TcpListener>, HttpError> {
    match settings.address {
        Some(address) => http::bind(&address.to_string()).await.map(Some),
        None => Ok(None),
    }
}
