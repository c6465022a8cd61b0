//! Accounts and a group made for one test, gone with it. Only root can.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::{Place, binary, is_root, until};

/// Deleted when dropped.
pub struct Accounts {
    users: Vec<String>,
    groups: Vec<String>,
}

impl Accounts {
    /// None where accounts cannot be made: the words say why.
    ///
    /// # Errors
    /// What is missing.
    pub fn new() -> Result<Self, &'static str> {
        if !is_root() {
            return Err("only root can make accounts");
        }
        for tool in ["useradd", "groupadd", "setpriv"] {
            if Command::new(tool).arg("--help").output().is_err() {
                return Err("the commands useradd, groupadd and setpriv are not all there");
            }
        }
        Ok(Self {
            users: Vec::new(),
            groups: Vec::new(),
        })
    }

    /// A new group.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn group(&mut self, role: &str) -> String {
        let name = unique(role);
        patiently("groupadd", &[&name]);
        self.groups.push(name.clone());
        name
    }

    /// A new account that can log in with a key, with its home at `home`, in `groups` besides its
    /// own.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn user(&mut self, role: &str, home: &Path, groups: &[&str]) -> String {
        let name = unique(role);
        let (home, groups) = (home.display().to_string(), groups.join(","));
        // `*` is no password and no locked account: sshd lets it in by key.
        let mut args = vec!["--no-create-home", "--user-group", "--shell", "/bin/sh"];
        args.extend(["--password", "*", "--home-dir", &home]);
        if !groups.is_empty() {
            args.extend(["--groups", &groups]);
        }
        args.push(&name);
        patiently("useradd", &args);
        self.users.push(name.clone());
        name
    }
}

impl Drop for Accounts {
    fn drop(&mut self) {
        for user in &self.users {
            // The last process of a session may still be ending, and the lock may be held.
            let gone = || attempt("userdel", &[user]).is_some_and(|out| out.status.success());
            let _left_behind = (0..50).any(|_| {
                std::thread::park_timeout(std::time::Duration::from_millis(20));
                gone()
            });
        }
        for group in &self.groups {
            let _left_behind = attempt("groupdel", &[group]);
        }
    }
}

/// What a command is started through to run as this account, with the groups it is in.
#[must_use]
pub fn through(account: &str) -> Vec<String> {
    let mut words = vec!["setpriv".to_owned()];
    words.extend([format!("--reuid={account}"), format!("--regid={account}")]);
    words.push("--init-groups".to_owned());
    words
}

impl Place {
    /// Lets every account of the machine read this place and run its binaries, and makes `owner`
    /// the one who may write to it.
    ///
    /// # Panics
    /// When this is not root's process.
    pub fn share(&self, owner: &str) {
        let bin = self.path().join("bin");
        fs::create_dir(&bin).unwrap();
        for name in ["ddgend", "ddgen-tui"] {
            // The target directory may lie in a home that nobody else can enter.
            let (built, shared) = (binary(name), bin.join(name));
            fs::hard_link(&built, &shared)
                .or_else(|_| fs::copy(&built, &shared).map(drop))
                .unwrap();
        }
        for folder in [self.path(), &bin] {
            fs::set_permissions(folder, Permissions::from_mode(0o755)).unwrap();
        }
        let owned = Command::new("chown")
            .arg(owner)
            .args([self.path(), &self.drop_dir()])
            .status();
        assert!(owned.unwrap().success());
    }

    /// A binary of this workspace that every account can run, in a shared place.
    #[must_use]
    pub fn shared_binary(&self, name: &str) -> PathBuf {
        self.path().join("bin").join(name)
    }

    /// `ddgend` as this account, in a shared place.
    pub(crate) fn ddgend_of(&self, account: &str) -> Command {
        let through = through(account);
        let mut command = Command::new(&through[0]);
        command.args(&through[1..]);
        command.arg(self.shared_binary("ddgend"));
        self.surround(&mut command);
        command
    }
}

fn unique(role: &str) -> String {
    format!("ddt-{role}-{}", std::process::id())
}

/// Another test may hold the lock of the account files.
fn patiently(program: &str, args: &[&str]) {
    let mut last = String::new();
    until(&format!("{program} {}", args.join(" ")), || {
        let output = attempt(program, args)?;
        last = String::from_utf8_lossy(&output.stderr).into_owned();
        let locked = last.contains("lock");
        assert!(output.status.success() || locked, "{program}: {last}");
        output.status.success().then_some(())
    });
}

fn attempt(program: &str, args: &[&str]) -> Option<Output> {
    Command::new(program).args(args).output().ok()
}
