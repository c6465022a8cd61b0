//! What was judged of a version.

use serde::{Deserialize, Serialize};

/// An opinion on a version, drawn from those before it or from its contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingRow {
    /// Path of the field; none: the table.
    pub field: Option<String>,
    /// `drift` or `contract`.
    pub source: String,
    /// `UPPER_SNAKE_CASE`.
    pub code: String,
    /// `info`, `warning` or `error`.
    pub severity: String,
    /// One sentence.
    pub message: String,
}
