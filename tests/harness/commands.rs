//! The commands, run as a person or a script runs them.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::Place;

/// The path of a built binary of this workspace.
///
/// # Panics
/// When it was not built: `cargo build --workspace --bins` builds both, as `./test` does.
#[must_use]
pub fn binary(name: &str) -> PathBuf {
    // target/<profile>/deps/house-0123 -> target/<profile>/<name>
    let here = std::env::current_exe().unwrap();
    let found = here
        .ancestors()
        .skip(1)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file());
    found.unwrap_or_else(|| panic!("`{name}` is not built: run `cargo build --workspace --bins`"))
}

/// What a command left behind.
#[derive(Debug)]
pub struct Outcome {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Outcome {
    /// The one JSON document on standard output.
    ///
    /// # Panics
    /// When the command failed or printed something else.
    #[must_use]
    pub fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{}\n{}", self.stdout, self.stderr);
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error} in {}", self.stdout))
    }
}

/// Runs `ddgend` with these arguments at this place.
///
/// # Panics
/// When it cannot be started, or is killed.
pub fn ddgend<A: AsRef<OsStr>>(place: &Place, args: impl IntoIterator<Item = A>) -> Outcome {
    run(place.ddgend(&[]).args(args))
}

/// The same as another account. The place must be shared.
///
/// # Panics
/// When it cannot be started, or is killed.
pub fn ddgend_as<A: AsRef<OsStr>>(
    place: &Place,
    account: &str,
    args: impl IntoIterator<Item = A>,
) -> Outcome {
    run(place.ddgend_of(account).args(args))
}

fn run(command: &mut Command) -> Outcome {
    let output = command.output().unwrap();
    Outcome {
        code: output
            .status
            .code()
            .unwrap_or_else(|| panic!("{:?}", output.status)),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
