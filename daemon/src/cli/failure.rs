//! Why a command did not do what it was asked, and the exit code that says so.

use std::io::{self, Write};
use std::process::ExitCode;

use ddgen_ipc::ClientError;

use super::output::printable;

/// Refused: bad input, the reason on standard error.
pub(super) const REFUSED: u8 = 1;
/// What was typed cannot be meant.
pub(super) const USAGE: u8 = 2;
/// The daemon is not reachable.
pub(super) const UNREACHABLE: u8 = 3;
/// A contract is not kept.
pub(super) const BREACHED: u8 = 4;

/// A message for the person who typed the command, and an exit code for the script.
#[derive(Debug)]
pub(super) struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    pub(super) fn refused(message: impl Into<String>) -> Self {
        Self {
            code: REFUSED,
            message: message.into(),
        }
    }

    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self {
            code: USAGE,
            message: message.into(),
        }
    }

    pub(super) fn report(&self) -> ExitCode {
        // Names of files stand in messages: none of their bytes may steer the terminal.
        let lines: Vec<_> = self.message.lines().map(printable).collect();
        // Nobody may read it any more: the exit code says it as well.
        let _gone = writeln!(io::stderr(), "ddgend: {}", lines.join("\n"));
        ExitCode::from(self.code)
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let code = if error.is_unreachable() {
            UNREACHABLE
        } else {
            REFUSED
        };
        Self {
            code,
            // What the daemon says is one line, whatever stands in it.
            message: printable(&error.to_string()),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::refused(error.to_string())
    }
}
