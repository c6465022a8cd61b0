//! API keys of the HTTP door, as they are managed through the socket.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What to do with the keys.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Keys {
    /// Answered with [`super::Reply::NewKey`], the one time that the key itself is told.
    Create {
        /// For people: whose it is, or what it is for.
        name: String,
        scope: Scope,
        /// Seconds until it expires; none: never.
        expires_in: Option<u64>,
    },
    /// Answered with [`super::Reply::Keys`], newest first.
    List,
    /// A new key in place of one, which goes on for `overlap` seconds; answered with
    /// [`super::Reply::NewKey`].
    Rotate { id: String, overlap: u64 },
    /// From now on the key is refused; answered with [`super::Reply::Keys`] of that key.
    Revoke { id: String },
}

/// What a key lets its bearer do. The same three steps as the roles of the socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    Read,
    Write,
    Admin,
}

impl Scope {
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Admin];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|scope| scope.as_str() == text)
            .ok_or_else(|| format!("`{text}` is no scope: one of read, write, admin"))
    }
}

/// One key without its secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeyRow {
    /// 8 hex digits, which also stand in the key.
    pub id: String,
    pub name: String,
    pub scope: Scope,
    pub created_at: Timestamp,
    pub created_by: String,
    pub expires_at: Option<Timestamp>,
    /// Exact while the daemon runs; after a restart up to a minute old.
    pub last_used_at: Option<Timestamp>,
    /// The address it was last used from.
    pub last_used_from: Option<String>,
    pub revoked_at: Option<Timestamp>,
}
