//! API keys of the HTTP door: 256 random bits under an id, known here by their hash only.
//!
//! All keys are held in memory, so that who asks is decided without asking the store. What is
//! changed is committed first and holds from that moment.

mod ring;
mod text;

pub use ring::{Admitted, KeyRing, KeysError, Wrong};
pub use text::{Presented, Secret};
