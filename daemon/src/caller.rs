//! Who asks, through whichever door: the author of what is written, and what they may do.

use std::fmt;

use ddgen_ipc::hello::Role;

/// The door somebody came in by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    Socket,
    Http,
}

impl Via {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Socket => "socket",
            Self::Http => "http",
        }
    }
}

impl fmt::Display for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Somebody who was let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// An account of the machine, the name of an API key, or `anonymous`.
    pub name: String,
    pub role: Role,
    pub via: Via,
    /// The address, or the account's number.
    pub origin: String,
}

impl Caller {
    /// The words for somebody whose role is too small.
    ///
    /// # Errors
    /// When it is.
    pub fn may(&self, needs: Role) -> Result<(), String> {
        if self.role >= needs {
            return Ok(());
        }
        let what = match needs {
            Role::Reader => "read",
            Role::Editor => "change anything",
            Role::Admin => "administer",
        };
        let ask = match self.via {
            Via::Socket => "ask the daemon's operator for a group that may",
            Via::Http => {
                "ask the daemon's operator for a key that may (`ddgend keys create NAME --scope \
                 write|admin`)"
            }
        };
        Err(format!("`{}` may not {what} here: {ask}", self.name))
    }
}
