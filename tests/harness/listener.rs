//! Real servers that alerts are told to: HTTP, and SMTP where `aiosmtpd` is installed.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::Place;

/// Ended when dropped.
pub struct Listener {
    child: Child,
    folder: PathBuf,
    pub web: u16,
    /// None without `aiosmtpd`.
    pub mail: Option<u16>,
}

impl Listener {
    /// # Panics
    /// Without `python3`.
    #[must_use]
    pub fn start(place: &Place) -> Self {
        let folder = place.path().join("listener");
        fs::create_dir_all(&folder).unwrap();
        let script = folder.join("listener.py");
        fs::write(&script, include_str!("listener.py")).unwrap();
        let mut command = Command::new("python3");
        command.arg(&script).arg(&folder).stdout(Stdio::piped());
        if let Some(packages) = std::env::var_os("DDGEN_TEST_PYTHON") {
            command.env("PYTHONPATH", packages);
        }
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        said.read_line(&mut line).unwrap();
        let ports: Vec<u16> = line
            .split_whitespace()
            .map(|port| port.parse().unwrap())
            .collect();
        let [web, mail] = ports[..] else {
            panic!("no ports: {line}");
        };
        Self {
            child,
            folder,
            web,
            mail: (mail != 0).then_some(mail),
        }
    }

    /// How paths are answered from now on: lines of `PATH CODE [SECONDS]`.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub fn answers(&self, lines: &str) {
        let new = self.folder.join("answers.new");
        fs::write(&new, lines).unwrap();
        fs::rename(new, self.folder.join("answers")).unwrap();
    }

    /// What came by a path; `mail` is one too.
    ///
    /// # Panics
    /// When a line is no JSON.
    #[must_use]
    pub fn told(&self, path: &str) -> Vec<Value> {
        let text = fs::read_to_string(self.folder.join("told")).unwrap_or_default();
        // The last line may be half written.
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let lines = whole
            .lines()
            .map(|line| serde_json::from_str(line).unwrap());
        lines.filter(|line: &Value| line["path"] == path).collect()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _waited = self.child.wait();
    }
}
