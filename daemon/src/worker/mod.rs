//! Profiles files in worker processes, so that nothing a stranger's file does reaches the daemon.
//!
//! The daemon's side is [`WorkerPool`]; a worker's is [`main`]. Between them: an open descriptor and
//! a brief one way, progress and a profile document the other. [`open_beneath`] opens the file.

pub mod channel;
pub mod child;
pub mod config;
pub mod death;
pub mod error;
mod job;
mod launch;
mod limits;
pub mod open;
mod pool;
mod roster;
pub mod sandbox;
mod slot;
mod syscalls;
pub mod wire;

pub use child::main;
pub use config::{Allowance, Limits, PoolConfig, this_program};
pub use error::WorkerError;
pub use open::{OpenError, OpenedFile, open_beneath, unchanged};
pub use pool::{Profiled, WorkerPool};
pub use roster::{PoolState, WorkerState};
pub use sandbox::Sandbox;
pub use wire::RefusalKind;

/// The first argument that makes this binary a worker.
pub const WORD: &str = "__worker";
