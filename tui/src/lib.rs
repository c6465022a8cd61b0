//! The terminal client: a model, an update that is pure, a view that only reads, and around them
//! the connection to the daemon and the terminal.

pub mod app;
pub mod cli;
pub mod format;
pub mod keys;
pub mod link;
pub mod run;
pub mod start;
pub mod terminal;
pub mod text;
pub mod update;
pub mod view;

#[cfg(test)]
#[path = "../tests/support/sample.rs"]
mod sample;
