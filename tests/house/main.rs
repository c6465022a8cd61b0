//! The house seen from outside: what is promised, on real files, by real processes.

mod arrival;
mod directions;
mod numbers;
