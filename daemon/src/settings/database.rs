//! The store's connection. Where its file lies is in [`super::DataSettings`].

use std::time::Duration;

/// SQLite, the only store of this build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseSettings {
    /// How long a connection waits for another one's lock (`busy_timeout`).
    pub busy_timeout: Duration,
}

impl Default for DatabaseSettings {
    fn default() -> Self {
        Self {
            busy_timeout: Duration::from_secs(30),
        }
    }
}
