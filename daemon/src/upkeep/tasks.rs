//! The tasks, each in steps with pauses: whoever writes meanwhile waits for one step at most.

use std::time::Duration;

use ddgen_ipc::Timestamp;
use ddgen_ops::backup::Every;
use ddgen_ops::upkeep::Task;
use jiff::civil::Weekday;

use super::{Integrity, Upkeep, lock};
use crate::settings::UpkeepSettings;
use crate::store::{StoreError, Thinning};

pub(super) const INTEGRITY: &str = "integrity";
const OPTIMIZE: &str = "optimize";
const ANALYZE: &str = "analyze";
const VACUUM: &str = "vacuum";
const WAL: &str = "wal";
const THIN: &str = "thin";

/// Between two steps: others get their turn.
const PAUSE: Duration = Duration::from_millis(20);
/// From here on somebody holds up the copying: a reader that never ends.
const LOG_TROUBLE: u64 = 512 << 20;
/// Free pages that stay for what comes next: 4 MiB, or a twentieth of the store.
const FREE_KEPT: u64 = 1_024;
/// Steps of one run: a gigabyte of free pages, a hundred thousand fields. The next run goes on.
const STEPS: u32 = 1_000;

pub(super) fn all(settings: &UpkeepSettings) -> Vec<Task> {
    let daily = Some(Every::Day(settings.at));
    let task = |name, does, every| Task { name, does, every };
    vec![
        task(
            WAL,
            "copies the store's log home, so that it stays short",
            Some(Every::Span(Duration::from_secs(3_600))),
        ),
        task(OPTIMIZE, "renews statistics of tables that changed", daily),
        task(
            ANALYZE,
            "renews statistics of all tables",
            Some(Every::Week(Weekday::Sunday, settings.at)),
        ),
        task(THIN, "takes the shown values out of old versions", daily),
        task(VACUUM, "gives free pages back to the disk", daily),
        task(INTEGRITY, "reads the whole store and checks it", daily),
    ]
}

impl Upkeep {
    /// What was done, or what is wrong.
    pub(super) async fn work(&self, name: &str) -> Result<String, String> {
        let done = match name {
            OPTIMIZE => self.optimize().await,
            ANALYZE => self.analyze().await,
            VACUUM => self.vacuum().await,
            WAL => return self.wal().await,
            THIN => self.thin().await,
            INTEGRITY => return self.check().await,
            other => return Err(format!("`{other}` is a task that nobody can do")),
        };
        done.map_err(|error| error.to_string())
    }

    async fn optimize(&self) -> Result<String, StoreError> {
        self.inner.store.optimize().await?;
        self.inner.store.scrub().await?;
        Ok("statistics are as SQLite wants them".to_owned())
    }

    async fn analyze(&self) -> Result<String, StoreError> {
        let tables = self.inner.store.tables().await?;
        let count = tables.len();
        for table in tables {
            self.inner.store.analyze(table.name).await?;
            tokio::time::sleep(PAUSE).await;
        }
        Ok(format!("{count} tables"))
    }

    async fn vacuum(&self) -> Result<String, StoreError> {
        let store = &self.inner.store;
        let before = store.free_pages().await?;
        if !before.incremental {
            return Ok(format!(
                "this store was made by an older ddgen and keeps its {} free pages for what comes; \
                 nothing is lost",
                before.free
            ));
        }
        let kept = FREE_KEPT.max(before.all / 20);
        let mut now = before;
        for _ in 0..STEPS {
            if now.free <= kept {
                break;
            }
            store.vacuum_step().await?;
            tokio::time::sleep(PAUSE).await;
            now = store.free_pages().await?;
        }
        let given = before.all.saturating_sub(now.all) * now.page_bytes;
        Ok(format!(
            "{} KiB given back, {} KiB free inside",
            given >> 10,
            (now.free * now.page_bytes) >> 10
        ))
    }

    async fn wal(&self) -> Result<String, String> {
        let done = self.inner.store.checkpoint().await;
        let done = done.map_err(|error| error.to_string())?;
        if done.bytes > LOG_TROUBLE && done.home < done.frames {
            return Err(format!(
                "the store's log has {} MiB and cannot be copied home: something reads the store \
                 without end; restart ddgend, or end the program that has ddgen.db open",
                done.bytes >> 20
            ));
        }
        Ok(format!(
            "{} of {} pages are home, the log has {} KiB",
            done.home,
            done.frames,
            done.bytes >> 10
        ))
    }

    async fn thin(&self) -> Result<String, StoreError> {
        let settings = &self.inner.settings;
        let Some(after) = settings.thin_after else {
            return Ok("every version is kept whole, as upkeep.thin_after says".to_owned());
        };
        let store = &self.inner.store;
        let after = i64::try_from(after.as_millis()).unwrap_or(i64::MAX);
        let rule = Thinning {
            before: Timestamp(Timestamp::now().0.saturating_sub(after)),
            keep: settings.keep_whole,
        };
        let before = store.thinned().await?;
        let mut at = None;
        for _ in 0..STEPS {
            at = store.thin_step(rule, at).await?;
            if at.is_none() {
                break;
            }
            tokio::time::sleep(PAUSE).await;
        }
        let after = store.thinned().await?;
        let more = if at.is_some() {
            ", more the next time"
        } else {
            ""
        };
        Ok(format!("{} versions{more}", after.saturating_sub(before)))
    }

    async fn check(&self) -> Result<String, String> {
        let damage = match self.inner.store.quick_check().await {
            Ok(damage) => damage,
            Err(StoreError::Closed) => return Err("the daemon stopped meanwhile".to_owned()),
            Err(error) => vec![format!("the integrity check failed: {error}")],
        };
        for damage in &damage {
            tracing::error!(%damage, "the store is damaged");
        }
        let first = damage.first().cloned();
        *lock(&self.inner.integrity) = Integrity {
            checked_at: Some(Timestamp::now()),
            damage,
        };
        match first {
            None => Ok("the store is sound".to_owned()),
            Some(damage) => Err(format!(
                "the store is damaged: {damage}; stop ddgend and `ddgend restore` a backup"
            )),
        }
    }
}
