//! What the tests of the house stand on: real daemons, real commands, real terminals.

#![allow(clippy::unwrap_used, reason = "a harness fails its test by panicking")]

mod accounts;
mod bad_line;
mod bucket;
mod chance;
mod commands;
mod curl;
mod daemon;
mod duckdb;
mod listener;
mod picture;
mod place;
mod relay;
mod small_disk;
mod small_files;
mod ssh;
mod terminal;
mod wait;

pub use accounts::{Accounts, through};
pub use bad_line::BadLine;
pub use bucket::Bucket;
pub use chance::Chance;
pub use commands::{Outcome, binary, ddgend, ddgend_as};
pub use curl::{Answered, curl};
pub use daemon::{Daemon, Plan};
pub use duckdb::{duckdb, python_package};
pub use listener::Listener;
pub use place::{Place, processes_of};
pub use relay::Relay;
pub use small_disk::SmallDisk;
pub use small_files::{SmallFile, small_files};
pub use ssh::Sshd;
pub use terminal::{Terminal, colours};
pub use wait::{DEADLINE, until, within};

/// Says loudly that a test cannot run here, and why. The test then returns.
pub fn skip(test: &str, because: &str) {
    eprintln!("SKIPPED {test}: {because}");
}

/// Whether this process may do what only root may.
#[must_use]
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}
