//! Where the daemon's socket is: the one file of this crate that reads the environment.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::PROTOCOL;

/// Bytes of a socket's path at most: `sun_path` holds 108 with its closing zero.
const MAX_PATH: usize = 107;

/// What a command was told about where the daemon lives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hints {
    /// `--runtime-dir` or `DDGEN_RUNTIME_DIR`.
    pub runtime_dir: Option<PathBuf>,
    /// `--data-dir` or `DDGEN_DATA_DIR`.
    pub data_dir: Option<PathBuf>,
    /// The folder a service manager made for this daemon (`RUNTIME_DIRECTORY`).
    pub service_dir: Option<PathBuf>,
    /// `XDG_RUNTIME_DIR`.
    pub xdg_runtime_dir: Option<PathBuf>,
    pub uid: u32,
}

#[derive(Debug, Error)]
pub enum PlaceError {
    #[error(
        "the socket's path `{0}` has {1} bytes and a socket's path has at most {MAX_PATH}: set \
         DDGEN_RUNTIME_DIR to a shorter folder"
    )]
    TooLong(PathBuf, usize),
}

impl Hints {
    /// What the environment says; flags the caller was given come first.
    #[must_use]
    pub fn from_environment(runtime_dir: Option<PathBuf>, data_dir: Option<PathBuf>) -> Self {
        let folder = |name: &str| {
            std::env::var_os(name)
                .filter(|value: &OsString| !value.is_empty())
                .map(PathBuf::from)
        };
        Self {
            runtime_dir: runtime_dir.or_else(|| folder("DDGEN_RUNTIME_DIR")),
            data_dir: data_dir.or_else(|| folder("DDGEN_DATA_DIR")),
            service_dir: folder("RUNTIME_DIRECTORY"),
            xdg_runtime_dir: folder("XDG_RUNTIME_DIR"),
            uid: rustix::process::geteuid().as_raw(),
        }
    }

    /// The folders a daemon may have put its socket in, the likeliest first.
    ///
    /// A data directory that was named keeps its socket with it, so that several daemons can live
    /// on one machine by data directory alone.
    fn folders(&self) -> Vec<PathBuf> {
        if let Some(folder) = &self.runtime_dir {
            return vec![folder.clone()];
        }
        if let Some(folder) = &self.service_dir {
            return vec![folder.clone()];
        }
        if let Some(folder) = &self.data_dir {
            return vec![folder.join("run")];
        }
        let own = match &self.xdg_runtime_dir {
            Some(folder) => folder.join("ddgen"),
            None => PathBuf::from(format!("/tmp/ddgen-{}", self.uid)),
        };
        vec![own, PathBuf::from(SYSTEM_DIR)]
    }

    /// Where a daemon started with these hints listens.
    ///
    /// # Errors
    /// When the path is longer than a socket's can be.
    pub fn socket(&self) -> Result<PathBuf, PlaceError> {
        let folder = self.folders().into_iter().next().unwrap_or_default();
        socket_in(&folder)
    }

    /// Where a client looks: its own daemon's socket first, then the machine's.
    ///
    /// # Errors
    /// When a path is longer than a socket's can be.
    pub fn sockets(&self) -> Result<Vec<PathBuf>, PlaceError> {
        self.folders()
            .iter()
            .map(|folder| socket_in(folder))
            .collect()
    }
}

/// Where a service puts its socket.
pub const SYSTEM_DIR: &str = "/run/ddgen";

/// The socket below a runtime folder; the protocol's number is part of the path.
fn socket_in(folder: &Path) -> Result<PathBuf, PlaceError> {
    let path = folder.join(format!("v{PROTOCOL}")).join("ddgend.sock");
    let length = path.as_os_str().len();
    if length > MAX_PATH {
        Err(PlaceError::TooLong(path, length))
    } else {
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hints() -> Hints {
        Hints {
            uid: 7,
            ..Hints::default()
        }
    }

    #[test]
    fn a_named_runtime_folder_wins() {
        let hints = Hints {
            runtime_dir: Some("/r".into()),
            data_dir: Some("/d".into()),
            xdg_runtime_dir: Some("/x".into()),
            ..hints()
        };
        assert_eq!(hints.socket().unwrap(), Path::new("/r/v1/ddgend.sock"));
        assert_eq!(hints.sockets().unwrap().len(), 1);
    }

    #[test]
    fn a_named_data_folder_keeps_its_socket_with_it() {
        let hints = Hints {
            data_dir: Some("/d".into()),
            xdg_runtime_dir: Some("/x".into()),
            ..hints()
        };
        assert_eq!(
            hints.sockets().unwrap(),
            [PathBuf::from("/d/run/v1/ddgend.sock")]
        );
    }

    #[test]
    fn without_any_word_the_own_daemon_comes_before_the_machines() {
        let hints = Hints {
            xdg_runtime_dir: Some("/x".into()),
            ..hints()
        };
        assert_eq!(
            hints.sockets().unwrap(),
            [
                PathBuf::from("/x/ddgen/v1/ddgend.sock"),
                "/run/ddgen/v1/ddgend.sock".into()
            ]
        );
        assert_eq!(
            self::hints().socket().unwrap(),
            Path::new("/tmp/ddgen-7/v1/ddgend.sock")
        );
    }

    #[test]
    fn a_path_no_socket_can_have_is_refused_in_words() {
        let hints = Hints {
            runtime_dir: Some("/a".repeat(60).into()),
            ..hints()
        };
        let message = hints.socket().unwrap_err().to_string();
        assert!(message.contains("DDGEN_RUNTIME_DIR"), "{message}");
        let fits = "/".to_owned() + &"a".repeat(MAX_PATH - 1 - "/v1/ddgend.sock".len());
        assert_eq!(
            Hints {
                runtime_dir: Some(fits.into()),
                ..self::hints()
            }
            .socket()
            .unwrap()
            .as_os_str()
            .len(),
            MAX_PATH
        );
    }
}
