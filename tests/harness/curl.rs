//! HTTP as scripts speak it: by `curl`.

use std::process::Command;

use serde_json::Value;

use crate::{Place, until};

/// What `curl` was answered.
#[derive(Debug)]
pub struct Answered {
    pub code: u16,
    /// Status line and header lines.
    pub head: String,
    pub body: String,
}

impl Answered {
    /// # Panics
    /// When the body is no JSON document.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{error} in {}\n{}", self.head, self.body))
    }

    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim().to_owned())
    }
}

/// Runs `curl` with these arguments.
///
/// # Panics
/// Without `curl`, and when no HTTP answer comes.
#[must_use]
pub fn curl(arguments: &[&str]) -> Answered {
    let output = Command::new("curl")
        .args(["--silent", "--show-error", "--include", "--max-time", "60"])
        .args(["--write-out", "\n%{http_code} %{size_header}"])
        .args(arguments)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let text = String::from_utf8(output.stdout).unwrap();
    let (text, last) = text.rsplit_once('\n').unwrap();
    let (code, head) = last.split_once(' ').unwrap();
    let head: usize = head.parse().unwrap();
    assert!(head > 0, "{arguments:?}: {said}");
    let (head, body) = text.split_at(head.min(text.len()));
    Answered {
        code: code.parse().unwrap(),
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

impl Place {
    /// Where the daemon of this place serves HTTP, without a slash at its end.
    ///
    /// # Panics
    /// When it does not.
    #[must_use]
    pub fn http(&self) -> String {
        let address = until("HTTP", || {
            self.ask(&["status"])["http"].as_str().map(str::to_owned)
        });
        address.trim_end_matches('/').to_owned()
    }
}
