//! Files that were moved aside because they break their contract and their watch says so.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What to do about them. A drop is named by its id, or by the path that its producer gave the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum QuarantineCall {
    /// Answered with [`super::Reply::Quarantine`], in parts.
    List,
    /// Makes a version of the file although it breaks its contract, and puts it back where its
    /// producer had put it; answered with [`super::Reply::Working`] while it lasts, then
    /// [`super::Reply::Drop`].
    Release { drop: String },
    /// Makes a version of the file although it breaks its contract; the file stays in quarantine, or
    /// goes where its watch wants files after success. Answered as [`QuarantineCall::Release`].
    Accept { drop: String },
}

/// How far a file in quarantine is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuarantineState {
    /// Decided; the file is still to be moved.
    Moving,
    /// It lies there, and waits for a person.
    Held,
    /// A person let it through; the version is being made.
    Deciding,
    /// It is a version; the file is still to be moved where it belongs.
    Returning,
}

impl QuarantineState {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Moving => "moving",
            Self::Held => "held",
            Self::Deciding => "deciding",
            Self::Returning => "returning",
        }
    }
}

impl std::fmt::Display for QuarantineState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// One file in quarantine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QuarantineRow {
    /// The drop's.
    pub id: String,
    pub watch: String,
    /// Absolute path that its producer gave it.
    pub path: String,
    /// Absolute path where it lies now.
    pub lies: String,
    pub size: u64,
    pub arrived_at: Timestamp,
    pub quarantined_at: Timestamp,
    /// The dictionary that it would have been a version of, as far as its name tells.
    pub dictionary: String,
    /// Whose contract it breaks, in words.
    pub contract: String,
    pub state: QuarantineState,
    /// Why it could not be moved so far.
    pub problem: Option<String>,
    /// Who let it through.
    pub decided_by: Option<String>,
    /// Where it is not what its contract says; the first ones, where there are many.
    pub breaches: Vec<BreachRow>,
    /// Further ones that are not listed.
    pub more_breaches: u32,
}

/// One rule that a file breaks. Values of fields with personal data are masked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BreachRow {
    /// Path of the field; none: the table.
    pub field: Option<String>,
    pub rule: String,
    /// Values or records that break it; none where that is not known.
    pub count: Option<u64>,
    /// Number of the first record that does, from 1.
    pub first_record: Option<u64>,
    pub example: Option<String>,
    /// What is wrong, in a sentence.
    pub message: String,
}
