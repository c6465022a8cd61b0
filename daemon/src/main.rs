//! The daemon, and, under a hidden first argument, its workers.

use std::process::ExitCode;

use ddgend::worker;

fn main() -> ExitCode {
    if std::env::args_os()
        .nth(1)
        .is_some_and(|word| word == worker::WORD)
    {
        return worker::main();
    }
    eprintln!("usage: ddgend run --watch DIR");
    ExitCode::from(2)
}
