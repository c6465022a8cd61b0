//! Why reading stops.

use crate::Refusal;

/// Ends the reading of a file.
#[derive(Debug)]
pub(super) enum Stop {
    /// The bytes at a place are not what the format says.
    Broken { at: u64, why: String },
    /// A bound was met.
    TooLarge { at: u64, why: String },
    /// What the medium, or another part of the engine, says.
    Refused(Refusal),
}

impl Stop {
    pub(super) fn broken(at: u64, why: impl Into<String>) -> Self {
        Self::Broken {
            at,
            why: why.into(),
        }
    }

    pub(super) fn too_large(at: u64, why: impl Into<String>) -> Self {
        Self::TooLarge {
            at,
            why: why.into(),
        }
    }

    /// Says in which column, counted from 1, and in which row group. Names of columns stay out of
    /// messages: they can be personal data.
    pub(super) fn within(self, column: usize, group: usize) -> Self {
        let place = |why: String| format!("column {column} of row group {group}: {why}");
        match self {
            Self::Broken { at, why } => Self::Broken {
                at,
                why: place(why),
            },
            Self::TooLarge { at, why } => Self::TooLarge {
                at,
                why: place(why),
            },
            other => other,
        }
    }

    pub(super) fn into_refusal(self) -> Refusal {
        match self {
            Self::Broken { at, why } => Refusal::Unreadable {
                message: format!("not a sound Parquet file: near byte {at}, {why}"),
                offset: Some(at),
            },
            Self::TooLarge { at, why } => {
                Refusal::TooLarge(format!("Parquet: near byte {at}, {why}"))
            }
            Self::Refused(refusal) => refusal,
        }
    }
}
