//! A watch's own rule for which dictionary a file belongs to.

use regex::{Regex, RegexBuilder};
use thiserror::Error;

/// A regular expression with a group named `stem`, tried on the whole file name with extensions.
#[derive(Debug, Clone)]
pub struct Naming {
    pattern: Regex,
}

/// Why a watch's `naming` cannot be used.
#[derive(Debug, Clone, Error)]
pub enum NamingError {
    #[error("`{pattern}` is no regular expression: {because}")]
    Malformed { pattern: String, because: String },
    #[error(
        "`{pattern}` has no group named `stem`, which says what the files of one dictionary \
         share; write for example `^(?<stem>[a-z]+)_`"
    )]
    NoStem { pattern: String },
}

impl Naming {
    /// # Errors
    /// When the pattern does not parse, is larger than 1 MiB once compiled, or lacks its `stem`.
    pub fn parse(pattern: &str) -> Result<Self, NamingError> {
        let compiled = RegexBuilder::new(pattern)
            .size_limit(1 << 20)
            .build()
            .map_err(|error| NamingError::Malformed {
                pattern: pattern.to_owned(),
                because: error.to_string(),
            })?;
        if compiled
            .capture_names()
            .flatten()
            .any(|name| name == "stem")
        {
            Ok(Self { pattern: compiled })
        } else {
            Err(NamingError::NoStem {
                pattern: pattern.to_owned(),
            })
        }
    }

    /// None where the pattern does not match, or matches with an empty stem.
    pub(super) fn stem<'a>(&self, file_name: &'a str) -> Option<&'a str> {
        let stem = self.pattern.captures(file_name)?.name("stem")?.as_str();
        (!stem.is_empty()).then_some(stem)
    }
}
