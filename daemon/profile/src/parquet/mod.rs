//! Parquet: the footer, then every page of every column, counted value by value.
//!
//! The engine reads pages by itself: what stands in a dictionary is counted by its number and made
//! a text once, and nothing is allocated by what a damaged or hostile file claims. Statistics of
//! the footer are not asked: every value is read anyway, and they can be wrong.
//!
//! `footer` (places of all pages) -> `schema` (fields, and what levels say of them) -> `strips`
//! (runs of rows on all threads) -> `leaf` (one column of them) -> `page`, `entries`, `codec`, `values`
//! (bytes to values) -> `sink` (values to the accumulators).
//!
//! Paths are those of JSON: a list `tags` has elements `tags[]`, and a map is a list of entries
//! `attributes[].key`, `attributes[].value`.

mod codec;
mod delta;
mod dictionary;
mod entries;
mod footer;
mod hybrid;
mod leaf;
mod levels;
mod look;
mod page;
mod sampled;
mod schema;
mod sink;
mod stop;
mod strips;
mod text;
mod thrift;
mod values;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use serde_json::Value;

use crate::accumulate::Columns;
use crate::document::Field;
use crate::input::ReadAt;
use crate::{Brief, Refusal};
use schema::Schema;

/// Whether a content opens as Parquet does; the footer is then read or refused in words.
pub fn opens(head: &[u8]) -> bool {
    head.starts_with(footer::MAGIC)
}

/// All that was counted.
pub struct Outcome {
    pub columns: Columns,
    /// Lower-case hex of all bytes of the file.
    pub blake3: String,
    /// Texts that are not UTF-8, and the place of the first.
    pub damaged: u64,
    pub first_damaged: Option<u64>,
    declared: HashMap<String, (Value, &'static str)>,
}

impl Outcome {
    /// The accumulators, which leave an empty table behind.
    pub fn take_columns(&mut self) -> Columns {
        let empty = Columns::new(self.columns.budget());
        std::mem::replace(&mut self.columns, empty)
    }

    /// Writes down what the file states of a field. A field without any value has the type that the
    /// file states.
    pub fn declare(&self, field: &mut Field) {
        let Some((declared, type_name)) = self.declared.get(&field.path) else {
            return;
        };
        field.declared = Some(declared.clone());
        if field.count == field.null_count {
            field.field_type = (*type_name).to_owned();
        }
    }
}

/// Reads a file that opens as Parquet. `progress` is told bytes of the file.
///
/// # Errors
/// [`Refusal::Unreadable`] where the file is damaged, with the place; [`Refusal::TooLarge`] past a
/// bound; [`Refusal::Io`] when the medium fails.
pub fn read(
    input: &dyn ReadAt,
    brief: &Brief,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Outcome, Refusal> {
    read_by(input, brief, None, progress)
}

/// As [`read`], so many rows at a time.
fn read_by(
    input: &dyn ReadAt,
    brief: &Brief,
    rows: Option<u64>,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Outcome, Refusal> {
    let all = || {
        let footer = footer::read(input)?;
        let schema = Schema::of(&footer, brief.nested_depth_limit)?;
        let counted = strips::count(input, &footer, &schema, brief, rows, progress)?;
        Ok((schema, counted))
    };
    let (schema, counted) = all().map_err(stop::Stop::into_refusal)?;
    let declared = schema
        .fields
        .into_iter()
        .map(|field| (field.spec.path, (field.declared, field.type_name)));
    Ok(Outcome {
        columns: counted.columns,
        blake3: counted.blake3,
        damaged: counted.damage.values,
        first_damaged: counted.damage.first,
        declared: declared.collect(),
    })
}
