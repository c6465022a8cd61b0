//! What the handlers of socket and HTTP answer from.

mod drops;
pub mod refuse;

use std::sync::Arc;

use crate::backup::Backups;
use crate::hub::Hub;
use crate::pipeline::Pipeline;
use crate::report::Reporter;
use crate::store::Store;

/// Handed to every session.
pub struct Desk {
    pub store: Store,
    pub pipeline: Arc<Pipeline>,
    pub reporter: Arc<Reporter>,
    pub hub: Arc<Hub>,
    pub backups: Backups,
}
