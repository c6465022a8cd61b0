//! The daemon and its commands, and, under a hidden first argument, its workers.

use std::process::ExitCode;

use ddgend::{cli, worker};

fn main() -> ExitCode {
    // Before any thread starts: a worker locks itself in while it is alone.
    if std::env::args_os()
        .nth(1)
        .is_some_and(|word| word == worker::WORD)
    {
        return worker::main();
    }
    cli::main()
}
