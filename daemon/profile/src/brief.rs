//! What the engine is handed beside the bytes.

use serde::{Deserialize, Serialize};

/// How one file is to be profiled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Brief {
    /// The file's own name, without its folder: shown in the document; a hint, never a proof.
    pub name: String,
    /// Bytes all columns of the file share before they become sketches.
    pub memory_budget: u64,
    /// Threads the engine may use; never changes a printed number.
    pub threads: usize,
    /// How many values of a field are shown as samples and as top values.
    pub sample_size: usize,
    /// Nested paths deeper than this are kept as one value of type `object` or `array`.
    pub nested_depth_limit: usize,
}

impl Default for Brief {
    fn default() -> Self {
        Self {
            name: String::new(),
            memory_budget: 64 << 20,
            threads: 1,
            sample_size: 10,
            nested_depth_limit: 10,
        }
    }
}
