//! Why native events are not to be had, in words that name the setting to change.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why a folder cannot be observed by native events.
#[derive(Debug, Error)]
pub(super) enum NativeError {
    #[error(
        "the kernel watches no more folders for this user (fs.inotify.max_user_watches{}): raise it, \
         `sysctl -w fs.inotify.max_user_watches=1048576`, and keep it in /etc/sysctl.d/",
        now(.0)
    )]
    MaxUserWatches(Option<u64>),
    #[error(
        "this user has no more inotify instances (fs.inotify.max_user_instances{}): raise it, \
         `sysctl -w fs.inotify.max_user_instances=1024`, and keep it in /etc/sysctl.d/",
        now(.0)
    )]
    MaxUserInstances(Option<u64>),
    #[error(
        "this process has no more file descriptors: raise `ulimit -n`, or LimitNOFILE= of the service"
    )]
    MaxDescriptors,
    #[error("the folder is gone")]
    Gone,
    /// Concerns this folder alone.
    #[error("{}", .1)]
    Folder(PathBuf, io::Error),
    #[error("native events are not available: {0}")]
    Other(String),
}

impl NativeError {
    /// Whether other folders would meet the same error: then the watch is polled.
    pub(super) fn concerns_all(&self) -> bool {
        !matches!(self, Self::Gone | Self::Folder(..))
    }
}

pub(super) fn cannot_start(error: &notify::Error) -> NativeError {
    match &error.kind {
        notify::ErrorKind::Io(io) if is(io, rustix::io::Errno::MFILE) => {
            // One error, two limits: whoever can still open a file has met that of inotify.
            match std::fs::File::open("/dev/null") {
                Ok(_) => NativeError::MaxUserInstances(setting("max_user_instances")),
                Err(_) => NativeError::MaxDescriptors,
            }
        }
        notify::ErrorKind::Io(io) if is(io, rustix::io::Errno::NFILE) => {
            NativeError::MaxDescriptors
        }
        _ => NativeError::Other(error.to_string()),
    }
}

pub(super) fn cannot_watch(folder: &Path, error: &notify::Error) -> NativeError {
    match &error.kind {
        notify::ErrorKind::MaxFilesWatch => {
            NativeError::MaxUserWatches(setting("max_user_watches"))
        }
        notify::ErrorKind::PathNotFound => NativeError::Gone,
        notify::ErrorKind::Io(io) if io.kind() == io::ErrorKind::NotFound => NativeError::Gone,
        notify::ErrorKind::Io(io) if is(io, rustix::io::Errno::NOSPC) => {
            NativeError::MaxUserWatches(setting("max_user_watches"))
        }
        notify::ErrorKind::Io(io) => {
            NativeError::Folder(folder.to_owned(), io::Error::new(io.kind(), io.to_string()))
        }
        _ => NativeError::Other(error.to_string()),
    }
}

fn is(error: &io::Error, errno: rustix::io::Errno) -> bool {
    error.raw_os_error() == Some(errno.raw_os_error())
}

fn setting(name: &str) -> Option<u64> {
    std::fs::read_to_string(Path::new("/proc/sys/fs/inotify").join(name))
        .ok()?
        .trim()
        .parse()
        .ok()
}

fn now(value: &Option<u64>) -> String {
    value.map(|value| format!(" = {value}")).unwrap_or_default()
}
