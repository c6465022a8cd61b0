//! Upkeep: what is done for the store by schedule, and what came of it.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What to do about upkeep; each is answered with [`super::Reply::Upkeep`]: all as it stands then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum UpkeepCall {
    List,
    /// Runs a task now and returns after its end; [`super::Reply::Working`] comes while it lasts.
    Run {
        name: String,
    },
    /// The schedule rests until [`UpkeepCall::Resume`], also over restarts.
    Pause,
    Resume,
}

/// One task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UpkeepRow {
    pub name: String,
    pub does: String,
    /// When it is due, in words.
    pub every: String,
    pub running: bool,
    pub last_began: Option<Timestamp>,
    pub last_took_ms: Option<u64>,
    /// What the last run did; none when it failed.
    pub result: Option<String>,
    pub problem: Option<String>,
    pub next: Option<Timestamp>,
}

/// All tasks, and whether they rest.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct UpkeepList {
    pub tasks: Vec<UpkeepRow>,
    pub paused_by: Option<String>,
    pub paused_at: Option<Timestamp>,
}
