//! What the engine is handed beside the bytes.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::Refusal;
use crate::contract::{Contract, Rules};
use crate::document::Said;
use crate::sketch::SketchKey;

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
    /// What the values of sketches are hashed under; without it none are made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sketch_key: Option<SketchKey>,
    /// The latest day it is anywhere (`YYYY-MM-DD`): a date past it lies in the future.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub today: Option<String>,
    /// What people said of fields, by table and path; the one table of a file without a name of its
    /// own for it is called `""`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub said: BTreeMap<String, BTreeMap<String, Said>>,
    /// What tables must satisfy, by their names, as in `said`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub contracts: BTreeMap<String, Contract>,
}

impl Brief {
    /// What a table must satisfy.
    #[must_use]
    pub fn contract_of(&self, table: &str) -> Option<&Contract> {
        self.contracts.get(table).or_else(|| self.contracts.get(""))
    }

    /// The rules about values, for the accumulators of a table.
    ///
    /// # Errors
    /// [`Refusal::Unreadable`] where one cannot be used.
    pub(crate) fn rules_of(&self, table: &str) -> Result<Option<Arc<Rules>>, Refusal> {
        match self.contract_of(table) {
            Some(contract) => Rules::of(contract).map_err(|why| Refusal::Unreadable {
                message: format!("its contract cannot be used: {why}"),
                offset: None,
            }),
            None => Ok(None),
        }
    }

    /// What people said of the fields of a table.
    #[must_use]
    pub fn said_of(&self, table: &str) -> Option<&BTreeMap<String, Said>> {
        self.said.get(table).or_else(|| self.said.get(""))
    }
}

impl Default for Brief {
    fn default() -> Self {
        Self {
            name: String::new(),
            memory_budget: 64 << 20,
            threads: 1,
            sample_size: 10,
            nested_depth_limit: 10,
            sketch_key: None,
            today: None,
            said: BTreeMap::new(),
            contracts: BTreeMap::new(),
        }
    }
}
