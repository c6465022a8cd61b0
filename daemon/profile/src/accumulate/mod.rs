//! Counting: every value of every field, merged over threads and blocks.
//!
//! A reader names its fields once ([`Columns::field`]), then tells what each record holds
//! ([`Columns::observe`], [`Columns::observe_missing`], [`Columns::end_record`]). While a field has
//! few distinct values a cell is one hash and one increment. A field that outgrows the memory
//! budget keeps the values whose hash is small enough, each with its exact count, and a running
//! tally of all the others ([`tally::Tally`]), so that everything which does not need the values
//! themselves stays exact.

pub mod column;
pub mod columns;
pub(crate) mod common;
pub mod hash;
pub(crate) mod lanes;
pub mod numbers;
pub mod plains;
mod record_part;
pub mod records;
pub mod sample;
pub mod tally;
pub mod values;

pub use columns::{Budget, Columns, FieldId, FieldSpec};

/// What a reader knows of a value before anyone looks at its characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A cell of delimited text: its characters decide what it is.
    Cell,
    /// Text by its own format (a JSON string): never a number, but a date may hide in it.
    Text,
    /// A number by its own format, in decimal notation.
    Number,
    /// `true` or `false` by its own format.
    Boolean,
    /// Bytes, in any printable notation.
    Binary,
    /// A container. The value is empty where its members are fields of their own, else its source
    /// text.
    Object,
    /// As [`Kind::Object`].
    Array,
}
