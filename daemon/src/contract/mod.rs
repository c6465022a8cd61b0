//! Contracts as people write them: Table Schema (Frictionless) or Open Data Contract Standard v3.1, both
//! as JSON or YAML; and one made from a version.

mod freshness;
mod init;
mod odcs;
mod of_watch;
mod table_schema;
#[cfg(test)]
mod tests;
mod yaml;

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use ddgen_profile::contract::Contract;
use serde_json::Value;
use thiserror::Error;

pub use init::{odcs as init_odcs, table_schema as init_table_schema};
pub use of_watch::{FileError, OfWatch};

/// Bytes of a contract at most: a long one, not a data set.
const LONGEST: usize = 4 << 20;

/// Why a text is no contract.
#[derive(Debug, Error)]
pub enum ContractError {
    #[error("{0} bytes are more than the {LONGEST} that a contract may have")]
    TooLong(usize),
    #[error("it begins as JSON and is none: {0}")]
    NoJson(serde_json::Error),
    #[error(
        "it is no YAML ({0}): a contract is a Table Schema or an ODCS document, as JSON or YAML"
    )]
    NoYaml(String),
    #[error(
        "it is neither a Table Schema (an object with `fields`) nor an ODCS contract (an object with \
         `kind: DataContract` and a `schema`)"
    )]
    Unknown,
    #[error("{0}")]
    Unusable(String),
}

/// Reads a contract for the table of this name; an ODCS document may hold several.
///
/// # Errors
/// [`ContractError`]
pub fn parse(text: &str, table: &str) -> Result<Contract, ContractError> {
    of_table(&tree(text)?, table)
}

/// How long nothing may come, where the contract says so.
///
/// # Errors
/// [`ContractError`]
pub fn freshness(text: &str) -> Result<Option<Duration>, ContractError> {
    freshness::of(&tree(text)?).map_err(ContractError::Unusable)
}

fn of_table(document: &Value, table: &str) -> Result<Contract, ContractError> {
    let contract = if is_odcs(document) {
        odcs::read(document, table)
    } else if document["fields"].is_array() {
        table_schema::read(document)
    } else {
        return Err(ContractError::Unknown);
    };
    let contract = contract.map_err(ContractError::Unusable)?;
    contract.validate().map_err(ContractError::Unusable)?;
    freshness::of(document).map_err(ContractError::Unusable)?;
    Ok(contract)
}

fn is_odcs(document: &Value) -> bool {
    document["kind"] == "DataContract" || document["schema"].is_array()
}

/// The text of a contract file; one that is longer than a contract may be is not read to its end.
///
/// # Errors
/// When it cannot be read, or is no text.
pub fn text_of(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    let most = LONGEST as u64 + 1;
    File::open(path)?.take(most).read_to_string(&mut text)?;
    Ok(text)
}

/// The document, however it is written.
fn tree(text: &str) -> Result<Value, ContractError> {
    if text.len() > LONGEST {
        return Err(ContractError::TooLong(text.len()));
    }
    match text.trim_start().starts_with('{') {
        true => serde_json::from_str(text).map_err(ContractError::NoJson),
        false => yaml::read(text).map_err(ContractError::NoYaml),
    }
}

/// A contract as YAML, which is how ODCS is written as a rule.
///
/// # Errors
/// In words, when it cannot be written so.
pub fn as_yaml(contract: &Value) -> Result<String, String> {
    yaml::write(contract)
}

/// A bound, which JSON may hold as number or text.
fn bound(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

/// The values that are allowed.
fn values(value: &Value) -> Vec<String> {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |value: &Value| match value {
        Value::Bool(truth) => Some(truth.to_string()),
        other => bound(other),
    };
    list.iter().filter_map(text).collect()
}

fn name(value: &Value) -> Result<String, String> {
    let name = value["name"].as_str();
    name.map(str::to_owned)
        .ok_or_else(|| "a field has no name".to_owned())
}
