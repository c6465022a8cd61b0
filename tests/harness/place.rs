//! A folder of a test's own: a data directory, a socket's folder and a watched folder.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// Deleted when dropped. Below `/tmp`, so that a socket's path stays short.
pub struct Place {
    folder: TempDir,
}

impl Place {
    /// # Panics
    /// When the folders cannot be made.
    #[must_use]
    pub fn new() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("ddgen-")
            .tempdir_in("/tmp")
            .unwrap();
        fs::create_dir(folder.path().join("drop")).unwrap();
        Self { folder }
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The watched folder.
    #[must_use]
    pub fn drop_dir(&self) -> PathBuf {
        self.path().join("drop")
    }

    #[must_use]
    pub fn data_dir(&self) -> PathBuf {
        self.path().join("data")
    }

    #[must_use]
    pub fn runtime_dir(&self) -> PathBuf {
        self.path().join("run")
    }

    /// What every command of this place is started with: nothing of the developer's own settings
    /// leaks in.
    #[must_use]
    pub fn environment(&self) -> Vec<(OsString, OsString)> {
        let mut all: Vec<(OsString, OsString)> = vec![
            ("DDGEN_DATA_DIR".into(), self.data_dir().into()),
            ("DDGEN_RUNTIME_DIR".into(), self.runtime_dir().into()),
            ("HOME".into(), self.path().into()),
            ("XDG_CONFIG_HOME".into(), self.path().join("config").into()),
            ("RUST_BACKTRACE".into(), "1".into()),
            ("LANG".into(), "C.UTF-8".into()),
        ];
        all.extend(std::env::var_os("PATH").map(|path| ("PATH".into(), path)));
        all
    }

    /// Puts a file into the watched folder as a careful producer does: written under a temporary
    /// name, then renamed into place.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn drop_file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.drop_dir().join(name);
        let part = path.with_file_name(format!(".{}.part", path.file_name().unwrap().display()));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&part, content).unwrap();
        fs::rename(&part, &path).unwrap();
        path
    }
}

impl Default for Place {
    fn default() -> Self {
        Self::new()
    }
}

/// Processes that name this place on their command line: its daemon and its workers.
///
/// # Panics
/// Without `/proc`.
#[must_use]
pub fn processes_of(place: &Place) -> Vec<i32> {
    use std::os::unix::ffi::OsStrExt;
    let wanted = place.path().as_os_str().as_bytes();
    let pids = fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|entry| {
            let pid: i32 = entry.file_name().to_str()?.parse().ok()?;
            let words = fs::read(entry.path().join("cmdline")).ok()?;
            words
                .windows(wanted.len())
                .any(|part| part == wanted)
                .then_some(pid)
        });
    pids.collect()
}
