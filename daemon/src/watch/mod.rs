//! Watch and settle: says of every file that arrived in a watched folder, once it is complete, that
//! it is there.
//!
//! Native events (or polling where there are none) are hints: they may be late, doubled or lost. A
//! scan is the truth: at the start, when events were lost, when a folder appears, and every hour.
//! Both lead to the same look at a file, and each content is handed on once.
//!
//! ```text
//! native ─ hints ─┐
//!                 ├─ observer ── settle ── due (look, known?) ── sightings
//! scan ─── walk ──┘
//! ```

mod due;
mod filter;
mod ground;
mod handle;
mod hints;
mod known;
mod limits;
mod look;
mod mount;
mod names;
mod native;
mod observer;
mod recent;
mod rules;
mod scan;
mod scanning;
mod settle;
mod settling;
mod state;
mod taken;
#[cfg(test)]
mod tests;
mod walk;

pub use handle::{WatchHandle, start};
pub use known::{Known, KnownError};
pub use rules::{Mode, RuleError, Settle, WatchRules};
pub use state::{How, Problem, ProblemKind, SHOWN_PROBLEMS, WatchState};
