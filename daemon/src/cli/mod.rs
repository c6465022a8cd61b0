//! The command line: one verb, one file.

mod alerts;
mod amounts;
mod annotate;
mod args;
mod attach;
mod backup;
mod check;
mod config;
mod contract;
mod diff;
mod doctor;
mod drops;
mod export;
mod failure;
mod health;
mod import;
mod ingest;
mod keys;
mod lint;
mod list;
mod output;
mod profile;
mod profile_table;
mod progress;
mod quarantine;
mod renames;
mod reshape;
mod restore;
mod retry;
mod run;
mod screen;
mod search;
mod show;
mod status;
mod support_bundle;
mod text;
mod upkeep;
mod verdict;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use args::{Arguments, Command, Format, ProfileFormat};
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
    let own = match (&arguments.command, arguments.format) {
        (Command::Profile(_), _) | (Command::Diff(_), ProfileFormat::Markdown) => {
            Some(Format::Table)
        }
        _ => None,
    };
    let Some(format) = arguments.format.common().or(own) else {
        let words = "only `profile` prints csv, and only `profile` and `diff` print markdown: choose \
                     `table` or `json`";
        Arguments::command()
            .error(ErrorKind::InvalidValue, words)
            .exit();
    };
    match &arguments.command {
        Command::Profile(args) => profile::run(args, arguments.format),
        Command::Run(flags) => run::run(flags),
        Command::Status(place) => status::run(place, format),
        Command::List(place) => list::run(place, format),
        Command::Show(args) => show::run(args, format),
        Command::Import(args) => import::run(args, format),
        Command::Lint(args) => lint::run(args, format),
        Command::Export(args) => export::run(args, format),
        Command::Search(args) => search::run(args, format),
        Command::Annotate(args) => annotate::run(args, format),
        Command::Move(args) => reshape::rename(args, format),
        Command::Merge(args) => reshape::merge(args, format),
        Command::Split(args) => reshape::split(args, format),
        Command::Unfold(args) => reshape::unfold(args, format),
        Command::Verdict(args) => verdict::run(args, format),
        Command::Diff(args) => diff::run(args, arguments.format),
        Command::Renames(args) => renames::run(args, format),
        Command::Accept(args) => renames::accept(args, format),
        Command::Refuse(args) => renames::refuse(args, format),
        Command::Contract(args) => contract::run(args, format),
        Command::Drops(args) => drops::run(args, format),
        Command::Quarantine(args) => quarantine::run(args, format),
        Command::Release(args) => quarantine::release(args, format),
        Command::Retry(args) => retry::run(args, format),
        Command::Backup(args) => backup::run(args, format),
        Command::Alerts(args) => alerts::run(args, format),
        Command::Upkeep(args) => upkeep::run(args, format),
        Command::Ingest(args) => ingest::run(args, format),
        Command::Restore(args) => restore::run(args, format),
        Command::Keys(args) => keys::run(args, format),
        Command::Check(flags) => check::run(flags, format),
        Command::Doctor(flags) => doctor::run(flags, format),
        Command::SupportBundle(args) => support_bundle::run(args, format),
        Command::Config(flags) => config::run(flags, format),
        Command::Health(place) => health::run(place, format),
    }
}
