//! Why a file has no profile.

use thiserror::Error;

/// The engine's answer when a file cannot be profiled. Messages name place and remedy, and never
/// hold a value of the file.
#[derive(Debug, Error)]
pub enum Refusal {
    /// The bytes are not what they claim to be; the same bytes will be refused again.
    #[error("{message}")]
    Unreadable {
        message: String,
        /// Byte the reader stopped at, counted from 0.
        offset: Option<u64>,
    },
    /// A bound on depth, width or size was met.
    #[error("{0}")]
    TooLarge(String),
    /// The medium failed; another try may succeed.
    #[error("reading failed at byte {offset}: {source}")]
    Io { offset: u64, source: std::io::Error },
}
