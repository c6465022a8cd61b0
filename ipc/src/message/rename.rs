//! Fields that go on under another path.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// A field that a version has under another path than the version before it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RenameRow {
    /// Number of the first version with the new path.
    pub version: u32,
    pub from: String,
    pub to: String,
    /// From 0 to 1; 1 by a person's word.
    pub score: f64,
    /// What it was seen by, in words.
    pub because: String,
    pub state: RenameState,
    /// Who decided; none: nobody but ddgen.
    pub author: Option<String>,
    pub decided_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RenameState {
    /// What is written about the field goes on under the new path.
    Applied,
    /// A person is asked.
    Proposed,
    /// They are two fields.
    Refused,
}

impl RenameState {
    /// The word, as in commands and documents.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Proposed => "proposed",
            Self::Refused => "refused",
        }
    }
}

/// Which rename is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenameCall {
    /// The old path; where nothing was found and this is given, a person says so.
    pub from: Option<String>,
    /// The new path; without `from` the old one will do.
    pub to: String,
}
