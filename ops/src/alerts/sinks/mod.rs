//! Where alerts are told.

mod command;
mod email;
mod webhook;

pub use command::Command;
pub use email::{Email, EmailTls};
pub use webhook::Webhook;

use super::Notice;

/// A place where alerts are told. `send` blocks, and returns within a bounded time.
pub trait Sink: Send + Sync {
    /// `log`, `command`, `webhook` or `email`; also a label in the metrics.
    fn kind(&self) -> &'static str;

    /// # Errors
    /// When it did not arrive, or nobody knows whether it did.
    fn send(&self, notice: &Notice) -> Result<(), Undelivered>;
}

/// Why a notice did not arrive. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undelivered {
    pub because: String,
    /// Trying again cannot help.
    pub for_good: bool,
}

impl Undelivered {
    #[must_use]
    pub fn yet(because: impl Into<String>) -> Self {
        Self {
            because: because.into(),
            for_good: false,
        }
    }

    #[must_use]
    pub fn for_good(because: impl Into<String>) -> Self {
        Self {
            because: because.into(),
            for_good: true,
        }
    }
}
