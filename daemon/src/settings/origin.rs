//! Where a value came from, and which of several wins.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

/// Where a value came from, precisely enough to go there and change it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Origin {
    /// Nobody said anything.
    Default,
    /// A line of `ddgen.toml`.
    File { path: PathBuf, line: usize },
    /// A line of `.env` or of the file `--env-file` names.
    EnvFile {
        path: PathBuf,
        line: usize,
        variable: String,
    },
    /// A variable of the environment.
    Variable { variable: String },
    /// A file that holds nothing but a secret, and who named it.
    SecretFile { path: PathBuf, named_by: String },
    /// A credential that systemd handed over.
    Credential { path: PathBuf },
    /// A flag of the command line.
    Flag { flag: String },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::EnvFile {
                path,
                line,
                variable,
            } => {
                write!(f, "{}:{line} {variable}", path.display())
            }
            Self::Variable { variable } => write!(f, "environment {variable}"),
            Self::SecretFile { path, named_by } => {
                write!(f, "file {}, named by {named_by}", path.display())
            }
            Self::Credential { path } => write!(f, "credential {}", path.display()),
            Self::Flag { flag } => write!(f, "flag {flag}"),
        }
    }
}

/// The layers, weakest first.
///
/// Names of our own stand above bare ones wherever they are written: shells and other programs
/// export `HOST` or `DATABASE_URL` for themselves, and nobody exports `DDGEN_HOST` by accident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Default,
    File,
    /// Carries the file's place among the `.env` files: the one a flag names comes last.
    BareEnvFile(usize),
    BareVariable,
    BareCredential,
    OwnEnvFile(usize),
    OwnVariable,
    OwnCredential,
    Flag,
}
