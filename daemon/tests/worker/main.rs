//! The worker pool against real processes of the real binary.

#![allow(clippy::unwrap_used)]

mod bench;
mod deaths;
mod impostors;
mod jobs;
mod profiles;
mod walls;
