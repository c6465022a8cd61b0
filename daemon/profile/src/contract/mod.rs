//! What a file must satisfy, checked over all of its records while they are read.
//!
//! Values are checked once a distinct value, when they are counted out or let pass, with the count and the
//! first place that the accumulators keep anyway: counts of violations are those of all records, whatever
//! the memory.

mod check;
mod judge;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub(crate) use check::{Broken, Check, Rules};
pub(crate) use judge::{Counted, of_field, of_table};

/// What one table must satisfy.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Contract {
    /// In the order that [`Matching::Exact`] asks for.
    pub fields: Vec<FieldRule>,
    pub matching: Matching,
    pub min_records: Option<u64>,
    pub max_records: Option<u64>,
}

/// Which fields a table may have beside those of its contract (Table Schema's `fieldsMatch`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matching {
    /// These, in this order, and no other.
    Exact,
    /// These and no other.
    Equal,
    /// Some of these and no other.
    Subset,
    /// These and any other.
    #[default]
    Superset,
    /// At least one of these, and any other.
    Partial,
}

/// What one field must satisfy.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldRule {
    pub path: String,
    /// A Table Schema type.
    #[serde(rename = "type")]
    pub field_type: Option<String>,
    /// No value may be missing.
    pub required: bool,
    /// No value may be there twice.
    pub unique: bool,
    /// Numbers, or dates and times in ISO 8601.
    pub minimum: Option<String>,
    pub maximum: Option<String>,
    /// Whether the bounds themselves are outside.
    pub exclusive_minimum: bool,
    pub exclusive_maximum: bool,
    /// In characters.
    pub min_length: Option<u64>,
    pub max_length: Option<u64>,
    /// A regular expression that the whole value matches.
    pub pattern: Option<String>,
    /// The only values there may be; empty: any.
    pub values: Vec<String>,
}

/// Where a table is not what its contract says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Violation {
    /// Path of the field; none: the table.
    pub field: Option<String>,
    /// `field type required unique minimum maximum length pattern values records`, and `unexpected`,
    /// `order`.
    pub rule: String,
    /// Values or records that break it; none where that is not known.
    pub count: Option<u64>,
    /// Number of the first record that does, from 1.
    pub first_record: Option<u64>,
    /// A value that does; masked where the field is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub example: Option<String>,
    /// What is wrong, in a sentence.
    pub message: String,
}

impl Contract {
    /// Whether every pattern and bound can be read.
    ///
    /// # Errors
    /// What cannot, in words.
    pub fn validate(&self) -> Result<(), String> {
        for rule in &self.fields {
            check::Check::new(rule).map_err(|why| format!("field `{}`: {why}", rule.path))?;
        }
        Ok(())
    }
}

impl Violation {
    /// All of it but the field, for people.
    #[must_use]
    pub fn sentence(&self) -> String {
        let record = self
            .first_record
            .map(|record| format!("first in record {record}"));
        let example = self
            .example
            .as_deref()
            .map(|example| format!("`{example}`"));
        let beside: Vec<String> = record.into_iter().chain(example).collect();
        match beside.is_empty() {
            true => self.message.clone(),
            false => format!("{} ({})", self.message, beside.join(": ")),
        }
    }
}
