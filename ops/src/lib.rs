//! What an operator of ddgen needs: probes with a verdict, one snapshot of the daemon's state that
//! health and metrics answer from, and the metrics themselves.
//!
//! This crate never names the daemon. The daemon states its [`Facts`], the probes look at them and
//! at the machine, and the [`Snapshot`] that comes of it is put on the [`Board`]. Whoever is asked
//! reads the board, so that an answer costs nothing and never waits for the store.
//!
//! A snapshot is taken when something changed and once a minute; between two of them nothing runs.

pub mod alerts;
pub mod backup;
mod facts;
mod meter;
mod metrics;
mod post;
mod probe;
mod probes;
mod process;
mod snapshot;
pub mod upkeep;

pub use alerts::Undelivered;
pub use facts::{Facts, Stage, StoreFacts};
pub use meter::Meter;
pub use metrics::{Metrics, Outcome, TextFormat, Told};
pub use post::Post;
pub use probe::{Finding, Probe, overall};
pub use probes::{Clock, DiskSpace, Memory, Parked, QueueAge, Store, Watches, Workers};
pub use process::ProcessFacts;
pub use snapshot::{Board, Snapshot};

pub use ddgen_ipc::Timestamp;
pub use ddgen_ipc::message::{DropCounts, ProbeRow, QueueCounts, Verdict, WatchRow, WorkerRow};
