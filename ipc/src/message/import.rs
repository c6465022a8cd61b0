//! Many edits at once, made elsewhere.

use serde::{Deserialize, Serialize};

use super::Aspect;

/// One cell of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportCell {
    pub dictionary: String,
    /// Path of the field; none: the dictionary itself.
    pub field: Option<String>,
    pub aspect: Aspect,
    /// Empty: remove.
    pub value: String,
    /// The revision that was exported, 0 where nothing was written. None: made by hand.
    pub base: Option<u64>,
}

/// What becomes of a cell that somebody else wrote since it was exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnConflict {
    /// It stays as it is here.
    Skip,
    /// It becomes what the import says.
    Overwrite,
    /// Nothing at all is imported.
    Fail,
}

/// A cell that says something new, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedCell {
    pub dictionary: String,
    pub field: Option<String>,
    pub aspect: Aspect,
    pub before: String,
    pub after: String,
    pub outcome: ImportOutcome,
    /// Why it was skipped.
    pub because: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportOutcome {
    Written,
    /// Written over what somebody else wrote meanwhile.
    Overwritten,
    /// It stays as it is.
    Skipped,
}
