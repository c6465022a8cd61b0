//! Arithmetic that neither order nor threads can change.

pub mod big;
pub mod moments;

pub use moments::Moments;
