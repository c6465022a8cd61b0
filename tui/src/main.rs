//! `ddgen-tui`: exit 0 when the user is done, 1 when something failed, 2 when used wrongly.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use ddgen_tui::cli::Cli;
use ddgen_tui::{run, terminal};

fn main() -> ExitCode {
    let cli = Cli::parse();
    if !terminal::are_terminals() {
        say(
            "ddgen-tui draws on a terminal, and standard input or output is none; for scripts, use \
             `ddgend list`, `ddgend show NAME` or `ddgend status` with `--format json`",
        );
        return ExitCode::from(2);
    }
    match run::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("ddgen-tui: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// To standard error; a terminal that is gone is not worth a panic.
fn say(words: &str) {
    let _gone = writeln!(std::io::stderr(), "{words}");
}
