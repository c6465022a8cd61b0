//! Dictionaries renamed, put together, taken apart.

use serde::{Deserialize, Serialize};

/// What is to be done; later files go where it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReshapeCall {
    /// Another name; the old one still leads there.
    Move { name: String, to: String },
    /// The versions and words of one become another's.
    Merge { name: String, into: String },
    /// Some versions become a dictionary of their own, which has the words as well.
    Split {
        name: String,
        to: String,
        what: SplitBy,
    },
    /// The file of this drop (an id, or a path) was folded into a series, and becomes a dictionary of
    /// its own.
    Unfold { drop: String },
}

/// Which versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SplitBy {
    /// By their numbers.
    Versions(Vec<u32>),
    /// Those whose files have this name, or fold to it; later files of it go along.
    Series(String),
}
