//! What people wrote.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What was written about one aspect of a field, or of the dictionary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnotationRow {
    /// Path of the field; none: the dictionary itself.
    pub field: Option<String>,
    pub aspect: Aspect,
    /// Empty: removed.
    pub value: String,
    pub author: String,
    pub written_at: Timestamp,
    /// Goes up with every edit of the store.
    pub revision: u64,
    /// Number of the version that was current then.
    pub version: Option<u32>,
}

/// What can be written about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aspect {
    /// Markdown.
    Description,
    /// What people call it.
    BusinessName,
    Owner,
    /// Separated by commas.
    Tags,
    /// How confidential it is, in the house's own words.
    Classification,
    /// How much depends on it.
    Criticality,
    /// Values that show what is meant.
    Examples,
    /// A person's verdict on the semantic type of a field: it wins over what the values say. `none`: of
    /// no semantic type.
    SaidType,
    /// A person's verdict on whether a field is personal data: Presidio's entity, or `none`.
    SaidPii,
}

impl Aspect {
    pub const ALL: [Self; 9] = [
        Self::Description,
        Self::BusinessName,
        Self::Owner,
        Self::Tags,
        Self::Classification,
        Self::Criticality,
        Self::Examples,
        Self::SaidType,
        Self::SaidPii,
    ];

    /// The word, as in commands and documents.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Description => "description",
            Self::BusinessName => "business_name",
            Self::Owner => "owner",
            Self::Tags => "tags",
            Self::Classification => "classification",
            Self::Criticality => "criticality",
            Self::Examples => "examples",
            Self::SaidType => "said_type",
            Self::SaidPii => "said_pii",
        }
    }

    /// Whether it is a verdict on what the values of a field mean, which a dictionary has none of.
    #[must_use]
    pub fn is_verdict(self) -> bool {
        matches!(self, Self::SaidType | Self::SaidPii)
    }

    /// Whether it may have several lines.
    #[must_use]
    pub fn is_long(self) -> bool {
        matches!(self, Self::Description | Self::Examples)
    }
}

impl std::fmt::Display for Aspect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.word())
    }
}

impl std::str::FromStr for Aspect {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = text.trim().replace('-', "_").to_lowercase();
        Self::ALL
            .into_iter()
            .find(|aspect| aspect.word() == wanted)
            .ok_or_else(|| {
                let words: Vec<&str> = Self::ALL.iter().map(|aspect| aspect.word()).collect();
                format!(
                    "`{text}` is nothing that can be written about; there are {}",
                    words.join(", ")
                )
            })
    }
}

/// One change to what is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// Path of the field; none: the dictionary itself.
    pub field: Option<String>,
    pub aspect: Aspect,
    /// Empty: remove.
    pub value: String,
    /// The revision that the editor saw, 0 where nothing was written; the edit is refused when
    /// another one came in between. None: whatever is there.
    pub expects: Option<u64>,
}
