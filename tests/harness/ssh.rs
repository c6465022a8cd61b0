//! A real sshd of a test's own, on a port of its own, with keys of its own.

use std::fs::{self, File, Permissions};
use std::io::Read;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::{Place, is_root, until};

const SSHD: &str = "/usr/sbin/sshd";

/// Killed when dropped.
pub struct Sshd {
    child: Child,
    folder: PathBuf,
    port: u16,
}

impl Sshd {
    /// A server that lets every account of this machine in by the key it made.
    ///
    /// # Errors
    /// In words, what is missing here.
    ///
    /// # Panics
    /// When it does not come up; its log is in the message.
    pub fn start(place: &Place) -> Result<Self, &'static str> {
        if !is_root() {
            return Err("only root can run an sshd that serves several accounts");
        }
        if !Path::new(SSHD).exists() {
            return Err("/usr/sbin/sshd is not there: install openssh-server");
        }
        // Where sshd puts its unprivileged half; a service manager makes it otherwise.
        fs::create_dir_all("/run/sshd").unwrap();
        let folder = place.path().join("ssh");
        fs::create_dir(&folder).unwrap();
        for key in ["host", "user"] {
            let made = Command::new("ssh-keygen")
                .args(["-q", "-t", "ed25519", "-N", "", "-f"])
                .arg(folder.join(key))
                .status();
            assert!(made.unwrap().success());
        }
        // Read by the account that logs in.
        fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
        let port = free_port();
        let child = serve(&folder, port);
        let mut sshd = Self {
            child,
            folder,
            port,
        };
        until("sshd answers", || {
            let ended = sshd.child.try_wait().unwrap();
            assert!(ended.is_none(), "{ended:?}: {}", sshd.log());
            greets(port).then_some(())
        });
        Ok(sshd)
    }

    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What `ssh` is called with to run `command` in a terminal, through a port that leads here.
    #[must_use]
    pub fn arguments(&self, port: u16, account: &str, command: &str) -> Vec<String> {
        let options = [
            "StrictHostKeyChecking=no",
            "UserKnownHostsFile=/dev/null",
            "GlobalKnownHostsFile=/dev/null",
            "IdentitiesOnly=yes",
            "IdentityAgent=none",
            "PasswordAuthentication=no",
            "LogLevel=ERROR",
        ];
        let mut words = vec!["-F".to_owned(), "/dev/null".to_owned(), "-tt".to_owned()];
        for option in options {
            words.extend(["-o".to_owned(), option.to_owned()]);
        }
        let key = self.folder.join("user").display().to_string();
        words.extend(["-i".to_owned(), key, "-p".to_owned(), port.to_string()]);
        words.extend([format!("{account}@127.0.0.1"), command.to_owned()]);
        words
    }

    /// What the server has logged.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        let _already_dead = self.child.kill();
        let _reaped = self.child.wait();
    }
}

fn serve(folder: &Path, port: u16) -> Child {
    let here = folder.display();
    let settings = format!(
        "ListenAddress 127.0.0.1:{port}\nHostKey {here}/host\nAuthorizedKeysFile {here}/user.pub\n\
         PidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n\
         KbdInteractiveAuthentication no\nPermitRootLogin yes\nPrintMotd no\nPrintLastLog no\n\
         UseDNS no\nLogLevel VERBOSE\n"
    );
    fs::write(folder.join("sshd_config"), settings).unwrap();
    let log = File::create(folder.join("log")).unwrap();
    // `-D` keeps it in the foreground, `-e` logs to standard error.
    Command::new(SSHD)
        .args(["-D", "-e", "-f"])
        .arg(folder.join("sshd_config"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap()
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

fn greets(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else {
        return false;
    };
    let mut greeting = [0; 4];
    let waited = stream.set_read_timeout(Some(Duration::from_secs(5)));
    waited.is_ok() && stream.read_exact(&mut greeting).is_ok() && &greeting == b"SSH-"
}
