//! The house seen from outside: what is promised, on real files, by real processes.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod arrival;
mod directions;
mod numbers;
