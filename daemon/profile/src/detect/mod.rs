//! What a file is, decided by its content.

pub mod dialect;
pub mod encoding;
pub mod format;
