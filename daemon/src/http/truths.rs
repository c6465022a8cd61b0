//! What the routes are handed: they do not know the store.

use std::sync::Arc;

use ddgen_ops::{Snapshot, Timestamp};
use futures::future::BoxFuture;
use serde::Serialize;

/// The daemon as HTTP sees it.
pub trait Truths: Send + Sync {
    /// The last snapshot. Never waits.
    fn snapshot(&self) -> Arc<Snapshot>;

    /// Asks the store how it is. What takes long (an integrity check) is the last known.
    fn database_health(&self) -> BoxFuture<'_, DatabaseHealth>;

    /// Counts what the store holds.
    ///
    /// # Errors
    /// Why the store does not answer, in words.
    fn database_stats(&self) -> BoxFuture<'_, Result<DatabaseStats, String>>;
}

/// `/api/v1/database/health`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DatabaseHealth {
    pub status: DatabaseStatus,
    pub connection: Check,
    pub integrity: Check,
    /// When the integrity was looked at; null before the first time.
    pub checked_at: Option<Timestamp>,
    /// Why it is not healthy.
    pub because: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DatabaseStatus {
    Healthy,
    Degraded,
    Unhealthy,
}

/// One thing looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    Ok,
    Failed,
    /// Not looked at yet.
    Unknown,
}

/// `/api/v1/database/stats`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DatabaseStats {
    pub database_type: DatabaseType,
    /// Bytes.
    pub database_size: u64,
    pub table_counts: TableCounts,
    /// Rows of all tables counted above.
    pub total_records: u64,
    /// When something was last stored; null in an empty store.
    pub last_updated: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DatabaseType {
    Sqlite,
    Postgresql,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct TableCounts {
    pub dictionaries: u64,
    pub versions: u64,
    pub fields: u64,
    pub annotations: u64,
}
