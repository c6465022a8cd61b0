//! The house seen from outside: what is promised, on real files, by real processes.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod arrival;
mod crash;
mod directions;
mod flood;
mod numbers;
mod refusals;
mod two_daemons;
mod worker_faults;
