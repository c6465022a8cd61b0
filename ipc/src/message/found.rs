//! What a search finds.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// One page of what was found, the likeliest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// On the first page alone.
    pub dictionaries: Vec<FoundDictionary>,
    pub fields: Vec<FoundField>,
    /// There are more fields.
    pub more: bool,
    /// The words that were looked for instead, where those typed are nowhere.
    pub read_as: Option<String>,
}

/// One field of a current version that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundField {
    pub dictionary: String,
    pub version: u32,
    pub path: String,
    pub name: String,
    #[serde(rename = "type")]
    pub field_type: String,
    pub position: u32,
    pub semantic_type: Option<String>,
    pub pii: Option<String>,
    pub description: Option<String>,
}

/// One dictionary that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundDictionary {
    pub name: String,
    pub watch: String,
    pub version: u32,
    pub records: u64,
    pub fields: u32,
    pub updated_at: Timestamp,
    pub description: Option<String>,
}
