//! Alerts: rules over probes and events, raised once and cleared once, told to sinks.
//!
//! Nothing here knows the time or runs by itself: whoever drives it hands in the present moment, what
//! the probes found and what happened, and carries what waits in the [`Outbox`] to its [`Sink`].

mod book;
mod defaults;
mod instance;
mod notice;
mod outbox;
mod rule;
mod silence;
mod sinks;

pub use lettre::message::Mailbox;

pub use book::{Book, Change, Refused};
pub use defaults::default_rules;
pub use notice::{Notice, Origin, Turn};
pub use outbox::{Fate, Outbox, Parcel, Retry};
pub use rule::{Happened, Happening, On, Rule, Standing, State};
pub use sinks::{Command, Email, EmailTls, Sink, Undelivered, Webhook};

#[cfg(test)]
mod tests;
