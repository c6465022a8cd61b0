//! A folder of a test's own: a data directory, a socket's folder and a watched folder.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// Deleted when dropped. Below `/tmp`, so that a socket's path stays short.
pub struct Place {
    folder: TempDir,
    account: Option<Account>,
}

/// Another account than the test's own, and a binary it may run.
struct Account {
    id: u32,
    program: PathBuf,
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
        Self {
            folder,
            account: None,
        }
    }

    /// Hands the place to another account: daemon and commands are started by it from now on. Only
    /// root can.
    ///
    /// # Panics
    /// When this is not root.
    pub fn hand_to(&mut self, id: u32) {
        // Where it was built, others may not look.
        let program = self.path().join("ddgend");
        fs::copy(crate::binary("ddgend"), &program).unwrap();
        for path in [self.path().to_owned(), self.drop_dir()] {
            chown(path, Some(id), Some(id)).unwrap();
        }
        self.account = Some(Account { id, program });
    }

    /// `ddgend` by the account of this place; `by` is a program that becomes it.
    pub(crate) fn ddgend(&self, by: &[OsString]) -> Command {
        let program = match &self.account {
            Some(account) => account.program.clone(),
            None => crate::binary("ddgend"),
        };
        let mut command = match by.split_first() {
            None => Command::new(program),
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(program);
                command
            }
        };
        if let Some(account) = &self.account {
            command.uid(account.id).gid(account.id);
        }
        self.surround(&mut command);
        command
    }

    /// Nothing but this place's own surroundings.
    pub(crate) fn surround(&self, command: &mut Command) {
        command
            .env_clear()
            .envs(self.environment())
            .current_dir(self.path())
            .stdin(Stdio::null());
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
            // How full the machine's own disk is decides no test.
            ("DDGEN_DISK_WARN_PERCENT".into(), "100".into()),
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
