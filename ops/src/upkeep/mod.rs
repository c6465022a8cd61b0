//! Upkeep: tasks by schedule, with the last run of each and what came of it.
//!
//! Nothing here runs by itself: whoever drives it asks what is due, does it, and says how it ended.

mod ledger;

pub use ledger::{Ledger, NoTask, Task};

#[cfg(test)]
mod tests;
