//! What HTTP answers from.

use std::sync::Arc;
use std::time::Duration;

use ddgen_ipc::Timestamp;
use ddgen_ops::Snapshot;
use futures::FutureExt;
use futures::future::BoxFuture;

use crate::desk::Desk;
use crate::http::{
    Check, DatabaseHealth, DatabaseStats, DatabaseStatus, DatabaseType, TableCounts, Truths,
};
use crate::report::Reporter;
use crate::store::Store;
use crate::upkeep::{Integrity, Upkeep};

/// A store that takes longer than this over a small write and a read is not healthy.
const PULSE_DEADLINE: Duration = Duration::from_secs(2);

/// Milliseconds for which a snapshot is new enough.
const FRESH: i64 = 5_000;

/// The daemon as HTTP sees it.
pub(super) struct HttpTruths {
    reporter: Arc<Reporter>,
    store: Store,
    upkeep: Upkeep,
}

impl HttpTruths {
    pub(super) fn new(desk: &Desk) -> Self {
        Self {
            reporter: Arc::clone(&desk.reporter),
            store: desk.store.clone(),
            upkeep: desk.upkeep.clone(),
        }
    }

    async fn health(&self) -> DatabaseHealth {
        let pulse = self.store.health(PULSE_DEADLINE).await;
        let Integrity { checked_at, damage } = self.upkeep.integrity();
        let damage = checked_at.map(|_| damage);
        let integrity = match &damage {
            None => Check::Unknown,
            Some(damage) if damage.is_empty() => Check::Ok,
            Some(_) => Check::Failed,
        };
        let damaged = damage.and_then(|damage| damage.first().cloned());
        let (status, connection, because) = match (pulse, damaged) {
            (Ok(_), None) => (DatabaseStatus::Healthy, Check::Ok, None),
            (Ok(_), Some(damage)) => (DatabaseStatus::Unhealthy, Check::Ok, Some(damage)),
            // It can still be read: see `readyz`.
            (Err(error), _) if error.passes() => (
                DatabaseStatus::Degraded,
                Check::Failed,
                Some(error.to_string()),
            ),
            (Err(error), _) => (
                DatabaseStatus::Unhealthy,
                Check::Failed,
                Some(error.to_string()),
            ),
        };
        DatabaseHealth {
            status,
            connection,
            integrity,
            checked_at,
            because,
        }
    }
}

impl Truths for HttpTruths {
    /// The last one, at once; when it is not quite new, the next who asks gets a newer one. So the
    /// daemon looks after itself as often as it is looked at, and rests when nobody does.
    fn snapshot(&self) -> Arc<Snapshot> {
        let snapshot = self.reporter.board().get();
        if Timestamp::now().0 - snapshot.facts.taken_at.0 > FRESH {
            self.reporter.look_again();
        }
        snapshot
    }

    fn database_health(&self) -> BoxFuture<'_, DatabaseHealth> {
        self.health().boxed()
    }

    fn database_stats(&self) -> BoxFuture<'_, Result<DatabaseStats, String>> {
        async {
            let stats = self
                .store
                .stats()
                .await
                .map_err(|error| error.to_string())?;
            let counts = stats.table_counts;
            Ok(DatabaseStats {
                database_type: DatabaseType::Sqlite,
                database_size: stats.database_size,
                table_counts: TableCounts {
                    dictionaries: counts.dictionaries,
                    versions: counts.versions,
                    fields: counts.fields,
                    annotations: counts.annotations,
                },
                total_records: counts.dictionaries
                    + counts.versions
                    + counts.fields
                    + counts.annotations,
                last_updated: stats.last_updated,
            })
        }
        .boxed()
    }
}
