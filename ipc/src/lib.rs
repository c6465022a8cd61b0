//! What ddgend and its clients say to each other, and where they meet.
//!
//! The wire: both sides open with a [`hello`] of fixed bytes, then exchange length-prefixed frames
//! that [`codec`] encodes. A client sends [`message::Call`]s; the daemon answers each with one or
//! more [`message::Answer`]s and, once subscribed, adds [`message::EventFrame`]s.

pub mod client;
pub mod codec;
pub mod hello;
pub mod message;
pub mod place;
pub mod timestamp;

pub use client::{Client, ClientError};
pub use timestamp::Timestamp;

/// Number of the protocol: part of the socket's folder, so that two generations never meet.
pub const PROTOCOL: u16 = 1;
