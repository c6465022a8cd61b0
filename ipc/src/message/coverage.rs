//! How much of what there is has been written about.

use serde::{Deserialize, Serialize};

/// One dictionary, and those fields of its current version that people wrote about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverageRow {
    pub name: String,
    pub fields: u32,
    /// With a description.
    pub described: u32,
    /// With an owner of their own, or of their dictionary.
    pub owned: u32,
    /// With a classification.
    pub classified: u32,
    /// Whether the dictionary itself has one.
    pub has_description: bool,
    pub has_owner: bool,
    pub has_classification: bool,
}
