//! The contract that a watch names, for dictionaries without one of their own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ddgen_profile::contract::Contract;
use thiserror::Error;

use super::{ContractError, is_odcs, odcs, of_table, text_of, tree};

/// A contract file, read once: a reload of the settings reads it again.
#[derive(Debug, Clone, PartialEq)]
pub struct OfWatch {
    pub path: PathBuf,
    /// How long nothing may come, of each dictionary that the contract is for.
    freshness: Option<Duration>,
    rules: Rules,
}

#[derive(Debug, Clone, PartialEq)]
enum Rules {
    /// Every file of the watch.
    All(Contract),
    /// Files of these dictionaries, and no other.
    Named(BTreeMap<String, Contract>),
}

/// Why a watch has no contract although it names one.
#[derive(Debug, Error)]
pub enum FileError {
    #[error("{} cannot be read: {because}", path.display())]
    Unreadable {
        path: PathBuf,
        because: std::io::Error,
    },
    #[error("{} is no contract: {because}", path.display())]
    NoContract {
        path: PathBuf,
        because: ContractError,
    },
}

impl OfWatch {
    /// Reads a contract file. Blocks.
    ///
    /// # Errors
    /// [`FileError`]
    pub fn read(path: &Path) -> Result<Self, FileError> {
        let text = text_of(path).map_err(|because| FileError::Unreadable {
            path: path.to_owned(),
            because,
        })?;
        let no_contract = |because| FileError::NoContract {
            path: path.to_owned(),
            because,
        };
        let rules = rules(&text).map_err(no_contract)?;
        Ok(Self {
            freshness: super::freshness(&text).map_err(no_contract)?,
            path: path.to_owned(),
            rules,
        })
    }

    /// How long nothing may come of the dictionary that is called so.
    #[must_use]
    pub fn freshness(&self, stem: &str) -> Option<Duration> {
        match &self.rules {
            Rules::All(_) => self.freshness,
            Rules::Named(named) => self.freshness.filter(|_| named.contains_key(stem)),
        }
    }

    /// What the tables of a file must satisfy, by their names; under the empty name what holds for
    /// every other one. `stem` is what the file's dictionary is called.
    #[must_use]
    pub fn for_file(&self, stem: &str) -> BTreeMap<String, Contract> {
        match &self.rules {
            Rules::All(contract) => [(String::new(), contract.clone())].into(),
            Rules::Named(named) => {
                let mut held = named.clone();
                if let Some(own) = named.get(stem) {
                    held.insert(String::new(), own.clone());
                }
                held
            }
        }
    }
}

/// A document with one schema holds for every file, as a Table Schema does, which has no name at all;
/// one with several for those that it names.
fn rules(text: &str) -> Result<Rules, ContractError> {
    let document = tree(text)?;
    let schemas = document["schema"].as_array().map(Vec::as_slice);
    match schemas {
        Some(schemas @ [_, _, ..]) if is_odcs(&document) => {
            let mut named = BTreeMap::new();
            for name in schemas.iter().flat_map(odcs::names) {
                named.insert(name.to_owned(), of_table(&document, name)?);
            }
            Ok(Rules::Named(named))
        }
        _ => of_table(&document, "").map(Rules::All),
    }
}
