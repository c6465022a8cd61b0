//! Delimited text: bytes to cells.

mod cells;
pub mod cut;
pub mod fill;
pub mod footer;
#[cfg(test)]
mod fuzz;
pub mod header;
pub mod ragged;
pub mod read;
pub mod rewrite;
pub mod scan;
mod simd;
pub mod tokens;

pub use read::{Outcome, read};

/// The signs a delimited text is built with, as the scan needs them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signs {
    pub delimiter: u8,
    pub quote: u8,
}
