//! Dictionaries, versions and fields as rows of a list.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// One dictionary; records and fields are of its current version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DictionaryRow {
    pub name: String,
    pub watch: String,
    /// The part of the file names that all drops of the dictionary share.
    pub stem: String,
    /// How many versions there are.
    pub versions: u32,
    /// Number of the current version.
    pub version: u32,
    pub records: u64,
    pub fields: u32,
    /// Fields of the current version that hold personal data.
    pub pii_fields: u32,
    /// Findings of the current version of severity warning and above.
    pub warnings: u32,
    /// `csv`, `json`, `jsonl` ...
    pub format: String,
    /// Bytes of the file the current version was taught by.
    pub bytes: u64,
    /// Name of that file.
    pub file: String,
    pub updated_at: Timestamp,
    /// The current version may still be replaced, until then.
    pub provisional_until: Option<Timestamp>,
}

/// What one drop taught about a dictionary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VersionRow {
    pub number: u32,
    pub current: bool,
    pub records: u64,
    pub fields: u32,
    pub schema_hash: String,
    pub file: String,
    pub bytes: u64,
    pub blake3: String,
    pub created_at: Timestamp,
}

/// One field of a version, as far as a list needs it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldRow {
    pub path: String,
    pub name: String,
    pub position: u32,
    pub nesting_level: u32,
    pub field_type: String,
    pub nullable: bool,
    pub count: u64,
    pub null_count: u64,
    pub distinct_count: u64,
    pub semantic_type: Option<String>,
    /// Presidio's entity, where the field holds personal data.
    pub pii: Option<String>,
    /// Smallest and largest value as shown: masked where the field is.
    pub min: Option<String>,
    pub max: Option<String>,
    pub mean: Option<f64>,
    pub findings: u32,
    /// Some numbers of the field are estimates.
    pub estimated: bool,
}
