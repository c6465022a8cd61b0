//! The command line: one verb, one file.

mod args;
mod attach;
mod check;
mod config;
mod drops;
mod failure;
mod health;
mod ingest;
mod list;
mod output;
mod profile;
mod profile_table;
mod retry;
mod run;
mod show;
mod status;

use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Command};
use failure::Failure;

/// Parses the arguments and does what they say.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match dispatch(&arguments) {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

fn dispatch(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let format = arguments.format;
    match &arguments.command {
        Command::Run(flags) => run::run(flags),
        Command::Status(place) => status::run(place, format),
        Command::List(place) => list::run(place, format),
        Command::Show(args) => show::run(args, format),
        Command::Drops(args) => drops::run(args, format),
        Command::Retry(args) => retry::run(args, format),
        Command::Ingest(args) => ingest::run(args, format),
        Command::Profile(args) => profile::run(args, format),
        Command::Check(flags) => check::run(flags, format),
        Command::Config(flags) => config::run(flags, format),
        Command::Health(place) => health::run(place, format),
    }
}
